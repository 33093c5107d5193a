//===- AxisFactors.cpp - pairs counted axis by axis -----------------------===//

#include "passes/AxisFactors.h"

#include "llvm/ADT/EquivalenceClasses.h"

using namespace mlir;
using namespace mlir::attn;
using ::attn::Box;
using ::attn::Expr;
using ::attn::ExprKind;

SmallVector<unsigned> AxisFactors::axesOf(Expr part) const {
  SmallVector<unsigned> axes;
  for (unsigned a = 0; a < 2 * rank; ++a)
    if (dependsOn(part,
                  a < rank ? predicate.queries[a] : predicate.keys[a - rank]))
      axes.push_back(a);
  return axes;
}

AxisFactors::AxisFactors(const ::attn::SpacePredicate &predicate)
    : predicate(predicate), rank(predicate.keys.size()) {
  Expr truth = predicate.truth;
  SmallVector<Expr> parts = {truth};
  if (truth->kind == ExprKind::All)
    parts.assign(truth->operands.begin(), truth->operands.end());
  llvm::EquivalenceClasses<unsigned> connected;
  for (Expr part : parts) {
    SmallVector<unsigned> axes = axesOf(part);
    if (axes.empty())
      otherwise.push_back(part);
    for (unsigned a : axes)
      connected.unionSets(axes.front(), a);
  }
  for (unsigned first = 0; first < 2 * rank; ++first) {
    if (connected.findLeader(first) == connected.member_end()) {
      freeAxes.push_back(first);
      continue;
    }
    if (connected.getLeaderValue(first) != first)
      continue;
    Group group = {{}, predicate, nullptr};
    for (unsigned a = 0; a < 2 * rank; ++a)
      if (connected.isEquivalent(first, a))
        group.axes.push_back(a);
    SmallVector<Expr> own;
    for (Expr part : parts)
      if (SmallVector<unsigned> axes = axesOf(part); !axes.empty())
        if (connected.isEquivalent(first, axes.front()))
          own.push_back(part);
    group.predicate.truth = truth.context().all(own);
    groups.push_back(std::move(group));
  }
  for (Group &group : groups)
    group.counter = std::make_unique<PairCounter>(group.predicate);
}

void AxisFactors::set(Expr var, int64_t value) {
  for (Group &group : groups)
    group.counter->set(var, value);
}

std::optional<int64_t> AxisFactors::count(::attn::ConcreteBoxes &domain,
                                          const Box<int64_t> &queries,
                                          const Box<int64_t> &keys) {
  constexpr int64_t few = 1 << 14;
  int64_t most = 1 << 22;
  if (rank == 1)
    return std::nullopt;
  if (groups.size() + freeAxes.size() < 2)
    most = few;
  auto along = [&](auto &queries, auto &keys, unsigned a) -> auto & {
    return a < rank ? queries[a] : keys[a - rank];
  };
  auto length = [&](unsigned a) {
    auto [lo, hi] = along(queries, keys, a);
    return hi - lo;
  };
  for (unsigned a = 0; a < 2 * rank; ++a)
    if (length(a) <= 0)
      return 0;
  int64_t product = 1;
  for (Group &group : groups) {
    int64_t places = 1;
    for (unsigned a : group.axes)
      if (llvm::MulOverflow(places, length(a), places) || places > most)
        return std::nullopt;
    // The other axes stand still.
    Box<int64_t> groupQueries = queries, groupKeys = keys;
    for (unsigned a = 0; a < 2 * rank; ++a)
      if (!llvm::is_contained(group.axes, a)) {
        auto &interval = along(groupQueries, groupKeys, a);
        interval.hi = interval.lo + 1;
      }
    product *= group.counter->count(domain, groupQueries, groupKeys);
  }
  for (unsigned a : freeAxes)
    product *= length(a);
  for (Expr part : otherwise) {
    auto [may, must] = domain.certainty(part);
    if (may != must)
      return std::nullopt;
    product *= must;
  }
  return product;
}
