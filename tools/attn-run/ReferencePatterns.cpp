//===- ReferencePatterns.cpp - formulas of published patterns -------------===//

#include "tools/attn-run/ReferencePatterns.h"

#include "dialect/AttnOps.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/TypeSwitch.h"

#include <algorithm>

using namespace llvm;
using namespace mlir::attn;
using mlir::Operation;

namespace attnrun {

/// Rounds down, for any sign of `a`.
static int64_t floorDiv(int64_t a, int64_t b) {
  return a >= 0 ? a / b : -((-a + b - 1) / b);
}

static bool isMultiple(int64_t a, int64_t b) { return a % b == 0; }

//===----------------------------------------------------------------------===//
// Blocks
//===----------------------------------------------------------------------===//

static Keeps readBlocked(BlockedOp op) {
  int64_t block = op.getBlock();
  return [=](int64_t, int64_t i, int64_t j) { return i / block == j / block; };
}

static Keeps readBlockCausal(BlockCausalOp op) {
  int64_t block = op.getBlock();
  return [=](int64_t, int64_t i, int64_t j) {
    return j < (i / block + 1) * block;
  };
}

static Keeps readBlockWindow(BlockWindowOp op) {
  constexpr int64_t unbounded = int64_t(1) << 40;
  int64_t block = op.getBlock();
  int64_t left = op.getLeft().value_or(unbounded);
  int64_t right = op.getRight().value_or(unbounded);
  return [=](int64_t, int64_t i, int64_t j) {
    int64_t ib = i / block, jb = j / block;
    return ib - left <= jb && jb <= ib + right;
  };
}

static Keeps readStrided(StridedOp op, const MaskProblem &problem) {
  int64_t block = op.getBlock(), local = op.getLocal();
  int64_t stride = op.getStride(), offset = op.getOffset();
  std::optional<int64_t> right = op.getRight();
  bool isRelative = op.getRelative();
  int64_t step = op.getHeadStep().value_or(
      std::max<int64_t>(1, stride / problem.queryHeads));
  int64_t group = op.getByKvHead() ? problem.queryHeads / problem.kvHeads : 1;
  int64_t firstDense = problem.queryHeads / group - op.getDenseHeads();
  return [=](int64_t head, int64_t i, int64_t j) {
    int64_t h = head / group, ib = i / block, jb = j / block, d = ib - jb;
    if (!right && j > i)
      return false;
    if (h >= firstDense)
      return true;
    if (isRelative) {
      int64_t before = std::max<int64_t>(0, d - local + 1);
      int64_t after = std::max<int64_t>(0, -d - *right + 1);
      return isMultiple(before + after, stride);
    }
    bool isLocal = d < local && (!right || -d < *right);
    return isLocal || isMultiple(jb + h * step + offset, stride);
  };
}

static Keeps readSlash(SlashOp op) {
  int64_t block = op.getBlock(), stride = op.getStride();
  int64_t offset = op.getOffset();
  return [=](int64_t, int64_t i, int64_t j) {
    return isMultiple(i / block - j / block + offset, stride);
  };
}

static Keeps readSummary(SummaryOp op) {
  int64_t segment = op.getSegment(), count = op.getCount();
  int64_t slices = op.getSlices();
  return [=](int64_t h, int64_t, int64_t j) {
    int64_t t = h % slices, place = j % segment;
    return segment - (t + 1) * count <= place && place < segment - t * count;
  };
}

static Keeps readPowerOfTwo(PowerOfTwoOp op) {
  int64_t block = op.getBlock();
  std::optional<int64_t> restart = op.getRestart();
  return [=](int64_t, int64_t i, int64_t j) {
    if (restart && i / *restart != j / *restart)
      return false;
    int64_t d = i / block - j / block;
    for (int64_t power = 1; power <= d; power *= 2)
      if (d == power)
        return true;
    return d == 0;
  };
}

static Keeps readFenwick(FenwickOp op) {
  int64_t level = op.getLevel();
  return [=](int64_t, int64_t i, int64_t r) {
    return (i >> level & 1) == 1 && r == (i >> level) - 1;
  };
}

static Keeps readDilatedSegments(DilatedSegmentsOp op,
                                 const MaskProblem &problem) {
  std::vector<int64_t> segments(op.getSegments()), rates(op.getRates());
  bool isGrouped = op.getGroupedHeads();
  int64_t heads = problem.queryHeads;
  return [=](int64_t h, int64_t i, int64_t j) {
    for (auto [segment, rate] : zip_equal(segments, rates)) {
      int64_t first = isGrouped ? h * rate / heads : h % rate;
      if (i / segment == j / segment && i % segment % rate == first &&
          j % segment % rate == first)
        return true;
    }
    return false;
  };
}

static Keeps readXorSegments(XorSegmentsOp op) {
  int64_t block = op.getBlock();
  std::vector<int64_t> segments(op.getSegments()), rates(op.getRates());
  return [=](int64_t, int64_t i, int64_t j) {
    int64_t x = i / block ^ j / block, o = i / block | j / block;
    for (auto [segment, rate] : zip_equal(segments, rates))
      if (x < segment && (o & (rate - 1)) == 0)
        return true;
    return false;
  };
}

//===----------------------------------------------------------------------===//
// Constant tables and heads
//===----------------------------------------------------------------------===//

/// The block that a token is in; -1 beyond the last.
static int64_t findBlock(ArrayRef<int64_t> offsets, int64_t token) {
  for (size_t n = 0; n + 1 < offsets.size(); ++n)
    if (offsets[n] <= token && token < offsets[n + 1])
      return n;
  return -1;
}

static Keeps readBlockMap(BlockMapOp op, const MaskProblem &problem) {
  ArrayRef<int64_t> shape = op.getMap().getShapedType().getShape();
  int64_t maps = shape.size() == 3 ? shape[0] : 1;
  int64_t heads = problem.queryHeads;
  int64_t queryBlocks = shape[shape.size() - 2], keyBlocks = shape.back();
  std::vector<bool> map;
  for (APInt bit : op.getMap().getValues<APInt>())
    map.push_back(!bit.isZero());
  std::vector<int64_t> block, queryOffsets, keyOffsets;
  if (op.getBlock()) {
    block = *op.getBlock();
  } else {
    queryOffsets = *op.getQueryOffsets();
    keyOffsets = *op.getKeyOffsets();
  }
  return [=](int64_t h, int64_t i, int64_t j) {
    int64_t ib = block.empty() ? findBlock(queryOffsets, i) : i / block[0];
    int64_t jb = block.empty() ? findBlock(keyOffsets, j) : j / block[1];
    if (ib < 0 || ib >= queryBlocks || jb < 0 || jb >= keyBlocks)
      return false;
    return bool(map[(h * maps / heads * queryBlocks + ib) * keyBlocks + jb]);
  };
}

static Keeps readRandomBlocks(RandomBlocksOp op, const MaskProblem &problem) {
  int64_t block = op.getBlock(), blocks = op.getBlocks();
  int64_t tables = op.getHeads(), count = op.getCount();
  int64_t heads = problem.queryHeads;
  std::vector<int64_t> drawn = op.drawBlocks();
  return [=](int64_t h, int64_t i, int64_t j) {
    int64_t ib = i / block, jb = j / block;
    if (ib >= blocks)
      return false;
    auto first = drawn.begin() + (h * tables / heads * blocks + ib) * count;
    return std::find(first, first + count, jb) != first + count;
  };
}

static Keeps readPerHead(const std::vector<Keeps> &masks,
                         const MaskProblem &problem) {
  int64_t n = masks.size(), heads = problem.queryHeads;
  return [=](int64_t h, int64_t i, int64_t j) {
    return masks[h * n / heads](h, i, j);
  };
}

static Keeps readHeadWindow(HeadWindowOp op, const MaskProblem &problem) {
  int64_t block = op.getBlock(), denominator = op.getDenominator();
  int64_t blocks = (problem.numKeys + block - 1) / block;
  std::vector<int64_t> widths;
  for (auto [alpha, beta] : zip_equal(op.getAlpha(), op.getBeta())) {
    // floor(a + b / c) = floor((a c + b) / c)
    int64_t width = floorDiv(
        floorDiv(alpha, block) * denominator + beta * blocks, denominator);
    widths.push_back(std::max<int64_t>(1, width));
  }
  int64_t heads = problem.queryHeads;
  return [=](int64_t h, int64_t i, int64_t j) {
    int64_t d = i / block - j / block;
    return d >= 0 && d < widths[h * widths.size() / heads];
  };
}

//===----------------------------------------------------------------------===//
// Run-time tables
//===----------------------------------------------------------------------===//

namespace {

/// The documents of one sequence.
struct Documents {
  std::vector<int64_t> offsets;

