//===- CaseSearch.cpp - a point of a truth, case by case ------------------===//
//
// A simplex of rational numbers holds the comparisons of the current case and
// is rolled back when the next one begins. It leaves out cases early; whether
// an integer point is left in a case without any choice is decided exactly.
//
//===----------------------------------------------------------------------===//

#include "dialect/expr/Evaluate.h"
#include "dialect/expr/PointSearch.h"
#include "mlir/Analysis/Presburger/IntegerRelation.h"
#include "mlir/Analysis/Presburger/Simplex.h"
#include "llvm/ADT/STLExtras.h"

#include <deque>

using namespace attn;
using llvm::DynamicAPInt;
using mlir::presburger::BoundType;
using mlir::presburger::Fraction;
using mlir::presburger::IntegerPolyhedron;
using mlir::presburger::PresburgerSpace;
using mlir::presburger::Simplex;
using Outcome = PointSearch::Outcome;

namespace {

/// constant + sum of coefficient * column, compared with zero. Columns beyond
/// the last coefficient have none.
struct Row {
  llvm::SmallVector<DynamicAPInt, 8> coefficients;
  DynamicAPInt constant = DynamicAPInt(0);
  bool isEquality = false;

  Row operator-() const {
    Row result = *this;
    for (DynamicAPInt &coefficient : result.coefficients)
      coefficient = -coefficient;
    result.constant = -constant;
    return result;
  }
  /// Of `numColumns` columns, the constant at the end.
  llvm::SmallVector<DynamicAPInt, 8> padded(unsigned numColumns) const {
    llvm::SmallVector<DynamicAPInt, 8> result = coefficients;
    result.resize(numColumns, DynamicAPInt(0));
    result.push_back(constant);
    return result;
  }
};

/// One way out of a choice: what holds then.
struct Case {
  llvm::SmallVector<Expr, 1> truths;
  llvm::SmallVector<Row, 2> rows;
};
using Choice = llvm::SmallVector<Case, 2>;

/// A choice that is not made yet, and the cases that may still be.
struct Pending {
  const Choice *choice;
  llvm::SmallVector<unsigned, 4> cases;
};

class CaseSearch {
public:
  CaseSearch(Expr truth, int64_t budget)
      : truth(truth), context(truth.context()), budget(budget), simplex(0) {}

  PointSearch run();

private:
  // Comparisons.
  bool assume(Expr truth);
  bool assume(const Case &from);
  bool assumeRow(Row row);
  Row rowOf(Expr integer);
  void addTo(Row &row, Expr integer, const DynamicAPInt &factor);
  Row rowOfColumn(unsigned column);
  unsigned quotient(Expr dividend, int64_t divisor);
  unsigned column(Expr atom);
  void define(Expr atom, unsigned column);
  bool bound(Row row, const Range &range);
  void choosePowers(Expr x, bool isPower);
  void choose(Choice choice);

  // The search.
  Outcome search();
  Outcome branch(const Pending &from);
  Outcome decideLeaf();
  bool propagate();
  bool isPossible(const Case &from);
  bool tryPoint(Point point);
  Outcome giveUp(const std::string &why);

  // Operations that no sum expresses.
  Range boundsOf(Expr operand);
  static Range apply(const ExprNode &node, llvm::ArrayRef<Range> operands);
  bool boundOperations();
  std::optional<Choice> cutOperation(Expr node);

  struct Mark {
    unsigned simplex;
    size_t columns, rows, operations, choices;
    llvm::SmallVector<Pending> pending;
  };
  Mark mark();
  void undo(Mark mark);

  Expr truth;
  ExprContext &context;
  int64_t budget;
  PointSearch result;

  Simplex simplex;
  llvm::SmallVector<Row> rows;
  /// An atom, or a dividend and the divisor of its quotient.
  using Key = std::pair<const ExprNode *, int64_t>;
  llvm::SmallVector<Key> keys; ///< by column
  llvm::DenseMap<Key, unsigned> columns;
  llvm::SmallVector<Expr> operations;
  llvm::SmallVector<Pending> pending;
  std::deque<Choice> choices;
};

} // namespace

