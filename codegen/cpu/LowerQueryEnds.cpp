//===- LowerQueryEnds.cpp - attn.query_begin and attn.query_end -----------===//

#include "codegen/cpu/LowerTiles.h"

#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

#include <limits>

namespace mlir::attn {

void lowerQueryBegin(QueryBeginOp op, TileBuilder &b) {
  Value sink = op.getSink(), lane = op.getLane();
  float lowest = -std::numeric_limits<float>::infinity();
  Value max = sink ? sink : b.constant(b.getF32FloatAttr(lowest));
  Value sum = b.constant(b.getF32FloatAttr(sink ? 1.0f : 0.0f));
  b.create<memref::StoreOp>(max, op.getMax(), ValueRange{lane});
  b.create<memref::StoreOp>(sum, op.getSum(), ValueRange{lane});
  int64_t columns = op.getOt().getType().getDimSize(1);
  for (int64_t e = 0; e < columns; e += b.lanes())
    b.store(b.splat(0.0f), op.getOt(), {lane, b.index(e)});
}

void lowerQueryEnd(QueryEndOp op, TileBuilder &b) {
  auto at = [&](Value array) {
    return b.broadcast(
        b.create<memref::LoadOp>(array, ValueRange{op.getLane()}));
  };
  Value sum = at(op.getSum()), inverse = emitInverse(b, sum);
  SmallVector<Value> row = {op.getBatch(), op.getHead(), op.getQuery()};
  Type element = op.getO().getType().getElementType();
  int64_t depth = op.getO().getType().getDimSize(3);
  for (int64_t e = 0; e < depth; e += b.lanes()) {
    Value o = b.load(op.getOt(), {op.getLane(), b.index(e)});
    o = b.fromF32(b.create<arith::MulFOp>(o, inverse), element);
    SmallVector<Value> place = row;
    place.push_back(b.index(e));
    if (depth - e >= b.lanes()) {
      b.store(o, op.getO(), place);
      continue;
    }
    b.create<vector::MaskedStoreOp>(op.getO(), place, b.firstLanes(depth - e),
                                    o);
  }
  if (!op.getLse())
    return;
  Value lse = emitLse(b, at(op.getMax()), sum);
  b.create<memref::StoreOp>(
      b.create<vector::ExtractOp>(lse, ArrayRef<int64_t>{0}), op.getLse(), row);
}

} // namespace mlir::attn
