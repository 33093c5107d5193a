//===- LowerDiagonals.cpp - attn.diagonal_begin, _keys, _modify and _mask -===//
//
// Lanes are queries: a register at a time. Each has a key of its own.
//
//===----------------------------------------------------------------------===//

#include "codegen/cpu/LaneInliner.h"
#include "codegen/cpu/LowerTiles.h"

#include "mlir/Dialect/MemRef/IR/MemRef.h"

#include <limits>

namespace mlir::attn {

void lowerDiagonalBegin(DiagonalBeginOp op, TileBuilder &b) {
  clearState(b, op.getSink(), op.getMax(), op.getSum());
}

/// Calls `body` for each register of lanes and each number of the list, with
/// the queries and the place.
template <typename Op, typename Begin, typename Body>
static void forLanes(Op op, TileBuilder &b, int64_t lanes, Begin begin,
                     Body body) {
  Value coordinates = emitCoordinates(b, lanes, int64_t(op.getTile()),
                                      op.getOrigin(), op.getExtent());
  b.forLaneGroups(lanes, 1, [&](ArrayRef<Value> lane) {
    Value queries = loadCoordinates(b, coordinates, 0, lane).front();
    auto state = begin(queries);
    b.loop(b.index(0), op.getCount(), 1, [&](Value t) {
      SmallVector<Value> place = {t, lane.front()};
      body(state, place);
    });
  });
}

void lowerDiagonalKeys(DiagonalKeysOp op, TileBuilder &b) {
  Value first = b.splatI32(0);
  Value last = b.broadcast(b.toI32(b.sub(op.getKeys(), b.index(1))));
  Value lastQuery = b.toI32(b.sub(op.getExtent(), b.index(1)));
  forLanes(
      op, b, op.getList().getType().getDimSize(1),
      [](Value queries) { return queries; },
      [&](Value queries, ValueRange place) {
        Value diagonal = b.create<memref::LoadOp>(op.getDiagonals(), place[0]);
        Value distance = b.create<arith::SubIOp>(diagonal, lastQuery);
        Value keys = b.create<arith::AddIOp>(queries, b.broadcast(distance));
        keys = b.create<arith::MaxSIOp>(keys, first);
        keys = b.create<arith::MinSIOp>(keys, last);
        b.store(keys, op.getList(), place);
      });
}

/// A region that knows the queries by argument number `argument`.
static LaneInliner perQuery(Region &region, TileBuilder &b, unsigned argument,
                            Value queries) {
  LaneInliner inliner(region, b, 1);
  inliner.bind(argument, queries);
  inliner.emit();
  return inliner;
}

void lowerDiagonalModify(DiagonalModifyOp op, TileBuilder &b) {
  forLanes(
      op, b, op.getS().getType().getDimSize(1),
      [&](Value queries) { return perQuery(op.getBody(), b, 1, queries); },
      [&](LaneInliner perKey, ValueRange place) {
        perKey.bind(2, b.load(op.getList(), place));
        perKey.bind(0, b.load(op.getS(), place));
        perKey.emit();
        b.store(emitForExp2(b, perKey.result(0), op.getBody()), op.getS(),
                place);
      });
}

void lowerDiagonalMask(DiagonalMaskOp op, TileBuilder &b) {
  Value dropped = b.splat(-std::numeric_limits<float>::infinity());
  forLanes(
      op, b, op.getS().getType().getDimSize(1),
      [&](Value queries) { return perQuery(op.getKeep(), b, 0, queries); },
      [&](LaneInliner perKey, ValueRange place) {
        Value diagonal = b.create<memref::LoadOp>(op.getDiagonals(), place[0]);
        perKey.bind(1, diagonal);
        perKey.emit();
        Value s = b.load(op.getS(), place);
        b.store(b.select(perKey.result(0), s, dropped), op.getS(), place);
      });
}

} // namespace mlir::attn
