//===- PairCounter.cpp - counting the pairs of a box one by one -----------===//

#include "passes/PairCounter.h"

#include "llvm/Support/MathExtras.h"

#include <limits>
#include <numeric>

using namespace mlir;
using namespace mlir::attn;
using ::attn::Box;
using ::attn::Evaluator;
using ::attn::Expr;
using ::attn::ExprKind;
using ::attn::RangeDomain;

PairCounter::PairCounter(const ::attn::SpacePredicate &predicate)
    : predicate(predicate), key(predicate.keys.back()),
      values(predicate.truth.context().numVariables()) {
  addSlot(predicate.truth);
  RangeDomain domain;
  Evaluator<RangeDomain> ranges(domain);
  bool fits = llvm::all_of(slots, [&](const Slot &slot) {
    if (slot.node->kind >= ExprKind::Bool)
      return true;
    ::attn::Range range = ranges.integer(Expr(slot.node));
    return range.lo >= std::numeric_limits<int32_t>::min() &&
           range.hi <= std::numeric_limits<int32_t>::max();
  });
  if (!fits)
    program.emplace(predicate.truth);
}

unsigned PairCounter::addSlot(Expr expr) {
  auto known = numbers.find(expr.get());
  if (known != numbers.end())
    return known->second;
  Slot slot = {expr.get(),
               {},
               dependsOn(expr, key),
               expr->kind == ExprKind::Var && expr != key};
  for (Expr operand : expr->operands) {
    slot.operands.push_back(addSlot(operand));
    slot.dependsOnRest |= slots[slot.operands.back()].dependsOnRest;
  }
  if (slot.dependsOnKey)
    slot.lanes.resize(width);
  slots.push_back(std::move(slot));
  numbers[expr.get()] = slots.size() - 1;
  return slots.size() - 1;
}

/// Truths that are the same for all pairs in the ranges.
void PairCounter::decide(::attn::ConcreteBoxes &domain) {
  for (Slot &slot : slots) {
    bool wasDecided = slot.isDecided;
    slot.isDecided = false;
    if (slot.node->kind <= ExprKind::Bool)
      continue;
    auto [may, must] = domain.certainty(Expr(slot.node));
    slot.isDecided = may == must;
    if (slot.isDecided) {
      slot.isUniform = true;
      slot.uniform = must;
    } else if (wasDecided) {
      slot.time = 0;
    }
  }
}

int64_t PairCounter::count(::attn::ConcreteBoxes &domain,
                           const Box<int64_t> &queries,
                           const Box<int64_t> &keys) {
  for (auto [vars, box] : {std::pair(&predicate.queries, &queries),
                           std::pair(&predicate.keys, &keys)})
    for (auto [var, interval] : llvm::zip_equal(*vars, *box))
      domain.setRange(var, interval.lo, interval.hi - 1);
  decide(domain);
  int64_t kept = 0;
  for (firstKey = keys.back().lo; firstKey < keys.back().hi;
       firstKey += width) {
    lastKey = std::min(firstKey + width, keys.back().hi) - 1;
    lanes = llvm::alignTo(lastKey - firstKey + 1, 16);
    keysSince = ++now;
    kept += countQueries(0, queries, keys);
  }
  return kept;
}

/// Fixes one axis after the other, but for the last one of the keys.
int64_t PairCounter::countQueries(unsigned axis, const Box<int64_t> &queries,
                                  const Box<int64_t> &keys) {
  unsigned rank = keys.size();
  if (axis + 1 == 2 * rank) {
    return countKeys();
  }
  auto [begin, end] = axis < rank ? queries[axis] : keys[axis - rank];
  Expr var =
      axis < rank ? predicate.queries[axis] : predicate.keys[axis - rank];
  int64_t kept = 0;
  for (int64_t x = begin; x < end; ++x) {
    values[var->value] = x;
    kept += countQueries(axis + 1, queries, keys);
  }
  return kept;
}