//===----------------------------------------------------------------------===//
// Comparisons
//===----------------------------------------------------------------------===//

bool CaseSearch::assumeRow(Row row) {
  if (simplex.isEmpty())
    return false;
  auto padded = row.padded(keys.size());
  if (row.isEquality)
    simplex.addEquality(padded);
  else
    simplex.addInequality(padded);
  rows.push_back(std::move(row));
  return !simplex.isEmpty();
}

Row CaseSearch::rowOf(Expr integer) {
  Row row;
  addTo(row, integer, DynamicAPInt(1));
  return row;
}

Row CaseSearch::rowOfColumn(unsigned column) {
  Row row;
  row.coefficients.resize(column + 1, DynamicAPInt(0));
  row.coefficients[column] = 1;
  return row;
}

void CaseSearch::addTo(Row &row, Expr integer, const DynamicAPInt &factor) {
  auto addColumn = [&](unsigned column, const DynamicAPInt &factor) {
    if (row.coefficients.size() <= column)
      row.coefficients.resize(column + 1, DynamicAPInt(0));
    row.coefficients[column] += factor;
  };
  auto divisor = [&]() -> int64_t {
    return integer->operands[1].isConstant() ? integer->operands[1]->value : 0;
  };
  switch (integer->kind) {
  case ExprKind::Sum:
    row.constant += factor * DynamicAPInt(integer->value);
    for (auto [operand, coefficient] :
         llvm::zip_equal(integer->operands, integer->coefficients))
      addTo(row, operand, factor * DynamicAPInt(coefficient));
    return;
  case ExprKind::FloorDiv:
    if (int64_t d = divisor())
      return addColumn(quotient(integer->operands[0], d), factor);
    break;
  case ExprKind::Mod:
    if (int64_t d = divisor()) {
      addTo(row, integer->operands[0], factor);
      return addColumn(quotient(integer->operands[0], d),
                       -factor * DynamicAPInt(d));
    }
    break;
  default:
    break;
  }
  addColumn(column(integer), factor);
}

/// Keeps a sum within a range.
bool CaseSearch::bound(Row row, const Range &range) {
  bool isPossible = true;
  if (range.lo != -Range::maximum) {
    Row atLeast = row;
    atLeast.constant -= DynamicAPInt(range.lo);
    atLeast.isEquality = range.isConstant();
    isPossible &= assumeRow(std::move(atLeast));
  }
  if (range.hi != Range::maximum && !range.isConstant()) {
    Row atMost = -row;
    atMost.constant += DynamicAPInt(range.hi);
    isPossible &= assumeRow(std::move(atMost));
  }
  return isPossible;
}

/// The column of floordiv(dividend, divisor): the remainder is what is left.
unsigned CaseSearch::quotient(Expr dividend, int64_t divisor) {
  Key key(dividend.get(), divisor);
  if (auto known = columns.find(key); known != columns.end())
    return known->second;
  Row remainder = rowOf(dividend);
  unsigned column = keys.size();
  keys.push_back(key);
  columns[key] = column;
  simplex.appendVariable();
  remainder.coefficients.resize(column + 1, DynamicAPInt(0));
  remainder.coefficients[column] = -divisor;
  bound(remainder, Range(0, divisor - 1));
  return column;
}

unsigned CaseSearch::column(Expr atom) {
  Key key(atom.get(), 0);
  if (auto known = columns.find(key); known != columns.end())
    return known->second;
  unsigned column = keys.size();
  keys.push_back(key);
  columns[key] = column;
  simplex.appendVariable();
  bound(rowOfColumn(column), atom->range);
  define(atom, column);
  return column;
}

/// What holds between an operation and its operands.
void CaseSearch::define(Expr atom, unsigned column) {
  switch (atom->kind) {
  case ExprKind::Var:
    return;
  case ExprKind::Min:
  case ExprKind::Max: {
    Choice choice;
    for (Expr operand : llvm::ArrayRef<Expr>(atom->operands)) {
      Row beyond = rowOf(operand - atom);
      if (atom->kind == ExprKind::Max)
        beyond = -beyond;
      assumeRow(beyond);
      beyond.isEquality = true;
      choice.push_back({{}, {beyond}});
    }
    return choose(std::move(choice));
  }
  case ExprKind::Select: {
    Expr condition = atom->operands[0];
    Choice choice;
    for (unsigned n : {1, 2}) {
      Row same = rowOf(atom->operands[n] - atom);
      same.isEquality = true;
      choice.push_back({{n == 1 ? condition : !condition}, {same}});
    }
    return choose(std::move(choice));
  }
  default:
    operations.push_back(atom);
  }
}

