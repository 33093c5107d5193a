//===- Prover.cpp - proofs about masks ------------------------------------===//

#include "dialect/expr/Prover.h"
#include "dialect/expr/Evaluate.h"
#include "dialect/expr/IndexSpace.h"
#include "dialect/expr/RowSearch.h"

using namespace attn;
using SearchOutcome = PointSearch::Outcome;

/// That examples are looked for in first.
static constexpr int64_t fewHeads = 4;

Prover::Prover(MaskVars &vars, int64_t caseBudget)
    : vars(vars), context(vars.context), caseBudget(caseBudget) {}

bool Prover::areLengthsKnown() const {
  return vars.numQueries.isConstant() && vars.numKeys.isConstant();
}

/// What the runtime checks of offsets of documents, which are the run-time
/// tables that are sorted: from 0 to the number of keys they never decrease. So
/// a token lies between the element that a search for it finds and the next.
Expr Prover::offsetsFacts(Expr about) {
  llvm::SmallVector<Expr> facts = {context.truth(true)};
  struct Found {
    Expr x, number, begin, end;
  };
  llvm::SmallVector<Found> all;
  auto imply = [&](Expr condition, Expr fact) {
    facts.push_back(!condition || fact);
  };
  Expr zero = context.constant(0);
  for (Expr node : collectNodes(about)) {
    if (node->kind != ExprKind::Load && node->kind != ExprKind::Search)
      continue;
    const ExprTable &table = tableOf(*node.get());
    if (table.isKnown || !table.isSorted)
      continue;
    if (node->kind == ExprKind::Load) {
      facts.push_back(lessEqual(node, vars.numKeys));
      continue;
    }
    Found found = {node->operands[0], node, context.load(node->value, node),
                   context.load(node->value, node + 1)};
    imply(lessEqual(zero, found.x) && lessThan(found.x, vars.numKeys),
          lessEqual(found.begin, found.x) && lessThan(found.x, found.end));
    for (const Found &other : all) {
      if (other.number->value != node->value)
        continue;
      imply(attn::equal(found.number, other.number),
            attn::equal(found.begin, other.begin) &&
                attn::equal(found.end, other.end));
      for (auto [a, b] : {std::pair(found, other), std::pair(other, found)}) {
        imply(lessEqual(a.x, b.x), lessEqual(a.number, b.number));
        imply(lessThan(a.number, b.number), lessEqual(a.end, b.begin));
      }
    }
    all.push_back(found);
  }
  return context.all(facts);
}

PointSearch Prover::findPoint(Expr truth) {
  llvm::SmallVector<Expr> values = narrowed;
  values.resize(context.numVariables());
  auto narrow = [&](Expr expr) { return context.substitute(expr, values); };
  bool hasRunTimeTable = !runTimeTable(truth).empty();
  // A smaller example is looked for many times, and quickly so.
  constexpr int64_t few = 1 << 14, more = 1 << 17;
  PointSearch found =
      findPointOneByOne(narrow(truth), narrowed.empty() ? few : more);
  if (isOneByOne)
    return completed(found, truth);
  bool isDecided = found.outcome == SearchOutcome::Found ||
                   (found.outcome == SearchOutcome::None && !hasRunTimeTable);
  if (!isDecided)
    found = findPointByCases(narrow(truth && offsetsFacts(truth)), caseBudget);
  constexpr int64_t least = 1 << 6, share = 4;
  if (found.isSpent)
    caseBudget = std::max(least, caseBudget / share);
  if (found.outcome == SearchOutcome::Undecided) {
    PointSearch byBoxes = findPointByBoxes(narrow(truth));
    bool isProof = byBoxes.outcome == SearchOutcome::None && !hasRunTimeTable;
    if (byBoxes.outcome == SearchOutcome::Found || isProof) {
      byBoxes.isSpent = found.isSpent;
      found = byBoxes;
    }
  }
  return completed(found, truth);
}

PointSearch Prover::completed(PointSearch found, Expr truth) {
  if (found.outcome != SearchOutcome::Found)
    return found;
  ConcreteDomain domain{found.point};
  Evaluator<ConcreteDomain> evaluator(domain);
  Point point = found.point;
  point.resize(context.numVariables());
  for (auto [n, value] : llvm::enumerate(narrowed))
    if (value) // one that does not matter any more was not looked at
      point[n] = std::max(evaluator.integer(value), value->range.lo);
  found.point = std::move(point);
  assert(holdsAt(truth, found.point) && "expected what was found");
  return found;
}

void Prover::narrow(Expr var, int64_t least, int64_t most) {
  int64_t number = var->value;
  narrowed[number] =
      context.variable(context.variableName(number), least, most);
}

PointSearch Prover::findShort(bool isOfPairs, Search search) {
  narrowed.assign(context.numVariables(), Expr());
  auto atMost = [&](Expr var, int64_t most) {
    if (var->kind == ExprKind::Var)
      narrow(var, var->range.lo,
             std::max(var->range.lo, std::min(most, var->range.hi)));
  };
  for (Expr count : {vars.numHeads, vars.numKvHeads})
    atMost(count, fewHeads);
  for (Expr place : {vars.b, vars.h})
    atMost(place, fewHeads - 1);
  PointSearch found;
  isOneByOne = true;
  for (int64_t length : {1, 5, 17, 40, 100}) {
    for (Expr size : {vars.numQueries, vars.numKeys})
      if (size->kind == ExprKind::Var)
        narrowed[size->value] = context.constant(length);
    atMost(vars.i, length - 1);
    if (isOfPairs)
      atMost(vars.j, length - 1);
    found = search(context.truth(true));
    if (found.outcome == SearchOutcome::Found)
      break;
  }
  isOneByOne = false;
  narrowed.clear();
  return found;
}

