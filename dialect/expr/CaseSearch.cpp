//===- CaseSearch.cpp - a point of a truth, case by case ------------------===//

#include "dialect/expr/CaseState.h"
#include "dialect/expr/Evaluate.h"
#include "llvm/ADT/STLExtras.h"

using namespace attn;
using Outcome = PointSearch::Outcome;

namespace {

class CaseSearch {
public:
  CaseSearch(Expr truth, int64_t budget)
      : truth(truth), budget(budget), state(truth.context()) {}

  PointSearch run();

private:
  Outcome search();
  Outcome branch(const Pending &from);
  Outcome decideLeaf();
  bool propagate();
  bool isPossible(const Case &from);
  bool tryPoint(Point point);
  Outcome giveUp(const std::string &why);

  // Operations that no sum expresses.
  static Range apply(const ExprNode &node, llvm::ArrayRef<Range> operands);
  bool boundOperations();
  std::optional<Choice> cutOperation(Expr node);

  Expr truth;
  int64_t budget;
  PointSearch result;
  CaseState state;
};

} // namespace

Outcome CaseSearch::giveUp(const std::string &why) {
  if (result.reason.empty())
    result.reason = why;
  return Outcome::Undecided;
}

bool CaseSearch::tryPoint(Point point) {
  if (!holdsAt(truth, point))
    return false;
  result.point = std::move(point);
  return true;
}

bool CaseSearch::isPossible(const Case &from) {
  --budget;
  CaseState::Mark before = state.mark();
  bool isPossible = state.assume(from);
  state.undo(std::move(before));
  return isPossible;
}

/// Drops cases that contradict the rest and makes choices of one case, until
/// nothing changes. False if some choice has no case left.
bool CaseSearch::propagate() {
  for (bool changed = true; changed && budget > 0;) {
    changed = false;
    for (size_t n = 0; n < state.pending.size() && budget > 0; ++n) {
      const Choice &choice = *state.pending[n].choice;
      auto cases = state.pending[n].cases;
      // Two possible cases leave the choice open, whatever the others are.
      unsigned possible = 0;
      llvm::erase_if(cases, [&](unsigned k) {
        if (possible < 2 && !isPossible(choice[k]))
          return true;
        ++possible;
        return false;
      });
      state.pending[n].cases = cases;
      if (cases.empty())
        return false;
      if (cases.size() > 1)
        continue;
      state.pending.erase(state.pending.begin() + n--);
      if (!state.assume(choice[cases[0]]))
        return false;
      changed = true;
    }
  }
  return true;
}

Outcome CaseSearch::search() {
  if (state.isEmpty() || !propagate())
    return Outcome::None;
  if (budget <= 0)
    return giveUp("there are too many cases");
  if (state.pending.empty())
    return decideLeaf();
  auto *fewest = llvm::min_element(state.pending, [](auto &a, auto &b) {
    return a.cases.size() < b.cases.size();
  });
  Pending next = *fewest;
  state.pending.erase(fewest);
  return branch(next);
}

Outcome CaseSearch::branch(const Pending &from) {
  Outcome all = Outcome::None;
  for (unsigned n : from.cases) {
    CaseState::Mark before = state.mark();
    Outcome one = state.assume((*from.choice)[n]) ? search() : Outcome::None;
    state.undo(std::move(before));
    if (one == Outcome::Found)
      return one;
    if (one == Outcome::Undecided)
      all = one;
    if (budget <= 0)
      return giveUp("there are too many cases");
  }
  return all;
}

