//===- PatternPredicates.cpp - the predicates of published patterns -------===//
//
// The definitions of PatternOps.td as expressions, and nothing else.
//
//===----------------------------------------------------------------------===//

#include "dialect/AttnOps.h"

#include "llvm/Support/MathExtras.h"

#include <numeric>

using namespace mlir;
using namespace mlir::attn;
using ::attn::Expr;
using ::attn::MaskVars;

/// ib - jb.
static Expr blockDistance(MaskVars &vars, int64_t block) {
  return floorDiv(vars.i, block) - floorDiv(vars.j, block);
}

static Expr sameSegment(MaskVars &vars, int64_t size) {
  return equal(floorDiv(vars.i, size), floorDiv(vars.j, size));
}

Expr BlockedOp::buildPredicate(MaskVars &vars, ArrayRef<Expr>) {
  return sameSegment(vars, getBlock());
}

Expr BlockCausalOp::buildPredicate(MaskVars &vars, ArrayRef<Expr>) {
  return lessThan(vars.j, (floorDiv(vars.i, getBlock()) + 1) * getBlock());
}

Expr BlockWindowOp::buildPredicate(MaskVars &vars, ArrayRef<Expr>) {
  Expr distance = blockDistance(vars, getBlock());
  Expr keep = vars.context.truth(true);
  if (getLeft())
    keep = keep && lessEqual(distance, vars.context.constant(*getLeft()));
  if (getRight())
    keep = keep && lessEqual(vars.context.constant(-*getRight()), distance);
  return keep;
}

Expr StridedOp::buildPredicate(MaskVars &vars, ArrayRef<Expr>) {
  ::attn::ExprContext &context = vars.context;
  auto number = [&](int64_t value) { return context.constant(value); };
  Expr distance = blockDistance(vars, getBlock());
  Expr local = number(getLocal()), right = number(getRight().value_or(0));
  Expr head = getByKvHead() ? vars.kvHead() : vars.h;
  Expr heads = getByKvHead() ? vars.numKvHeads : vars.numHeads;
  Expr keep;
  if (getRelative()) {
    // At most one of the distances from the window is positive, so that each
    // can be solved by itself.
    Expr before = distance - local + 1, after = -distance - right + 1;
    keep = lessEqual(before, number(0)) && lessEqual(after, number(0));
    for (Expr outside : {before, after})
      keep = keep || (lessThan(number(0), outside) &&
                      equal(mod(outside, getStride()), number(0)));
    // Both are 1 for the query's own block where nothing is local.
    if (getLocal() + *getRight() == 0 && 2 % getStride() == 0)
      keep = keep || equal(distance, number(0));
  } else {
    Expr step;
    if (getHeadStep())
      step = number(*getHeadStep() % getStride());
    else
      step = max(
          context.floorDiv(number(getStride()), max(vars.numHeads, number(1))),
          number(1));
    Expr stripe =
        floorDiv(vars.j, getBlock()) + head * step + getOffset() % getStride();
    Expr isLocal = lessThan(distance, local);
    if (getRight())
      isLocal = isLocal && lessThan(-distance, right);
    keep = isLocal || equal(mod(stripe, getStride()), number(0));
  }
  if (getDenseHeads() > 0)
    keep = keep || lessEqual(heads - getDenseHeads(), head);
  return getRight() ? keep : keep && lessEqual(vars.j, vars.i);
}

Expr SlashOp::buildPredicate(MaskVars &vars, ArrayRef<Expr>) {
  return equal(mod(blockDistance(vars, getBlock()) + getOffset(), getStride()),
               vars.context.constant(0));
}

int64_t SlashOp::getTokenDistance() {
  return getBlock() == 1 ? getStride() : 1;
}

Expr SummaryOp::buildPredicate(MaskVars &vars, ArrayRef<Expr>) {
  Expr position = mod(vars.j, getSegment());
  Expr end = -(mod(vars.h, getSlices()) * getCount()) + getSegment();
  return lessEqual(end - getCount(), position) && lessThan(position, end);
}

