//===- StagePairs.cpp - queries, keys and values as pairs of bf16 ---------===//
//
// Memory holds rows of features. Two features of a query are a pair as they
// lie, so that queries are transposed as 32-bit numbers; keys are copied. Of
// values two keys are a pair: 32 rows become 16 registers of pairs, which are
// transposed. A rest of a row is read under a mask and filled with zeros.
//
//===----------------------------------------------------------------------===//

#include "codegen/cpu/PairProducts.h"

#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

namespace mlir::attn {

/// `count` numbers of a row, at most `length`, the rest 0.
static Value loadPart(TileBuilder &b, Value memref, ValueRange at,
                      int64_t count, int64_t length) {
  auto type = VectorType::get({length}, b.getBF16Type());
  if (count >= length)
    return b.create<vector::LoadOp>(type, memref, at);
  auto maskType = VectorType::get({length}, b.getI1Type());
  SmallVector<bool> isThere(length);
  std::fill_n(isThere.begin(), count, true);
  Value mask = b.constant(DenseElementsAttr::get(maskType, isThere));
  Value zeros = b.constant(cast<TypedAttr>(b.getZeroAttr(type)));
  return b.create<vector::MaskedLoadOp>(type, memref, at, mask, zeros);
}

/// A register of pairs as one of 32-bit numbers, and back.
static Value toNumbers(TileBuilder &b, Value pairs) {
  return b.create<vector::BitCastOp>(b.lanesOf(b.getI32Type()), pairs);
}
static Value toPairs(TileBuilder &b, Value numbers) {
  auto type = VectorType::get({pairRegister}, b.getBF16Type());
  return b.create<vector::BitCastOp>(type, numbers);
}

/// Calls `body` for the parts of `length` numbers of a row of `depth`, with
/// where they begin and how many of them there are.
static void forParts(TileBuilder &b, int64_t depth, int64_t length,
                     function_ref<void(Value first, int64_t count)> body) {
  int64_t whole = depth / length * length;
  b.loop(b.index(0), b.index(whole), length,
         [&](Value first) { body(first, length); });
  if (whole != depth)
    body(b.index(whole), depth - whole);
}

void emitQueryPairs(TileBeginOp op, TileBuilder &b, Value rows) {
  int64_t depth = op.getQ().getType().getDimSize(3);
  int64_t lanes = op.getMax().getType().getDimSize(0);
  bool isNegative = op.getScale().isNegative();
  b.loop(b.index(0), b.index(lanes), b.lanes(), [&](Value lane) {
    SmallVector<Value> rowsOfLanes;
    for (int64_t l = 0; l < b.lanes(); ++l)
      rowsOfLanes.push_back(b.toIndex(
          b.create<memref::LoadOp>(rows, ValueRange{b.add(lane, l)})));
    forParts(b, depth, pairRegister, [&](Value first, int64_t count) {
      SmallVector<Value> square;
      for (Value row : rowsOfLanes) {
        Value at[] = {op.getBatch(), op.getHead(), row, first};
        Value pairs = loadPart(b, op.getQ(), at, count, pairRegister);
        if (isNegative)
          pairs = b.create<arith::NegFOp>(pairs);
        square.push_back(toNumbers(b, pairs));
      }
      Value pair = b.createOrFold<arith::DivUIOp>(first, b.index(2));
      for (auto [i, pairs] : llvm::enumerate(transposeSquare(b, square)))
        b.create<vector::StoreOp>(toPairs(b, pairs), op.getQt(),
                                  ValueRange{b.add(pair, i), b.mul(lane, 2)});
    });
  });
}

//===----------------------------------------------------------------------===//
// Keys and values
//===----------------------------------------------------------------------===//

namespace {

/// Keys [lo, hi) of the last axis; `row` is the row of its beginning, `slot`
/// the first slot.
struct KeyRun {
  Value lo, hi, row, slot;
  int64_t stride;
  Value lastRow; ///< of the array

