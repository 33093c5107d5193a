//===- LowerQuerySoftmax.cpp - attn.query_softmax -------------------------===//
//
// As attn.tile_softmax (LowerSoftmax.cpp), but lanes are keys, so that the
// maximum and the sum go across them at the end.
//
//===----------------------------------------------------------------------===//

#include "codegen/cpu/Exp2.h"
#include "codegen/cpu/LowerTiles.h"

#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

#include <limits>

namespace mlir::attn {

/// What `combine` makes of all lanes, in every lane.
static Value acrossLanes(TileBuilder &b, Value x,
                         function_ref<Value(Value, Value)> combine) {
  for (int64_t half = b.lanes() / 2; half > 0; half /= 2) {
    SmallVector<int64_t> other(b.lanes());
    for (int64_t l = 0; l < b.lanes(); ++l)
      other[l] = l ^ half;
    x = combine(x, b.create<vector::ShuffleOp>(x, x, other));
  }
  return x;
}

void lowerQuerySoftmax(QuerySoftmaxOp op, TileBuilder &b) {
  Value lowest = b.splat(-std::numeric_limits<float>::infinity());
  Value zero = b.index(0), size = op.getSize(), lane = op.getLane();
  auto at = [&](Value array) {
    return b.broadcast(b.create<memref::LoadOp>(array, ValueRange{lane}));
  };
  auto first = [&](Value x) {
    return b.create<vector::ExtractOp>(x, ArrayRef<int64_t>{0}).getResult();
  };
  // Scores past the end of the list become -inf.
  Value before = at(op.getMax());
  Value largest =
      b.loop(zero, size, b.lanes(), before, [&](Value t, ValueRange largest) {
        Value left = b.broadcast(b.toI32(b.sub(size, t)));
        Value isInside = b.create<arith::CmpIOp>(arith::CmpIPredicate::slt,
                                                 b.laneNumbers(), left);
        Value s = b.select(isInside, b.load(op.getS(), {t}), lowest);
        b.store(s, op.getS(), {t});
        return TileBuilder::Carried{b.max(largest[0], s)};
      })[0];
  largest =
      acrossLanes(b, largest, [&](Value x, Value y) { return b.max(x, y); });
  Value shift = b.select(b.equal(largest, lowest), b.splat(0.0f), largest);
  Value alpha = emitExp2(b, b.create<arith::SubFOp>(before, shift));
  Value sum = b.loop(
      zero, size, b.lanes(), b.splat(0.0f), [&](Value t, ValueRange sum) {
        Value s = b.load(op.getS(), {t});
        Value p = emitExp2(b, b.create<arith::SubFOp>(s, shift));
        b.store(p, op.getS(), {t});
        return TileBuilder::Carried{b.create<arith::AddFOp>(sum[0], p)};
      })[0];
  sum = acrossLanes(b, sum, [&](Value x, Value y) {
    return b.create<arith::AddFOp>(x, y).getResult();
  });
  sum = b.fma(at(op.getSum()), alpha, sum);
  b.create<memref::StoreOp>(first(sum), op.getSum(), ValueRange{lane});
  b.create<memref::StoreOp>(first(largest), op.getMax(), ValueRange{lane});
  op.replaceAllUsesWith(first(alpha));
}

} // namespace mlir::attn