void CaseSearch::choose(Choice choice) {
  choices.push_back(std::move(choice));
  pending.push_back({&choices.back(), {}});
  for (unsigned n = 0; n < choices.back().size(); ++n)
    pending.back().cases.push_back(n);
}

void CaseSearch::choosePowers(Expr x, bool isPower) {
  Row row = rowOf(x);
  Choice choice;
  auto addCase = [&](int64_t lo, int64_t hi) {
    Row atLeast = row, atMost = -row;
    atLeast.constant -= DynamicAPInt(lo);
    atMost.constant += DynamicAPInt(hi);
    choice.push_back({{}, {atLeast, atMost}});
  };
  if (!isPower)
    addCase(-Range::maximum, 0);
  for (int64_t power = 1; power <= x->range.hi && power < Range::maximum;
       power *= 2) {
    if (isPower)
      addCase(power, power);
    else if (power > 1)
      addCase(power + 1, 2 * power - 1);
  }
  choose(std::move(choice));
}

bool CaseSearch::assume(Expr truth) {
  switch (truth->kind) {
  case ExprKind::Bool:
    if (!truth->value)
      simplex.markEmpty();
    return truth->value && !simplex.isEmpty();
  case ExprKind::All:
    return llvm::all_of(truth->operands,
                        [&](Expr operand) { return assume(operand); });
  case ExprKind::Any: {
    Choice choice;
    for (Expr operand : llvm::ArrayRef<Expr>(truth->operands))
      choice.push_back({{operand}, {}});
    choose(std::move(choice));
    return !simplex.isEmpty();
  }
  case ExprKind::GeZero:
  case ExprKind::EqZero: {
    Row row = rowOf(truth->operands[0]);
    row.isEquality = truth->kind == ExprKind::EqZero;
    return assumeRow(std::move(row));
  }
  case ExprKind::PowerOfTwo:
  case ExprKind::NotPowerOfTwo:
    choosePowers(truth->operands[0], truth->kind == ExprKind::PowerOfTwo);
    return !simplex.isEmpty();
  default:
    llvm_unreachable("an integer where a truth was expected");
  }
}

bool CaseSearch::assume(const Case &from) {
  for (Expr truth : llvm::ArrayRef<Expr>(from.truths))
    if (!assume(truth))
      return false;
  return llvm::all_of(from.rows,
                      [&](const Row &row) { return assumeRow(row); });
}

CaseSearch::Mark CaseSearch::mark() {
  return {simplex.getSnapshot(), keys.size(),    rows.size(),
          operations.size(),     choices.size(), pending};
}

void CaseSearch::undo(Mark mark) {
  simplex.rollback(mark.simplex);
  for (const Key &key : llvm::ArrayRef<Key>(keys).drop_front(mark.columns))
    columns.erase(key);
  keys.truncate(mark.columns);
  rows.truncate(mark.rows);
  operations.truncate(mark.operations);
  pending = std::move(mark.pending);
  choices.resize(mark.choices);
}

//===----------------------------------------------------------------------===//
// The search
//===----------------------------------------------------------------------===//

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
  Mark before = mark();
  bool isPossible = assume(from);
  undo(std::move(before));
  return isPossible;
}

/// Drops cases that contradict the rest and makes choices of one case, until
/// nothing changes. False if some choice has no case left.
bool CaseSearch::propagate() {
  for (bool changed = true; changed && budget > 0;) {
    changed = false;
    for (size_t n = 0; n < pending.size() && budget > 0; ++n) {
      const Choice &choice = *pending[n].choice;
      auto cases = pending[n].cases;
      // Two possible cases leave the choice open, whatever the others are.
      unsigned possible = 0;
      llvm::erase_if(cases, [&](unsigned k) {
        if (possible == 2 || isPossible(choice[k]))
          return possible += possible < 2, false;
        return true;
      });
      pending[n].cases = cases;
      if (cases.empty())
        return false;
      if (cases.size() > 1)
        continue;
      pending.erase(pending.begin() + n--);
      if (!assume(choice[cases[0]]))
        return false;
      changed = true;
    }
  }
  return true;
}