/// The keys that one query keeps.
int64_t PairCounter::countKeys() {
  int64_t kept = 0, numKeys = lastKey - firstKey + 1;
  if (program) {
    for (int64_t x = firstKey; x <= lastKey; ++x) {
      values[key->value] = x;
      int64_t keep;
      program->run(values, keep);
      kept += keep;
    }
    return kept;
  }
  ++now;
  const Slot &truth = compute(slots.size() - 1);
  if (truth.isUniform)
    return truth.uniform ? numKeys : 0;
  return std::accumulate(truth.lanes.begin(), truth.lanes.begin() + numKeys,
                         int64_t(0));
}

//===----------------------------------------------------------------------===//
// Lanes
//===----------------------------------------------------------------------===//

const PairCounter::Slot &PairCounter::compute(unsigned number) {
  Slot &slot = slots[number];
  if (slot.isDecided)
    return slot;
  if (slot.time >= (slot.dependsOnRest  ? now
                    : slot.dependsOnKey ? keysSince
                                        : 1))
    return slot;
  slot.time = now;
  slot.isUniform = true;
  switch (slot.node->kind) {
  case ExprKind::Sum:
    computeSum(slot);
    break;
  case ExprKind::Var:
    slot.uniform = static_cast<int32_t>(values[slot.node->value]);
    if (slot.dependsOnKey) {
      slot.isUniform = false;
      for (int64_t k = 0; k < lanes; ++k)
        slot.lanes[k] = static_cast<int32_t>(std::min(firstKey + k, lastKey));
    }
    break;
  case ExprKind::Bool:
    slot.uniform = slot.node->value != 0;
    break;
  case ExprKind::All:
  case ExprKind::Any:
    computeJunction(slot);
    break;
  default:
    computeLanes(slot);
  }
  return slot;
}

void PairCounter::computeSum(Slot &slot) {
  auto total = static_cast<uint32_t>(slot.node->value);
  for (auto [operand, coefficient] :
       llvm::zip_equal(slot.operands, slot.node->coefficients)) {
    auto factor = static_cast<uint32_t>(coefficient);
    const Slot &from = compute(operand);
    if (from.isUniform) {
      total += factor * static_cast<uint32_t>(from.uniform);
      continue;
    }
    const int32_t *in = from.lanes.data();
    int32_t *out = slot.lanes.data();
    if (slot.isUniform && coefficient == 1)
      std::copy_n(in, lanes, out);
    else if (slot.isUniform && coefficient == -1)
      for (int64_t k = 0; k < lanes; ++k)
        out[k] = -in[k];
    else if (slot.isUniform)
      for (int64_t k = 0; k < lanes; ++k)
        out[k] = factor * in[k];
    else if (coefficient == 1)
      for (int64_t k = 0; k < lanes; ++k)
        out[k] += in[k];
    else
      for (int64_t k = 0; k < lanes; ++k)
        out[k] += factor * in[k];
    slot.isUniform = false;
  }
  slot.uniform = static_cast<int32_t>(total);
  if (!slot.isUniform && total)
    for (int64_t k = 0; k < lanes; ++k)
      slot.lanes[k] += total;
}

/// Operands that are the same for all keys come first: one may decide.
void PairCounter::computeJunction(Slot &slot) {
  bool isAll = slot.node->kind == ExprKind::All;
  slot.uniform = isAll;
  for (bool late : {false, true})
    for (unsigned operand : slot.operands) {
      const Slot &next = slots[operand];
      if ((next.dependsOnKey && !next.isDecided) != late)
        continue;
      const Slot &from = compute(operand);
      if (from.isUniform) {
        if ((from.uniform != 0) != isAll) {
          slot.isUniform = true;
          slot.uniform = !isAll;
          return;
        }
        continue;
      }
      const int32_t *in = from.lanes.data();
      int32_t *out = slot.lanes.data();
      if (slot.isUniform)
        std::copy_n(in, lanes, out);
      else if (isAll)
        for (int64_t k = 0; k < lanes; ++k)
          out[k] &= in[k];
      else
        for (int64_t k = 0; k < lanes; ++k)
          out[k] |= in[k];
      slot.isUniform = false;
    }
}

