//===- TablePredicates.cpp - predicates of masks with tables --------------===//
//
// The definitions of TableOps.td as expressions.
//
//===----------------------------------------------------------------------===//

#include "dialect/AttnOps.h"

#include <random>

using namespace mlir;
using namespace mlir::attn;
using ::attn::Expr;
using ::attn::MaskVars;

//===----------------------------------------------------------------------===//
// Blocks
//===----------------------------------------------------------------------===//

/// The block of a token, and the truth that there is one.
static Expr blockOf(MaskVars &vars, Expr token, StringRef name,
                    std::optional<int64_t> size, DenseI64ArrayAttr offsets) {
  if (size)
    return floorDiv(token, *size);
  std::vector<int64_t> values(offsets.asArrayRef());
  return vars.context.search(addTable(vars, name, offsets, values), token);
}

/// Turns zeros and ones into elements of a table of runs.
static void makeRuns(std::vector<int64_t> &kept, int64_t columns) {
  int64_t end = 0;
  for (int64_t n = kept.size() - 1; n >= 0; --n) {
    int64_t column = n % columns;
    bool isLast = column + 1 == columns;
    if (isLast || bool(kept[n]) != (kept[n + 1] > 0))
      end = column + 1;
    kept[n] = kept[n] ? end : -end;
  }
}

SmallVector<int64_t> BlockMapOp::getHeadGroups() {
  ArrayRef<int64_t> shape = getMap().getShapedType().getShape();
  return {shape.size() == 3 ? shape[0] : 1};
}

Expr BlockMapOp::buildPredicate(MaskVars &vars, ArrayRef<Expr>) {
  ArrayRef<int64_t> shape = getMap().getShapedType().getShape();
  int64_t heads = getHeadGroups().front();
  int64_t queryBlocks = shape[shape.size() - 2], keyBlocks = shape.back();
  std::vector<int64_t> values;
  for (const APInt &value : getMap().getValues<APInt>())
    values.push_back(!value.isZero());
  makeRuns(values, keyBlocks);
  int64_t map = addTable(vars, "map", getMap(), std::move(values), keyBlocks);
  auto size = [&](unsigned n) {
    return getBlock() ? std::optional((*getBlock())[n]) : std::nullopt;
  };
  Expr ib =
      blockOf(vars, vars.i, "query_offsets", size(0), getQueryOffsetsAttr());
  Expr jb = blockOf(vars, vars.j, "key_offsets", size(1), getKeyOffsetsAttr());
  Expr row = vars.headGroup(heads) * queryBlocks + ib;
  Expr isSet = lessEqual(vars.context.constant(1),
                         vars.context.load(map, row * keyBlocks + jb));
  return isSet && lessThan(ib, vars.context.constant(queryBlocks)) &&
         lessThan(jb, vars.context.constant(keyBlocks));
}

std::vector<int64_t> RandomBlocksOp::drawBlocks() {
  int64_t heads = getHeads(), blocks = getBlocks(), count = getCount();
  std::vector<int64_t> table;
  std::mt19937_64 random(getSeed());
  for (int64_t row = 0; row < heads * blocks; ++row) {
    int64_t ib = row % blocks;
    SmallVector<int64_t> drawn;
    auto isTaken = [&](int64_t jb) {
      return jb == 0 || jb == blocks - 1 || std::abs(ib - jb) <= 1 ||
             llvm::is_contained(drawn, jb);
    };
    int64_t free = 0;
    for (int64_t jb = 0; jb < blocks && free < count; ++jb)
      free += !isTaken(jb);
    while (int64_t(drawn.size()) < std::min(count, free)) {
      int64_t jb = random() % blocks;
      if (!isTaken(jb))
        drawn.push_back(jb);
    }
    llvm::sort(drawn);
    drawn.resize(count, -1);
    llvm::append_range(table, drawn);
  }
  return table;
}

SmallVector<int64_t> RandomBlocksOp::getHeadGroups() {
  return {int64_t(getHeads())};
}

Expr RandomBlocksOp::buildPredicate(MaskVars &vars, ArrayRef<Expr>) {
  std::vector<int64_t> values = drawBlocks();
  auto source = DenseI64ArrayAttr::get(getContext(), values);
  int64_t table = addTable(vars, "random", source, values);
  Expr ib = floorDiv(vars.i, getBlock()), jb = floorDiv(vars.j, getBlock());
  Expr row = (vars.headGroup(getHeads()) * getBlocks() + ib) * getCount();
  SmallVector<Expr> drawn;
  for (uint64_t n = 0; n < getCount(); ++n)
    drawn.push_back(equal(jb, vars.context.load(table, row + n)));
  return vars.context.any(drawn) &&
         lessThan(ib, vars.context.constant(getBlocks()));
}

//===----------------------------------------------------------------------===//
// Heads
//===----------------------------------------------------------------------===//

SmallVector<int64_t> PerHeadOp::getHeadGroups() {
  return {int64_t(getMasks().size())};
}

