//===- PlanAnalysis.cpp - the key boxes of query tiles --------------------===//

#include "passes/PlanAnalysis.h"

#include "dialect/expr/PointSearch.h"

#include "llvm/Support/MathExtras.h"

#include <cmath>

using namespace mlir;
using namespace mlir::attn;
using ::attn::BoxSolver;
using ::attn::ConcreteBoxes;
using ::attn::Expr;
using ::attn::ExprContext;
using ::attn::ExprKind;
using ::attn::ExprProgram;
using ::attn::IndexSpace;
using ::attn::MaskVars;
using ::attn::SpacePredicate;

int64_t mlir::attn::volume(const IndexBox &box) {
  int64_t product = 1;
  for (const auto &interval : box)
    product *= std::max<int64_t>(0, interval.hi - interval.lo);
  return product;
}

struct PlanAnalysis::State {
  ExprContext context;
  MaskVars vars;
  SpacePredicate predicate;
  ConcreteBoxes domain;
  ExprProgram program;
  SmallVector<int64_t> values; ///< of the variables, for `program`

  State(Value mask, const IndexSpace &space, MaskSizes sizes,
        const MaskVars::TableContents *contents)
      : vars(context, sizes.queries, sizes.keys, sizes.heads, sizes.kvHeads),
        predicate(space, vars, read(mask, contents)), domain(context),
        program(predicate.truth), values(context.numVariables()) {}

  Expr read(Value mask, const MaskVars::TableContents *contents) {
    vars.contents = contents;
    return buildPredicate(mask, vars);
  }

  Expr predicateOfHead(int64_t head) {
    SmallVector<Expr> replaced(context.numVariables());
    replaced[vars.h->value] = context.constant(head);
    return context.substitute(predicate.truth, replaced);
  }
};

PlanAnalysis::PlanAnalysis(Value mask, const IndexSpace &space, MaskSizes sizes,
                           const MaskVars::TableContents *contents)
    : state(std::make_unique<State>(mask, space, sizes, contents)),
      space(space), sizes(sizes) {
  for (const IndexSpace::Axis &axis : space.axes())
    allKeys.push_back({0, axis.extent < 0 ? sizes.keys : axis.extent});
  classes = classifyHeads();
  setHead(0);
}

SmallVector<PlanAnalysis::HeadClass> PlanAnalysis::classifyHeads() {
  if (!dependsOn(state->predicate.truth, state->vars.h))
    return {{0, sizes.heads}};
  struct Masks {
    Expr truth;
    HeadClass heads;
  };
  SmallVector<Masks> all;
  llvm::DenseMap<const ::attn::ExprNode *, size_t> known;
  for (int64_t head = 0; head < sizes.heads; ++head) {
    Expr truth = state->predicateOfHead(head);
    auto [place, isNew] = known.insert({truth.get(), all.size()});
    if (isNew)
      all.push_back({truth, {head, 0}});
    ++all[place->second].heads.count;
  }
  // Masks that fold differently may be equal still. A few are worth a look.
  constexpr size_t fewMasks = 4;
  constexpr int64_t fewSteps = 64;
  SmallVector<Masks> different;
  for (const Masks &one : all) {
    auto isSame = [&](const Masks &other) {
      Expr differ = state->context.exclusiveOr(one.truth, other.truth);
      return all.size() <= fewMasks &&
             ::attn::findPointByCases(differ, fewSteps).outcome ==
                 ::attn::PointSearch::Outcome::None;
    };
    auto *same = llvm::find_if(different, isSame);
    if (same == different.end())
      different.push_back(one);
    else
      same->heads.count += one.heads.count;
  }
  return llvm::map_to_vector(different,
                             [](const Masks &masks) { return masks.heads; });
}

void PlanAnalysis::setHead(int64_t head) {
  Expr h = state->vars.h;
  if (h->kind != ExprKind::Var)
    return;
  state->domain.setRange(h, head, head);
  state->values[h->value] = head;
}

PlanAnalysis::~PlanAnalysis() = default;

SmallVector<KeyBox> PlanAnalysis::keyBoxes(const IndexBox &queries) {
  return keyBoxes(queries, allKeys);
}

SmallVector<KeyBox> PlanAnalysis::keyBoxes(const IndexBox &queries,
                                           const IndexBox &within) {
  ConcreteBoxes &domain = state->domain;
  for (auto [var, interval] :
       llvm::zip_equal(state->predicate.queries, queries))
    domain.setRange(var, interval.lo, interval.hi - 1);
  SmallVector<KeyBox> result;
  BoxSolver<ConcreteBoxes> solver(domain, state->predicate.keys);
  for (const IndexBox &box : ::attn::keyBoxes(domain, state->predicate, within))
    result.push_back({box, solver.core(state->predicate.truth, box)});
  return result;
}

int64_t PlanAnalysis::queryExtent(unsigned axis) const {
  int64_t extent = space.axes()[axis].extent;
  return extent < 0 ? sizes.queries : extent;
}