Outcome CaseSearch::search() {
  if (simplex.isEmpty() || !propagate())
    return Outcome::None;
  if (budget <= 0)
    return giveUp("there are too many cases");
  if (pending.empty())
    return decideLeaf();
  auto *fewest = llvm::min_element(pending, [](auto &a, auto &b) {
    return a.cases.size() < b.cases.size();
  });
  Pending next = *fewest;
  pending.erase(fewest);
  return branch(next);
}

Outcome CaseSearch::branch(const Pending &from) {
  Outcome all = Outcome::None;
  for (unsigned n : from.cases) {
    Mark before = mark();
    Outcome one = assume((*from.choice)[n]) ? search() : Outcome::None;
    undo(std::move(before));
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
  IntegerPolyhedron left(PresburgerSpace::getSetSpace(keys.size()));
  for (const Row &row : rows)
    if (row.isEquality)
      left.addEquality(row.padded(keys.size()));
    else
      left.addInequality(row.padded(keys.size()));
  auto sample = left.findIntegerSample();
  if (!sample)
    return Outcome::None;
  Point point(context.numVariables());
  for (auto [key, value] : llvm::zip_equal(keys, *sample))
    if (key.second == 0 && key.first->kind == ExprKind::Var)
      point[key.first->value] = int64_t(value);
  if (tryPoint(point))
    return Outcome::Found;
  ConcreteDomain domain{point};
  Evaluator<ConcreteDomain> evaluator(domain);
  for (Expr node : operations) {
    if ((*sample)[columns.lookup({node.get(), 0})] ==
        DynamicAPInt(evaluator.integer(node)))
      continue;
    std::optional<Choice> cut = cutOperation(node);
    if (!cut)
      continue;
    choices.push_back(std::move(*cut));
    return branch({&choices.back(), {0, 1}});
  }
  llvm::StringRef table = runTimeTable(truth);
  return giveUp(table.empty() ? "some numbers may leave 64 bits"
                              : dependsOnTable(table));
}

PointSearch CaseSearch::run() {
  result.outcome = assume(truth) ? search() : Outcome::None;
  return std::move(result);
}

//===----------------------------------------------------------------------===//
// Operations
//===----------------------------------------------------------------------===//

Range CaseSearch::boundsOf(Expr operand) {
  auto [lo, hi] =
      simplex.computeIntegerBounds(rowOf(operand).padded(keys.size()));
  Range range = operand->range;
  auto fits = [](const DynamicAPInt &value) {
    return value > DynamicAPInt(-Range::maximum) &&
           value < DynamicAPInt(Range::maximum);
  };
  int64_t least = range.lo, most = range.hi;
  if (lo.isBounded() && fits(*lo))
    least = std::max(least, int64_t(*lo));
  if (hi.isBounded() && fits(*hi))
    most = std::min(most, int64_t(*hi));
  return Range(least, std::max(least, most));
}

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
  for (size_t n = 0; n < operations.size(); ++n) {
    Expr node = operations[n];
    llvm::SmallVector<Range> operands;
    for (Expr operand : llvm::ArrayRef<Expr>(node->operands)) {
      operands.push_back(boundsOf(operand));
      if (simplex.isEmpty())
        return false;
    }
    if (!bound(rowOf(node), apply(*node.get(), operands)))
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
    Range range = boundsOf(candidate);
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
  Row row = rowOf(operand), below = -row, above = row;
  below.constant += DynamicAPInt(cut - 1);
  above.constant -= DynamicAPInt(cut);
  return Choice{{{}, {below}}, {{}, {above}}};
}

PointSearch attn::findPointByCases(Expr truth, int64_t budget) {
  return CaseSearch(truth, budget).run();
}
