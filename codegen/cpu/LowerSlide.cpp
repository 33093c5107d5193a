//===- LowerSlide.cpp - tiles whose keys begin later from place to place --===//
//
// A register holds places of the last axis, each with a key of its own, which
// several registers of queries share. With 16 lanes two registers side by side
// of the transposed keys hold those of all places for several successive keys,
// and a permutation picks them. With 8 lanes a load picks them where each place
// begins one key after the place before, as most do, and a load and a
// permutation elsewhere. Other targets gather.
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

/// Where the places of each register may begin at most, if all begin at most at
/// `furthest`: a few keys after the first place of the same eight.
static SmallVector<Value> limitsOfEights(TileBuilder &b, ArrayRef<Value> begins,
                                         Value furthest) {
  constexpr int64_t eight = TileSlideOp::eight;
  auto leastOf = [&](Value lanes) {
    Value first = reduce(b, vector::CombiningKind::MINSI, lanes);
    Value limit = b.create<arith::AddIOp>(
        b.create<arith::MinSIOp>(b.broadcast(first), furthest),
        b.splatI32(TileSlideOp::furthestOfEight));
    return Value(b.create<arith::MinSIOp>(limit, furthest));
  };
  SmallVector<Value> limits;
  if (b.lanes() > eight) {
    Value isFirst = b.firstLanes(eight), most = b.splatI32(INT32_MAX);
    for (Value lanes : begins)
      limits.push_back(b.select(isFirst,
                                leastOf(b.select(isFirst, lanes, most)),
                                leastOf(b.select(isFirst, most, lanes))));
    return limits;
  }
  int64_t registers = eight / b.lanes();
  for (size_t r = 0; r < begins.size(); r += registers) {
    Value least = begins[r];
    for (Value other : begins.slice(r + 1, registers - 1))
      least = b.create<arith::MinSIOp>(least, other);
    limits.append(registers, leastOf(least));
  }
  return limits;
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
    // Places that need nothing end before they begin.
    Value needsSome = less(begin, end);
    begin = b.select(needsSome, begin, hi);
    end = b.select(needsSome, end, lo);
    least = min(least, begin);
    begins.push_back(begin);
    ends.push_back(end);
  }
  least = b.broadcast(reduce(b, Kind::MINSI, least));
  Value furthest =
      b.create<arith::AddIOp>(least, b.splatI32(TileSlideOp::furthest));
  SmallVector<Value> limits = limitsOfEights(b, begins, furthest);
  Value widest = b.splatI32(0);
  for (auto [begin, end, limit] : llvm::zip_equal(begins, ends, limits)) {
    begin = min(begin, limit);
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
  /// How they are picked: from two registers, as successive keys, from the
  /// register of these, or one by one.
  enum class Pick { OfTwo, Successive, OfOne, Gathered };

  /// `begin`: the first place.
  SlidingKeys(TileScoresOp op, TileBuilder &b, Value begin) : b(b) {
    places = b.load(op.getStarts(), {begin});
    first = reduce(b, vector::CombiningKind::MINSI, places);
    places = b.create<arith::SubIOp>(places, b.broadcast(first));
    first = b.toIndex(first);
  }

  /// Whether each place begins one key after the place before.
  Value areSuccessive() {
    Value same = b.create<arith::CmpIOp>(arith::CmpIPredicate::eq, places,
                                         b.laneNumbers());
    return reduce(b, vector::CombiningKind::AND, same);
  }

  /// From here on keys are picked so, in blocks of at most `count`.
  void prepare(Pick how, int64_t count) {
    pick = how;
    numbers.clear();
    for (int64_t t = 0; pick == Pick::OfTwo && t < count; ++t)
      numbers.push_back(b.create<arith::AddIOp>(places, b.splatI32(t)));
  }

  /// A feature of the keys of a block. `slots` has that of each key, for the
  /// places that begin first; picked from two registers they are successive.
  struct Feature {
    TileBuilder::Row ks;
    ArrayRef<Value> slots;
    Value low, high;
  };
  Feature feature(TileBuilder::Row ks, ArrayRef<Value> slots) {
    if (pick != Pick::OfTwo)
      return {ks, slots, Value(), Value()};
    Value low = slots.front(), high = b.add(low, b.lanes());
    return {ks, slots, b.load(ks.memref, {ks.row, low}),
            b.load(ks.memref, {ks.row, high})};
  }
  /// That of key t of each place.
  Value key(const Feature &feature, int64_t t) {
    auto type = b.lanesOf(b.getF32Type());
    if (pick == Pick::OfTwo)
      return b.intrinsic("llvm.x86.avx512.vpermi2var.ps.512", type,
                         ValueRange{feature.low, numbers[t], feature.high});
    auto [ks, row] = feature.ks;
    SmallVector<Value> at = {row, feature.slots[t]};
    if (pick == Pick::Gathered)
      return b.create<vector::GatherOp>(type, ks, at, places,
                                        b.firstLanes(b.lanes()), b.splat(0.0f));
    Value keys = b.load(ks, at);
    return pick == Pick::Successive ? keys
                                    : b.intrinsic("llvm.x86.avx2.permps", type,
                                                  ValueRange{keys, places});
  }

  Value first; ///< slot of the first key that one of the places begins with

private:
  TileBuilder &b;
  Value places; ///< slots from there on
  Pick pick = Pick::Gathered;
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

/// Scores of `count` keys, whose rows of s begin at `position`, for registers
/// of queries. Keys or queries, of which there are fewer, are in registers
/// beside all accumulators, the others one by one.
static void emitScores(TileScoresOp op, TileBuilder &b, SlidingKeys &keys,
                       ArrayRef<Value> lanes, ArrayRef<Value> slots,
                       Value position, int64_t count) {
  int64_t numQueries = lanes.size();
  bool holdsKeys = count < numQueries;
  auto scores = sumFeatures(
      op, b, count, lanes, [&](Value first, int64_t n, ValueRange before) {
        TileBuilder::Row qt = b.rowAt(op.getQt(), first, n);
        auto feature = keys.feature(b.rowAt(op.getKs(), first, n), slots);
        auto load = [&](bool isKey, int64_t i) -> Value {
          return isKey ? keys.key(feature, i)
                       : b.load(qt.memref, {qt.row, lanes[i]});
        };
        SmallVector<Value> held, after(before);
        for (int64_t h = 0; h < std::min(count, numQueries); ++h)
          held.push_back(load(holdsKeys, h));
        for (int64_t o = 0; o < std::max(count, numQueries); ++o) {
          Value other = load(!holdsKeys, o);
          auto sumOf = [&](int64_t h) -> Value & {
            return after[holdsKeys ? h * numQueries + o : o * numQueries + h];
          };
          SmallVector<Value> sums;
          for (auto [h, value] : llvm::enumerate(held))
            sums.push_back(b.fma(value, other, sumOf(h)));
          for (auto [h, sum] : llvm::enumerate(b.fence(sums)))
            sumOf(h) = sum;
        }
        return after;
      });
  for (int64_t t = 0; t < count; ++t)
    for (auto [v, lane] : llvm::enumerate(lanes))
      b.store(scores[t * numQueries + v], op.getS(),
              {b.add(position, t), lane});
}

/// Keys that are picked from two registers follow each other in a row.
static void scoreRows(TileScoresOp op, TileBuilder &b, SlidingKeys &keys,
                      ArrayRef<Value> lanes, int64_t longest) {
  int64_t shortest = longest <= 6 ? (longest + 1) / 2 : longest;
  RowParts parts(b, op.getWidth(), shortest, longest);
  b.loop(b.index(0), op.getNrows(), 1, [&](Value row) {
    Value slot = b.toIndex(
        b.create<memref::LoadOp>(op.getRows(), ValueRange{row, b.index(0)}));
    slot = b.add(slot, keys.first);
    Value position = b.mul(row, op.getWidth());
    parts.loop(b, [&](Value x, int64_t count) {
      emitScores(op, b, keys, lanes, b.add(slot, x), b.add(position, x), count);
    });
  });
}

/// Keys whose numbers are in `slots`, whatever rows they belong to.
static void scoreKeys(TileScoresOp op, TileBuilder &b, SlidingKeys &keys,
                      ArrayRef<Value> lanes, Value slots, int64_t count) {
  Value all = b.mul(op.getNrows(), op.getWidth());
  b.loop(b.index(0), all, count, [&](Value position) {
    SmallVector<Value> block;
    for (int64_t t = 0; t < count; ++t) {
      Value slot = b.toIndex(
          b.create<memref::LoadOp>(slots, ValueRange{b.add(position, t)}));
      block.push_back(b.add(slot, keys.first));
    }
    emitScores(op, b, keys, lanes, block, position, count);
  });
}

void slideScores(TileScoresOp op, TileBuilder &b) {
  using Pick = SlidingKeys::Pick;
  bool picksOfTwo = b.target.permuteCost > 0 && b.lanes() == kPlaces;
  int64_t queries = op.getS().getType().getDimSize(1) / kPlaces;
  int64_t count = std::min<int64_t>(b.target.accumulators() / queries, 8);
  Value slots;
  if (!picksOfTwo)
    slots = writeSlots(b, op.getRows(), op.getNrows(), op.getWidth(),
                       op.getS().getType().getDimSize(0), /*more=*/count - 1,
                       /*scale=*/1);
  auto scorePlaces = [&](Value begin) {
    SlidingKeys keys(op, b, begin);
    SmallVector<Value> lanes;
    for (int64_t n = 0; n < queries; ++n)
      lanes.push_back(b.add(begin, n * kPlaces));
    auto score = [&](Pick pick) {
      keys.prepare(pick, count);
      if (pick == Pick::OfTwo)
        scoreRows(op, b, keys, lanes, count);
      else
        scoreKeys(op, b, keys, lanes, slots, count);
    };
    if (b.target.permuteCost == 0)
      return score(Pick::Gathered);
    if (picksOfTwo)
      return score(Pick::OfTwo);
    Value areSuccessive = keys.areSuccessive();
    b.ifThen(areSuccessive, [&] { score(Pick::Successive); });
    Value isTrue = b.constant(b.getBoolAttr(true));
    b.ifThen(b.create<arith::XOrIOp>(areSuccessive, isTrue),
             [&] { score(Pick::OfOne); });
  };
  if (b.lanes() == kPlaces)
    return scorePlaces(b.index(0));
  b.loop(b.index(0), b.index(kPlaces), b.lanes(), scorePlaces);
}

//===----------------------------------------------------------------------===//
// Outputs
//===----------------------------------------------------------------------===//

/// The values of a few rows stay in the first-level cache while all places add
/// them.
void slideAccumulate(TileAccumulateOp op, TileBuilder &b) {
  int64_t queries = op.getS().getType().getDimSize(1) / kPlaces;
  int64_t registers = op.getOt().getType().getDimSize(1) / b.lanes();
  int64_t most = std::max<int64_t>(1, b.target.accumulators() / queries);
  int64_t widest =
      llvm::divideCeil(registers, llvm::divideCeil(registers, most));
  int64_t keys = b.target.l1Bytes / 2 / (4 * b.lanes() * widest);
  Value keysOfRow = b.add(op.getWidth(), kPlaces - 1);
  Value run = b.createOrFold<arith::DivUIOp>(b.index(keys), keysOfRow);
  run = b.create<arith::MaxSIOp>(run, b.index(1));
  ValueRows rows(op, b);
  OutputFactors outputs(op, b);
  Value runs = b.create<arith::CeilDivUIOp>(op.getNrows(), run);
  b.loop(b.index(0), runs, 1, [&](Value n) {
    Value first = b.mul(n, run);
    Value last = b.min(b.add(first, run), op.getNrows());
    Value begin = b.mul(first, op.getWidth()), end = b.mul(last, op.getWidth());
    b.forParts(registers, most, [&](Value vector, int64_t vectors) {
      b.loop(b.index(0), b.index(kPlaces), 1, [&](Value place) {
        Value start = b.toIndex(
            b.create<memref::LoadOp>(op.getStarts(), ValueRange{place}));
        QueryBlock block = {op,
                            b,
                            rows.values,
                            place,
                            b.mul(vector, b.lanes()),
                            queries,
                            vectors,
                            b.mul(start, rows.columns),
                            /*step=*/kPlaces};
        block.addKeys(rows.begins, begin, end, outputs.factors);
      });
    });
    outputs.forget();
  });
}

} // namespace mlir::attn
