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
  Value lane, column; ///< the first ones
  int64_t queries, vectors;
  int64_t step = 1; ///< from the lane of a query to that of the next

  SmallVector<Value> zeros();
  /// Adds a key: its row of s, and the slot of its values.
  SmallVector<Value> add(TileBuilder::Row weights, Value slot, ValueRange sums);
  /// Adds the sums to outputs that are worth `factors` of what they were.
  void store(ValueRange sums, Value factors);

private:
  Value laneAt(int64_t query) { return b.add(lane, query * step); }
  Value columnAt(int64_t v) { return b.add(column, v * b.lanes()); }
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
