//===- LowerModify.cpp - attn.tile_modify ---------------------------------===//
//
// As for masks (LowerMask.cpp) the region is inlined where its arguments become
// known, but every score of the visit is computed.
//
//===----------------------------------------------------------------------===//

#include "codegen/cpu/LaneInliner.h"
#include "codegen/cpu/LowerTiles.h"

#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/IR/Matchers.h"

#include <limits>

namespace mlir::attn {

/// Whether a modification reads or writes out numbers that may be near the
/// least of f32.
static bool mayBeHuge(Region &body) {
  constexpr float huge = 1e30f;
  auto result = body.walk([&](Operation *op) {
    APFloat constant(0.0f);
    bool isHuge = isa<ScoreElementOp>(op) ||
                  (matchPattern(op, m_ConstantFloat(&constant)) &&
                   std::abs(constant.convertToFloat()) > huge);
    return isHuge ? WalkResult::interrupt() : WalkResult::advance();
  });
  return result.wasInterrupted();
}

Value emitForExp2(TileBuilder &b, Value score, Region &body) {
  Value scaled = b.create<arith::MulFOp>(score, b.splat(1.44269504f));
  if (!mayBeHuge(body))
    return scaled;
  constexpr float infinity = std::numeric_limits<float>::infinity();
  Value least = b.splat(std::numeric_limits<float>::lowest());
  Value isDropped = b.equal(score, b.splat(-infinity));
  return b.select(isDropped, score, b.max(least, scaled));
}

void lowerTileModify(TileModifyOp op, TileBuilder &b) {
  int64_t count = op.getS().getType().getDimSize(1);
  unsigned rank = op.getOrigin().size();
  Value coordinates =
      emitCoordinates(b, count, op.getTile(), op.getOrigin(), op.getExtent());
  b.forLaneGroups(count, 1, [&](ArrayRef<Value> lanes) {
    LaneInliner perTile(op.getBody(), b, 1);
    for (unsigned a = 0; a < rank; ++a)
      perTile.bind(1 + a, loadCoordinates(b, coordinates, a, lanes));
    perTile.emit();
    SmallVector<Value> starts = startsOf(b, op.getStarts(), lanes);
    b.loop(b.index(0), op.getNrows(), 1, [&](Value row) {
      LaneInliner perRow = perTile;
      for (unsigned a = 0; a + 1 < rank; ++a) {
        Value x = b.create<memref::LoadOp>(op.getRows(),
                                           ValueRange{row, b.index(3 + a)});
        perRow.bind(1 + rank + a, x);
      }
      perRow.emit();
      Value position = b.mul(row, op.getWidth());
      b.loop(b.index(0), op.getWidth(), 1, [&](Value x) {
        LaneInliner perKey = perRow;
        Value at = b.add(position, x);
        Value key = b.toI32(b.add(op.getFirst(), x));
        perKey.bind(2 * rank, keyCoordinates(b, key, starts));
        perKey.bind(0, b.load(op.getS(), {at, lanes.front()}));
        perKey.emit();
        Value score = emitForExp2(b, perKey.result(0), op.getBody());
        b.store(score, op.getS(), {at, lanes.front()});
      });
    });
  });
}

} // namespace mlir::attn
