//===- LowerScores.cpp - attn.tile_scores ---------------------------------===//
//
// A register block is NR keys by the vectors of a lane group, all NR times
// vectors accumulators live through the loop over d. The keys of a block are P
// chunks of c contiguous keys each, so that P pointers address them all. A list
// of the chunks of the visit is written first: the block loop then does not
// depend on how the keys lie in rows. One row needs no list.
//
// The last chunk of a row may stick out past its end. What it computes there
// lands in rows of s that the next row's chunk, which is stored later,
// overwrites, or in the slack after the last row. The list is padded to whole
// blocks by repeating its last chunk.
//
// A block of one chunk needs no list either: a row has its blocks, and up to
// four keys that are left at its end are a block of four.
//
//===----------------------------------------------------------------------===//

#include "codegen/cpu/PairProducts.h"

#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"

namespace mlir::attn {

namespace {

/// How the keys of a block are arranged.
struct KeyBlock {
  int64_t chunk, chunks;

  KeyBlock(TileScoresOp op, int64_t vectors, const TargetDescription &target) {
    int64_t keys = std::max<int64_t>(1, target.accumulators() / vectors);
    // Enough accumulators to hide the latency; more only make a partial block
    // at the end of a visit longer.
    if (vectors == 1)
      keys = std::min<int64_t>(keys, 16);
    // More pointers than this do not fit the general registers.
    constexpr int64_t maxChunks = 8;
    int64_t preferred = keys % 4 == 0 && keys > 6 ? 4 : keys;
    // Rows of narrow tiles are short, so their ends count.
    if (vectors <= 2 && preferred == 6)
      preferred = 2;
    chunk = std::min<int64_t>(op.getChunk().value_or(preferred), keys);
    chunks = std::min(keys / chunk, maxChunks);
  }
};

} // namespace

/// Writes the chunk list: for each chunk its slot and its row in s. Returns the
/// number of chunks.
static Value writeChunkList(TileScoresOp op, TileBuilder &b, int64_t chunk,
                            int64_t chunks, Value list) {
  Value perRow = b.ceilDiv(op.getWidth(), chunk);
  Value count = b.mul(op.getNrows(), perRow);
  Value zero = b.index(0), one = b.index(1);
  auto write = [&](Value at, Value slot, Value position) {
    b.create<memref::StoreOp>(slot, list, ValueRange{at, zero});
    b.create<memref::StoreOp>(position, list, ValueRange{at, one});
  };
  b.loop(zero, op.getNrows(), 1, [&](Value row) {
    Value slot = b.create<memref::LoadOp>(op.getRows(), ValueRange{row, zero});
    Value position = b.toI32(b.mul(row, op.getWidth()));
    Value first = b.mul(row, perRow);
    b.loop(zero, perRow, 1, [&](Value n) {
      Value x = b.toI32(b.mul(n, chunk));
      write(b.add(first, n), b.add(slot, x), b.add(position, x));
    });
  });
  // Not read from the list, where it has just been written.
  Value row = b.sub(op.getNrows(), one), n = b.sub(perRow, one);
  Value slot = b.create<memref::LoadOp>(op.getRows(), ValueRange{row, zero});
  Value x = b.toI32(b.mul(n, chunk));
  slot = b.add(slot, x);
  Value position = b.add(b.toI32(b.mul(row, op.getWidth())), x);
  for (int64_t p = 0; p + 1 < chunks; ++p)
    write(b.add(count, p), slot, position);
  return count;
}

void forKeyChunks(
    TileScoresOp op, TileBuilder &b, int64_t chunk, int64_t chunks,
    function_ref<void(ArrayRef<Value> slots, ArrayRef<Value> positions)> body) {
  int64_t room = op.getS().getType().getDimSize(0) + chunks;
  Value list = b.stack({room, 2}, b.getI32Type());
  Value count = writeChunkList(op, b, chunk, chunks, list);
  b.loop(b.index(0), count, chunks, [&](Value first) {
    SmallVector<Value> slots, positions;
    for (int64_t p = 0; p < chunks; ++p) {
      auto entry = [&](int64_t column) {
        return b.toIndex(b.create<memref::LoadOp>(
            list, ValueRange{b.add(first, p), b.index(column)}));
      };
      slots.push_back(entry(0));
      positions.push_back(entry(1));
    }
    body(slots, positions);
  });
}

SmallVector<Value>
sumFeatures(TileScoresOp op, TileBuilder &b, int64_t keys,
            ArrayRef<Value> lanes,
            function_ref<SmallVector<Value>(Value, int64_t, ValueRange)> body) {
  // A long chain of additions loses digits.
  constexpr int64_t longest = 64;
  int64_t depth = op.getQt().getType().getDimSize(0);
  Value zero = b.index(0);
  SmallVector<Value> zeros(keys * lanes.size(), b.splat(0.0f));
  if (depth <= longest)
    return b.loopOfBlock(zero, b.index(depth), zeros, body);
  int64_t parts = llvm::divideCeil(depth, longest);
  int64_t part =
      llvm::alignTo(llvm::divideCeil(depth, parts), b.target.stepsOfBlock());
  Value room = b.mul(op.getNrows(), op.getWidth());
  auto forPlaces = [&](function_ref<void(size_t, ArrayRef<Value>)> visit) {
    for (size_t r = 0; r < zeros.size(); ++r)
      visit(r, {b.add(room, r / lanes.size()), lanes[r % lanes.size()]});
  };
  b.loop(zero, b.index(depth), part, [&](Value begin) {
    Value end = b.add(begin, part);
    auto sums =
        depth % part
            ? b.loopOfBlock(begin, b.min(end, b.index(depth)), zeros, body)
            : b.loopOfBlock(begin, end, zeros, body, /*isWhole=*/true);
    auto keep = [&](OpBuilder &, Location) {
      forPlaces([&](size_t r, ArrayRef<Value> place) {
        b.store(sums[r], op.getS(), place);
      });
      b.create<scf::YieldOp>();
    };
    auto addAndKeep = [&](OpBuilder &, Location) {
      forPlaces([&](size_t r, ArrayRef<Value> place) {
        Value before = b.load(op.getS(), place);
        b.store(b.create<arith::AddFOp>(sums[r], before), op.getS(), place);
      });
      b.create<scf::YieldOp>();
    };
    Value isFirst =
        b.create<arith::CmpIOp>(arith::CmpIPredicate::eq, begin, zero);
    b.create<scf::IfOp>(isFirst, keep, addAndKeep);
  });
  SmallVector<Value> sums;
  forPlaces([&](size_t, ArrayRef<Value> place) {
    sums.push_back(b.load(op.getS(), place));
  });
  return sums;
}

/// The loop over d for one block and lane group: keys.size() * lanes.size()
/// scores.
static SmallVector<Value> emitBlock(TileScoresOp op, TileBuilder &b,
                                    ArrayRef<Value> keys,
                                    ArrayRef<Value> lanes) {
  return sumFeatures(
      op, b, keys.size(), lanes, [&](Value first, int64_t n, ValueRange sums) {
        auto [qt, row] = b.rowAt(op.getQt(), first, n);
        SmallVector<Value> queries, next;
        for (Value lane : lanes)
          queries.push_back(b.load(qt, {row, lane}));
        Value d = b.add(first, n);
        for (Value key : keys) {
          Value k = b.create<memref::LoadOp>(op.getKs(), ValueRange{key, d});
          Value wide = b.broadcastForFma(k, lanes.size());
          for (Value query : queries)
            next.push_back(b.fma(wide, query, sums[next.size()]));
        }
        return next;
      });
}

static SmallVector<Value> countFrom(TileBuilder &b, Value first,
                                    int64_t count) {
  SmallVector<Value> numbers;
  for (int64_t n = 0; n < count; ++n)
    numbers.push_back(b.add(first, n));
  return numbers;
}

/// Blocks of `size` keys of one row after the other, which may stick out of it.
/// What is left of a row is a block of `shortSize` keys where it has no more;
/// these come first: what sticks out is stored again by the row after it.
static void forBlocksOfRows(
    TileScoresOp op, TileBuilder &b, int64_t size, int64_t shortSize,
    function_ref<void(ArrayRef<Value> keys, ArrayRef<Value> positions)> body) {
  Value zero = b.index(0), width = op.getWidth();
  auto forRows = [&](Value begin, Value end, int64_t count) {
    b.loop(zero, op.getNrows(), 1, [&](Value row) {
      Value slot = b.toIndex(
          b.create<memref::LoadOp>(op.getRows(), ValueRange{row, zero}));
      Value position = b.mul(row, width);
      b.loop(begin, end, count, [&](Value x) {
        body(countFrom(b, b.add(slot, x), count),
             countFrom(b, b.add(position, x), count));
      });
    });
  };
  if (!shortSize)
    return forRows(zero, width, size);
  Value blocks = b.create<arith::DivUIOp>(b.add(width, size - 1 - shortSize),
                                          b.index(size));
  Value whole = b.mul(blocks, size);
  forRows(whole, width, shortSize);
  forRows(zero, whole, size);
}

void lowerTileScores(TileScoresOp op, TileBuilder &b) {
  if (isPairs(op.getKs()))
    return emitPairScores(op, b);
  if (op.getStarts())
    return slideScores(op, b);
  int64_t lanes = op.getS().getType().getDimSize(1);
  int64_t vectors = std::min(lanes / b.lanes(), b.target.blockVectors());
  KeyBlock block(op, vectors, b.target);
  auto emit = [&](ArrayRef<Value> keys, ArrayRef<Value> positions) {
    b.forLaneGroups(lanes, vectors, [&](ArrayRef<Value> begins) {
      SmallVector<Value> scores = emitBlock(op, b, keys, begins);
      for (auto [i, score] : llvm::enumerate(scores))
        b.store(score, op.getS(),
                {positions[i / begins.size()], begins[i % begins.size()]});
    });
  };
  // What the op may read and write past the end.
  constexpr int64_t slack = 32;
  constexpr int64_t shortSize = 4;
  int64_t size = block.chunk * block.chunks;
  bool isOneRow = getConstantIntValue(op.getNrows()) == 1 && size <= slack;
  bool endsShort = block.chunks == 1 && size > shortSize;
  if (isOneRow || endsShort)
    return forBlocksOfRows(op, b, size, endsShort ? shortSize : 0, emit);
  forKeyChunks(op, b, block.chunk, block.chunks,
               [&](ArrayRef<Value> slots, ArrayRef<Value> places) {
                 SmallVector<Value> keys, positions;
                 for (auto [slot, position] : llvm::zip_equal(slots, places)) {
                   llvm::append_range(keys, countFrom(b, slot, block.chunk));
                   llvm::append_range(positions,
                                      countFrom(b, position, block.chunk));
                 }
                 emit(keys, positions);
               });
}

} // namespace mlir::attn
