//===- LowerStage.cpp - attn.stage_keys -----------------------------------===//
//
// Copies row by row, some registers at a time. The last registers of a row
// begin early enough to end with the row; a row shorter than a register is
// copied in pieces whose lengths are powers of two. Nothing outside the rows is
// touched.
//
// Keys of tiles that slide are transposed in squares, along the last axis. A
// square at the end of a row of the box repeats its last key, in columns that
// the next row, or nothing, uses.
//
//===----------------------------------------------------------------------===//

#include "codegen/cpu/LowerTiles.h"
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
  // So many that the loop costs little beside them.
  constexpr int64_t most = 8;
  int64_t pieces = std::min<int64_t>(most, llvm::divideCeil(depth, lanes));
  int64_t step = pieces * lanes;
  b.loop(b.index(0), b.index(depth), step, [&](Value d) {
    for (int64_t n = 0; n < pieces; ++n) {
      Value begin = b.add(d, n * lanes);
      if (depth % step)
        begin = b.min(begin, b.index(depth - lanes));
      copyPiece(b, lanes, from, fromAt, to, slot, begin);
    }
  });
}

/// Columns [slot, slot + lanes) of ks: the keys of some rows.
static void transposeKeys(StageKeysOp op, TileBuilder &b, ArrayRef<Value> rows,
                          Value slot) {
  int64_t depth = op.getK().getType().getDimSize(3), side = b.lanes();
  if (depth < side)
    return b.loop(b.index(0), b.index(depth), 1, [&](Value d) {
      for (auto [n, row] : llvm::enumerate(rows)) {
        Value k = b.create<memref::LoadOp>(
            op.getK(), ValueRange{op.getBatch(), op.getHead(), row, d});
        b.create<memref::StoreOp>(b.toF32(k), op.getKs(),
                                  ValueRange{d, b.add(slot, n)});
      }
    });
  b.loop(b.index(0), b.index(depth), side, [&](Value first) {
    if (depth % side)
      first = b.min(first, b.index(depth - side));
    SmallVector<Value> square =
        loadTransposed(b, op.getK(), op.getBatch(), op.getHead(), rows, first);
    for (auto [i, feature] : llvm::enumerate(square))
      b.store(feature, op.getKs(), {b.add(first, i), slot});
  });
}

/// The keys along the last axis, from slot `slot` on.
static void transposeAxis(StageKeysOp op, TileBuilder &b, Value row,
                          Value slot) {
  Value lo = op.getLo().back(), hi = op.getHi().back();
  Value end = b.sub(b.create<memref::DimOp>(op.getK(), 2), b.index(1));
  b.loop(lo, hi, b.lanes(), [&](Value x) {
    SmallVector<Value> rows;
    Value last = b.sub(hi, b.index(1));
    for (int64_t n = 0; n < b.lanes(); ++n) {
      Value place = b.mul(b.min(b.add(x, n), last), op.getStrides().back());
      rows.push_back(b.min(b.add(row, place), end));
    }
    transposeKeys(op, b, rows, b.add(slot, b.sub(x, lo)));
  });
}

/// Nested loops over the axes from `axis` on; `row` is the part of the row
/// number that the axes before contribute. Returns the next free slot.
static Value emitAxis(StageKeysOp op, TileBuilder &b, size_t axis, Value row,
                      Value slot) {
  bool last = axis + 1 == op.getLo().size();
  if (last && op.getTransposed())
    transposeAxis(op, b, row, slot);
  auto body = [&](Value x, ValueRange carried) -> TileBuilder::Carried {
    Value here = b.add(row, b.mul(x, op.getStrides()[axis]));
    if (!last)
      return {emitAxis(op, b, axis + 1, here, carried[0])};
    // A box of several residues may hold a position that one of them lacks.
    Value last = b.sub(b.create<memref::DimOp>(op.getK(), 2), b.index(1));
    SmallVector<Value> at = {op.getBatch(), op.getHead(), b.min(here, last)};
    if (!op.getTransposed())
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
