//===- RowSearch.cpp - rows in which a mask keeps no key ------------------===//

#include "dialect/expr/RowSearch.h"
#include "dialect/expr/ConcreteBoxes.h"
#include "llvm/ADT/STLExtras.h"

using namespace attn;
using Outcome = PointSearch::Outcome;

RowSearch::RowSearch(MaskVars &vars, Expr mask)
    : vars(vars), context(vars.context), mask(mask),
      hasKey(vars.j->kind == ExprKind::Var) {
  for (Expr node : collectNodes(mask))
    if (node->kind == ExprKind::Var && node != vars.j)
      rowVars.push_back(node);
  keys.push_back(vars.i);
  collectCandidates();
}

//===----------------------------------------------------------------------===//
// Keys in terms of the row
//===----------------------------------------------------------------------===//

/// Keys where comparisons of the mask with the key begin and cease to hold. If
/// a row has a key and no remainder is involved, it has one of these.
void RowSearch::collectCandidates() {
  candidates = {context.constant(0), vars.numKeys - 1};
  for (Expr node : collectNodes(mask))
    if (node->kind == ExprKind::GeZero || node->kind == ExprKind::EqZero)
      addBounds(node->operands[0], context.constant(0));
}

/// The least and the greatest key for which the sum is `value`.
void RowSearch::addBounds(Expr sum, Expr value) {
  std::optional<KeyTerm> term = keyTerm(sum, vars.j);
  if (!term)
    return;
  int64_t factor = std::abs(term->coefficient);
  Expr rest = value - term->rest;
  if (term->coefficient < 0)
    rest = -rest;
  Expr x = term->term;
  for (Expr bound : {floorDiv(rest, factor), -floorDiv(-rest, factor)}) {
    if (x->kind == ExprKind::Var)
      candidates.push_back(bound);
    else if (x->kind == ExprKind::Min || x->kind == ExprKind::Max)
      for (Expr operand : llvm::ArrayRef<Expr>(x->operands))
        addBounds(operand, bound);
    else if (x->kind == ExprKind::FloorDiv && x->operands[1].isConstant()) {
      int64_t divisor = x->operands[1]->value;
      addBounds(x->operands[0], bound * divisor);
      addBounds(x->operands[0], bound * divisor + (divisor - 1));
    }
  }
}

bool RowSearch::isKept(llvm::ArrayRef<int64_t> row, int64_t key) const {
  Point point(row);
  if (hasKey)
    point[vars.j->value] = key;
  return holdsAt(mask, point);
}

/// A candidate that is a key of the row and not in the list yet.
bool RowSearch::addCandidate(llvm::ArrayRef<int64_t> row) {
  for (Expr candidate : candidates) {
    if (llvm::is_contained(keys, candidate))
      continue;
    ConcreteDomain domain{row};
    int64_t key = Evaluator<ConcreteDomain>(domain).integer(candidate);
    if (key < 0 || key >= numKeysOf(row) || !isKept(row, key))
      continue;
    keys.push_back(candidate);
    return true;
  }
  return false;
}

/// The same key for all rows, and as far away from the query.
void RowSearch::addKey(llvm::ArrayRef<int64_t> row, int64_t key) {
  if (addCandidate(row))
    return;
  int64_t i = vars.i->kind == ExprKind::Var ? row[vars.i->value] : 0;
  keys.push_back(context.constant(key));
  keys.push_back(vars.i + (key - i));
}

/// Whether the mask keeps a key given in terms of the row.
Expr RowSearch::at(Expr key) {
  llvm::SmallVector<Expr> values(context.numVariables());
  if (hasKey)
    values[vars.j->value] = key;
  return lessEqual(context.constant(0), key) && lessThan(key, vars.numKeys) &&
         context.substitute(mask, values);
}

//===----------------------------------------------------------------------===//
// One row
//===----------------------------------------------------------------------===//

int64_t RowSearch::numKeysOf(llvm::ArrayRef<int64_t> row) const {
  return vars.numKeys.isConstant() ? vars.numKeys->value
                                   : row[vars.numKeys->value];
}

/// A key of a row. `isSure` is cleared if there may be one that was not tried.
std::optional<int64_t> RowSearch::keyOf(llvm::ArrayRef<int64_t> row,
                                        bool &isSure) {
  constexpr int64_t mostKeys = 1 << 22;
  int64_t numKeys = numKeysOf(row);
  if (!hasKey)
    return numKeys > 0 && isKept(row, 0) ? std::optional<int64_t>(0)
                                         : std::nullopt;
  ConcreteBoxes domain(context);
  for (Expr var : rowVars)
    domain.setRange(var, row[var->value], row[var->value]);
  llvm::SmallVector<Expr, 1> axes = {vars.j};
  BoxSolver<ConcreteBoxes> solver(domain, axes);
  Box<int64_t> all = {{0, numKeys}};
  auto segments = solver.segments(mask, 0, all);
  ExprProgram program(mask);
  Point point(row);
  int64_t tried = 0;
  for (int64_t position = 0; position < numKeys;) {
    Interval<int64_t> keys = solver.next(segments, 0, all, position);
    for (int64_t key = keys.lo; key < keys.hi; ++key) {
      if (++tried > mostKeys) {
        isSure = false;
        return std::nullopt;
      }
      point[vars.j->value] = key;
      int64_t keep;
      program.run(point, keep);
      if (keep)
        return key;
    }
    position = std::max(keys.hi, position + 1);
  }
  return std::nullopt;
}

