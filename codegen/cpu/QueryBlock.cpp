//===- QueryBlock.cpp - outputs that are kept by query --------------------===//

#include "codegen/cpu/QueryBlock.h"

#include "mlir/Dialect/MemRef/IR/MemRef.h"

namespace mlir::attn {

SmallVector<Value> QueryBlock::zeros() {
  return SmallVector<Value>(queries * vectors, b.splat(0.0f));
}

SmallVector<Value> QueryBlock::add(TileBuilder::Row weights, Value slot,
                                   ValueRange sums) {
  SmallVector<Value> values, after;
  for (int64_t v = 0; v < vectors; ++v)
    values.push_back(b.load(op.getVs(), {slot, columnAt(v)}));
  for (int64_t i = 0; i < queries; ++i) {
    Value weight = b.create<memref::LoadOp>(weights.memref,
                                            ValueRange{weights.row, laneAt(i)});
    Value wide = b.broadcastForFma(weight, vectors);
    for (Value value : values)
      after.push_back(b.fma(wide, value, sums[after.size()]));
  }
  return after;
}

void QueryBlock::store(ValueRange sums, Value factors) {
  Value ot = op.getOt();
  for (int64_t i = 0; i < queries; ++i) {
    Value lane = laneAt(i);
    Value factor =
        b.broadcast(b.create<memref::LoadOp>(factors, ValueRange{lane}));
    for (int64_t v = 0; v < vectors; ++v) {
      Value before = b.load(ot, {lane, columnAt(v)});
      b.store(b.fma(before, factor, sums[i * vectors + v]), ot,
              {lane, columnAt(v)});
    }
  }
}

OutputFactors::OutputFactors(TileAccumulateOp op, TileBuilder &b)
    : b(b), lanes(op.getS().getType().getDimSize(1)) {
  factors = b.stack({lanes}, b.getF32Type());
  for (int64_t lane = 0; lane < lanes; lane += b.lanes())
    b.storeForElements(b.load(op.getAlpha(), {b.index(lane)}), factors,
                       b.index(lane));
}

void OutputFactors::forget() {
  for (int64_t lane = 0; lane < lanes; lane += b.lanes())
    b.storeForElements(b.splat(1.0f), factors, b.index(lane));
}

} // namespace mlir::attn
