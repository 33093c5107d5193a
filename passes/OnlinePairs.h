//===- OnlinePairs.h - what happens to one pair -----------------*- C++ -*-===//
//
// Emits the regions of tile and query ops: whether the mask keeps a pair of a
// query and a key, and what its score becomes.
//
//===----------------------------------------------------------------------===//

#ifndef ATTN_PASSES_ONLINEPAIRS_H
#define ATTN_PASSES_ONLINEPAIRS_H

#include "passes/EmitBoxes.h"

#include "dialect/AttnOps.h"

namespace mlir::attn {

/// Sizes at run time.
struct OnlineSizes {
  Value numQueries, numKeys, numHeads, numKvHeads;
  SmallVector<Value> queryExtents, keyExtents; ///< of each axis

  OnlineSizes(OnlineAttentionOp op, IndexBuilder &index,
              const ::attn::IndexSpace &space);

  /// Gives the variables of lengths, batch and head their values.
  void setLengths(EmittedBoxes &domain, ::attn::MaskVars &vars) const;

private:
  Value batch, head;
};

/// What masks mean, as the group at hand needs it.
struct OnlineMasks {
  const ::attn::SpacePredicate &predicate; ///< of the attention
  /// Of the masks that modifications of scores refer to.
  const DenseMap<Value, ::attn::Expr> &ofScores;
  ::attn::MaskVars &vars;
  ValueRange tables; ///< by their numbers in the expressions
};

class OnlinePairs {
public:
  OnlinePairs(OnlineAttentionOp op, IndexBuilder &index,
              const ::attn::IndexSpace &space, const OnlineMasks &masks,
              const OnlineSizes &sizes);

  /// What products of queries and keys are multiplied by to become scores;
  /// modifications make powers of two of them themselves.
  double scoreScale();
  /// Whether a modification maps scores one by one.
  bool mapsScores();
  /// The score that every row starts with, times log2(e), null for none.
  Value emitSink();

  /// The region of attn.tile_mask.
  void emitKeep(Region &region);
  /// The region of attn.tile_modify; scores are multiplied by `factor` first.
  void emitScore(Region &region, double factor);

private:
  ScorePoint scorePoint();
  DenseMap<int64_t, MaskVariable> maskVariables();
  Block *createBlock(Region &region, TypeRange types);
  Value tokenAt(ValueRange coordinates);

  OnlineAttentionOp op;
  IndexBuilder &index;
  ImplicitLocOpBuilder &b;
  const ::attn::IndexSpace &space;
  const ::attn::SpacePredicate &predicate;
  const DenseMap<Value, ::attn::Expr> &scoreMasks;
  ::attn::MaskVars &vars;
  const OnlineSizes &sizes;
  SmallVector<Value> tables;
};

} // namespace mlir::attn

#endif // ATTN_PASSES_ONLINEPAIRS_H
