//===- Prover.cpp - proofs about masks ------------------------------------===//

#include "dialect/expr/Prover.h"
#include "dialect/expr/Evaluate.h"
#include "dialect/expr/RowSearch.h"

using namespace attn;
using SearchOutcome = PointSearch::Outcome;

Prover::Prover(MaskVars &vars) : vars(vars), context(vars.context) {}

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
            attn::equal(found.begin, other.begin) && attn::equal(found.end, other.end));
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
  PointSearch byCases = findPointByCases(truth && offsetsFacts(truth));
  if (byCases.outcome != SearchOutcome::Undecided)
    return byCases;
  PointSearch byBoxes = findPointByBoxes(truth);
  bool isProof =
      byBoxes.outcome == SearchOutcome::None && runTimeTable(truth).empty();
  if (byBoxes.outcome == SearchOutcome::Found || isProof)
    return byBoxes;
  return byCases;
}

void Prover::minimise(Point &example, bool isOfPairs, Search search) {
  llvm::SmallVector<Expr> order = {vars.numQueries, vars.numKeys, vars.numHeads,
                                   vars.numKvHeads, vars.b,       vars.h,
                                   vars.i};
  if (isOfPairs)
    order.push_back(vars.j);
  Expr within = context.truth(true);
  for (Expr var : order) {
    if (var->kind != ExprKind::Var)
      continue;
    int64_t &value = example[var->value];
    // The least value is the likeliest.
    int64_t least = var->range.lo, middle = least;
    while (least < value) {
      Expr isBelow = lessEqual(context.constant(least), var) &&
                     lessEqual(var, context.constant(middle));
      PointSearch found = search(within && isBelow);
      if (found.outcome == SearchOutcome::Found)
        example = found.point;
      else
        least = middle + 1;
      middle = least + (value - least) / 2;
    }
    within = within && attn::equal(var, context.constant(value));
  }
}

Proof Prover::prove(Expr about, bool isOfPairs, Search search) {
  Proof proof;
  auto known = [&](Expr length) {
    return length.isConstant()
               ? context.truth(true)
               : lessThan(length, context.constant(MaskVars::lengthLimit));
  };
  Expr within = lessThan(vars.h, vars.numHeads) &&
                lessThan(vars.i, vars.numQueries) && known(vars.numQueries) &&
                known(vars.numKeys) && known(vars.numHeads);
  if (isOfPairs)
    within = within && lessThan(vars.j, vars.numKeys);
  else if (!vars.numKeys.isConstant())
    within = within && lessThan(context.constant(0), vars.numKeys);
  auto searchWithin = [&](Expr part) { return search(within && part); };
  PointSearch found = searchWithin(context.truth(true));
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
