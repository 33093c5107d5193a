//===- QueryBlock.cpp - outputs that are kept by query --------------------===//

#include "codegen/cpu/QueryBlock.h"
#include "codegen/cpu/AheadLines.h"

#include "mlir/Dialect/MemRef/IR/MemRef.h"

namespace mlir::attn {

void QueryBlock::addKeys(Value rows, Value begin, Value end, Value factors) {
  AheadLines ahead(b, op.getAhead(), b.target.stepsOfBlock());
  SmallVector<Value> zeros(queries * vectors, b.splat(0.0f));
  int64_t most = cast<MemRefType>(values.getType()).getDimSize(0);
  Value ofBlock = b.window(values, start ? b.add(start, column) : column, most);
  auto sums = b.loopOfBlock(
      begin, end, zeros, [&](Value first, int64_t n, ValueRange before) {
        if (n == 0)
          ahead.ask(b.sub(first, begin));
        Value row = b.toIndex(
            b.create<memref::LoadOp>(rows, ValueRange{b.add(first, n)}));
        return add(b.rowAt(op.getS(), first, n), {ofBlock, row}, before);
      });
  ahead.finish(b.sub(end, begin));
  store(sums, factors);
}

SmallVector<Value> QueryBlock::add(TileBuilder::Row weights,
                                   TileBuilder::Row values, ValueRange sums) {
  SmallVector<Value> held, after;
  for (int64_t v = 0; v < vectors; ++v)
    held.push_back(b.load(values.memref, {b.add(values.row, v * b.lanes())}));
  for (int64_t i = 0; i < queries; ++i) {
    Value weight = b.create<memref::LoadOp>(weights.memref,
                                            ValueRange{weights.row, laneAt(i)});
    Value wide = b.broadcastForFma(weight, vectors);
    SmallVector<Value> ofQuery;
    for (Value value : held)
      ofQuery.push_back(
          b.fma(wide, value, sums[after.size() + ofQuery.size()]));
    llvm::append_range(after, b.fence(ofQuery));
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

Value writeSlots(TileBuilder &b, Value rows, Value numRows, Value width,
                 int64_t most, int64_t more, int64_t scale) {
  Value zero = b.index(0);
  Value slots = b.stack({most}, b.getI32Type());
  b.loop(zero, numRows, 1, [&](Value row) {
    Value slot = b.create<memref::LoadOp>(rows, ValueRange{row, zero});
    Value position = b.mul(row, width);
    b.loop(zero, width, 1, [&](Value x) {
      Value scaled = b.mul(b.add(slot, b.toI32(x)), b.i32(scale));
      b.create<memref::StoreOp>(scaled, slots, ValueRange{b.add(position, x)});
    });
  });
  Value count = b.mul(numRows, width);
  for (int64_t n = 0; n < more; ++n)
    b.create<memref::StoreOp>(b.i32(0), slots, ValueRange{b.add(count, n)});
  return slots;
}

ValueRows::ValueRows(TileAccumulateOp op, TileBuilder &b)
    : columns(op.getVs().getType().getDimSize(1)) {
  SmallVector<ReassociationIndices> all = {{0, 1}};
  values = b.create<memref::CollapseShapeOp>(op.getVs(), all);
  begins = writeSlots(b, op.getRows(), op.getNrows(), op.getWidth(),
                      op.getS().getType().getDimSize(0), /*more=*/0, columns);
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
