//===- PairProducts.cpp - scores and outputs from pairs of bf16 -----------===//
//
// Scores: blocks of two chunks of 16 keys by two of 16 lanes; the list of
// chunks is that of LowerScores.cpp. Weights are rounded and packed as they are
// computed, row by row of the visit. Outputs: blocks of two times 16 value
// columns by two times 16 lanes, whose sums stay in tiles over all keys of the
// visit. Without AMX a block is some keys, or columns, by the registers of
// lanes, as for f32.
//
//===----------------------------------------------------------------------===//

#include "codegen/cpu/PairProducts.h"

#include "codegen/cpu/AheadLines.h"
#include "codegen/cpu/Exp2.h"

#include "mlir/Dialect/AMX/AMXDialect.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

namespace mlir::attn {

namespace {

/// Products of one kind of instruction: sums of a block of rows (keys or value
/// columns) by columns of 16 lanes.
class Products {
public:
  explicit Products(TileBuilder &b) : b(b), usesTiles(b.target.hasTiles) {}

  /// Columns of 16 lanes of the largest block.
  int64_t blockColumns() const {
    return usesTiles ? 2 : b.target.blockVectors();
  }

  static constexpr int64_t tileRows = 16;

  Value zeroTile() { return b.create<amx::TileZeroOp>(sumType()); }
  Value loadTile(Value memref, ValueRange at) {
    bool isSum = cast<MemRefType>(memref.getType()).getElementType().isF32();
    return b.create<amx::TileLoadOp>(isSum ? sumType() : pairType(), memref,
                                     at);
  }
  void storeTile(Value tile, Value memref, ValueRange at) {
    b.create<amx::TileStoreOp>(memref, at, tile);
  }
  Value multiplyTiles(Value rows, Value columns, Value sum) {
    return b.create<amx::TileMulFOp>(sumType(), rows, columns, sum);
  }

  /// A pair of numbers that lie beside each other, in every lane.
  Value broadcastPair(Value memref, ValueRange at) {
    auto two = VectorType::get({2}, b.getBF16Type());
    auto one = VectorType::get({1}, b.getI32Type());
    Value pair = b.create<vector::LoadOp>(two, memref, at);
    pair = b.create<vector::BitCastOp>(one, pair);
    pair = b.create<vector::ExtractOp>(pair, 0);
    Value wide = b.broadcast(pair);
    return b.create<vector::BitCastOp>(
        VectorType::get({pairRegister}, b.getBF16Type()), wide);
  }
  Value loadPairs(Value memref, ValueRange at) {
    return b.create<vector::LoadOp>(
        VectorType::get({pairRegister}, b.getBF16Type()), memref, at);
  }
  Value multiplyPairs(Value x, Value y, Value sum) {
    return b.intrinsic("llvm.x86.avx512bf16.dpbf16ps.512", sum.getType(),
                       {sum, x, y});
  }

private:
  amx::TileType sumType() {
    return amx::TileType::get({tileRows, 16}, b.getF32Type());
  }
  amx::TileType pairType() {
    return amx::TileType::get({tileRows, pairRegister}, b.getBF16Type());
  }