  /// A box of several residues may hold a position that one of them lacks.
  Value rowOf(TileBuilder &b, Value x) const {
    return b.min(b.add(row, b.mul(x, stride)), lastRow);
  }
};

} // namespace

static void copyKeys(StageKeysOp op, TileBuilder &b, const KeyRun &run) {
  int64_t depth = op.getK().getType().getDimSize(3);
  b.loop(run.lo, run.hi, 1, [&](Value x) {
    Value slot = b.add(run.slot, b.sub(x, run.lo));
    Value row = run.rowOf(b, x);
    forParts(b, depth, pairRegister, [&](Value first, int64_t count) {
      Value at[] = {op.getBatch(), op.getHead(), row, first};
      Value part = loadPart(b, op.getK(), at, count, pairRegister);
      b.create<vector::StoreOp>(part, op.getKs(), ValueRange{slot, first});
    });
  });
}

/// What sticks out past the end of the run repeats its last key; the next run
/// overwrites it.
static void transposeValues(StageKeysOp op, TileBuilder &b, const KeyRun &run) {
  int64_t depth = op.getV().getType().getDimSize(3);
  Value last = b.sub(run.hi, b.index(1));
  b.loop(run.lo, run.hi, pairRegister, [&](Value x) {
    Value slot = b.add(run.slot, b.sub(x, run.lo));
    SmallVector<Value> rows;
    for (int64_t n = 0; n < pairRegister; ++n)
      rows.push_back(run.rowOf(b, b.min(b.add(x, n), last)));
    forParts(b, depth, b.lanes(), [&](Value first, int64_t count) {
      auto wide = [&](Value row) -> Value {
        Value at[] = {op.getBatch(), op.getHead(), row, first};
        Value part = loadPart(b, op.getV(), at, count, b.lanes());
        auto bits = VectorType::get({b.lanes()}, b.getI16Type());
        part = b.create<arith::BitcastOp>(bits, part);
        return b.create<arith::ExtUIOp>(b.lanesOf(b.getI32Type()), part);
      };
      SmallVector<Value> square;
      for (int64_t n = 0; n < pairRegister; n += 2) {
        Value high = b.create<arith::ShLIOp>(wide(rows[n + 1]), b.splatI32(16));
        square.push_back(b.create<arith::OrIOp>(wide(rows[n]), high));
      }
      for (auto [i, pairs] : llvm::enumerate(transposeSquare(b, square)))
        b.create<vector::StoreOp>(toPairs(b, pairs), op.getVs(),
                                  ValueRange{b.add(first, i), slot});
    });
  });
}

/// Nested loops over the axes from `axis` on; `row` is the part of the row
/// number that the axes before contribute. Returns the next free slot.
static Value stageAxis(StageKeysOp op, TileBuilder &b, size_t axis, Value row,
                       Value slot) {
  Value lo = op.getLo()[axis], hi = op.getHi()[axis];
  int64_t stride = op.getStrides()[axis];
  if (axis + 1 == op.getLo().size()) {
    Value numKeys = b.create<memref::DimOp>(op.getK(), 2);
    KeyRun run = {lo, hi, row, slot, stride, b.sub(numKeys, b.index(1))};
    copyKeys(op, b, run);
    transposeValues(op, b, run);
    return b.add(slot, b.sub(hi, lo));
  }
  auto body = [&](Value x, ValueRange carried) -> TileBuilder::Carried {
    Value here = b.add(row, b.mul(x, stride));
    return {stageAxis(op, b, axis + 1, here, carried[0])};
  };
  return b.loop(lo, hi, 1, slot, body)[0];
}

void stagePairs(StageKeysOp op, TileBuilder &b) {
  Value end = stageAxis(op, b, 0, b.index(0), b.index(0));
  // Products read on past the last key: numbers there must be finite.
  auto type = VectorType::get({pairRegister}, b.getBF16Type());
  Value zeros = b.constant(cast<TypedAttr>(b.getZeroAttr(type)));
  b.loop(
      b.index(0), b.index(op.getVs().getType().getDimSize(0)), 1, [&](Value e) {
        for (int64_t n = 0; n < 2; ++n)
          b.create<vector::StoreOp>(
              zeros, op.getVs(), ValueRange{e, b.add(end, n * pairRegister)});
      });
}

} // namespace mlir::attn
