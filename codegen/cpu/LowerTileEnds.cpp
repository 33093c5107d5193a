//===- LowerTileEnds.cpp - attn.tile_begin and attn.tile_end --------------===//
//
// Memory holds queries as rows, scratch holds them as lanes. Both ends of a
// tile go through square blocks of registers that are transposed by shuffles.
// The last block of a row begins early enough to end with the row and repeats
// some of the work of the one before; a row shorter than a register goes
// element by element. No store is masked: a lane without a query of its own
// repeats one that has, bit by bit.
//
//===----------------------------------------------------------------------===//

#include "codegen/cpu/Exp2.h"
#include "codegen/cpu/PairProducts.h"

#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

#include <limits>

namespace mlir::attn {

/// A shuffle of two registers that moves groups of `width` elements: within
/// each part of `part` elements, result group i is `picks[i]`, where numbers
/// from the count of groups on mean the second register.
static Value shuffle(TileBuilder &b, Value x, Value y, int64_t part,
                     int64_t width, ArrayRef<int64_t> picks) {
  SmallVector<int64_t> mask;
  int64_t groups = part / width;
  for (int64_t begin = 0; begin < b.lanes(); begin += part)
    for (int64_t pick : picks)
      for (int64_t i = 0; i < width; ++i)
        mask.push_back(pick / groups * b.lanes() + begin +
                       pick % groups * width + i);
  return b.create<vector::ShuffleOp>(x, y, mask);
}

/// First 4 x 4 blocks within the 128-bit
/// parts, where shuffles are cheap, then the parts.
SmallVector<Value> transposeSquare(TileBuilder &b, ArrayRef<Value> rows) {
  SmallVector<Value> x(rows);
  size_t n = x.size();
  for (size_t i = 0; i < n; i += 4) {
    auto pairs = [&](size_t low, size_t high, ArrayRef<int64_t> picks) {
      return shuffle(b, x[i + low], x[i + high], 4, 1, picks);
    };
    Value a = pairs(0, 1, {0, 4, 1, 5}), c = pairs(0, 1, {2, 6, 3, 7});
    Value d = pairs(2, 3, {0, 4, 1, 5}), e = pairs(2, 3, {2, 6, 3, 7});
    x[i] = shuffle(b, a, d, 4, 2, {0, 2});
    x[i + 1] = shuffle(b, a, d, 4, 2, {1, 3});
    x[i + 2] = shuffle(b, c, e, 4, 2, {0, 2});
    x[i + 3] = shuffle(b, c, e, 4, 2, {1, 3});
  }
  for (size_t k = 0; k < 4; ++k) {
    if (n == 8) {
      Value low = x[k], high = x[4 + k];
      x[k] = shuffle(b, low, high, 8, 4, {0, 2});
      x[4 + k] = shuffle(b, low, high, 8, 4, {1, 3});
    } else if (n == 16) {
      auto parts = [&](Value p, Value q, ArrayRef<int64_t> picks) {
        return shuffle(b, p, q, 16, 4, picks);
      };
      Value a = parts(x[k], x[4 + k], {0, 1, 4, 5});
      Value c = parts(x[k], x[4 + k], {2, 3, 6, 7});
      Value d = parts(x[8 + k], x[12 + k], {0, 1, 4, 5});
      Value e = parts(x[8 + k], x[12 + k], {2, 3, 6, 7});
      x[k] = parts(a, d, {0, 2, 4, 6});
      x[4 + k] = parts(a, d, {1, 3, 5, 7});
      x[8 + k] = parts(c, e, {0, 2, 4, 6});
      x[12 + k] = parts(c, e, {1, 3, 5, 7});
    }
  }
  return x;
}

SmallVector<Value> loadTransposed(TileBuilder &b, Value operand, Value batch,
                                  Value head, ArrayRef<Value> rows,
                                  Value first) {
  SmallVector<Value> square;
  for (Value row : rows)
    square.push_back(b.toF32(b.load(operand, {batch, head, row, first})));
  return transposeSquare(b, square);
}

Value emitRowNumbers(TileBuilder &b, int64_t lanes, ArrayRef<int64_t> tile,
                     ArrayRef<int64_t> strides, ValueRange origin,
                     ValueRange extent) {
  Value rows = b.stack({lanes}, b.getI32Type());
  for (int64_t lane = 0; lane < lanes; lane += b.lanes()) {
    Value row;
    for (auto [coordinate, stride] : llvm::zip_equal(
             laneCoordinates(b, tile, origin, extent, lane), strides)) {
      Value part = coordinate;
      if (stride != 1)
        part = b.create<arith::MulIOp>(part, b.splatI32(stride));
      row = row ? b.create<arith::AddIOp>(row, part) : part;
    }
    b.storeForElements(row, rows, b.index(lane));
  }
  return rows;
}

Value rowOf(TileBuilder &b, Value rows, Value lane) {
  return b.toIndex(b.create<memref::LoadOp>(rows, ValueRange{lane}));
}

void forSquares(
    TileBuilder &b, int64_t lanes, int64_t depth, Value rows,
    function_ref<void(Value first, Value lane, ArrayRef<Value> rows)> block) {
  int64_t side = b.lanes();
  b.loop(b.index(0), b.index(lanes), side, [&](Value lane) {
    SmallVector<Value> rowsOfLanes;
    for (int64_t l = 0; l < side; ++l)
      rowsOfLanes.push_back(rowOf(b, rows, b.add(lane, l)));
    b.loop(b.index(0), b.index(depth), side, [&](Value first) {
      if (depth % side)
        first = b.min(first, b.index(depth - side));
      block(first, lane, rowsOfLanes);
    });
  });
}

void forElements(
    TileBuilder &b, int64_t lanes, int64_t depth, Value rows,
    function_ref<void(Value element, Value lane, Value row)> body) {
  b.loop(b.index(0), b.index(lanes), 1, [&](Value lane) {
    Value row = rowOf(b, rows, lane);
    b.loop(b.index(0), b.index(depth), 1,
           [&](Value element) { body(element, lane, row); });
  });
}

static int64_t lanesOf(Value state) {
  return cast<MemRefType>(state.getType()).getDimSize(0);
}

static void clear(Value memref, TileBuilder &b) {
  auto type = cast<MemRefType>(memref.getType());
  b.loop(b.index(0), b.index(type.getDimSize(0)), 1, [&](Value row) {
    for (int64_t x = 0; x < type.getDimSize(1); x += b.lanes())
      b.store(b.splat(0.0f), memref, {row, b.index(x)});
  });
}

/// The queries as f32, scaled.
static void emitQueries(TileBeginOp op, TileBuilder &b, Value rows) {
  int64_t depth = op.getQt().getType().getDimSize(0);
  int64_t lanes = op.getQt().getType().getDimSize(1);
  float scale = op.getScale().convertToFloat();
  if (depth < b.lanes()) {
    Value factor = b.constant(b.getF32FloatAttr(scale));
    forElements(b, lanes, depth, rows, [&](Value d, Value lane, Value row) {
      Value q = b.create<memref::LoadOp>(
          op.getQ(), ValueRange{op.getBatch(), op.getHead(), row, d});
      Value scaled = b.create<arith::MulFOp>(b.toF32(q), factor);
      b.create<memref::StoreOp>(scaled, op.getQt(), ValueRange{d, lane});
    });
  } else {
    Value factor = b.splat(scale);
    forSquares(b, lanes, depth, rows,
               [&](Value first, Value lane, ArrayRef<Value> rowsOfLanes) {
                 SmallVector<Value> square =
                     loadTransposed(b, op.getQ(), op.getBatch(), op.getHead(),
                                    rowsOfLanes, first);
                 for (auto [i, d] : llvm::enumerate(square))
                   b.store(b.create<arith::MulFOp>(d, factor), op.getQt(),
                           {b.add(first, i), lane});
               });
  }
}

void clearState(TileBuilder &b, Value sink, Value max, Value sum) {
  Value first = sink ? b.broadcast(sink)
                     : b.splat(-std::numeric_limits<float>::infinity());
  Value weight = b.splat(sink ? 1.0f : 0.0f);
  b.loop(b.index(0), b.index(lanesOf(max)), b.lanes(), [&](Value lane) {
    b.store(first, max, {lane});
    b.store(weight, sum, {lane});
  });
}

void lowerTileBegin(TileBeginOp op, TileBuilder &b) {
  int64_t lanes = op.getMax().getType().getDimSize(0);
  Value rows = emitRowNumbers(b, lanes, op.getTile(), op.getStrides(),
                              op.getOrigin(), op.getExtent());
  if (isPairs(op.getQt()))
    emitQueryPairs(op, b, rows);
  else
    emitQueries(op, b, rows);
  clearState(b, op.getSink(), op.getMax(), op.getSum());
  clear(op.getOt(), b);
}

/// 1 / sum in each lane, 0 where there was no key.
static Value emitInverse(TileBuilder &b, Value sum) {
  Value zero = b.splat(0.0f);
  Value quotient = b.create<arith::DivFOp>(b.splat(1.0f), sum);
  return b.select(b.equal(sum, zero), zero, quotient);
}

/// The natural logarithm of the sum of exponentials, from those to base 2.
static Value emitLse(TileBuilder &b, Value max, Value sum) {
  // Without any key max is -inf, and log2(0) comes out finite.
  Value total = b.create<arith::AddFOp>(max, emitLog2(b, sum));
  return b.create<arith::MulFOp>(total, b.splat(0.693147180559945f));
}

Value emitInverses(TileBuilder &b, Value sum, bool forElements) {
  int64_t lanes = lanesOf(sum);
  Value inverse = b.stack({lanes}, b.getF32Type());
  b.loop(b.index(0), b.index(lanes), b.lanes(), [&](Value lane) {
    Value ofLanes = emitInverse(b, b.load(sum, {lane}));
    if (forElements)
      b.storeForElements(ofLanes, inverse, lane);
    else
      b.store(ofLanes, inverse, {lane});
  });
  return inverse;
}

void storeLse(TileBuilder &b, Value max, Value sum, Value rows, Value lse,
              Value batch, Value head) {
  int64_t lanes = lanesOf(sum);
  Value all = b.stack({lanes}, b.getF32Type());
  b.loop(b.index(0), b.index(lanes), b.lanes(), [&](Value lane) {
    Value one = emitLse(b, b.load(max, {lane}), b.load(sum, {lane}));
    b.storeForElements(one, all, lane);
  });
  b.loop(b.index(0), b.index(lanes), 1, [&](Value lane) {
    Value value = b.create<memref::LoadOp>(all, ValueRange{lane});
    b.create<memref::StoreOp>(value, lse,
                              ValueRange{batch, head, rowOf(b, rows, lane)});
  });
}

/// Asks for the lines that are written next.
static void askForRows(TileEndOp op, TileBuilder &b, int64_t lanes,
                       Value rows) {
  constexpr int64_t lineBits = 512;
  MemRefType type = op.getO().getType();
  int64_t elements = lineBits / type.getElementTypeBitWidth();
  b.loop(b.index(0), b.index(lanes), 1, [&](Value lane) {
    Value row = rowOf(b, rows, lane);
    for (int64_t e = 0; e < type.getDimSize(3); e += elements)
      b.create<memref::PrefetchOp>(
          op.getO(), ValueRange{op.getBatch(), op.getHead(), row, b.index(e)},
          /*isWrite=*/true, /*localityHint=*/3, /*isDataCache=*/true);
  });
}

/// Outputs that are rows of queries already.
static void emitOutputByQuery(TileEndOp op, TileBuilder &b, int64_t lanes,
                              Value rows) {
  int64_t depth = op.getO().getType().getDimSize(3);
  Type element = op.getO().getType().getElementType();
  Value inverse = emitInverses(b, op.getSum());
  b.loop(b.index(0), b.index(lanes), 1, [&](Value lane) {
    Value row = rowOf(b, rows, lane);
    Value one = b.create<memref::LoadOp>(inverse, ValueRange{lane});
    if (depth < b.lanes())
      return b.loop(b.index(0), b.index(depth), 1, [&](Value e) {
        Value o = b.create<memref::LoadOp>(op.getOt(), ValueRange{lane, e});
        o = b.fromF32(b.create<arith::MulFOp>(o, one), element);
        b.create<memref::StoreOp>(
            o, op.getO(), ValueRange{op.getBatch(), op.getHead(), row, e});
      });
    Value factor = b.broadcast(one);
    for (int64_t e = 0; e < depth; e += b.lanes()) {
      Value first = b.index(std::min(e, depth - b.lanes()));
      Value o =
          b.create<arith::MulFOp>(b.load(op.getOt(), {lane, first}), factor);
      b.store(b.fromF32(o, element), op.getO(),
              {op.getBatch(), op.getHead(), row, first});
    }
  });
}

static void emitOutput(TileEndOp op, TileBuilder &b, int64_t lanes,
                       Value rows) {
  int64_t depth = op.getO().getType().getDimSize(3);
  Type element = op.getO().getType().getElementType();
  Value inverse = emitInverses(b, op.getSum(), /*forElements=*/false);
  if (depth < b.lanes()) {
    forElements(b, lanes, depth, rows, [&](Value e, Value lane, Value row) {
      Value o = b.create<arith::MulFOp>(
          b.create<memref::LoadOp>(op.getOt(), ValueRange{e, lane}),
          b.create<memref::LoadOp>(inverse, ValueRange{lane}));
      b.create<memref::StoreOp>(
          b.fromF32(o, element), op.getO(),
          ValueRange{op.getBatch(), op.getHead(), row, e});
    });
    return;
  }
  forSquares(b, lanes, depth, rows,
             [&](Value first, Value lane, ArrayRef<Value> rowsOfLanes) {
               Value factor = b.load(inverse, {lane});
               SmallVector<Value> square;
               for (int64_t i = 0; i < b.lanes(); ++i)
                 square.push_back(b.create<arith::MulFOp>(
                     b.load(op.getOt(), {b.add(first, i), lane}), factor));
               for (auto [row, o] :
                    llvm::zip_equal(rowsOfLanes, transposeSquare(b, square)))
                 b.store(b.fromF32(o, element), op.getO(),
                         {op.getBatch(), op.getHead(), row, first});
             });
}

Value isInside(TileBuilder &b, ValueRange origins, ValueRange extents) {
  Value inside = b.constant(b.getBoolAttr(true));
  for (auto [origin, extent] : llvm::zip_equal(origins, extents)) {
    Value less =
        b.create<arith::CmpIOp>(arith::CmpIPredicate::slt, origin, extent);
    inside = b.createOrFold<arith::AndIOp>(inside, less);
  }
  return inside;
}

void lowerTileEnd(TileEndOp op, TileBuilder &b) {
  int64_t lanes = op.getSum().getType().getDimSize(0);
  b.ifThen(isInside(b, op.getOrigin(), op.getExtent()), [&] {
    Value rows = emitRowNumbers(b, lanes, op.getTile(), op.getStrides(),
                                op.getOrigin(), op.getExtent());
    if (b.target.asksAhead)
      askForRows(op, b, lanes, rows);
    if (op.getByQuery())
      emitOutputByQuery(op, b, lanes, rows);
    else
      emitOutput(op, b, lanes, rows);
    if (op.getLse())
      storeLse(b, op.getMax(), op.getSum(), rows, op.getLse(), op.getBatch(),
               op.getHead());
  });
}

} // namespace mlir::attn
