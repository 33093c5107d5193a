//===- QueryGroup.cpp - the queries of a group ----------------------------===//

#include "passes/QueryGroup.h"

using namespace mlir;
using namespace mlir::attn;

QueryGroup::QueryGroup(OnlineAttentionOp op, IndexBuilder &index,
                       const ::attn::IndexSpace &space, OnlineTiles &tiles,
                       const OnlineSizes &sizes)
    : op(op), index(index), space(space), tiles(tiles), sizes(sizes),
      queries(boxFrom(SmallVector<Value>(op.getOrigin()))) {}

Value QueryGroup::extent(unsigned axis) {
  unsigned residues = space.numResidues();
  return index.constant(
      axis < residues ? 1 : op.getPlan().getGroupExtent(axis - residues));
}

EmittedBox QueryGroup::boxFrom(ArrayRef<Value> origin) {
  EmittedBox box;
  for (auto [a, lo] : llvm::enumerate(origin))
    box.push_back(
        {lo, index.min(index.add(lo, extent(a)), sizes.queryExtents[a])});
  return box;
}

/// All of them, or those of the block whose parts are visited in turn.
::attn::Interval<Value> QueryGroup::walked(unsigned axis) {
  Value zero = index.constant(0), extent = sizes.queryExtents[axis];
  if (!op.getKept() || axis < space.numResidues())
    return {zero, extent};
  int64_t residues = space.axes()[axis].stride;
  int64_t block = op.getKept().getType().getDimSize(1) / residues;
  Value lowest = index.b.createOrFold<arith::DivUIOp>(op.getFirst(),
                                                      index.constant(residues));
  return {lowest, index.min(index.add(lowest, index.constant(block)), extent)};
}

QueryGroup::Next QueryGroup::next(const EmittedBox &first) {
  SmallVector<Value> origin(op.getOrigin());
  Value moves = index.flag(true), zero = index.constant(0);
  Value one = index.constant(1);
  for (unsigned a = space.size(); a-- > 0;) {
    Value here = origin[a], step = extent(a);
    auto [lowest, end] = walked(a);
    Value count = index.ceilDiv(index.sub(end, lowest), step);
    Value last = index.add(lowest, index.mul(index.sub(count, one), step));
    Value isFirst = index.less(here, index.add(lowest, one));
    Value moved = index.select(isFirst, last, index.sub(here, step));
    origin[a] = index.select(moves, moved, here);
    moves = index.both(moves, isFirst);
  }
  Next next = {boxFrom(origin), {}};
  for (auto [a, keys] : llvm::enumerate(first)) {
    Value shift = index.sub(origin[a], op.getOrigin()[a]);
    next.keys.push_back(
        {index.max(index.add(keys.lo, shift), zero),
         index.min(index.add(keys.hi, shift), sizes.keyExtents[a])});
  }
  return next;
}

QueryGroup::Heads QueryGroup::nextHeads() {
  Value isFirst = index.flag(true), one = index.constant(1);
  for (Value origin : op.getOrigin())
    isFirst = index.both(isFirst, index.less(origin, one));
  Value before = index.max(index.sub(op.getHead(), one), index.constant(0));
  Value head = index.select(isFirst, before, op.getHead());
  auto divide = [&](Value x, Value y) {
    return index.b.createOrFold<arith::DivUIOp>(x, y);
  };
  return {head, divide(head, divide(sizes.numHeads, sizes.numKvHeads))};
}

void QueryGroup::forTiles(function_ref<void(const QueryTile &)> body) {
  QueryTile tile;
  tile.number = index.constant(0);
  forTiles(0, tile, body);
}

void QueryGroup::forTiles(unsigned axis, QueryTile tile,
                          function_ref<void(const QueryTile &)> body) {
  if (axis == space.size())
    return body(tile);
  Value origin = op.getOrigin()[axis];
  if (axis < space.numResidues()) {
    tile.origin.push_back(origin);
    tile.end.push_back(index.add(origin, index.constant(1)));
    return forTiles(axis + 1, tile, body);
  }
  unsigned position = axis - space.numResidues();
  Value size = index.constant(op.getPlan().getTile()[position]);
  Value end = queries[axis].hi;
  Value count = index.ceilDiv(index.sub(end, origin), size);
  tiles.loop(index.constant(0), count, index.constant(1), [&](Value n) {
    QueryTile inner = tile;
    Value first = index.add(origin, index.mul(n, size));
    inner.origin.push_back(first);
    inner.end.push_back(index.min(index.add(first, size), end));
    Value along = index.constant(op.getPlan().getGroup()[position]);
    inner.number = index.add(index.mul(tile.number, along), n);
    forTiles(axis + 1, inner, body);
  });
}
