//===- TileCursors.h - the tiles of a group advance in step -----*- C++ -*-===//
//
// Where keys lie on one axis, the boxes of a tile come in order. Every tile of
// a group keeps its next box; a slab begins where the first of them does, so
// that a key is read when some tile needs it, and a box is solved for once,
// however many slabs it spans. Along several axes ExpandOnline cuts the boxes
// of the whole group instead.
//
//===----------------------------------------------------------------------===//

#ifndef ATTN_PASSES_TILECURSORS_H
#define ATTN_PASSES_TILECURSORS_H

#include "passes/OnlineVisit.h"
#include "passes/QueryGroup.h"

namespace mlir::attn {

class TileCursors {
public:
  TileCursors(OnlineAttentionOp op, OnlineVisit &visit, IndexBuilder &index,
              QueryGroup &group, Value cursors);

  /// Emits the loop over all slabs and what tiles do with each.
  void walk();

private:
  /// From `begin` on; `end` is one beyond the last key.
  struct Keys {
    Value begin, end;
  };
  /// What a tile still has to visit of a box that begins at `first`.
  struct Cursor : Keys {
    Value first;
  };

  void store(const QueryTile &tile, Cursor cursor);
  Cursor load(Value tile);
  /// Visits what the tile needs before the end of the slab, and moves on.
  void visitTile(const QueryTile &tile, Keys slab);
  /// Lists what is read after this slab, or at the beginning of the next group.
  void listAhead(Keys slab, Keys first);
  Value isOver(Keys keys);
  /// Of the keys from `from` on that tiles are known to need.
  Keys nextSlab(Value from);
  /// What tiles still need from `from` on, one tile after the other.
  SmallVector<Value> reduce(
      ValueRange init, Value from,
      function_ref<SmallVector<Value>(ValueRange before, Keys ofTile)> combine);

  OnlineVisit &visit;
  IndexBuilder &index;
  ImplicitLocOpBuilder &b;
  QueryGroup &group;
  Value cursors, count;
  int64_t longest; ///< keys of a slab
};

} // namespace mlir::attn

#endif // ATTN_PASSES_TILECURSORS_H