//===----------------------------------------------------------------------===//
// The searches
//===----------------------------------------------------------------------===//

PointSearch RowSearch::find(Expr within, Find findPoint) {
  constexpr unsigned mostKeys = 32;
  PointSearch row;
  bool isSure = true;
  while (isSure && keys.size() <= mostKeys) {
    Expr truth = within;
    for (Expr key : llvm::ArrayRef<Expr>(keys))
      truth = truth && !at(key);
    row = findPoint(truth);
    if (row.outcome == Outcome::None)
      return row;
    if (row.outcome == Outcome::Undecided)
      break;
    std::optional<int64_t> key = keyOf(row.point, isSure);
    if (!key && isSure)
      return row;
    if (key)
      addKey(row.point, *key);
  }
  PointSearch byBoxes = findByBoxes(within);
  llvm::StringRef table = runTimeTable(mask);
  if (byBoxes.outcome != Outcome::None || table.empty())
    return byBoxes;
  // No row for the elements that the table happens to have.
  byBoxes.outcome = Outcome::Undecided;
  byBoxes.reason = dependsOnTable(table);
  return byBoxes;
}

/// Rows by the box: those of which all have a key in common are left alone, the
/// others are cut in halves.
PointSearch RowSearch::findByBoxes(Expr within) {
  PointSearch result;
  int64_t budget = 1 << 14;
  constexpr int64_t fewBoxes = 16;
  auto giveUp = [&](const char *why) {
    result.outcome = Outcome::Undecided;
    result.reason = why;
    result.isSpent = budget <= 0;
    return result;
  };
  llvm::SmallVector<Expr> all = rowVars;
  for (Expr node : collectNodes(within))
    if (node->kind == ExprKind::Var && !llvm::is_contained(all, node))
      all.push_back(node);
  if (!vars.numKeys.isConstant() || !hasKey)
    return giveUp("the number of keys is not known");
  llvm::SmallVector<Expr, 1> axes = {vars.j};
  Box<int64_t> keyBox = {{0, vars.numKeys->value}};
  using Ranges = llvm::SmallVector<Range>;
  Ranges first(context.numVariables(), Range::constant(0));
  for (Expr var : llvm::ArrayRef<Expr>(all))
    first[var->value] = var->range;
  llvm::SmallVector<Ranges> boxes = {first};
  while (!boxes.empty()) {
    if (budget-- == 0)
      return giveUp("too many rows have keys of their own");
    Ranges rows = boxes.pop_back_val();
    ConcreteBoxes domain(context);
    for (Expr var : llvm::ArrayRef<Expr>(all))
      domain.setRange(var, rows[var->value].lo, rows[var->value].hi);
    if (!domain.certainty(within).first)
      continue;
    BoxSolver<ConcreteBoxes> solver(domain, axes);
    auto segments = solver.segments(mask, 0, keyBox);
    bool isShared = false;
    int64_t position = 0;
    for (int64_t n = 0; n < fewBoxes && position < keyBox[0].hi && !isShared;
         ++n) {
      Interval<int64_t> keys = solver.next(segments, 0, keyBox, position);
      if (keys.lo < keys.hi) {
        Box<int64_t> core = solver.core(mask, {keys});
        isShared = core[0].lo < core[0].hi;
      }
      position = std::max(keys.hi, position + 1);
    }
    if (isShared)
      continue;
    auto length = [&](Expr var) {
      return rows[var->value].hi - rows[var->value].lo;
    };
    auto *widest = llvm::max_element(
        all, [&](Expr a, Expr b) { return length(a) < length(b); });
    if (widest == all.end() || length(*widest) == 0) {
      Point row(llvm::map_range(rows, [](const Range &x) { return x.lo; }));
      bool isSure = true;
      if (!holdsAt(within, row) || keyOf(row, isSure))
        continue;
      if (!isSure)
        return giveUp("a row has too many keys to try");
      result.outcome = Outcome::Found;
      result.point = row;
      return result;
    }
    Range &range = rows[(*widest)->value];
    int64_t cut = cutOf(range.lo, range.hi);
    Ranges high = rows;
    high[(*widest)->value] = Range(cut, range.hi);
    range = Range(range.lo, cut - 1);
    boxes.push_back(high);
    boxes.push_back(rows);
  }
  return result;
}
