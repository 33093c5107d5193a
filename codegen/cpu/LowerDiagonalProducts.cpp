//===- LowerDiagonalProducts.cpp - attn.diagonal_scores, _accumulate ------===//
//
// Registers hold features: rows of queries, keys and values are read as they
// lie in memory, diagonal by diagonal for the scores, since hardware that reads
// ahead follows a diagonal. The scores of as many pairs as a register has lanes
// are summed side by side and then across lanes, all in one tree of shuffles.
//
//===----------------------------------------------------------------------===//

#include "codegen/cpu/LowerTiles.h"

#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
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

/// Number t of the list has this key for the query of a lane.
static Value keyAt(TileBuilder &b, Value list, Value t, Value lane) {
  return b.toIndex(b.create<memref::LoadOp>(list, ValueRange{t, lane}));
}

namespace {

/// Scores of a few queries on a few diagonals: as many as a register has lanes,
/// those of one diagonal side by side.
class DiagonalBlock {
public:
  /// Diagonals that read a query once.
  static constexpr int64_t abreast = 4;

  DiagonalBlock(DiagonalScoresOp op, TileBuilder &b)
      : b(b), query(b, op.getQ(), op.getBatch(), op.getHead()),
        key(b, op.getK(), op.getBatch(), op.getKvHead()) {}

  Value scores(ArrayRef<Value> queries, ArrayRef<Value> keys) {
    SmallVector<Value> sums(b.lanes(), b.splat(0.0f));
    int64_t registers = key.registers(), whole = key.depth / b.lanes();
    constexpr int64_t shortRow = 8;
    int64_t count = queries.size();
    if (registers <= shortRow) {
      for (int64_t u = 0; u < count; ++u)
        for (int64_t r = 0; r < registers; ++r)
          addQuery(queries, keys, u, r, sums);
      return sumAcross(b, sums);
    }
    sums = b.loop(b.index(0), b.index(whole * b.lanes()), b.lanes(), sums,
                  [&](Value first, ValueRange before) {
                    SmallVector<Value> after(before);
                    for (int64_t u = 0; u < count; ++u)
                      addQuery(queries, keys, u, first, after);
                    return after;
                  });
    if (whole < registers)
      for (int64_t u = 0; u < count; ++u)
        addQuery(queries, keys, u, whole, sums);
    return sumAcross(b, sums);
  }

private:
  /// Adds a register of features of query number `u` and its keys. The fence
  /// keeps sums of successive queries apart: together they take registers that
  /// addresses need.
  template <typename First>
  void addQuery(ArrayRef<Value> queries, ArrayRef<Value> keys, int64_t u,
                First first, MutableArrayRef<Value> sums) {
    Value x = query.load(queries[u], first);
    SmallVector<Value> after;
    for (size_t n = u; n < sums.size(); n += queries.size())
      after.push_back(b.fma(key.load(keys[n], first), x, sums[n]));
    for (auto [i, sum] : llvm::enumerate(b.fence(after)))
      sums[u + i * queries.size()] = sum;
  }

  TileBuilder &b;
  RowReader query, key;
};

} // namespace

void lowerDiagonalScores(DiagonalScoresOp op, TileBuilder &b) {
  constexpr int64_t abreast = DiagonalBlock::abreast;
  DiagonalBlock block(op, b);
  int64_t lanes = op.getS().getType().getDimSize(1);
  int64_t size = b.lanes() / abreast;
  Value rows =
      emitRowNumbers(b, lanes, int64_t(op.getTile()),
                     /*strides=*/int64_t(1), op.getOrigin(), op.getExtent());
  Value scale = b.splat(op.getScale().convertToFloat());
  Value last = b.sub(op.getCount(), b.index(1));
  b.loop(b.index(0), op.getCount(), abreast, [&](Value first) {
    // The last one comes again to fill the last step.
    SmallVector<Value> numbers;
    for (int64_t n = 0; n < abreast; ++n)
      numbers.push_back(b.min(b.add(first, n), last));
    b.loop(b.index(0), b.index(lanes), size, [&](Value lane) {
      SmallVector<Value> queries, keys;
      for (int64_t u = 0; u < size; ++u)
        queries.push_back(rowOf(b, rows, b.add(lane, u)));
      for (Value t : numbers)
        for (int64_t u = 0; u < size; ++u)
          keys.push_back(keyAt(b, op.getList(), t, b.add(lane, u)));
      Value s = b.create<arith::MulFOp>(block.scores(queries, keys), scale);
      for (auto [n, t] : llvm::enumerate(numbers)) {
        auto ofDiagonal =
            llvm::to_vector(llvm::seq<int64_t>(n * size, (n + 1) * size));
        Value part = b.create<vector::ShuffleOp>(s, s, ofDiagonal);
        b.store(part, op.getS(), {t, lane});
      }
    });
  });
}

namespace {

/// Outputs of a tile, some registers of a query at a time.
class DiagonalOutputs {
public:
  DiagonalOutputs(DiagonalAccumulateOp op, TileBuilder &b)
      : op(op), b(b), values(b, op.getV(), op.getBatch(), op.getKvHead()),
        rows(emitRowNumbers(b, op.getS().getType().getDimSize(1),
                            int64_t(op.getTile()), /*strides=*/int64_t(1),
                            op.getOrigin(), op.getExtent())),
        inverses(emitInverses(b, op.getSum())) {}