int64_t PlanAnalysis::numTiles(ArrayRef<int64_t> extents) const {
  int64_t tiles = 1;
  for (unsigned a = 0; a < space.size(); ++a) {
    int64_t size =
        a < space.numResidues() ? 1 : extents[a - space.numResidues()];
    tiles *= llvm::divideCeil(queryExtent(a), size);
  }
  return tiles;
}

IndexBox PlanAnalysis::tile(ArrayRef<int64_t> extents, int64_t number) const {
  IndexBox box(space.size());
  for (unsigned a = space.size(); a-- > 0;) {
    int64_t size =
        a < space.numResidues() ? 1 : extents[a - space.numResidues()];
    int64_t count = llvm::divideCeil(queryExtent(a), size);
    box[a].lo = number % count * size;
    box[a].hi = std::min(box[a].lo + size, queryExtent(a));
    number /= count;
  }
  for (unsigned a = space.numResidues(); a < space.size(); ++a)
    if (space.isRagged(a)) {
      int64_t residue = box[space.axes()[a].residue].lo;
      box[a].hi = std::min(box[a].hi, space.extent(a, residue));
    }
  return box;
}

void PlanAnalysis::forSamples(ArrayRef<int64_t> extents, int64_t samples,
                              function_ref<void(const IndexBox &)> body) {
  int64_t count = numTiles(extents);
  bool all = count <= samples;
  constexpr double goldenRatio = 0.6180339887498949;
  for (int64_t n = 0; n < std::min(samples, count); ++n) {
    double place = 0.5 + n * goldenRatio;
    int64_t number = all ? n : int64_t((place - std::floor(place)) * count);
    if (!classes.empty())
      setHead(classes[n % classes.size()].head);
    IndexBox box = tile(extents, number);
    if (volume(box) > 0)
      body(box);
  }
}

//===----------------------------------------------------------------------===//
// Counting
//===----------------------------------------------------------------------===//

int64_t PlanAnalysis::keptOneByOne(unsigned axis, const IndexBox &queries,
                                   const IndexBox &keys) {
  const SpacePredicate &predicate = state->predicate;
  unsigned rank = keys.size();
  if (axis == 2 * rank) {
    int64_t keep;
    state->program.run(state->values, keep);
    return keep;
  }
  auto [lo, hi] = axis < rank ? queries[axis] : keys[axis - rank];
  Expr var =
      axis < rank ? predicate.queries[axis] : predicate.keys[axis - rank];
  int64_t kept = 0;
  for (int64_t x = lo; x < hi; ++x) {
    state->values[var->value] = x;
    kept += keptOneByOne(axis + 1, queries, keys);
  }
  return kept;
}

/// The axis along which all that `box` has besides its core lies; the number of
/// axes if there is none.
static unsigned axisBesideCore(const KeyBox &box) {
  unsigned axis = box.keys.size();
  for (unsigned a = 0; a < box.keys.size(); ++a) {
    if (box.core[a].lo == box.keys[a].lo && box.core[a].hi == box.keys[a].hi)
      continue;
    if (axis != box.keys.size())
      return box.keys.size();
    axis = a;
  }
  return axis;
}

/// Cores count as a whole; what lies beside them is small, or the queries are
/// halved.
int64_t PlanAnalysis::keptPairs(const IndexBox &queries,
                                const IndexBox &within) {
  constexpr int64_t fewPairs = 1024;
  int64_t numQueries = volume(queries);
  if (numQueries == 0 || volume(within) == 0)
    return 0;
  int64_t kept = 0;
  auto countRest = [&](const IndexBox &rest) {
    if (volume(rest) == 0)
      return;
    if (numQueries == 1 || numQueries * volume(rest) <= fewPairs) {
      kept += keptOneByOne(0, queries, rest);
      return;
    }
    auto length = [&](unsigned a) { return queries[a].hi - queries[a].lo; };
    unsigned longest = 0;
    for (unsigned a = 0; a < queries.size(); ++a)
      if (length(a) > length(longest))
        longest = a;
    IndexBox low = queries, high = queries;
    low[longest].hi = high[longest].lo =
        queries[longest].lo + length(longest) / 2;
    kept += keptPairs(low, rest) + keptPairs(high, rest);
  };
  for (const KeyBox &box : keyBoxes(queries, within)) {
    if (box.isFull()) {
      kept += numQueries * volume(box.keys);
      continue;
    }
    unsigned axis = axisBesideCore(box);
    if (volume(box.core) == 0 || axis == box.keys.size()) {
      countRest(box.keys);
      continue;
    }
    kept += numQueries * volume(box.core);
    IndexBox before = box.keys, after = box.keys;
    before[axis].hi = box.core[axis].lo;
    after[axis].lo = box.core[axis].hi;
    countRest(before);
    countRest(after);
  }
  return kept;
}

int64_t PlanAnalysis::keptPairs(const IndexBox &queries) {
  return keptPairs(queries, allKeys);
}

int64_t PlanAnalysis::keptPairs() {
  SmallVector<int64_t> extents(space.numPositions(), int64_t(1) << 30);
  int64_t kept = 0;
  for (int64_t n = 0, e = numTiles(extents); n < e; ++n)
    kept += keptPairs(tile(extents, n));
  return kept;
}