Expr PowerOfTwoOp::buildPredicate(MaskVars &vars, ArrayRef<Expr>) {
  Expr distance = blockDistance(vars, getBlock());
  Expr keep = equal(distance, vars.context.constant(0)) ||
              vars.context.powerOfTwo(distance);
  return getRestart() ? keep && sameSegment(vars, *getRestart()) : keep;
}

Expr FenwickOp::buildPredicate(MaskVars &vars, ArrayRef<Expr>) {
  Expr region = floorDiv(vars.i, int64_t(1) << getLevel());
  return equal(mod(region, 2), vars.context.constant(1)) &&
         equal(vars.j, region - 1);
}

/// How many branches a branch should be, if it should be several: one for each
/// segment. Where a rate does not divide a segment, the remainders begin anew
/// with every segment; those of one can be solved for j, those of all cannot.
static std::optional<int64_t> countSegments(MaskVars &vars, int64_t size,
                                            int64_t rate) {
  constexpr int64_t few = 8;
  if (size % rate == 0 || !vars.numQueries.isConstant() ||
      !vars.numKeys.isConstant())
    return std::nullopt;
  int64_t length = std::min(vars.numQueries->value, vars.numKeys->value);
  int64_t segments = llvm::divideCeil(length, size);
  return segments <= few ? std::optional(segments) : std::nullopt;
}

int64_t DilatedSegmentsOp::getTokenDistance() {
  constexpr int64_t farthest = 64;
  int64_t distance = 1;
  for (int64_t rate : getRates())
    if (rate <= farthest && std::lcm(distance, rate) <= farthest)
      distance = std::lcm(distance, rate);
  return distance;
}

/// The branches that keep every token of their segments.
Value DilatedSegmentsOp::makePartWithoutDistance(OpBuilder &b) {
  SmallVector<int64_t> segments;
  for (auto [segment, rate] : llvm::zip_equal(getSegments(), getRates()))
    if (rate == 1)
      segments.push_back(segment);
  if (segments.empty() || segments.size() == getSegments().size())
    return Value();
  SmallVector<int64_t> rates(segments.size(), 1);
  return create(b, getLoc(), segments, rates, getGroupedHeads());
}

Expr DilatedSegmentsOp::buildPredicate(MaskVars &vars, ArrayRef<Expr>) {
  SmallVector<Expr> branches;
  for (auto [size, rate] : llvm::zip_equal(getSegments(), getRates())) {
    Expr offset = getGroupedHeads() ? vars.headGroup(rate) : mod(vars.h, rate);
    if (auto segments = countSegments(vars, size, rate)) {
      for (int64_t n = 0; n < *segments; ++n) {
        Expr branch = vars.context.truth(true);
        for (Expr token : {vars.i, vars.j})
          branch = branch &&
                   equal(floorDiv(token, size), vars.context.constant(n)) &&
                   equal(mod(token - n * size, rate), offset);
        branches.push_back(branch);
      }
      continue;
    }
    // A remainder of the place in the segment, by the number of the segment:
    // that of the query, which is one for most tiles, so that it can be solved
    // for j.
    Expr branch = sameSegment(vars, size);
    Expr before = floorDiv(vars.i, size) * (size % rate);
    for (Expr token : {vars.i, vars.j})
      branch = branch && equal(mod(token - before, rate), offset);
    branches.push_back(branch);
  }
  return vars.context.any(branches);
}

Expr XorSegmentsOp::buildPredicate(MaskVars &vars, ArrayRef<Expr>) {
  ::attn::ExprContext &context = vars.context;
  Expr ib = floorDiv(vars.i, getBlock()), jb = floorDiv(vars.j, getBlock());
  SmallVector<Expr> branches;
  for (auto [size, rate] : llvm::zip_equal(getSegments(), getRates())) {
    // Below a power of two, or a multiple of one: the bits say the same as
    // quotients and remainders, which can be solved for j.
    Expr branch = equal(floorDiv(ib, size), floorDiv(jb, size));
    for (Expr block : {ib, jb})
      branch = branch && equal(mod(block, rate), context.constant(0));
    branches.push_back(branch);
  }
  return context.any(branches);
}

//===----------------------------------------------------------------------===//
// Verifiers
//===----------------------------------------------------------------------===//

