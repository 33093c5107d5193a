//===- LowerAccumulate.cpp - attn.tile_accumulate -------------------------===//
//
// A register block is W value columns by the vectors of a lane group. Its
// accumulators begin at zero, live through the loops over rows and keys, and
// are added to the rescaled output once. The columns of Dv are split into
// blocks of nearly equal width.
//
// By query, a register block is a few queries by the vectors of value columns.
//
//===----------------------------------------------------------------------===//

#include "codegen/cpu/AheadLines.h"
#include "codegen/cpu/PairProducts.h"
#include "codegen/cpu/QueryBlock.h"

#include "mlir/Dialect/MemRef/IR/MemRef.h"

namespace mlir::attn {

/// Asks for the part of a row of values that a few keys on will need. Without
/// it, a block whose values come from L2 waits for every row.
static void prefetchValues(TileAccumulateOp op, TileBuilder &b, Value key,
                           Value first, int64_t columns) {
  constexpr int64_t keysAhead = 4, lineFloats = 16;
  for (int64_t i = 0; i < columns; i += lineFloats)
    b.create<memref::PrefetchOp>(
        op.getVs(), ValueRange{b.add(key, keysAhead), b.add(first, i)},
        /*isWrite=*/false, /*localityHint=*/3, /*isDataCache=*/true);
}

/// One block: columns [first, first + columns).
static void emitBlock(TileAccumulateOp op, TileBuilder &b, Value first,
                      int64_t columns, ArrayRef<Value> lanes) {
  Value zero = b.index(0);
  Value ot = b.window(op.getOt(), first, columns);
  // From zero for every visit: long chains of additions lose accuracy.
  SmallVector<Value> sums(columns * lanes.size(), b.splat(0.0f));
  AheadLines ahead(b, op.getAhead(), b.target.stepsOfBlock());
  sums = b.loop(zero, op.getNrows(), 1, sums, [&](Value row, ValueRange outer) {
    Value slot = b.toIndex(
        b.create<memref::LoadOp>(op.getRows(), ValueRange{row, zero}));
    Value position = b.mul(row, op.getWidth());
    return b.loopOfBlock(
        zero, op.getWidth(), outer, [&](Value x, int64_t n, ValueRange inner) {
          auto [s, weightRow] = b.rowAt(op.getS(), b.add(position, x), n);
          SmallVector<Value> weights, next;
          for (Value lane : lanes)
            weights.push_back(b.load(s, {weightRow, lane}));
          auto [vs, valueRow] = b.rowAt(op.getVs(), b.add(slot, x), n);
          if (n == 0)
            ahead.ask(b.add(position, x));
          // Wider groups of lanes compute longer on every row.
          if (lanes.size() == 1)
            prefetchValues(op, b, b.add(b.add(slot, x), n), first, columns);
          for (int64_t i = 0; i < columns; ++i) {
            Value v = b.create<memref::LoadOp>(
                vs, ValueRange{valueRow, b.add(first, i)});
            Value wide = b.broadcastForFma(v, lanes.size());
            SmallVector<Value> ofColumn;
            for (Value weight : weights)
              ofColumn.push_back(
                  b.fma(wide, weight, inner[next.size() + ofColumn.size()]));
            llvm::append_range(next, b.fence(ofColumn));
          }
          return next;
        });
  });

  ahead.finish(b.mul(op.getNrows(), op.getWidth()));

  SmallVector<Value> alpha;
  for (Value lane : lanes)
    alpha.push_back(b.load(op.getAlpha(), {lane}));
  size_t n = 0;
  for (int64_t i = 0; i < columns; ++i)
    for (auto [lane, factor] : llvm::zip_equal(lanes, alpha)) {
      Value before = b.load(ot, {b.index(i), lane});
      b.store(b.fma(before, factor, sums[n++]), ot, {b.index(i), lane});
    }
}

//===----------------------------------------------------------------------===//
// By query
//===----------------------------------------------------------------------===//

/// The values of a run of keys stay in the first-level cache while all blocks
/// of queries add them.
static void lowerByQuery(TileAccumulateOp op, TileBuilder &b) {
  int64_t lanes = op.getS().getType().getDimSize(1);
  int64_t vectors = op.getOt().getType().getDimSize(1) / b.lanes();
  int64_t keyBytes = 4 * op.getVs().getType().getDimSize(1);
  int64_t run = std::max<int64_t>(16, b.target.l1Bytes / 2 / keyBytes);
  ValueRows rows(op, b);
  Value count = b.mul(op.getNrows(), op.getWidth());
  OutputFactors outputs(op, b);
  b.loop(b.index(0), count, run, [&](Value begin) {
    Value end = b.min(b.add(begin, run), count);
    b.forParts(vectors, b.target.queryBlockVectors(),
               [&](Value vector, int64_t vectors) {
                 Value column = b.mul(vector, b.lanes());
                 int64_t queries = b.target.accumulators() / vectors;
                 b.forParts(lanes, queries, [&](Value lane, int64_t queries) {
                   QueryBlock block = {op,     b,       rows.values, lane,
                                       column, queries, vectors};
                   block.addKeys(rows.begins, begin, end, outputs.factors);
                 });
               });
    outputs.forget();
  });
}

/// Whether the lanes are a part of those of a tile.
static bool isHalf(TileAccumulateOp op) {
  MemRefType type = op.getOt().getType();
  return type.getStridesAndOffset().first.front() > type.getDimSize(1);
}

void lowerTileAccumulate(TileAccumulateOp op, TileBuilder &b) {
  if (isPairs(op.getVs()))
    return accumulatePairs(op, b);
  if (op.getStarts())
    return slideAccumulate(op, b);
  if (op.getByQuery())
    return lowerByQuery(op, b);
  int64_t depth = op.getOt().getType().getDimSize(0);
  int64_t lanes = op.getOt().getType().getDimSize(1);
  int64_t vectors = std::min(lanes / b.lanes(), b.target.blockVectors());
  int64_t widest = std::max<int64_t>(1, b.target.accumulators() / vectors);
  int64_t blocks = llvm::divideCeil(depth, widest);
  // Blocks of one width are half the code, and little slower: they suit what is
  // seldom visited.
  for (int64_t width = widest; isHalf(op) && width >= 8; --width)
    if (depth % width == 0) {
      blocks = depth / width;
      break;
    }
  int64_t columns = depth / blocks, wider = depth % blocks;

  auto emitBlocks = [&](int64_t begin, int64_t end, int64_t width) {
    if (begin == end)
      return;
    b.loop(b.index(begin), b.index(end), width, [&](Value e) {
      b.forLaneGroups(lanes, vectors, [&](ArrayRef<Value> begins) {
        emitBlock(op, b, e, width, begins);
      });
    });
  };
  int64_t split = wider * (columns + 1);
  emitBlocks(0, split, columns + 1);
  emitBlocks(split, depth, columns);
}

} // namespace mlir::attn
