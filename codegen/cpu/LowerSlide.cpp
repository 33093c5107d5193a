//===- LowerSlide.cpp - tiles whose keys begin later from place to place --===//
//
// A register holds the places of the last axis, each with a key of its own: of
// the transposed keys two registers side by side hold those of all places for
// several successive keys, and a permutation picks them. It costs up to as much
// as a multiply-add, so it pays where several registers of queries share it. A
// target without permutations of two registers gathers.
//
// Outputs are kept by query: those of one place read the same rows of values.
//
//===----------------------------------------------------------------------===//

#include "codegen/cpu/AheadLines.h"
#include "codegen/cpu/LowerTiles.h"
#include "codegen/cpu/QueryBlock.h"

#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

namespace mlir::attn {

static constexpr int64_t kPlaces = PlanAttr::slidingLanes;

//===----------------------------------------------------------------------===//
// Starts
//===----------------------------------------------------------------------===//

static Value reduce(TileBuilder &b, vector::CombiningKind kind, Value lanes) {
  return b.create<vector::ReductionOp>(kind, lanes);
}

void lowerTileSlide(TileSlideOp op, TileBuilder &b) {
  using Kind = vector::CombiningKind;
  int64_t registers = kPlaces / b.lanes();
  Value lo = b.broadcast(b.toI32(op.getLo()));
  Value hi = b.broadcast(b.toI32(op.getHi()));
  auto min = [&](Value x, Value y) -> Value {
    return b.create<arith::MinSIOp>(x, y);
  };
  auto max = [&](Value x, Value y) -> Value {
    return b.create<arith::MaxSIOp>(x, y);
  };
  auto load = [&](int64_t row, int64_t r) {
    return b.load(op.getRuns(), {b.index(row), b.index(r * b.lanes())});
  };
  auto less = [&](Value x, Value y) -> Value {
    return b.create<arith::CmpIOp>(arith::CmpIPredicate::slt, x, y);
  };
  SmallVector<Value> begins, ends;
  Value least = hi;
  for (int64_t r = 0; r < registers; ++r) {
    Value begin = max(load(0, r), lo), end = min(load(1, r), hi);
    // Places that need nothing begin where others do, and end before.
    begin = b.select(less(begin, end), begin, hi);
    least = min(least, begin);
    begins.push_back(begin);
    ends.push_back(end);
  }
  least = b.broadcast(reduce(b, Kind::MINSI, least));
  Value furthest =
      b.create<arith::AddIOp>(least, b.splatI32(TileSlideOp::furthest));
  Value widest = b.splatI32(0);
  for (auto [begin, end] : llvm::zip_equal(begins, ends)) {
    Value needsNone =
        b.create<arith::CmpIOp>(arith::CmpIPredicate::eq, begin, hi);
    begin = b.select(needsNone, least, min(begin, furthest));
    end = b.select(needsNone, begin, end);
    widest = max(widest, b.create<arith::SubIOp>(end, begin));
  }
  Value width = reduce(b, Kind::MAXSI, widest);
  Value wide = b.broadcast(width);
  Value last = b.create<arith::SubIOp>(hi, wide);
  Value isFull = b.constant(b.getBoolAttr(true));
  for (auto [r, begin] : llvm::enumerate(begins)) {
    begin = min(begin, last);
    Value end = b.create<arith::AddIOp>(begin, wide);
    Value outside =
        b.create<arith::OrIOp>(less(begin, load(2, r)), less(load(3, r), end));
    Value some = reduce(b, Kind::OR, outside);
    isFull = b.create<arith::AndIOp>(
        isFull, b.create<arith::XOrIOp>(some, b.constant(b.getBoolAttr(true))));
    b.store(b.create<arith::SubIOp>(begin, lo), op.getStarts(),
            {b.index(r * b.lanes())});
  }
  op.getWidth().replaceAllUsesWith(b.toIndex(width));
  op.getIsFull().replaceAllUsesWith(isFull);
}

//===----------------------------------------------------------------------===//
// Scores
//===----------------------------------------------------------------------===//

namespace {

/// Keys of the places of a register of lanes.
class SlidingKeys {
public:
  /// `part`: which register of places. Numbers of keys are relative to the
  /// first that any place begins with.
  SlidingKeys(TileScoresOp op, TileBuilder &b, int64_t part, int64_t most)
      : op(op), b(b) {
    first = startsAt(0);
    for (int64_t r = b.lanes(); r < kPlaces; r += b.lanes())
      first = b.create<arith::MinSIOp>(first, startsAt(r));
    first = reduce(b, vector::CombiningKind::MINSI, first);
    Value places =
        b.create<arith::SubIOp>(startsAt(part * b.lanes()), b.broadcast(first));
    first = b.toIndex(first);
    for (int64_t t = 0; t < most; ++t)
      numbers.push_back(b.create<arith::AddIOp>(places, b.splatI32(t)));
  }

