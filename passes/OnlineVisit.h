//===- OnlineVisit.h - the tile ops of a query group ------------*- C++ -*-===//
//
// Emits what happens to one query tile, or to one slab, inside the loops of
// ExpandOnline.
//
//===----------------------------------------------------------------------===//

#ifndef ATTN_PASSES_ONLINEVISIT_H
#define ATTN_PASSES_ONLINEVISIT_H

#include "passes/EmitBoxes.h"
#include "passes/OnlineScratch.h"

namespace mlir::attn {

/// A query tile: the box [origin, end), and its number in the group.
struct QueryTile {
  SmallVector<Value> origin, end;
  Value number;
};

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

class OnlineVisit {
public:
  OnlineVisit(OnlineAttentionOp op, IndexBuilder &index,
              const ::attn::IndexSpace &space, const OnlineMasks &masks,
              const OnlineSizes &sizes);

  void begin(const QueryTile &tile);
  void end(const QueryTile &tile);
  /// Reads the keys and values of a slab.
  void stage(const EmittedBox &slab);
  /// Visits the tile's own key boxes within the slab.
  void visitTile(const QueryTile &tile, const EmittedBox &slab);
  /// Visits a part of the slab that is a part of one of the tile's key boxes.
  void visitBox(const QueryTile &tile, const EmittedBox &slab,
                const EmittedBox &box);
  /// The tile's first key box from `position` on, where keys have one axis;
  /// empty, from the number of keys, if there is none.
  ::attn::Interval<Value> nextBox(const QueryTile &tile, Value position);

  Value view(const OnlineScratch::Array &array);

  void loop(Value lo, Value hi, Value step, function_ref<void(Value)> body);
  void ifThen(Value condition, function_ref<void()> body);

private:
  EmittedBoxes domainOf(const QueryTile &tile);
  void visitBox(const QueryTile &tile, const EmittedBox &slab,
                const EmittedBox &box, const EmittedBox &core);
  /// Writes the rows of a box; returns how many there are.
  Value writeRows(const EmittedBox &slab, const EmittedBox &box,
                  const EmittedBox &core);
  void writeRows(unsigned axis, const EmittedBox &slab, const EmittedBox &box,
                 const EmittedBox &core, Value row, Value slot, Value inCore,
                 SmallVector<Value> coordinates);
  bool mapsScores();
  double scoreScale();
  ScorePoint scorePoint();
  Value emitSink();
  DenseMap<int64_t, MaskVariable> maskVariables();
  Block *createBlock(Region &region, TypeRange types);
  void modify(const QueryTile &tile, const EmittedBox &box, Value numRows,
              Value width);
  Value tokenAt(ValueRange coordinates);
  void mask(const QueryTile &tile, const EmittedBox &box, Value numRows,
            Value width);

  Value ofTile(Value array, const QueryTile &tile);
  Value toI32(Value index);

  OnlineAttentionOp op;
  IndexBuilder &index;
  ImplicitLocOpBuilder &b;
  const ::attn::IndexSpace &space;
  const ::attn::SpacePredicate &predicate;
  const DenseMap<Value, ::attn::Expr> &scoreMasks;
  ::attn::MaskVars &vars;
  const OnlineSizes &sizes;
  SmallVector<Value> tables;
  SmallVector<int64_t> tile, strides; ///< of each axis
  bool outputByQuery;
  Value qt, ot, max, sum, alpha, scores, rows, keys, values;
  Value weights; ///< null without pairs
};

} // namespace mlir::attn

#endif // ATTN_PASSES_ONLINEVISIT_H
