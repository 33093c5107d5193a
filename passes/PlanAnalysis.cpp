//===- PlanAnalysis.cpp - the key boxes of query tiles --------------------===//

#include "passes/PlanAnalysis.h"

#include "dialect/expr/HalvedBox.h"
#include "dialect/expr/PointSearch.h"
#include "passes/HalvedFactors.h"
#include "passes/PairCounter.h"

#include "llvm/ADT/DenseSet.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace mlir::attn;
using ::attn::BoxSolver;
using ::attn::ConcreteBoxes;
using ::attn::Expr;
using ::attn::ExprContext;
using ::attn::ExprKind;
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
  // Made when they are first needed.
  std::optional<PairCounter> counter;
  std::optional<AxisFactors> factors;
  std::optional<HalvedFactors> halves;
  int64_t head = 0, batch = 0;

  State(const PartMask &mask, const IndexSpace &space, MaskSizes sizes,
        const MaskVars::TableContents *contents)
      : vars(makeMaskVars(context, sizes)),
        predicate(space, vars, read(mask, contents)), domain(context) {}

  Expr read(const PartMask &mask, const MaskVars::TableContents *contents) {
    vars.contents = contents;
    return buildPredicate(mask, vars);
  }

  Expr predicateOfHead(int64_t head) {
    SmallVector<Expr> replaced(context.numVariables());
    replaced[vars.h->value] = context.constant(head);
    return context.substitute(predicate.truth, replaced);
  }
};

PlanAnalysis::PlanAnalysis(const PartMask &mask, const IndexSpace &space,
                           MaskSizes sizes,
                           const MaskVars::TableContents *contents,
                           ArrayRef<HeadClass> known,
                           std::optional<MaskSizes> ofKernel)
    : space(space), sizes(sizes), classes(known) {
  MaskSizes ofPredicate = sizes;
  if (ofKernel) {
    ofPredicate.queries = ofKernel->queries;
    ofPredicate.keys = ofKernel->keys;
    ofPredicate.batch = ofKernel->batch;
  }
  state = std::make_unique<State>(mask, space, ofPredicate, contents);
  for (auto [var, length] : lengthVariables())
    state->domain.setRange(var, length, length);
  int64_t keys = sizes.keys;
  if (space.hasDiagonals())
    keys += sizes.queries - 1;
  for (unsigned axis = 0; axis < space.size(); ++axis)
    allKeys.push_back({0, space.extent(axis, keys)});
  if (classes.empty())
    classes = classifyHeads();
  setHead(0);
  setBatch(0);
}

SmallVector<std::pair<Expr, int64_t>> PlanAnalysis::lengthVariables() const {
  SmallVector<std::pair<Expr, int64_t>> all = {
      {state->vars.numQueries, sizes.queries},
      {state->vars.numKeys, sizes.keys}};
  llvm::erase_if(all,
                 [](auto &one) { return one.first->kind != ExprKind::Var; });
  return all;
}

