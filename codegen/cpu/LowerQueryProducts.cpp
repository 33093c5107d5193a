//===- LowerQueryProducts.cpp - attn.query_scores, .query_accumulate ------===//
//
// Lanes are features: the rows of keys and values are read as they lie in
// memory. The scores of as many keys as a register has lanes are summed side by
// side and then across lanes, all in one tree of shuffles. Outputs stay in
// registers for all keys of the list, twice, so that multiply-adds of
// successive keys do not wait for each other.
//
//===----------------------------------------------------------------------===//

#include "codegen/cpu/LowerTiles.h"

#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

namespace mlir::attn {

namespace {

/// A row of `depth` elements of an operand, a register at a time.
struct RowReader {
  TileBuilder &b;
  Value operand, batch, head;
  int64_t depth;

  RowReader(TileBuilder &b, Value operand, Value batch, Value head)
      : b(b), operand(operand), batch(batch), head(head),
        depth(cast<MemRefType>(operand.getType()).getDimSize(3)) {}

  int64_t registers() const { return llvm::divideCeil(depth, b.lanes()); }

  /// Register number r of a row as f32; 0 beyond the depth.
  Value load(Value row, int64_t r) const {
    int64_t first = r * b.lanes(), count = depth - first;
    return loadAt(row, b.index(first), count);
  }
  /// From `first` on, where at least a register is left.
  Value load(Value row, Value first) const {
    return loadAt(row, first, b.lanes());
  }

private:
  Value loadAt(Value row, Value first, int64_t count) const {
    SmallVector<Value> at = {batch, head, row, first};
    if (count >= b.lanes())
      return b.toF32(b.load(operand, at));
    Type element = cast<MemRefType>(operand.getType()).getElementType();
    VectorType type = b.lanesOf(element);
    Value none = b.constant(cast<TypedAttr>(b.getZeroAttr(type)));
    return b.toF32(b.create<vector::MaskedLoadOp>(type, operand, at,
                                                  b.firstLanes(count), none));
  }
};

} // namespace

static Value keyAt(TileBuilder &b, Value list, Value t) {
  return b.toIndex(b.create<memref::LoadOp>(list, ValueRange{t}));
}

/// Register r of the result holds the sum over the lanes of register r of `x`.
/// Step by step two registers become one: lanes whose number has bit `half`
/// come from the second, and each adds the lane at a distance of `half`.
static Value sumAcross(TileBuilder &b, SmallVector<Value> x) {
  int64_t lanes = b.lanes();
  for (int64_t half = lanes / 2; half > 0; half /= 2) {
    SmallVector<Value> sums;
    for (int64_t r = 0; r < half; ++r) {
      SmallVector<int64_t> own(lanes), other(lanes);
      for (int64_t l = 0; l < lanes; ++l) {
        int64_t from = l & half ? lanes : 0;
        own[l] = from + l;
        other[l] = from + (l ^ half);
      }
      Value a = x[r], c = x[r + half];
      sums.push_back(
          b.create<arith::AddFOp>(b.create<vector::ShuffleOp>(a, c, own),
                                  b.create<vector::ShuffleOp>(a, c, other)));
    }
    x = sums;
  }
  return x[0];
}

/// Registers of a query that stay in registers.
static constexpr int64_t kQueryRegisters = 8;

void lowerQueryScores(QueryScoresOp op, TileBuilder &b) {
  RowReader query(b, op.getQ(), op.getBatch(), op.getHead());
  RowReader keys(b, op.getK(), op.getBatch(), op.getKvHead());
  int64_t registers = keys.registers();
  bool isShort = registers <= kQueryRegisters;
  SmallVector<Value> q;
  if (isShort)
    for (int64_t r = 0; r < registers; ++r)
      q.push_back(query.load(op.getQuery(), r));
  Value scale = b.splat(op.getScale().convertToFloat());
  b.loop(b.index(0), op.getSize(), b.lanes(), [&](Value t) {
    SmallVector<Value> rows, sums(b.lanes(), b.splat(0.0f));
    for (int64_t n = 0; n < b.lanes(); ++n)
      rows.push_back(keyAt(b, op.getList(), b.add(t, n)));
    auto add = [&](Value x, ValueRange before, auto first) {
      SmallVector<Value> after;
      for (auto [row, sum] : llvm::zip_equal(rows, before))
        after.push_back(b.fma(keys.load(row, first), x, sum));
      return after;
    };
    if (isShort) {
      for (auto [r, x] : llvm::enumerate(q))
        sums = add(x, sums, int64_t(r));
    } else {
      int64_t whole = keys.depth / b.lanes();
      sums =
          b.loop(b.index(0), b.index(whole * b.lanes()), b.lanes(), sums,
                 [&](Value first, ValueRange before) {
                   return add(query.load(op.getQuery(), first), before, first);
                 });
      if (whole < registers)
        sums = add(query.load(op.getQuery(), whole), sums, whole);
    }
    b.store(b.create<arith::MulFOp>(sumAcross(b, sums), scale), op.getS(), {t});
  });
}

/// Adds values to some registers of the output.
static void accumulate(QueryAccumulateOp op, TileBuilder &b,
                       const RowReader &values, ArrayRef<int64_t> registers) {
  SmallVector<Value> sums;
  Value alpha = b.broadcast(op.getAlpha());
  auto place = [&](int64_t r) { return b.index(r * b.lanes()); };
  for (int64_t r : registers) {
    Value o = b.load(op.getOt(), {op.getLane(), place(r)});
    sums.push_back(b.create<arith::MulFOp>(o, alpha));
  }
  auto addKey = [&](Value t, ValueRange before) {
    Value row = keyAt(b, op.getList(), t);
    Value weight = b.broadcastForFma(
        b.create<memref::LoadOp>(op.getS(), ValueRange{t}), registers.size());
    SmallVector<Value> after;
    for (auto [r, sum] : llvm::zip_equal(registers, before))
      after.push_back(b.fma(values.load(row, r), weight, sum));
    return after;
  };
  size_t count = sums.size();
  Value zero = b.index(0);
  Value whole =
      b.mul(b.create<arith::DivUIOp>(op.getSize(), b.index(2)), int64_t(2));
  SmallVector<Value> twice = sums;
  twice.append(count, b.splat(0.0f));
  twice = b.loop(zero, whole, 2, twice, [&](Value t, ValueRange before) {
    SmallVector<Value> after = addKey(t, before.take_front(count));
    after.append(addKey(b.add(t, 1), before.drop_front(count)));
    return after;
  });
  for (size_t n = 0; n < count; ++n)
    sums[n] = b.create<arith::AddFOp>(twice[n], twice[count + n]);
  sums = b.loop(whole, op.getSize(), 1, sums, addKey);
  for (auto [r, sum] : llvm::zip_equal(registers, sums))
    b.store(sum, op.getOt(), {op.getLane(), place(r)});
}

void lowerQueryAccumulate(QueryAccumulateOp op, TileBuilder &b) {
  RowReader values(b, op.getV(), op.getBatch(), op.getKvHead());
  int64_t atOnce = b.target.accumulators() / 2;
  for (int64_t first = 0; first < values.registers(); first += atOnce) {
    SmallVector<int64_t> registers;
    for (int64_t r = first; r < std::min(first + atOnce, values.registers());
         ++r)
      registers.push_back(r);
    accumulate(op, b, values, registers);
  }
}

} // namespace mlir::attn
