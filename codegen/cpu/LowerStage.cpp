//===- LowerStage.cpp - attn.stage_keys -----------------------------------===//
//
// Copies row by row, a register at a time. The last register of a row begins
// early enough to end with the row; a row shorter than a register is copied in
// pieces whose lengths are powers of two. Nothing outside the rows is touched.
//
//===----------------------------------------------------------------------===//

#include "codegen/cpu/PairProducts.h"

#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

namespace mlir::attn {

static void copyPiece(TileBuilder &b, int64_t length, Value from,
                      ArrayRef<Value> fromAt, Value to, Value slot, Value d) {
  Type element = cast<MemRefType>(from.getType()).getElementType();
  SmallVector<Value> indices(fromAt);
  indices.push_back(d);
  Value piece = b.create<vector::LoadOp>(VectorType::get({length}, element),
                                         from, indices);
  b.create<vector::StoreOp>(b.toF32(piece), to, ValueRange{slot, d});
}

static void copyRow(TileBuilder &b, Value from, ArrayRef<Value> fromAt,
                    Value to, Value slot) {
  int64_t depth = cast<MemRefType>(from.getType()).getDimSize(3);
  int64_t lanes = b.lanes();
  if (depth < lanes) {
    int64_t done = 0;
    for (int64_t length = lanes / 2; length; length /= 2) {
      if (!(depth & length))
        continue;
      copyPiece(b, length, from, fromAt, to, slot, b.index(done));
      done += length;
    }
    return;
  }
  b.loop(b.index(0), b.index(depth), lanes, [&](Value d) {
    Value begin = depth % lanes ? b.min(d, b.index(depth - lanes)) : d;
    copyPiece(b, lanes, from, fromAt, to, slot, begin);
  });
}

/// Nested loops over the axes from `axis` on; `row` is the part of the row
/// number that the axes before contribute. Returns the next free slot.
static Value emitAxis(StageKeysOp op, TileBuilder &b, size_t axis, Value row,
                      Value slot) {
  bool last = axis + 1 == op.getLo().size();
  auto body = [&](Value x, ValueRange carried) -> TileBuilder::Carried {
    Value here = b.add(row, b.mul(x, op.getStrides()[axis]));
    if (!last)
      return {emitAxis(op, b, axis + 1, here, carried[0])};
    // A box of several residues may hold a position that one of them lacks.
    Value last = b.sub(b.create<memref::DimOp>(op.getK(), 2), b.index(1));
    SmallVector<Value> at = {op.getBatch(), op.getHead(), b.min(here, last)};
    copyRow(b, op.getK(), at, op.getKs(), carried[0]);
    copyRow(b, op.getV(), at, op.getVs(), carried[0]);
    return {b.add(carried[0], 1)};
  };
  return b.loop(op.getLo()[axis], op.getHi()[axis], 1, slot, body)[0];
}

void lowerStageKeys(StageKeysOp op, TileBuilder &b) {
  if (isPairs(op.getKs()))
    return stagePairs(op, b);
  emitAxis(op, b, 0, b.index(0), b.index(0));
}

} // namespace mlir::attn