SmallVector<PlanAnalysis::HeadClass> PlanAnalysis::classifyHeads() {
  if (!dependsOn(state->predicate.truth, state->vars.h))
    return {{0, sizes.heads}};
  struct Masks {
    Expr truth;
    HeadClass heads;
    std::string answer = ""; ///< at some points
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
  // Masks that fold differently may be equal still: a few are worth a look,
  // which takes long along many axes.
  constexpr size_t fewMasks = 4, fewAxes = 3;
  constexpr int64_t fewSteps = 64, fewPoints = 1024;
  auto headsOf = [](const Masks &masks) { return masks.heads; };
  if (all.size() > fewMasks || space.size() > fewAxes)
    return llvm::map_to_vector(all, headsOf);
  auto answers = ::attn::answersAtSamples(
      llvm::map_to_vector(all, [](const Masks &one) { return one.truth; }),
      fewPoints);
  for (auto [one, answer] : llvm::zip_equal(all, answers))
    one.answer = std::move(answer);
  auto areEqual = [&](const Masks &a, const Masks &b) {
    return a.answer == b.answer &&
           ::attn::findPointByCases(
               state->context.exclusiveOr(a.truth, b.truth), fewSteps)
                   .outcome == ::attn::PointSearch::Outcome::None;
  };
  SmallVector<Masks> different;
  for (const Masks &one : all) {
    auto *same = llvm::find_if(
        different, [&](const Masks &other) { return areEqual(one, other); });
    if (same == different.end())
      different.push_back(one);
    else
      same->heads.count += one.heads.count;
  }
  return llvm::map_to_vector(different, headsOf);
}

PlanAnalysis::MaskCode PlanAnalysis::maskCode() const {
  const SpacePredicate &predicate = state->predicate;
  auto dependsOnAny = [](Expr expr, ArrayRef<Expr> vars) {
    return llvm::any_of(vars,
                        [&](Expr var) { return ::attn::dependsOn(expr, var); });
  };
  MaskCode code;
  llvm::DenseSet<const ::attn::ExprNode *> seen;
  SmallVector<Expr> open = {predicate.truth};
  while (!open.empty()) {
    Expr expr = open.pop_back_val();
    bool isOp = expr->kind != ExprKind::Var && !expr.isConstant();
    if (!isOp || !dependsOnAny(expr, predicate.keys.back()) ||
        !seen.insert(expr.get()).second)
      continue;
    ++(dependsOnAny(expr, predicate.queries) ? code.ofPairs : code.ofKeys);
    open.append(expr->operands.begin(), expr->operands.end());
  }
  return code;
}

bool PlanAnalysis::keepsSingleDistances() const {
  const SpacePredicate &predicate = state->predicate;
  if (space.hasLayout())
    return false;
  llvm::DenseSet<const ::attn::ExprNode *> seen;
  SmallVector<Expr> open = {predicate.truth};
  while (!open.empty()) {
    Expr expr = open.pop_back_val();
    if (!seen.insert(expr.get()).second)
      continue;
    open.append(expr->operands.begin(), expr->operands.end());
    if (expr->kind != ExprKind::PowerOfTwo)
      continue;
    auto term = ::attn::keyTerm(expr->operands[0], predicate.keys[0]);
    if (term && term->term == predicate.keys[0])
      return true;
  }
  return false;
}

void PlanAnalysis::setHead(int64_t head) {
  Expr h = state->vars.h;
  if (h->kind != ExprKind::Var)
    return;
  state->domain.setRange(h, head, head);
  state->head = head;
}

void PlanAnalysis::setBatch(int64_t batch) {
  state->domain.setRange(state->vars.b, batch, batch);
  state->batch = batch;
}

bool PlanAnalysis::asksForBatch() const {
  return dependsOn(state->predicate.truth, state->vars.b);
}

PlanAnalysis::~PlanAnalysis() = default;

void PlanAnalysis::setQueries(const IndexBox &queries) {
  for (auto [var, interval] :
       llvm::zip_equal(state->predicate.queries, queries))
    state->domain.setRange(var, interval.lo, interval.hi - 1);
}

SmallVector<KeyBox> PlanAnalysis::keyBoxes(const IndexBox &queries) {
  return keyBoxes(queries, allKeys);
}

SmallVector<IndexBox> PlanAnalysis::keysWithin(const IndexBox &queries,
                                               const IndexBox &within) {
  setQueries(queries);
  return ::attn::keyBoxes(state->domain, state->predicate, within);
}

SmallVector<::attn::SampledBox>
PlanAnalysis::someKeys(const IndexBox &queries) {
  setQueries(queries);
  return ::attn::sampleKeyBoxes(state->domain, state->predicate, allKeys);
}

SmallVector<SmallVector<::attn::Interval<int64_t>>>
PlanAnalysis::firstKeys(const IndexBox &queries, ArrayRef<Stretch> stretches) {
  setQueries(queries);
  ::attn::KeyRuns runs(state->domain, state->predicate, allKeys[0]);
  return llvm::map_to_vector(stretches, [&](const Stretch &stretch) {
    return runs.first(stretch.most, stretch.keys);
  });
}

IndexBox PlanAnalysis::coreOf(const IndexBox &queries, const IndexBox &keys) {
  setQueries(queries);
  BoxSolver<ConcreteBoxes> solver(state->domain, state->predicate.keys);
  return solver.core(state->predicate.truth, keys);
}

SmallVector<KeyBox> PlanAnalysis::keyBoxes(const IndexBox &queries,
                                           const IndexBox &within) {
  SmallVector<KeyBox> result;
  for (const IndexBox &box : keysWithin(queries, within))
    result.push_back({box, coreOf(queries, box)});
  return result;
}

/// As passes/DiagonalWalk.cpp does it.
SmallVector<KeyBox> PlanAnalysis::diagonals(const IndexBox &queries) {
  SmallVector<KeyBox> result;
  for (const KeyBox &box : keyBoxes(queries))
    for (auto [d, end] = box.keys.front(); d < end; ++d) {
      IndexBox one = {{d, d + 1}};
      if (box.isFull())
        result.push_back({one, one});
      else
        llvm::append_range(result, keyBoxes(queries, one));
    }
  return result;
}

::attn::Interval<int64_t> PlanAnalysis::neededKeys(const IndexBox &queries,
                                                   unsigned axis) {
  setQueries(queries);
  BoxSolver<ConcreteBoxes> solver(state->domain, state->predicate.keys);
  return solver.hull(state->predicate.truth, axis, allKeys);
}

IndexBox PlanAnalysis::fullKeys(const IndexBox &queries) {
  return coreOf(queries, allKeys);
}

/// As passes/OnlineVisit.cpp does it.
SmallVector<Visit, 3> PlanAnalysis::visitsByHalves(ArrayRef<int64_t> tile,
                                                   const IndexBox &queries,
                                                   const KeyBox &box) {
  if (box.isFull())
    return {{box, std::nullopt}};
  unsigned position = PlanAttr::halvedAxis(tile);
  unsigned axis = space.numResidues() + position;
  Expr truth = state->predicate.truth;
  BoxSolver<ConcreteBoxes> solver(state->domain, state->predicate.keys);
  IndexBox ofHalves[2] = {queries, queries};
  ::attn::Interval<int64_t> hulls[2];
  for (int64_t half : {0, 1}) {
    int64_t length = tile[position] / 2;
    auto &[lo, hi] = ofHalves[half][axis];
    lo = std::min(lo + half * length, hi - 1);
    hi = std::min(lo + length, hi);
    setQueries(ofHalves[half]);
    hulls[half] = solver.hull(truth, axis, box.keys);
  }
  auto cut = ::attn::cutForHalves(state->domain, hulls[0], hulls[1],
                                  ::attn::fewestAlone(axis, space.size()));
  SmallVector<Visit, 3> visits;
  auto within = [&](IndexBox all, ::attn::Interval<int64_t> keys) {
    auto &[lo, hi] = all[axis];
    lo = std::max(lo, keys.lo);
    hi = std::max(lo, std::min(hi, keys.hi));
    return all;
  };
  if (cut.both.lo < cut.both.hi)
    visits.push_back({{within(box.keys, cut.both), within(box.core, cut.both)},
                      std::nullopt});
  for (const auto &alone : {cut.first, cut.last}) {
    if (alone.keys.hi <= alone.keys.lo)
      continue;
    IndexBox keys = within(box.keys, alone.keys);
    visits.push_back({{keys, coreOf(ofHalves[alone.half], keys)}, alone.half});
  }
  return visits;
}

//===----------------------------------------------------------------------===//
// Counting
//===----------------------------------------------------------------------===//

template <typename Counter>
Counter &PlanAnalysis::counterOfHead(std::optional<Counter> &counter) {
  if (!counter)
    counter.emplace(state->predicate);
  Expr h = state->vars.h;
  if (h->kind == ExprKind::Var)
    counter->set(h, state->head);
  counter->set(state->vars.b, state->batch);
  for (auto [var, length] : lengthVariables())
    counter->set(var, length);
  return *counter;
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

/// Boxes side by side of which nothing is known, as a search finds them, count
/// as one.
static SmallVector<KeyBox> joinTouching(ArrayRef<KeyBox> boxes) {
  SmallVector<KeyBox> result;
  for (const KeyBox &box : boxes) {
    bool touches = box.keys.size() == 1 && !result.empty() &&
                   volume(box.core) == 0 && volume(result.back().core) == 0 &&
                   result.back().keys[0].hi == box.keys[0].lo;
    if (touches)
      result.back().keys[0].hi = box.keys[0].hi;
    else
      result.push_back(box);
  }
  return result;
}

static unsigned longestAxis(const IndexBox &box) {
  auto *longest = llvm::max_element(box, [](const auto &a, const auto &b) {
    return a.hi - a.lo < b.hi - b.lo;
  });
  return longest - box.begin();
}

static std::pair<IndexBox, IndexBox> halve(const IndexBox &box) {
  unsigned axis = longestAxis(box);
  IndexBox low = box, high = box;
  low[axis].hi = high[axis].lo = (box[axis].lo + box[axis].hi) / 2;
  return {low, high};
}

/// Cores count as a whole; what lies beside them is small, or the longer side
/// is halved.
int64_t PlanAnalysis::keptPairs(const IndexBox &queries,
                                const IndexBox &within) {
  constexpr int64_t fewPairs = 1 << 12;
  int64_t numQueries = volume(queries);
  if (numQueries == 0 || volume(within) == 0)
    return 0;
  int64_t kept = 0;
  auto countRest = [&](const IndexBox &rest) {
    int64_t numKeys = volume(rest);
    if (numKeys == 0)
      return;
    if (numQueries == 1 || numQueries * numKeys <= fewPairs) {
      kept += counterOfHead(state->counter).count(state->domain, queries, rest);
    } else if (numKeys > numQueries) {
      auto [low, high] = halve(rest);
      kept += keptPairs(queries, low) + keptPairs(queries, high);
    } else {
      auto [low, high] = halve(queries);
      kept += keptPairs(low, rest) + keptPairs(high, rest);
    }
  };
  for (const KeyBox &box : joinTouching(keyBoxes(queries, within))) {
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
  AxisFactors &factors = counterOfHead(state->factors);
  if (auto product = factors.count(state->domain, queries, allKeys))
    return *product;
  return keptPairs(queries, allKeys);
}

int64_t PlanAnalysis::keptPairs() {
  SmallVector<int64_t> extents(space.numPositions(), int64_t(1) << 30);
  HalvedFactors &halves = counterOfHead(state->halves);
  int64_t kept = 0;
  for (int64_t n = 0, e = numTiles(extents); n < e; ++n) {
    IndexBox queries = tile(extents, n);
    auto pairs = halves.count(state->domain, queries, allKeys);
    kept += pairs ? *pairs : keptPairs(queries);
  }
  return kept;
}
