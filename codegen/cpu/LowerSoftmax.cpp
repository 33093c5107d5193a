//===- LowerSoftmax.cpp - attn.tile_softmax -------------------------------===//
//
// Two passes over the scores: the largest, then exp2 and the sum. Lanes are
// independent, so there is nothing horizontal. A lane without any score above
// -inf keeps its maximum, but subtracts 0 instead, which gives exp2(-inf) = 0.
//
//===----------------------------------------------------------------------===//

#include "codegen/cpu/Exp2.h"
#include "codegen/cpu/PairProducts.h"

#include <limits>

namespace mlir::attn {

/// Runs over the rows of scores, `rows` per step and then one by one.
static SmallVector<Value>
forRows(TileSoftmaxOp op, TileBuilder &b, int64_t rows, ArrayRef<Value> init,
        function_ref<SmallVector<Value>(ValueRange rows, ValueRange)> body) {
  return b.loopBySteps(b.index(0), op.getCount(), rows, init,
                       [&](Value first, int64_t count, ValueRange carried) {
                         SmallVector<Value> numbers;
                         for (int64_t r = 0; r < count; ++r)
                           numbers.push_back(b.add(first, r));
                         return body(numbers, carried);
                       });
}

/// The largest scores, begun at `init`. Several rows per step, each with its
/// own maximum, hide the latency of the comparison.
static SmallVector<Value> emitMax(TileSoftmaxOp op, TileBuilder &b,
                                  ArrayRef<Value> lanes, ArrayRef<Value> init) {
  int64_t rows = std::max<int64_t>(1, 8 / lanes.size());
  SmallVector<Value> chains;
  for (int64_t r = 0; r < rows; ++r)
    chains.append(init.begin(), init.end());
  chains =
      forRows(op, b, rows, chains, [&](ValueRange rows, ValueRange before) {
        SmallVector<Value> after(before);
        size_t n = 0;
        for (Value row : rows) {
          for (Value lane : lanes) {
            after[n] = b.max(before[n], b.load(op.getS(), {row, lane}));
            ++n;
          }
        }
        return after;
      });
  while (chains.size() > lanes.size()) {
    size_t half = chains.size() / 2;
    for (size_t i = 0; i < half; ++i)
      chains[i] = b.max(chains[i], chains[half + i]);
    chains.truncate(half);
  }
  return chains;
}

/// The same for scores that a scale is still missing from. As long as they
/// exceed what was largest before by little, that stays: then alpha is 1, and
/// outputs need not be rescaled.
static SmallVector<Value> emitLazyMax(TileSoftmaxOp op, TileBuilder &b,
                                      ArrayRef<Value> lanes,
                                      ArrayRef<Value> before) {
  constexpr float little = 8;
  Value lowest = b.splat(-std::numeric_limits<float>::infinity());
  Value scale = b.splat(op.getScale()->convertToFloat());
  SmallVector<Value> none(lanes.size(), lowest), result;
  for (auto [old, unscaled] :
       llvm::zip_equal(before, emitMax(op, b, lanes, none))) {
    Value now = b.create<arith::MulFOp>(unscaled, scale);
    Value limit = b.create<arith::AddFOp>(old, b.splat(little));
    Value grew = b.create<arith::CmpFOp>(arith::CmpFPredicate::OGT, now, limit);
    result.push_back(b.select(grew, now, old));
  }
  return result;
}

/// exp2 of the scores in place; returns their sums.
static SmallVector<Value> emitWeights(TileSoftmaxOp op, TileBuilder &b,
                                      ArrayRef<Value> lanes,
                                      ArrayRef<Value> shift) {
  SmallVector<Value> sums(lanes.size(), b.splat(0.0f));
  // A narrow row alone is too little work for a step of the loop.
  int64_t rows = std::max<int64_t>(1, 4 / lanes.size());
  return forRows(op, b, rows, sums, [&](ValueRange rows, ValueRange before) {
    SmallVector<Value> after(before);
    for (Value row : rows) {
      for (auto [i, lane] : llvm::enumerate(lanes)) {
        Value s = b.load(op.getS(), {row, lane});
        Value p = emitExp2(b, b.create<arith::SubFOp>(s, shift[i]));
        b.store(p, op.getS(), {row, lane});
        after[i] = b.create<arith::AddFOp>(after[i], p);
      }
    }
    return after;
  });
}

static void emitLanes(TileSoftmaxOp op, TileBuilder &b, ArrayRef<Value> lanes) {
  Value lowest = b.splat(-std::numeric_limits<float>::infinity());
  SmallVector<Value> before, sums, shift;
  for (Value lane : lanes)
    before.push_back(b.load(op.getMax(), {lane}));
  SmallVector<Value> largest = op.getW() ? emitLazyMax(op, b, lanes, before)
                                         : emitMax(op, b, lanes, before);

  for (auto [i, lane] : llvm::enumerate(lanes)) {
    Value none = b.equal(largest[i], lowest);
    shift.push_back(b.select(none, b.splat(0.0f), largest[i]));
    Value alpha = emitExp2(b, b.create<arith::SubFOp>(before[i], shift.back()));
    sums.push_back(b.splat(0.0f));
    b.store(alpha, op.getAlpha(), {lane});
    b.store(largest[i], op.getMax(), {lane});
  }

  sums = op.getW() ? emitWeightPairs(op, b, lanes, shift)
                   : emitWeights(op, b, lanes, shift);
  for (auto [sum, lane] : llvm::zip_equal(sums, lanes)) {
    Value before = b.load(op.getSum(), {lane});
    Value alpha = b.load(op.getAlpha(), {lane});
    b.store(b.fma(before, alpha, sum), op.getSum(), {lane});
  }
}

void lowerTileSoftmax(TileSoftmaxOp op, TileBuilder &b) {
  int64_t lanes = op.getS().getType().getDimSize(1);
  b.forLaneGroups(lanes, b.target.blockVectors(),
                  [&](ArrayRef<Value> begins) { emitLanes(op, b, begins); });
}

} // namespace mlir::attn
