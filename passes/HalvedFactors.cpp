//===- HalvedFactors.cpp - pairs counted axis by axis, by halves ----------===//

#include "passes/HalvedFactors.h"

using namespace mlir;
using namespace mlir::attn;
using ::attn::ConcreteBoxes;
using ::attn::Expr;
using ::attn::ExprKind;

static int64_t lengthOf(const ::attn::Interval<int64_t> &interval) {
  return std::max<int64_t>(interval.hi - interval.lo, 0);
}

void HalvedFactors::set(Expr var, int64_t value) {
  llvm::erase_if(values, [&](const auto &known) { return known.first == var; });
  values.emplace_back(var, value);
  for (auto &[node, rest] : rests)
    rest->factors->set(var, value);
}

Expr HalvedFactors::undecided(ConcreteBoxes &domain, Expr truth) {
  ::attn::ExprContext &context = truth.context();
  auto [may, must] = domain.certainty(truth);
  if (may == must)
    return context.truth(must);
  if (truth->kind != ExprKind::All && truth->kind != ExprKind::Any)
    return truth;
  SmallVector<Expr> operands;
  for (Expr operand : truth->operands)
    operands.push_back(undecided(domain, operand));
  return truth->kind == ExprKind::All ? context.all(operands)
                                      : context.any(operands);
}

AxisFactors &HalvedFactors::factorsOf(Expr truth) {
  std::unique_ptr<Rest> &rest = rests[truth.get()];
  if (!rest) {
    rest = std::make_unique<Rest>(Rest{predicate, std::nullopt});
    rest->predicate.truth = truth;
    rest->factors.emplace(rest->predicate);
    for (auto [var, value] : values)
      rest->factors->set(var, value);
  }
  return *rest->factors;
}

std::optional<unsigned>
HalvedFactors::axisToHalve(Expr truth, const Box &queries, const Box &keys) {
  std::optional<unsigned> ofAny;
  for (Expr part : collectNodes(truth)) {
    if (part->kind <= ExprKind::Bool || part->kind == ExprKind::All ||
        part->kind == ExprKind::Any)
      continue;
    std::optional<unsigned> outermost;
    unsigned layoutAxes = 0;
    for (unsigned a = 0; a < rank; ++a) {
      bool asksQuery = dependsOn(part, predicate.queries[a]),
           asksKey = dependsOn(part, predicate.keys[a]);
      layoutAxes += asksQuery || asksKey;
      if (!outermost && asksQuery && lengthOf(queries[a]) > 1)
        outermost = a;
      if (!outermost && asksKey && lengthOf(keys[a]) > 1)
        outermost = rank + a;
    }
    if (outermost && layoutAxes > 1)
      return outermost;
    if (outermost && !ofAny)
      ofAny = outermost;
  }
  return ofAny;
}

std::optional<int64_t> HalvedFactors::countPart(ConcreteBoxes &domain,
                                                const Box &queries,
                                                const Box &keys) {
  if (boxesLeft-- == 0)
    return std::nullopt;
  for (unsigned a = 0; a < rank; ++a) {
    domain.setRange(predicate.queries[a], queries[a].lo, queries[a].hi - 1);
    domain.setRange(predicate.keys[a], keys[a].lo, keys[a].hi - 1);
  }
  Expr truth = undecided(domain, predicate.truth);
  if (truth->kind == ExprKind::Bool) {
    int64_t pairs = truth.isTrue();
    for (unsigned a = 0; a < rank; ++a)
      pairs *= lengthOf(queries[a]) * lengthOf(keys[a]);
    return pairs;
  }
  if (auto product = factorsOf(truth).count(domain, queries, keys))
    return product;
  std::optional<unsigned> axis = axisToHalve(truth, queries, keys);
  if (!axis)
    return std::nullopt;
  int64_t pairs = 0;
  for (bool isUpper : {false, true}) {
    Box ofQueries = queries, ofKeys = keys;
    auto &[lo, hi] = *axis < rank ? ofQueries[*axis] : ofKeys[*axis - rank];
    (isUpper ? lo : hi) = lo + (hi - lo) / 2;
    auto part = countPart(domain, ofQueries, ofKeys);
    if (!part)
      return std::nullopt;
    pairs += *part;
  }
  return pairs;
}

std::optional<int64_t> HalvedFactors::count(ConcreteBoxes &domain,
                                            const Box &queries,
                                            const Box &keys) {
  constexpr int64_t mostBoxes = 1 << 15;
  // Along one axis of positions key boxes say as much.
  if (rank - predicate.numResidues == 1 || isHopeless)
    return std::nullopt;
  boxesLeft = mostBoxes;
  auto pairs = countPart(domain, queries, keys);
  isHopeless = !pairs;
  return pairs;
}
