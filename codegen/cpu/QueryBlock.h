//===- QueryBlock.h - outputs that are kept by query ------------*- C++ -*-===//
//
// A register block of TileAccumulateOp with `by_query`: a few queries by a few
// registers of value columns, whose accumulators begin at zero.
//
//===----------------------------------------------------------------------===//

#ifndef ATTN_CODEGEN_CPU_QUERYBLOCK_H
#define ATTN_CODEGEN_CPU_QUERYBLOCK_H

#include "codegen/cpu/TileBuilder.h"
#include "dialect/AttnOps.h"

namespace mlir::attn {

struct QueryBlock {
  TileAccumulateOp op;
  TileBuilder &b;
  Value values;       ///< as one long row
  Value lane, column; ///< the first ones
  int64_t queries, vectors;
  Value start = {}; ///< what `rows` below is relative to; null for the first
  int64_t step = 1; ///< from the lane of a query to that of the next

  /// Adds the values of keys [begin, end), each of which begins at an element
  /// of `rows` in `values`, to outputs that are worth `factors` of what they
  /// were.
  void addKeys(Value rows, Value begin, Value end, Value factors);

private:
  /// Adds a key: its row of s, and where its values begin.
  SmallVector<Value> add(TileBuilder::Row weights, TileBuilder::Row values,
                         ValueRange sums);
  void store(ValueRange sums, Value factors);
  Value laneAt(int64_t query) { return b.add(lane, query * step); }
  Value columnAt(int64_t v) { return b.add(column, v * b.lanes()); }
};

/// The slot of every key of a visit, times `scale`, on the stack, so that one
/// loop runs over all; and 0 for `more` that follow. There are at most `most`.
Value writeSlots(TileBuilder &b, Value rows, Value numRows, Value width,
                 int64_t most, int64_t more, int64_t scale);

/// The values of a visit as one long row, and where those of each key begin.
struct ValueRows {
  Value values, begins;
  int64_t columns;

  ValueRows(TileAccumulateOp op, TileBuilder &b);
};

/// What the outputs of each lane are worth before the first keys of a visit are
/// added, and, from `forget` on, before others are: on the stack.
class OutputFactors {
public:
  OutputFactors(TileAccumulateOp op, TileBuilder &b);
  void forget();

  Value factors;

private:
  TileBuilder &b;
  int64_t lanes;
};

} // namespace mlir::attn

#endif // ATTN_CODEGEN_CPU_QUERYBLOCK_H