/// No choice is left: comparisons, and bounds of operations.
Outcome CaseSearch::decideLeaf() {
  --budget;
  if (!boundOperations())
    return Outcome::None;
  auto sample = state.findSample();
  if (!sample)
    return Outcome::None;
  Point point = state.pointOf(*sample);
  if (tryPoint(point))
    return Outcome::Found;
  ConcreteDomain domain{point};
  Evaluator<ConcreteDomain> evaluator(domain);
  for (Expr node : state.operations) {
    if (state.valueOf(node, *sample) == DynamicAPInt(evaluator.integer(node)))
      continue;
    std::optional<Choice> cut = cutOperation(node);
    if (!cut)
      continue;
    return branch({&state.keep(std::move(*cut)), {0, 1}});
  }
  llvm::StringRef table = runTimeTable(truth);
  return giveUp(table.empty() ? "some numbers may leave 64 bits"
                              : dependsOnTable(table));
}

PointSearch CaseSearch::run() {
  result.outcome = state.assume(truth) ? search() : Outcome::None;
  result.isSpent = result.outcome == Outcome::Undecided && budget <= 0;
  return std::move(result);
}

//===----------------------------------------------------------------------===//
// Operations
//===----------------------------------------------------------------------===//

Range CaseSearch::apply(const ExprNode &node, llvm::ArrayRef<Range> operands) {
  switch (node.kind) {
  case ExprKind::Mul:
    return operands[0] * operands[1];
  case ExprKind::FloorDiv:
    return operands[0].floorDiv(operands[1]);
  case ExprKind::Mod:
    return operands[0].mod(operands[1]);
  case ExprKind::BitAnd:
    return Range::bitAnd(operands[0], operands[1]);
  case ExprKind::BitOr:
    return Range::bitOr(operands[0], operands[1]);
  case ExprKind::BitXor:
    return Range::bitXor(operands[0], operands[1]);
  case ExprKind::Load:
  case ExprKind::Search: {
    const ExprTable &table = tableOf(node);
    if (!table.isKnown)
      return node.range;
    auto [lo, hi] = std::pair(operands[0].lo, operands[0].hi);
    return node.kind == ExprKind::Load
               ? table.range(lo, hi)
               : Range(table.search(lo), table.search(hi));
  }
  default:
    return node.range;
  }
}

bool CaseSearch::boundOperations() {
  // Rows of operands may append operations.
  for (size_t n = 0; n < state.operations.size(); ++n) {
    Expr node = state.operations[n];
    llvm::SmallVector<Range> operands;
    for (Expr operand : llvm::ArrayRef<Expr>(node->operands)) {
      operands.push_back(state.boundsOf(operand));
      if (state.isEmpty())
        return false;
    }
    if (!state.bound(state.rowOf(node), apply(*node.get(), operands)))
      return false;
  }
  return true;
}

/// Halves of what an operand may be; nothing where that does not help.
std::optional<Choice> CaseSearch::cutOperation(Expr node) {
  bool isTable = node->kind == ExprKind::Load || node->kind == ExprKind::Search;
  if (node->kind == ExprKind::Sum || (isTable && !tableOf(*node.get()).isKnown))
    return std::nullopt;
  Expr operand;
  Range widest = Range::constant(0);
  for (Expr candidate : llvm::ArrayRef<Expr>(node->operands)) {
    Range range = state.boundsOf(candidate);
    if (range.hi - range.lo > widest.hi - widest.lo) {
      operand = candidate;
      widest = range;
    }
  }
  if (operand == Expr() || widest.lo == -Range::maximum ||
      widest.hi == Range::maximum)
    return std::nullopt;
  int64_t cut = cutOf(widest.lo, widest.hi);
  if (node->kind == ExprKind::Search) {
    const ExprTable &table = tableOf(*node.get());
    int64_t lo = table.search(widest.lo), hi = table.search(widest.hi);
    cut = lo < hi ? table.at((lo + hi + 1) / 2) : cut;
  }
  Row row = state.rowOf(operand), below = -row, above = row;
  below.constant += DynamicAPInt(cut - 1);
  above.constant -= DynamicAPInt(cut);
  return Choice{{{}, {below}}, {{}, {above}}};
}

PointSearch attn::findPointByCases(Expr truth, int64_t budget) {
  return CaseSearch(truth, budget).run();
}