  TileBuilder &b;
  bool usesTiles;
};

} // namespace

//===----------------------------------------------------------------------===//
// Scores
//===----------------------------------------------------------------------===//

/// A chunk of 16 keys: its first slot, and its place among the scores.
using Chunk = std::pair<Value, Value>;

static void emitTileScores(TileScoresOp op, TileBuilder &b,
                           ArrayRef<Chunk> chunks) {
  Products products(b);
  int64_t pairs = op.getQt().getType().getDimSize(0);
  int64_t lanes = op.getS().getType().getDimSize(1);
  b.forLaneGroups(lanes, products.blockColumns(), [&](ArrayRef<Value> begins) {
    SmallVector<Value> sums;
    for (size_t n = 0; n < chunks.size() * begins.size(); ++n)
      sums.push_back(products.zeroTile());
    for (int64_t pair = 0; pair < pairs; pair += pairRegister / 2) {
      SmallVector<Value> queries;
      for (Value lane : begins)
        queries.push_back(
            products.loadTile(op.getQt(), {b.index(pair), b.mul(lane, 2)}));
      size_t n = 0;
      for (auto [slot, position] : chunks) {
        Value keys = products.loadTile(op.getKs(), {slot, b.index(2 * pair)});
        for (Value query : queries) {
          sums[n] = products.multiplyTiles(keys, query, sums[n]);
          ++n;
        }
      }
    }
    // A chunk may stick out past its row: the next one is stored later.
    size_t n = 0;
    for (auto [slot, position] : chunks)
      for (Value lane : begins)
        products.storeTile(sums[n++], op.getS(), {position, lane});
  });
}

static void emitDotScores(TileScoresOp op, TileBuilder &b,
                          ArrayRef<Chunk> chunks, int64_t chunk) {
  Products products(b);
  int64_t pairs = op.getQt().getType().getDimSize(0);
  int64_t lanes = op.getS().getType().getDimSize(1);
  b.forLaneGroups(lanes, products.blockColumns(), [&](ArrayRef<Value> begins) {
    SmallVector<Value> keys, positions;
    for (auto [slot, position] : chunks)
      for (int64_t x = 0; x < chunk; ++x) {
        keys.push_back(b.add(slot, x));
        positions.push_back(b.add(position, x));
      }
    SmallVector<Value> zeros(keys.size() * begins.size(), b.splat(0.0f));
    SmallVector<Value> sums = b.loop(
        b.index(0), b.index(pairs), 1, zeros, [&](Value pair, ValueRange sums) {
          SmallVector<Value> queries, next;
          for (Value lane : begins)
            queries.push_back(
                products.loadPairs(op.getQt(), {pair, b.mul(lane, 2)}));
          for (Value key : keys) {
            Value k = products.broadcastPair(op.getKs(), {key, b.mul(pair, 2)});
            for (Value query : queries)
              next.push_back(
                  products.multiplyPairs(k, query, sums[next.size()]));
          }
          return next;
        });
    for (auto [i, score] : llvm::enumerate(sums))
      b.store(score, op.getS(),
              {positions[i / begins.size()], begins[i % begins.size()]});
  });
}

void emitPairScores(TileScoresOp op, TileBuilder &b) {
  bool usesTiles = b.target.hasTiles;
  int64_t chunk = usesTiles ? Products::tileRows
                            : b.target.accumulators() / b.target.blockVectors();
  int64_t chunks = usesTiles ? 2 : 1;
  forKeyChunks(op, b, chunk, chunks,
               [&](ArrayRef<Value> slots, ArrayRef<Value> positions) {
                 SmallVector<Chunk> list;
                 for (auto pair : llvm::zip_equal(slots, positions))
                   list.emplace_back(std::get<0>(pair), std::get<1>(pair));
                 if (usesTiles)
                   emitTileScores(op, b, list);
                 else
                   emitDotScores(op, b, list, chunk);
               });
}

//===----------------------------------------------------------------------===//
// Weights
//===----------------------------------------------------------------------===//

/// Pairs of keys that a row of the visit has in w: a multiple of 16.
static Value pairsOfRow(TileBuilder &b, Value width) {
  return b.mul(b.ceilDiv(width, pairRegister), pairRegister / 2);
}

/// Half of the last place that bf16 has is added; the rest is cut off later.
static Value roundUp(TileBuilder &b, Value weight) {
  Value bits = b.create<arith::BitcastOp>(b.lanesOf(b.getI32Type()), weight);
  return b.create<arith::AddIOp>(bits, b.splatI32(0x8000));
}

SmallVector<Value> emitWeightPairs(TileSoftmaxOp op, TileBuilder &b,
                                   ArrayRef<Value> lanes,
                                   ArrayRef<Value> shift) {
  Value w = op.getW(), width = op.getWidth();
  auto type = VectorType::get({pairRegister}, b.getBF16Type());
  Value scale = b.splat(op.getScale()->convertToFloat());
  SmallVector<Value> negated;
  for (Value x : shift)
    negated.push_back(b.create<arith::NegFOp>(x));
  auto weight = [&](Value n, size_t i) -> Value {
    Value s = b.load(op.getS(), {n, lanes[i]});
    return emitExp2Bf16(b, b.fma(s, scale, negated[i]));
  };
  auto store = [&](Value bits, Value pair, size_t i) {
    b.create<vector::StoreOp>(b.create<vector::BitCastOp>(type, bits), w,
                              ValueRange{pair, b.mul(lanes[i], 2)});
  };
  Value rows = b.create<arith::DivUIOp>(op.getCount(), width);
  Value perRow = pairsOfRow(b, width);
  Value whole = b.create<arith::DivUIOp>(width, b.index(2));
  Value used = b.ceilDiv(width, 2);
  SmallVector<Value> sums(lanes.size(), b.splat(0.0f));
  return b.loop(b.index(0), rows, 1, sums, [&](Value row, ValueRange outer) {
    Value first = b.mul(row, width), pairs = b.mul(row, perRow);
    SmallVector<Value> sums =
        b.loop(b.index(0), whole, 1, outer, [&](Value pair, ValueRange before) {
          SmallVector<Value> after;
          Value n = b.add(first, b.mul(pair, 2));
          for (size_t i = 0; i < lanes.size(); ++i) {
            Value x = weight(n, i), y = weight(b.add(n, 1), i);
            Value sum = b.create<arith::AddFOp>(before[i], x);
            after.push_back(b.create<arith::AddFOp>(sum, y));
            Value low = b.create<arith::ShRUIOp>(roundUp(b, x), b.splatI32(16));
            Value high = b.create<arith::AndIOp>(
                roundUp(b, y), b.splatI32(int32_t(0xffff0000)));
            store(b.create<arith::OrIOp>(low, high), b.add(pairs, pair), i);
          }
          return after;
        });
    sums = b.loop(whole, used, 1, sums, [&](Value pair, ValueRange before) {
      SmallVector<Value> after;
      Value n = b.add(first, b.mul(pair, 2));
      for (size_t i = 0; i < lanes.size(); ++i) {
        Value x = weight(n, i);
        after.push_back(b.create<arith::AddFOp>(before[i], x));
        store(b.create<arith::ShRUIOp>(roundUp(b, x), b.splatI32(16)),
              b.add(pairs, pair), i);
      }
      return after;
    });
    b.loop(used, perRow, 1, [&](Value pair) {
      for (size_t i = 0; i < lanes.size(); ++i)
        store(b.splatI32(0), b.add(pairs, pair), i);
    });
    return sums;
  });
}

//===----------------------------------------------------------------------===//
// Outputs
//===----------------------------------------------------------------------===//

/// Outputs are worth alpha of what they were; often that is 1 in all lanes.
static void rescale(TileAccumulateOp op, TileBuilder &b) {
  int64_t columns = op.getOt().getType().getDimSize(0);
  int64_t lanes = op.getOt().getType().getDimSize(1);
  b.loop(b.index(0), b.index(lanes), b.lanes(), [&](Value lane) {
    Value alpha = b.load(op.getAlpha(), {lane});
    Value differs = b.create<arith::CmpFOp>(arith::CmpFPredicate::UNE, alpha,
                                            b.splat(1.0f));
    Value any =
        b.create<vector::ReductionOp>(vector::CombiningKind::OR, differs);
    b.ifThen(any, [&] {
      b.loop(b.index(0), b.index(columns), 1, [&](Value e) {
        Value before = b.load(op.getOt(), {e, lane});
        b.store(b.create<arith::MulFOp>(before, alpha), op.getOt(), {e, lane});
      });
    });
  });
}

/// Carries `sums` through the pairs of keys of the visit, `step` at a time.
static SmallVector<Value> forPairs(
    TileAccumulateOp op, TileBuilder &b, int64_t step, ValueRange sums,
    function_ref<SmallVector<Value>(Value slot, Value pair, ValueRange)> body) {
  Value perRow = pairsOfRow(b, op.getWidth());
  // Tiles take too many pairs in a step to ask for a line each.
  AheadLines ahead(b, step == 1 ? op.getAhead() : Value());
  SmallVector<Value> result = b.loop(
      b.index(0), op.getNrows(), 1, sums, [&](Value row, ValueRange outer) {
        Value slot = b.toIndex(b.create<memref::LoadOp>(
            op.getRows(), ValueRange{row, b.index(0)}));
        Value first = b.mul(row, perRow);
        return b.loop(b.index(0), perRow, step, outer,
                      [&](Value pair, ValueRange inner) {
                        Value n = b.add(first, pair);
                        ahead.ask(n);
                        return body(b.add(slot, b.mul(pair, 2)), n, inner);
                      });
      });
  ahead.finish(b.mul(op.getNrows(), perRow));
  return result;
}

/// Columns [e, e + 16 * tiles) of the values.
static void addTiles(TileAccumulateOp op, TileBuilder &b, Value e,
                     int64_t tiles, ArrayRef<Value> lanes) {
  Products products(b);
  auto column = [&](int64_t t) { return b.add(e, t * Products::tileRows); };
  SmallVector<Value> sums;
  for (int64_t t = 0; t < tiles; ++t)
    for (Value lane : lanes)
      sums.push_back(products.loadTile(op.getOt(), {column(t), lane}));
  sums = forPairs(
      op, b, pairRegister / 2, sums,
      [&](Value slot, Value pair, ValueRange before) {
        SmallVector<Value> columns, after;
        for (Value lane : lanes)
          columns.push_back(
              products.loadTile(op.getS(), {pair, b.mul(lane, 2)}));
        for (int64_t t = 0; t < tiles; ++t) {
          Value values = products.loadTile(op.getVs(), {column(t), slot});
          for (Value weight : columns)
            after.push_back(
                products.multiplyTiles(values, weight, before[after.size()]));
        }
        return after;
      });
  size_t n = 0;
  for (int64_t t = 0; t < tiles; ++t)
    for (Value lane : lanes)
      products.storeTile(sums[n++], op.getOt(), {column(t), lane});
}

/// Columns [e, e + columns) of the values.
static void addDots(TileAccumulateOp op, TileBuilder &b, Value e,
                    int64_t columns, ArrayRef<Value> lanes) {
  Products products(b);
  SmallVector<Value> sums(columns * lanes.size(), b.splat(0.0f));
  sums =
      forPairs(op, b, 1, sums, [&](Value slot, Value pair, ValueRange before) {
        SmallVector<Value> pairs, after;
        for (Value lane : lanes)
          pairs.push_back(
              products.loadPairs(op.getS(), {pair, b.mul(lane, 2)}));
        for (int64_t i = 0; i < columns; ++i) {
          Value v = products.broadcastPair(op.getVs(), {b.add(e, i), slot});
          for (Value weight : pairs)
            after.push_back(
                products.multiplyPairs(v, weight, before[after.size()]));
        }
        return after;
      });
  for (int64_t i = 0; i < columns; ++i)
    for (auto [n, lane] : llvm::enumerate(lanes)) {
      Value at[] = {b.add(e, i), lane};
      Value sum = sums[i * lanes.size() + n];
      Value before = b.load(op.getOt(), at);
      b.store(b.create<arith::AddFOp>(before, sum), op.getOt(), at);
    }
}

void accumulatePairs(TileAccumulateOp op, TileBuilder &b) {
  Products products(b);
  int64_t columns = op.getOt().getType().getDimSize(0);
  int64_t lanes = op.getOt().getType().getDimSize(1);
  bool usesTiles = b.target.hasTiles;
  // Without tiles a block of columns divides the multiple of 16 that there are.
  int64_t width = usesTiles ? 2 * Products::tileRows : 4;
  rescale(op, b);
  auto add = [&](Value e, int64_t width) {
    b.forLaneGroups(lanes, products.blockColumns(),
                    [&](ArrayRef<Value> begins) {
                      if (usesTiles)
                        addTiles(op, b, e, width / Products::tileRows, begins);
                      else
                        addDots(op, b, e, width, begins);
                    });
  };
  int64_t whole = columns / width * width;
  b.loop(b.index(0), b.index(whole), width, [&](Value e) { add(e, width); });
  if (whole != columns)
    add(b.index(whole), columns - whole);
}

} // namespace mlir::attn
