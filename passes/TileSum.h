//===- TileSum.h - the predicted cycles of sampled tiles --------*- C++ -*-===//
//
// PlanAnalysis says which keys a tile visits, CostModel what that costs; here
// both meet, for the tiles that are looked at.
//
//===----------------------------------------------------------------------===//

#ifndef ATTN_PASSES_TILESUM_H
#define ATTN_PASSES_TILESUM_H

#include "passes/CostModel.h"
#include "passes/PlanAnalysis.h"

#include <cmath>

namespace mlir::attn {

/// The cycles of tiles of one form, by halves, sliding or neither, added up
/// sample by sample.
class TileSum {
public:
  TileSum(ArrayRef<int64_t> tile, int64_t lanes, bool halves = false,
          bool slides = false)
      : tile(tile), lanes(lanes), halves(halves), slides(slides) {}

  /// Adds what is missing of the samples.
  void add(PlanAnalysis &analysis, const CostModel &cost, int64_t samples);

  /// Predicted cycles a query; nothing speaks for tiles that had none.
  double perQuery() const { return queries ? cycles / queries : HUGE_VAL; }
  /// A bound of what the same tiles take by halves: both visit keys to which
  /// all of their queries attend.
  double leastByHalves() const { return (cycles - partial / 2) / queries; }

  SmallVector<int64_t> tile;
  int64_t lanes;
  bool halves, slides;
  /// Of tiles that slide: the most keys of a row that one needed.
  int64_t width = 0;

private:
  void addTile(PlanAnalysis &analysis, const CostModel &cost,
               const IndexBox &box);
  double costOfDiagonals(PlanAnalysis &analysis, const CostModel &cost,
                         const IndexBox &box);
  void addBox(PlanAnalysis &analysis, const CostModel &cost,
              const IndexBox &box, const KeyBox &keys, double weight);

  double cycles = 0, queries = 0;
  double partial = 0; ///< of the cycles, those of keys with mask code
  int64_t taken = 0;
};

/// Keys that a group of these extents may need, for each of its queries.
double keysPerQuery(PlanAnalysis &analysis, ArrayRef<int64_t> extents,
                    int64_t samples);

/// Keys that a group of `plan` reads, for each of its queries. Along one axis
/// they are those that its tiles need, fewer than the group as a whole may need
/// where a table has something else for every tile.
double keysReadPerQuery(PlanAnalysis &analysis, PlanAttr plan, int64_t samples);

} // namespace mlir::attn

#endif // ATTN_PASSES_TILESUM_H