  void emit() {
    int64_t all = values.registers();
    int64_t parts = llvm::divideCeil(all, b.target.accumulators());
    int64_t lanes = op.getS().getType().getDimSize(1);
    b.loop(b.index(0), b.index(lanes), 1, [&](Value lane) {
      for (int64_t p = 0; p < parts; ++p) {
        int64_t first = all * p / parts, end = all * (p + 1) / parts;
        emit(lane, first, end - first);
      }
    });
    if (op.getLse())
      b.ifThen(op.getIsLast(), [&] {
        storeLse(b, op.getMax(), op.getSum(), rows, op.getLse(), op.getBatch(),
                 op.getHead());
      });
  }

private:
  Value column(int64_t r) { return b.index(r * b.lanes()); }
  Value element(Value array, Value lane) {
    return b.create<memref::LoadOp>(array, ValueRange{lane});
  }

  void emit(Value lane, int64_t first, int64_t count) {
    // From zero for every visit: long chains of additions lose accuracy.
    SmallVector<Value> sums(count, b.splat(0.0f));
    sums = addBefore(lane, first, addKeys(lane, first, sums));
    auto branch = b.create<scf::IfOp>(op.getIsLast(), true);
    OpBuilder::InsertionGuard guard(b);
    b.setInsertionPointToStart(branch.thenBlock());
    Value inverse = b.broadcast(element(inverses, lane));
    Value row = rowOf(b, rows, lane);
    for (auto [n, sum] : llvm::enumerate(sums))
      store(b.create<arith::MulFOp>(sum, inverse), row, first + n);
    b.setInsertionPointToStart(branch.elseBlock());
    for (auto [n, sum] : llvm::enumerate(sums))
      b.store(sum, op.getOt(), {lane, column(first + n)});
  }

  /// With what earlier visits added.
  SmallVector<Value> addBefore(Value lane, int64_t first, ValueRange sums) {
    auto branch = b.create<scf::IfOp>(sums.getTypes(), op.getIsFirst(), true);
    OpBuilder::InsertionGuard guard(b);
    b.setInsertionPointToStart(branch.thenBlock());
    b.create<scf::YieldOp>(sums);
    b.setInsertionPointToStart(branch.elseBlock());
    Value alpha = b.broadcast(element(op.getAlpha(), lane));
    SmallVector<Value> all;
    for (auto [n, sum] : llvm::enumerate(sums)) {
      Value before = b.load(op.getOt(), {lane, column(first + n)});
      all.push_back(b.fma(before, alpha, sum));
    }
    b.create<scf::YieldOp>(all);
    return SmallVector<Value>(branch.getResults());
  }

  /// Where accumulators are few, every other key has its own.
  SmallVector<Value> addKeys(Value lane, int64_t first,
                             SmallVector<Value> sums) {
    // Multiply-adds that keep two units of four cycles busy.
    constexpr size_t busy = 8;
    auto add = [&](Value t, ValueRange before) {
      return addKey(lane, t, first, before);
    };
    size_t count = sums.size();
    Value begin = b.index(0);
    if (count < busy && int64_t(2 * count) <= b.target.accumulators()) {
      Value pairs = b.create<arith::DivUIOp>(op.getCount(), b.index(2));
      Value end = b.mul(pairs, 2);
      SmallVector<Value> twice = sums;
      twice.append(count, b.splat(0.0f));
      twice = b.loop(begin, end, 2, twice, [&](Value t, ValueRange before) {
        SmallVector<Value> after = add(t, before.take_front(count));
        llvm::append_range(after, add(b.add(t, 1), before.drop_front(count)));
        return after;
      });
      for (size_t n = 0; n < count; ++n)
        sums[n] = b.create<arith::AddFOp>(twice[n], twice[count + n]);
      begin = end;
    }
    return b.loop(begin, op.getCount(), 1, sums, add);
  }

  SmallVector<Value> addKey(Value lane, Value t, int64_t first,
                            ValueRange sums) {
    Value row = keyAt(b, op.getList(), t, lane);
    Value weight = b.broadcastForFma(
        b.create<memref::LoadOp>(op.getS(), ValueRange{t, lane}), sums.size());
    SmallVector<Value> after;
    for (auto [n, sum] : llvm::enumerate(sums))
      after.push_back(b.fma(values.load(row, first + int64_t(n)), weight, sum));
    return after;
  }

  void store(Value o, Value row, int64_t r) {
    MemRefType type = op.getO().getType();
    int64_t count = type.getDimSize(3) - r * b.lanes();
    SmallVector<Value> at = {op.getBatch(), op.getHead(), row, column(r)};
    o = b.fromF32(o, type.getElementType());
    if (count >= b.lanes())
      b.store(o, op.getO(), at);
    else
      b.create<vector::MaskedStoreOp>(op.getO(), at, b.firstLanes(count), o);
  }

  DiagonalAccumulateOp op;
  TileBuilder &b;
  RowReader values;
  Value rows, inverses;
};

} // namespace

void lowerDiagonalAccumulate(DiagonalAccumulateOp op, TileBuilder &b) {
  DiagonalOutputs(op, b).emit();
}

} // namespace mlir::attn