  /// Feature d of the keys from `slot` on: the slot of the first key of the
  /// places that begin first.
  struct Feature {
    Value d, slot, low, high;
  };
  Feature feature(Value d, Value slot) {
    if (b.target.permuteCost == 0)
      return {d, slot, Value(), Value()};
    return {d, slot, b.load(op.getKs(), {d, slot}),
            b.load(op.getKs(), {d, b.add(slot, b.lanes())})};
  }
  /// That of key number t of each place.
  Value key(const Feature &feature, int64_t t) {
    if (feature.low)
      return b.intrinsic("llvm.x86.avx512.vpermi2var.ps.512",
                         feature.low.getType(),
                         ValueRange{feature.low, numbers[t], feature.high});
    auto type = b.lanesOf(b.getF32Type());
    return b.create<vector::GatherOp>(
        type, op.getKs(), ValueRange{feature.d, feature.slot}, numbers[t],
        b.firstLanes(b.lanes()), b.splat(0.0f));
  }

  Value first;

private:
  Value startsAt(int64_t place) {
    return b.load(op.getStarts(), {b.index(place)});
  }

  TileScoresOp op;
  TileBuilder &b;
  SmallVector<Value> numbers;
};

/// How the keys of a row are cut: into as few parts as can be, of two lengths
/// that differ by one, at most `longest`. A part shorter than `shortest` sticks
/// out past the end of the row.
struct RowParts {
  int64_t shortest, longest;
  Value count, numLong; ///< all parts, and the longer ones
  Value length, longer; ///< the two lengths

  RowParts(TileBuilder &b, Value width, int64_t shortest, int64_t longest)
      : shortest(shortest), longest(longest) {
    count = b.ceilDiv(width, longest);
    length = b.createOrFold<arith::DivUIOp>(width, count);
    numLong = b.sub(width, b.mul(length, count));
    longer = b.create<arith::MaxSIOp>(b.add(length, 1), b.index(shortest));
    length = b.create<arith::MaxSIOp>(length, b.index(shortest));
  }