void Prover::minimise(Point &example, bool isOfPairs, Search search) {
  llvm::SmallVector<Expr> order = {vars.numQueries, vars.numKeys, vars.numHeads,
                                   vars.numKvHeads, vars.b,       vars.h,
                                   vars.i};
  if (isOfPairs)
    order.push_back(vars.j);
  Expr within = context.truth(true);
  // Of searches that spend budgets, which take long; most if they find nothing.
  int allowed = 32;
  constexpr int costOfFound = 1, costOfOther = 16;
  narrowed.assign(context.numVariables(), Expr());
  // More heads and batches than the example's only take time, but for a few.
  for (Expr var : {vars.numHeads, vars.numKvHeads, vars.b, vars.h})
    if (var->kind == ExprKind::Var)
      narrow(var, var->range.lo,
             std::min(var->range.hi, std::max(fewHeads, example[var->value])));
  for (Expr var : order) {
    if (var->kind != ExprKind::Var)
      continue;
    int64_t number = var->value, least = var->range.lo;
    // The least value is the likeliest.
    for (int64_t most = least; least < example[number] && allowed > 0;) {
      // The narrower the range, the more the predicate folds.
      narrow(var, least, most);
      if (var == vars.numQueries && most > 0)
        narrow(vars.i, 0, most - 1);
      if (var == vars.numKeys && most > 0 && isOfPairs)
        narrow(vars.j, 0, most - 1);
      PointSearch found =
          search(within && lessEqual(context.constant(least), var) &&
                 lessEqual(var, context.constant(most)));
      if (found.outcome == SearchOutcome::Found)
        example = found.point;
      else
        least = most + 1;
      if (found.isSpent)
        allowed -=
            found.outcome == SearchOutcome::Found ? costOfFound : costOfOther;
      most = least + (example[number] - least) / 2;
    }
    Expr value = context.constant(example[number]);
    if (var == vars.numQueries && example[number] > 0)
      narrow(vars.i, 0, example[number] - 1);
    if (var == vars.numKeys && example[number] > 0 && isOfPairs)
      narrow(vars.j, 0, example[number] - 1);
    narrowed[number] = value;
    within = within && attn::equal(var, value);
  }
  narrowed.clear();
}

Proof Prover::prove(Expr about, bool isOfPairs, Search search) {
  Proof proof;
  auto known = [&](Expr length) {
    return length.isConstant()
               ? context.truth(true)
               : lessThan(length, context.constant(MaskVars::lengthLimit));
  };
  Expr within = lessThan(vars.i, vars.numQueries) && known(vars.numQueries) &&
                known(vars.numKeys);
  bool areHeadsOpen =
      vars.numHeads->kind == ExprKind::Var && !dependsOn(about, vars.numHeads);
  if (!areHeadsOpen)
    within = within && lessThan(vars.h, vars.numHeads) && known(vars.numHeads);
  if (isOfPairs)
    within = within && lessThan(vars.j, vars.numKeys);
  else if (!vars.numKeys.isConstant())
    within = within && lessThan(context.constant(0), vars.numKeys);
  auto searchWithin = [&](Expr part) { return search(within && part); };
  PointSearch found;
  found.outcome = SearchOutcome::Undecided;
  if (!areLengthsKnown() && runTimeTable(about).empty())
    found = findShort(isOfPairs, searchWithin);
  if (found.outcome != SearchOutcome::Found)
    found = searchWithin(context.truth(true));
  llvm::StringRef table = runTimeTable(about);
  switch (found.outcome) {
  case SearchOutcome::None:
    return proof;
  case SearchOutcome::Undecided:
    proof.outcome = Proof::Outcome::Undecided;
    proof.reason = found.reason;
    return proof;
  case SearchOutcome::Found:
    break;
  }
  if (!table.empty() && !areLengthsKnown()) {
    proof.outcome = Proof::Outcome::Undecided;
    proof.reason = dependsOnTable(table);
    return proof;
  }
  proof.outcome = Proof::Outcome::Refuted;
  proof.example = found.point;
  proof.table = table;
  minimise(proof.example, isOfPairs, searchWithin);
  if (areHeadsOpen)
    proof.example[vars.numHeads->value] = proof.example[vars.h->value] + 1;
  return proof;
}

Proof Prover::equal(Expr a, Expr b) {
  Expr differ = context.exclusiveOr(a, b);
  return prove(differ, true,
               [&](Expr within) { return findPoint(within && differ); });
}

Proof Prover::contains(Expr outer, Expr inner) {
  Expr beyond = inner && !outer;
  return prove(beyond, true,
               [&](Expr within) { return findPoint(within && beyond); });
}

Proof Prover::everyRowHasKey(Expr mask) {
  RowSearch rows(vars, mask);
  return prove(mask, false, [&](Expr within) {
    return rows.find(within, [&](Expr truth) { return findPoint(truth); });
  });
}
