//===- SlabWalk.h - the slabs of a group ------------------------*- C++ -*-===//
//
// Where keys lie along several axes, the key boxes of the whole group are cut
// into slabs, and of each slab every tile takes what it needs. Where visits ask
// for what comes next, slabs are listed first, as many at a time as there is
// room for. Along one axis TileCursors is used instead.
//
//===----------------------------------------------------------------------===//

#ifndef ATTN_PASSES_SLABWALK_H
#define ATTN_PASSES_SLABWALK_H

#include "passes/OnlineVisit.h"
#include "passes/QueryGroup.h"

namespace mlir::attn {

class SlabWalk {
public:
  /// `slabs` is the list, `predicate` the mask of the attention.
  SlabWalk(OnlineAttentionOp op, OnlineVisit &visit, IndexBuilder &index,
           QueryGroup &group, Value slabs, const OnlineSizes &sizes,
           const ::attn::SpacePredicate &predicate);

  /// Emits the loop over all slabs and what tiles do with each.
  void walk();

private:
  void walkList();
  void visitTiles(const EmittedBox &slab);
  /// Lists slabs from number `first` on; returns how many there are in all.
  Value list(Value first);
  /// Lists what the next group begins with, the keys after `count` slabs.
  void listNext(Value count);
  /// Lets visits of slab `n` ask for what is read after it.
  void listAhead(Value n, Value count);
  void storeBox(const EmittedBox &box, Value row);
  Value load(Value row, int64_t column);
  EmittedBox load(Value row);

  using ForSlab = function_ref<void(const EmittedBox &slab)>;
  void forSlabs(ForSlab body);
  /// Cuts a box into slabs of at most `slab` keys: whole rows where they fit,
  /// and parts of about equal length.
  void forSlabs(const EmittedBox &box, ForSlab body);
  void forSlabs(unsigned axis, EmittedBox box, ArrayRef<Value> parts,
                ForSlab body);

  OnlineAttentionOp op;
  OnlineVisit &visit;
  IndexBuilder &index;
  ImplicitLocOpBuilder &b;
  QueryGroup &group;
  Value slabs;
  Value room, rowOfQueries, rowOfCount;
  const OnlineSizes &sizes;
  const ::attn::SpacePredicate &predicate;
};

} // namespace mlir::attn

#endif // ATTN_PASSES_SLABWALK_H