  int64_t count() const { return int64_t(offsets.size()) - 1; }
  int64_t of(int64_t token) const { return findBlock(offsets, token); }
  /// From the end if negative. May be no document at all.
  int64_t number(int64_t index) const {
    return index < 0 ? count() + index : index;
  }
};

} // namespace

static Keeps readDocument(DocumentOp op, const MaskProblem &problem) {
  Documents documents{problem.tables.at(op.getOffsets())};
  std::optional<int64_t> prefix = op.getPrefix();
  return [=](int64_t, int64_t i, int64_t j) {
    int64_t document = documents.of(i);
    if (document < 0 || document != documents.of(j))
      return false;
    return !prefix || j - documents.offsets[document] < *prefix;
  };
}

static Keeps readDocumentKeys(DocumentKeysOp op, const MaskProblem &problem) {
  Documents documents{problem.tables.at(op.getOffsets())};
  int64_t chosen = documents.number(op.getIndex());
  return [=](int64_t, int64_t, int64_t j) {
    return chosen >= 0 && documents.of(j) == chosen;
  };
}

static Keeps readDocumentQueries(DocumentQueriesOp op,
                                 const MaskProblem &problem) {
  Documents documents{problem.tables.at(op.getOffsets())};
  int64_t chosen = documents.number(op.getIndex());
  return [=](int64_t, int64_t i, int64_t) {
    return chosen >= 0 && documents.of(i) == chosen;
  };
}

static Keeps readRowBounds(RowBoundsOp op, const MaskProblem &problem) {
  std::vector<int64_t> lower = problem.tables.at(op.getLower());
  std::vector<int64_t> upper = problem.tables.at(op.getUpper());
  return [=](int64_t, int64_t i, int64_t j) {
    return lower[i] <= j && j < upper[i];
  };
}

static Keeps readTree(TreeOp op, const MaskProblem &problem) {
  std::vector<int64_t> ends = problem.tables.at(op.getEnds());
  return [=](int64_t, int64_t i, int64_t j) { return j <= i && i < ends[j]; };
}

static Keeps readTokens(TokensOp op, const MaskProblem &problem) {
  std::vector<int64_t> flags = problem.tables.at(op.getFlags());
  bool isOfQueries = op.getQueries();
  return [=](int64_t, int64_t i, int64_t j) {
    return flags[isOfQueries ? i : j] != 0;
  };
}

Keeps readPattern(Operation *op, const std::vector<Keeps> &parts,
                  const MaskProblem &problem) {
  return TypeSwitch<Operation *, Keeps>(op)
      .Case(readBlocked)
      .Case(readBlockCausal)
      .Case(readBlockWindow)
      .Case(readSlash)
      .Case(readSummary)
      .Case(readPowerOfTwo)
      .Case(readFenwick)
      .Case(readXorSegments)
      .Case([&](BlockMapOp op) { return readBlockMap(op, problem); })
      .Case([&](RandomBlocksOp op) { return readRandomBlocks(op, problem); })
      .Case([&](StridedOp op) { return readStrided(op, problem); })
      .Case([&](DilatedSegmentsOp op) {
        return readDilatedSegments(op, problem);
      })
      .Case([&](PerHeadOp) { return readPerHead(parts, problem); })
      .Case([&](HeadWindowOp op) { return readHeadWindow(op, problem); })
      .Case([&](DocumentOp op) { return readDocument(op, problem); })
      .Case([&](DocumentKeysOp op) { return readDocumentKeys(op, problem); })
      .Case([&](DocumentQueriesOp op) {
        return readDocumentQueries(op, problem);
      })
      .Case([&](RowBoundsOp op) { return readRowBounds(op, problem); })
      .Case([&](TreeOp op) { return readTree(op, problem); })
      .Case([&](TokensOp op) { return readTokens(op, problem); })
      .Default(nullptr);
}

} // namespace attnrun
