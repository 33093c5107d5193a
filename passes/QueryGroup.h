//===- QueryGroup.h - the queries of a group --------------------*- C++ -*-===//

#ifndef ATTN_PASSES_QUERYGROUP_H
#define ATTN_PASSES_QUERYGROUP_H

#include "passes/OnlineTiles.h"

namespace mlir::attn {

class QueryGroup {
public:
  QueryGroup(OnlineAttentionOp op, IndexBuilder &index,
             const ::attn::IndexSpace &space, OnlineTiles &tiles,
             const OnlineSizes &sizes);

  /// Those of its queries that there are.
  const EmittedBox &box() { return queries; }
  /// Emits a loop over its tiles.
  void forTiles(function_ref<void(const QueryTile &)> body);

  /// What is read at the beginning of the group that most likely comes next, as
  /// OutlineKernels numbers them: the one before along the last axis where
  /// there is one. Its first keys probably lie in it as `first` does in this
  /// one.
  struct Next {
    EmittedBox queries, keys;
  };
  Next next(const EmittedBox &first);
  /// The heads of that group: those before, after the first group of a head.
  struct Heads {
    Value query, kv;
  };
  Heads nextHeads();

private:
  EmittedBox boxFrom(ArrayRef<Value> origin);
  void forTiles(unsigned axis, QueryTile tile,
                function_ref<void(const QueryTile &)> body);
  /// Coordinates that groups are walked in before others follow.
  ::attn::Interval<Value> walked(unsigned axis);
  /// Queries of a group along an axis.
  Value extent(unsigned axis);

  OnlineAttentionOp op;
  IndexBuilder &index;
  const ::attn::IndexSpace &space;
  OnlineTiles &tiles;
  const OnlineSizes &sizes;
  EmittedBox queries;
};

} // namespace mlir::attn

#endif // ATTN_PASSES_QUERYGROUP_H
