//===- OnlineTiles.h - what all visits of query tiles share -----*- C++ -*-===//

#ifndef ATTN_PASSES_ONLINETILES_H
#define ATTN_PASSES_ONLINETILES_H

#include "passes/OnlinePairs.h"
#include "passes/OnlineScratch.h"

namespace mlir::attn {

/// A query tile: the box [origin, end), and its number in the group.
struct QueryTile {
  SmallVector<Value> origin, end;
  Value number;
};

/// The planner of one tile, and control flow.
class OnlineTiles {
public:
  OnlineTiles(OnlineAttentionOp op, IndexBuilder &index,
              const ::attn::IndexSpace &space, const OnlineMasks &masks,
              const OnlineSizes &sizes);

  Value view(const OnlineScratch::Array &array);

  void loop(Value lo, Value hi, Value step, function_ref<void(Value)> body);
  void ifThen(Value condition, function_ref<void()> body);

  /// What is known of the variables for all queries of the tile.
  EmittedBoxes domainOf(const QueryTile &tile);
  /// The same for all queries of a box.
  EmittedBoxes domainOf(const EmittedBox &queries);
  /// The tile's first key box from `position` on, where keys have one axis;
  /// empty, from the end of the axis, if there is none.
  ::attn::Interval<Value> nextBox(const QueryTile &tile, Value position);

protected:
  OnlineAttentionOp op;
  IndexBuilder &index;
  ImplicitLocOpBuilder &b;
  const ::attn::IndexSpace &space;
  const ::attn::SpacePredicate &predicate;
  ::attn::MaskVars &vars;
  const OnlineSizes &sizes;
  SmallVector<Value> tables;
  OnlinePairs pairs;
};

} // namespace mlir::attn

#endif // ATTN_PASSES_ONLINETILES_H