static LogicalResult verifyAtLeast(Operation *op, StringRef name,
                                   std::optional<int64_t> value,
                                   int64_t least) {
  if (!value || (*value >= least && *value < MaskVars::lengthLimit))
    return success();
  return op->emitOpError() << "expected '" << name << "' in [" << least << ", "
                           << MaskVars::lengthLimit << "), got " << *value;
}

LogicalResult BlockedOp::verify() { // blocked_c1
  return verifyAtLeast(*this, "block", getBlock(), 1);
}

LogicalResult BlockCausalOp::verify() { // block_causal_c1
  return verifyAtLeast(*this, "block", getBlock(), 1);
}

LogicalResult BlockWindowOp::verify() { // block_window_c1
  return failure(failed(verifyAtLeast(*this, "block", getBlock(), 1)) ||
                 failed(verifyAtLeast(*this, "left", getLeft(), 0)) ||
                 failed(verifyAtLeast(*this, "right", getRight(), 0)));
}

LogicalResult StridedOp::verify() {
  if (failed(verifyAtLeast(*this, "block", getBlock(), 1)) || // strided_c1
      failed(verifyAtLeast(*this, "local", getLocal(), 0)) ||
      failed(verifyAtLeast(*this, "right", getRight(), 0)) ||
      failed(verifyAtLeast(*this, "stride", getStride(), 1)) ||
      failed(verifyAtLeast(*this, "offset", getOffset(), 0)) ||
      failed(verifyAtLeast(*this, "head_step", getHeadStep(), 0)) ||
      failed(verifyAtLeast(*this, "dense_heads", getDenseHeads(), 0)))
    return failure();
  if (getRelative() && !getRight()) // strided_c2
    return emitOpError("expected 'right' for 'relative' stripes, got none");
  return success();
}

LogicalResult SlashOp::verify() { // slash_c1
  return failure(failed(verifyAtLeast(*this, "stride", getStride(), 1)) ||
                 failed(verifyAtLeast(*this, "block", getBlock(), 1)) ||
                 failed(verifyAtLeast(*this, "offset", getOffset(), 0)));
}

LogicalResult SummaryOp::verify() {
  if (failed(verifyAtLeast(*this, "segment", getSegment(), 1)) || // summary_c1
      failed(verifyAtLeast(*this, "count", getCount(), 1)) ||
      failed(verifyAtLeast(*this, "slices", getSlices(), 1)))
    return failure();
  if (getCount() * getSlices() > getSegment()) // summary_c2
    return emitOpError() << "expected at most " << getSegment()
                         << " keys in the slices of a segment, got "
                         << getCount() * getSlices();
  return success();
}

LogicalResult PowerOfTwoOp::verify() { // power_of_two_c1
  return failure(failed(verifyAtLeast(*this, "block", getBlock(), 1)) ||
                 failed(verifyAtLeast(*this, "restart", getRestart(), 1)));
}

LogicalResult FenwickOp::verify() { // fenwick_c1
  int64_t level = getLevel();
  if (level >= 0 && level < 30)
    return success();
  return emitOpError() << "expected 'level' in [0, 30), got " << level;
}

/// Two arrays of numbers from 1 on, as long as each other.
static LogicalResult verifyBranches(Operation *op, ArrayRef<int64_t> segments,
                                    ArrayRef<int64_t> rates, bool needsPowers) {
  if (segments.empty() || segments.size() != rates.size())
    return op->emitOpError()
           << "expected as many 'rates' as 'segments', one "
           << "at least, got " << rates.size() << " and " << segments.size();
  for (auto [name, numbers] :
       {std::pair("segments", segments), std::pair("rates", rates)})
    for (int64_t number : numbers) {
      if (failed(verifyAtLeast(op, name, number, 1)))
        return failure();
      if (needsPowers && !llvm::isPowerOf2_64(number))
        return op->emitOpError()
               << "expected powers of two for '" << name << "', got " << number;
    }
  return success();
}

LogicalResult DilatedSegmentsOp::verify() { // dilated_segments_c1
  return verifyBranches(*this, getSegments(), getRates(), false);
}

LogicalResult XorSegmentsOp::verify() { // xor_segments_c1
  if (failed(verifyAtLeast(*this, "block", getBlock(), 1)))
    return failure();
  return verifyBranches(*this, getSegments(), getRates(), true);
}