  /// Emits loops over the parts with a body for each length.
  void loop(TileBuilder &b,
            function_ref<void(Value begin, int64_t length)> body) {
    Value begin = b.index(0), none = b.index(0);
    for (int64_t n = longest; n >= shortest; --n) {
      auto countOf = [&](Value length, Value count) {
        Value isThis = b.create<arith::CmpIOp>(arith::CmpIPredicate::eq, length,
                                               b.index(n));
        return b.select(isThis, count, none);
      };
      Value parts = b.add(countOf(longer, numLong),
                          countOf(length, b.sub(count, numLong)));
      Value end = b.add(begin, b.mul(parts, n));
      b.loop(begin, end, n, [&](Value x) { body(x, n); });
      begin = end;
    }
  }
};

} // namespace

/// Scores of `count` keys from `slot` on, for registers of queries.
static void emitScores(TileScoresOp op, TileBuilder &b, SlidingKeys &keys,
                       ArrayRef<Value> lanes, Value slot, Value position,
                       int64_t count) {
  auto sums = sumFeatures(
      op, b, count, lanes, [&](Value first, int64_t n, ValueRange before) {
        Value d = b.add(first, n);
        SmallVector<Value> queries, after;
        for (Value lane : lanes)
          queries.push_back(b.load(op.getQt(), {d, lane}));
        SlidingKeys::Feature feature = keys.feature(d, slot);
        // One by one: all accumulators and queries are in registers.
        for (int64_t t = 0; t < count; ++t) {
          Value key = keys.key(feature, t);
          for (Value query : queries)
            after.push_back(b.fma(key, query, before[after.size()]));
        }
        return after;
      });
  for (int64_t t = 0; t < count; ++t)
    for (auto [v, lane] : llvm::enumerate(lanes))
      b.store(sums[t * lanes.size() + v], op.getS(),
              {b.add(position, t), lane});
}

void slideScores(TileScoresOp op, TileBuilder &b) {
  int64_t lanes = op.getS().getType().getDimSize(1);
  int64_t vectors = std::min(lanes / kPlaces, b.target.blockVectors());
  int64_t longest = std::min<int64_t>(b.target.accumulators() / vectors, 8);
  int64_t shortest = longest <= 6 ? (longest + 1) / 2 : longest;
  RowParts parts(b, op.getWidth(), shortest, longest);
  for (int64_t part = 0; part < kPlaces / b.lanes(); ++part) {
    SlidingKeys keys(op, b, part, longest);
    b.loop(b.index(0), op.getNrows(), 1, [&](Value row) {
      Value slot = b.toIndex(
          b.create<memref::LoadOp>(op.getRows(), ValueRange{row, b.index(0)}));
      slot = b.add(slot, keys.first);
      Value position = b.mul(row, op.getWidth());
      parts.loop(b, [&](Value x, int64_t count) {
        for (int64_t v = 0; v < lanes / kPlaces; v += vectors) {
          SmallVector<Value> begins;
          for (int64_t n = v; n < v + vectors; ++n)
            begins.push_back(b.index(n * kPlaces + part * b.lanes()));
          emitScores(op, b, keys, begins, b.add(slot, x), b.add(position, x),
                     count);
        }
      });
    });
  }
}

//===----------------------------------------------------------------------===//
// Outputs
//===----------------------------------------------------------------------===//

/// Adds the values of rows [begin, end) to the block of one place, whose keys
/// begin at `start`.
static void emitPlace(QueryBlock block, Value start, Value begin, Value end,
                      Value factors) {
  TileBuilder &b = block.b;
  TileAccumulateOp op = block.op;
  AheadLines ahead(b, op.getAhead());
  Value zero = b.index(0), first = b.mul(begin, op.getWidth());
  auto addRow = [&](Value row, ValueRange outer) {
    Value slot = b.toIndex(
        b.create<memref::LoadOp>(op.getRows(), ValueRange{row, zero}));
    slot = b.add(slot, start);
    Value position = b.mul(row, op.getWidth());
    return b.loop(zero, op.getWidth(), 1, outer,
                  [&](Value x, ValueRange before) {
                    Value at = b.add(position, x);
                    ahead.ask(b.sub(at, first));
                    return block.add({op.getS(), at}, b.add(slot, x), before);
                  });
  };
  auto sums = b.loop(begin, end, 1, block.zeros(), addRow);
  ahead.finish(b.sub(b.mul(end, op.getWidth()), first));
  block.store(sums, factors);
}

/// The values of a few rows stay in the first-level cache while all places add
/// them.
void slideAccumulate(TileAccumulateOp op, TileBuilder &b) {
  int64_t queries = op.getS().getType().getDimSize(1) / kPlaces;
  int64_t registers = op.getOt().getType().getDimSize(1) / b.lanes();
  int64_t most = std::max<int64_t>(1, b.target.accumulators() / queries);
  most = std::min(most, b.target.blockVectors());
  int64_t keys = b.target.l1Bytes / 2 / (4 * b.lanes() * most);
  Value keysOfRow = b.add(op.getWidth(), kPlaces - 1);
  Value run = b.createOrFold<arith::DivUIOp>(b.index(keys), keysOfRow);
  run = b.create<arith::MaxSIOp>(run, b.index(1));
  OutputFactors outputs(op, b);
  Value runs = b.create<arith::CeilDivUIOp>(op.getNrows(), run);
  b.loop(b.index(0), runs, 1, [&](Value n) {
    Value begin = b.mul(n, run);
    Value end = b.min(b.add(begin, run), op.getNrows());
    b.forParts(registers, most, [&](Value vector, int64_t vectors) {
      b.loop(b.index(0), b.index(kPlaces), 1, [&](Value place) {
        Value start = b.toIndex(
            b.create<memref::LoadOp>(op.getStarts(), ValueRange{place}));
        emitPlace({op, b, place, b.mul(vector, b.lanes()), queries, vectors,
                   /*step=*/kPlaces},
                  start, begin, end, outputs.factors);
      });
    });
    outputs.forget();
  });
}

} // namespace mlir::attn