template <typename Body>
static void forLanes(int32_t *out, int64_t n, Body body) {
  for (int64_t k = 0; k < n; ++k)
    out[k] = body(k);
}

void PairCounter::computeLanes(Slot &slot) {
  SmallVector<const Slot *, 3> operands;
  bool isUniform = true;
  for (unsigned operand : slot.operands) {
    operands.push_back(&compute(operand));
    isUniform &= operands.back()->isUniform;
  }
  // Uniform operands need lanes beside others.
  int32_t spread[3][width];
  const int32_t *in[3] = {};
  for (auto [at, operand] : llvm::enumerate(operands)) {
    in[at] = operand->lanes.data();
    if (!operand->isUniform)
      continue;
    std::fill_n(spread[at], isUniform ? 1 : lanes, operand->uniform);
    in[at] = spread[at];
  }
  slot.isUniform = isUniform;
  int32_t *out = isUniform ? &slot.uniform : slot.lanes.data();
  int64_t n = isUniform ? 1 : lanes;
  const int32_t *a = in[0], *b = in[1], *c = in[2];
  int32_t divisor =
      operands.size() > 1 && operands[1]->isUniform ? operands[1]->uniform : 0;
  bool isShift = divisor > 0 && llvm::isPowerOf2_32(divisor);
  int shift = isShift ? llvm::Log2_32(divisor) : 0;
  switch (slot.node->kind) {
  case ExprKind::Mul:
    return forLanes(out, n, [=](int64_t k) { return a[k] * b[k]; });
  case ExprKind::FloorDiv:
    if (isShift)
      return forLanes(out, n, [=](int64_t k) { return a[k] >> shift; });
    return forLanes(out, n, [=](int64_t k) {
      int32_t quotient = a[k] / b[k];
      return quotient - (a[k] % b[k] < 0);
    });
  case ExprKind::Mod:
    if (isShift)
      return forLanes(out, n, [=](int64_t k) { return a[k] & (divisor - 1); });
    return forLanes(out, n, [=](int64_t k) {
      int32_t rest = a[k] % b[k];
      return rest < 0 ? rest + b[k] : rest;
    });
  case ExprKind::Min:
    return forLanes(out, n, [=](int64_t k) { return std::min(a[k], b[k]); });
  case ExprKind::Max:
    return forLanes(out, n, [=](int64_t k) { return std::max(a[k], b[k]); });
  case ExprKind::Select:
    return forLanes(out, n, [=](int64_t k) { return a[k] ? b[k] : c[k]; });
  case ExprKind::BitAnd:
    return forLanes(out, n, [=](int64_t k) { return a[k] & b[k]; });
  case ExprKind::BitOr:
    return forLanes(out, n, [=](int64_t k) { return a[k] | b[k]; });
  case ExprKind::BitXor:
    return forLanes(out, n, [=](int64_t k) { return a[k] ^ b[k]; });
  case ExprKind::Load: {
    const ::attn::ExprTable &table = tableOf(*slot.node);
    return forLanes(out, n, [&](int64_t k) { return table.at(a[k]); });
  }
  case ExprKind::Search: {
    const ::attn::ExprTable &table = tableOf(*slot.node);
    return forLanes(out, n, [&](int64_t k) { return table.search(a[k]); });
  }
  case ExprKind::GeZero:
    return forLanes(out, n, [=](int64_t k) { return a[k] >= 0; });
  case ExprKind::EqZero:
    return forLanes(out, n, [=](int64_t k) { return a[k] == 0; });
  case ExprKind::PowerOfTwo:
    return forLanes(out, n, [=](int64_t k) {
      return (a[k] > 0) & ((a[k] & (a[k] - 1)) == 0);
    });
  case ExprKind::NotPowerOfTwo:
    return forLanes(out, n, [=](int64_t k) {
      return (a[k] <= 0) | ((a[k] & (a[k] - 1)) != 0);
    });
  default:
    llvm_unreachable("no such operation");
  }
}
