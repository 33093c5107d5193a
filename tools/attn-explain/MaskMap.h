//===- MaskMap.h - which parts of a mask are empty or full ------*- C++ -*-===//
//
// A grid of cells over a window of queries and keys, for pictures of masks of
// any length: the cost goes by the number of cells, not of pairs.
//
//===----------------------------------------------------------------------===//

#ifndef ATTN_TOOLS_ATTNEXPLAIN_MASKMAP_H
#define ATTN_TOOLS_ATTNEXPLAIN_MASKMAP_H

#include "passes/PlanAnalysis.h"

#include <memory>
#include <vector>

namespace attnexplain {

using Interval = ::attn::Interval<int64_t>;

/// Of the pairs in a cell, the mask keeps none, some or all.
enum class Cover : uint8_t { Empty, Partial, Full };

struct MapGrid {
  Interval queries, keys; ///< the window
  int64_t rows = 0, columns = 0;
  std::vector<Cover> cells; ///< row by row
  /// Cells that count as partial because looking at a bounded number of boxes
  /// has not told what they are.
  int64_t undecided = 0;

  Cover at(int64_t row, int64_t column) const {
    return cells[row * columns + column];
  }
  /// The queries of a row and the keys of a column. Rows are as equally high as
  /// whole numbers can be, columns as wide.
  Interval rowQueries(int64_t row) const;
  Interval columnKeys(int64_t column) const;
  /// Whether every cell is one pair.
  bool isExact() const;
};

class MaskMap {
public:
  /// The mask of one head; it is made by mask ops, or null. Run-time tables
  /// have `contents`, or what plans assume of them.
  MaskMap(mlir::Value mask, mlir::attn::MaskSizes sizes, int64_t head = 0,
          const ::attn::MaskVars::TableContents *contents = nullptr);
  ~MaskMap();

  /// Whether another head may have another mask.
  bool dependsOnHead() const;

  /// The window, which lies within the sizes, in at most so many rows and
  /// columns, and none without a pair. What a cell of at most `kExactPairs`
  /// pairs is, is known exactly; in larger ones empty and full are proven.
  MapGrid draw(Interval queries, Interval keys, int64_t rows, int64_t columns);
  static constexpr int64_t kExactPairs = 64;

private:
  struct State;
  std::unique_ptr<State> state;
};

} // namespace attnexplain

#endif // ATTN_TOOLS_ATTNEXPLAIN_MASKMAP_H
