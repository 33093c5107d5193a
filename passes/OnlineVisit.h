//===- OnlineVisit.h - the tile ops of a query group ------------*- C++ -*-===//
//
// Emits what happens to one query tile, or to one slab, inside the loops of
// ExpandOnline.
//
//===----------------------------------------------------------------------===//

#ifndef ATTN_PASSES_ONLINEVISIT_H
#define ATTN_PASSES_ONLINEVISIT_H

#include "dialect/expr/HalvedBox.h"
#include "passes/QueryGroup.h"

namespace mlir::attn {

class OnlineVisit : public OnlineTiles {
public:
  OnlineVisit(OnlineAttentionOp op, IndexBuilder &index,
              const ::attn::IndexSpace &space, const OnlineMasks &masks,
              const OnlineSizes &sizes, bool asksAhead);

  /// Whether visits ask for what was listed.
  bool asksAhead() { return ahead != nullptr; }

  void begin(const QueryTile &tile);
  void end(const QueryTile &tile);
  /// Reads the keys and values of a slab.
  void stage(const EmittedBox &slab);
  /// Lists what the visits of a slab ask for, instead of what was listed
  /// before: keys and values that come next. With `isLast` they belong to the
  /// group that comes next, and its `queries` come before them.
  void listAhead(QueryGroup &group, EmittedBox queries, const EmittedBox &keys,
                 Value isLast);
  /// Visits the tile's own key boxes within the slab.
  void visitTile(const QueryTile &tile, const EmittedBox &slab);
  /// Visits `part`, a part of the slab and of `box`, one of the tile's key
  /// boxes.
  void visitBox(const QueryTile &tile, const EmittedBox &slab,
                const EmittedBox &box, const EmittedBox &part);

private:
  SmallVector<Value> inBlock(ArrayRef<Value> coordinates);
  void list(ValueRange arrays, Value head, const EmittedBox &box, bool restart);
  /// Whether halves of tiles are visited alone.
  bool hasHalves();
  /// Lanes that are visited together: those of a tile, or of a half of it.
  struct Lanes {
    QueryTile queries;
    SmallVector<int64_t> tile;
    Value qt, ot, max, sum, alpha, scores;
  };
  Lanes allLanes(const QueryTile &tile);
  Lanes lanesOfHalf(const QueryTile &tile, Value half);
  QueryTile queriesOfHalf(const QueryTile &tile, Value half);
  /// What each half needs of a box, cut along the axis of the halves.
  ::attn::HalvedBox<Value> cut(const QueryTile &tile, const EmittedBox &box);
  void visitHalves(const QueryTile &tile, const EmittedBox &slab,
                   const EmittedBox &box, const EmittedBox &part,
                   const EmittedBox &core);
  void visitBox(EmittedBoxes &domain, const QueryTile &tile,
                const EmittedBox &slab, const EmittedBox &box,
                const EmittedBox &part);
  /// A part of the box that is full for all queries of the domain.
  EmittedBox coreIn(EmittedBoxes &domain, const EmittedBox &box);
  Value isPartial(const EmittedBox &box, const EmittedBox &core);
  /// Finds out which keys each place on the last axis needs.
  void findRuns(const QueryTile &tile);
  /// Visits a box whose keys begin later from place to place.
  void visitSliding(const QueryTile &tile, const EmittedBox &slab,
                    EmittedBox box);
  void visit(const Lanes &lanes, const EmittedBox &slab, const EmittedBox &box,
             const EmittedBox &core);
  /// Writes the rows of a box; returns how many there are.
  Value writeRows(const EmittedBox &slab, const EmittedBox &box,
                  const EmittedBox &core);
  void writeRows(unsigned axis, const EmittedBox &slab, const EmittedBox &box,
                 const EmittedBox &core, Value row, Value slot, Value inCore,
                 SmallVector<Value> coordinates);
  void modify(const Lanes &lanes, const EmittedBox &box, Value numRows,
              Value width);
  void mask(const Lanes &lanes, const EmittedBox &box, Value numRows,
            Value width);

  /// Of an array by tiles that of one tile: all lanes, or a half of them from
  /// `firstLane` on.
  Value ofTile(Value array, const QueryTile &tile, Value firstLane = Value());

  unsigned halvedAxis; ///< that the halves of a tile lie along

  SmallVector<int64_t> tile, strides; ///< of each axis
  bool outputByQuery;
  Value qt, ot, max, sum, alpha, scores, rows, keys, values;
  Value runs, starts;          ///< null unless tiles slide
  Value ahead;                 ///< null if nothing is listed
  Value weights;               ///< null without pairs
  Value halfAlpha, halfScores; ///< the same places for fewer lanes
};

} // namespace mlir::attn

#endif // ATTN_PASSES_ONLINEVISIT_H