Expr PerHeadOp::buildPredicate(MaskVars &vars, ArrayRef<Expr> operands) {
  Expr number = vars.headGroup(operands.size());
  SmallVector<Expr> parts;
  for (auto [n, mask] : llvm::enumerate(operands))
    parts.push_back(mask && equal(number, vars.context.constant(n)));
  return vars.context.any(parts);
}

SmallVector<int64_t> HeadWindowOp::getHeadGroups() {
  return {int64_t(getAlpha().size())};
}

Expr HeadWindowOp::buildPredicate(MaskVars &vars, ArrayRef<Expr>) {
  ::attn::ExprContext &context = vars.context;
  std::vector<int64_t> alpha, beta(getBeta());
  for (int64_t tokens : getAlpha())
    alpha.push_back(::attn::floorDivide(tokens, getBlock()) * getDenominator());
  auto source = DenseI64ArrayAttr::get(getContext(), alpha);
  auto ofHead = [&](StringRef name, Attribute source,
                    const std::vector<int64_t> &values) {
    int64_t table = addTable(vars, name, source, values);
    return context.load(table, vars.headGroup(values.size()));
  };
  Expr keyBlocks = floorDiv(vars.numKeys + (getBlock() - 1), getBlock());
  Expr width = floorDiv(ofHead("alpha", source, alpha) +
                            ofHead("beta", getBetaAttr(), beta) * keyBlocks,
                        getDenominator());
  Expr distance = floorDiv(vars.i, getBlock()) - floorDiv(vars.j, getBlock());
  return lessThan(distance, max(width, context.constant(1))) &&
         lessEqual(context.constant(0), distance);
}

//===----------------------------------------------------------------------===//
// Documents and rows
//===----------------------------------------------------------------------===//

static SmallVector<MaskTable> offsetsOf(Value offsets) {
  return {{offsets, "offsets", "", "keys", /*isOffsets=*/true,
           MaskTable::Assumed::EvenOffsets}};
}

SmallVector<MaskTable> DocumentOp::getTables() {
  return offsetsOf(getOffsets());
}

Expr DocumentOp::buildPredicate(MaskVars &vars, ArrayRef<Expr>) {
  int64_t offsets = addTable(vars, getTables()[0]);
  Expr document = vars.context.search(offsets, vars.i);
  Expr begin = vars.context.load(offsets, document);
  Expr keep = lessEqual(begin, vars.j) &&
              lessThan(vars.j, vars.context.load(offsets, document + 1));
  return getPrefix() ? keep && lessThan(vars.j, begin + *getPrefix()) : keep;
}

/// Whether a token belongs to document `index`. That `index` counts from the
/// last where it is negative makes it a matter of the run-time size: offsets
/// are at most the number of keys, so all but the first are counted there.
static Expr isInDocument(MaskVars &vars, int64_t offsets, int64_t index,
                         Expr token) {
  if (index >= 0)
    return equal(vars.context.search(offsets, token),
                 vars.context.constant(index));
  Expr documents = vars.context.search(offsets, vars.numKeys);
  return equal(vars.context.search(offsets, token), documents + index);
}

SmallVector<MaskTable> DocumentKeysOp::getTables() {
  return offsetsOf(getOffsets());
}

Expr DocumentKeysOp::buildPredicate(MaskVars &vars, ArrayRef<Expr>) {
  return isInDocument(vars, addTable(vars, getTables()[0]), getIndex(), vars.j);
}

SmallVector<MaskTable> DocumentQueriesOp::getTables() {
  return offsetsOf(getOffsets());
}

Expr DocumentQueriesOp::buildPredicate(MaskVars &vars, ArrayRef<Expr>) {
  return isInDocument(vars, addTable(vars, getTables()[0]), getIndex(), vars.i);
}

SmallVector<MaskTable> RowBoundsOp::getTables() {
  return {{getLower(), "lower", "queries", "keys"},
          {getUpper(), "upper", "queries", "keys", false,
           MaskTable::Assumed::NextToken}};
}

Expr RowBoundsOp::buildPredicate(MaskVars &vars, ArrayRef<Expr>) {
  SmallVector<MaskTable> tables = getTables();
  Expr lower = vars.context.load(addTable(vars, tables[0]), vars.i);
  Expr upper = vars.context.load(addTable(vars, tables[1]), vars.i);
  return lessEqual(lower, vars.j) && lessThan(vars.j, upper);
}

SmallVector<MaskTable> TreeOp::getTables() {
  return {
      {getEnds(), "ends", "keys", "queries", false, MaskTable::Assumed::Limit}};
}

Expr TreeOp::buildPredicate(MaskVars &vars, ArrayRef<Expr>) {
  Expr end = vars.context.load(addTable(vars, getTables()[0]), vars.j);
  return lessEqual(vars.j, vars.i) && lessThan(vars.i, end);
}

SmallVector<MaskTable> TokensOp::getTables() {
  return {{getFlags(), "flags", getQueries() ? "queries" : "keys", ""}};
}

Expr TokensOp::buildPredicate(MaskVars &vars, ArrayRef<Expr>) {
  Expr token = getQueries() ? vars.i : vars.j;
  Expr flag = vars.context.load(addTable(vars, getTables()[0]), token);
  return !equal(flag, vars.context.constant(0));
}
