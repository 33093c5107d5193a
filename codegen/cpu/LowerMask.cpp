//===- LowerMask.cpp - attn.tile_mask -------------------------------------===//
//
// The region is inlined in three steps, each time only the part of it that is
// new there: what depends on the query alone before the loop over rows, what
// depends on the row before the loop over keys, the rest inside.
//
//===----------------------------------------------------------------------===//

#include "codegen/cpu/LaneInliner.h"
#include "codegen/cpu/LowerTiles.h"

#include "mlir/Dialect/MemRef/IR/MemRef.h"

#include <limits>

namespace mlir::attn {

SmallVector<Value> laneCoordinates(TileBuilder &b, ArrayRef<int64_t> tile,
                                   ValueRange origin, ValueRange extent,
                                   int64_t lane) {
  SmallVector<Value> coordinates(tile.size());
  int64_t queries = 1;
  for (int64_t size : tile)
    queries *= size;
  int64_t inner = 1;
  for (int64_t a = tile.size() - 1; a >= 0; --a) {
    SmallVector<int32_t> offsets;
    for (int64_t l = lane; l < lane + b.lanes(); ++l)
      offsets.push_back(l % queries / inner % tile[a]);
    inner *= tile[a];
    Value offset = b.constant(
        DenseElementsAttr::get(b.lanesOf(b.getI32Type()), ArrayRef(offsets)));
    Value first = b.broadcast(b.toI32(origin[a]));
    Value last = b.broadcast(b.toI32(b.sub(extent[a], b.index(1))));
    coordinates[a] =
        b.create<arith::MinSIOp>(b.create<arith::AddIOp>(first, offset), last);
  }
  return coordinates;
}

Value emitCoordinates(TileBuilder &b, int64_t lanes, ArrayRef<int64_t> tile,
                      ValueRange origin, ValueRange extent) {
  Value coordinates = b.stack({int64_t(tile.size()), lanes}, b.getI32Type());
  for (int64_t lane = 0; lane < lanes; lane += b.lanes())
    for (auto [a, value] :
         llvm::enumerate(laneCoordinates(b, tile, origin, extent, lane)))
      b.store(value, coordinates, {b.index(a), b.index(lane)});
  return coordinates;
}

SmallVector<Value> loadCoordinates(TileBuilder &b, Value coordinates, int64_t a,
                                   ArrayRef<Value> lanes) {
  return llvm::map_to_vector(lanes, [&](Value lane) {
    return b.load(coordinates, {b.index(a), lane});
  });
}

SmallVector<Value> startsOf(TileBuilder &b, Value starts,
                            ArrayRef<Value> lanes) {
  SmallVector<Value> result;
  if (!starts)
    return result;
  Value places = b.index(PlanAttr::slidingLanes);
  for (Value lane : lanes)
    result.push_back(
        b.load(starts, {b.createOrFold<arith::RemUIOp>(lane, places)}));
  return result;
}

SmallVector<Value> keyCoordinates(TileBuilder &b, Value key,
                                  ArrayRef<Value> starts) {
  if (starts.empty())
    return {key};
  SmallVector<Value> result;
  for (Value start : starts)
    result.push_back(b.create<arith::AddIOp>(b.broadcast(key), start));
  return result;
}

/// Masks the keys of one row outside its core: [0, coreBegin) and
/// [coreEnd, width) in one loop.
static void emitRow(TileMaskOp op, TileBuilder &b, ArrayRef<Value> lanes,
                    ArrayRef<Value> starts, const LaneInliner &perTile,
                    Value row) {
  unsigned rank = op.getOrigin().size();
  Value zero = b.index(0);
  auto column = [&](int64_t n) -> Value {
    return b.create<memref::LoadOp>(op.getRows(), ValueRange{row, b.index(n)});
  };
  Value coreBegin = b.min(b.toIndex(column(1)), op.getWidth());
  Value coreEnd = b.min(b.toIndex(column(2)), op.getWidth());
  Value core = b.sub(coreEnd, coreBegin);
  Value outside = b.sub(op.getWidth(), core);
  Value isPartial =
      b.create<arith::CmpIOp>(arith::CmpIPredicate::sgt, outside, zero);
  b.ifThen(isPartial, [&] {
    LaneInliner perRow = perTile;
    for (unsigned a = 0; a + 1 < rank; ++a)
      perRow.bind(rank + a, column(3 + a));
    perRow.emit();
    Value position = b.mul(row, op.getWidth());
    Value dropped = b.splat(-std::numeric_limits<float>::infinity());

    b.loop(zero, outside, 1, [&](Value n) {
      Value isBefore =
          b.create<arith::CmpIOp>(arith::CmpIPredicate::slt, n, coreBegin);
      Value x = b.select(isBefore, n, b.add(n, core));
      LaneInliner perKey = perRow;
      Value key = b.toI32(b.add(op.getFirst(), x));
      perKey.bind(2 * rank - 1, keyCoordinates(b, key, starts));
      perKey.emit();
      Value at = b.add(position, x);
      for (auto [r, lane] : llvm::enumerate(lanes)) {
        Value s = b.load(op.getS(), {at, lane});
        // LLVM would store the dropped lanes alone.
        if (b.target.hasSlowMaskedStore)
          s = b.opaque(s);
        b.store(b.select(perKey.result(r), s, dropped), op.getS(), {at, lane});
      }
    });
  });
}

void lowerTileMask(TileMaskOp op, TileBuilder &b) {
  int64_t count = op.getS().getType().getDimSize(1);
  Value coordinates =
      emitCoordinates(b, count, op.getTile(), op.getOrigin(), op.getExtent());
  b.forLaneGroups(count, b.target.blockVectors(), [&](ArrayRef<Value> lanes) {
    LaneInliner perTile(op.getKeep(), b, lanes.size());
    for (size_t a = 0; a < op.getTile().size(); ++a)
      perTile.bind(a, loadCoordinates(b, coordinates, a, lanes));
    perTile.emit();
    SmallVector<Value> starts = startsOf(b, op.getStarts(), lanes);
    b.loop(b.index(0), op.getNrows(), 1,
           [&](Value row) { emitRow(op, b, lanes, starts, perTile, row); });
  });
}

} // namespace mlir::attn
