//===- CaseState.cpp - what holds in a case -------------------------------===//

#include "dialect/expr/CaseState.h"
#include "mlir/Analysis/Presburger/IntegerRelation.h"
#include "llvm/ADT/STLExtras.h"

using namespace attn;
using mlir::presburger::IntegerPolyhedron;
using mlir::presburger::PresburgerSpace;

bool CaseState::assumeRow(Row row) {
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

Row CaseState::rowOf(Expr integer) {
  Row row;
  addTo(row, integer, DynamicAPInt(1));
  return row;
}

Row CaseState::rowOfColumn(unsigned column) {
  Row row;
  row.coefficients.resize(column + 1, DynamicAPInt(0));
  row.coefficients[column] = 1;
  return row;
}

void CaseState::addTo(Row &row, Expr integer, const DynamicAPInt &factor) {
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

bool CaseState::bound(Row row, const Range &range) {
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
unsigned CaseState::quotient(Expr dividend, int64_t divisor) {
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

unsigned CaseState::column(Expr atom) {
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
void CaseState::define(Expr atom, unsigned column) {
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

const Choice &CaseState::keep(Choice choice) {
  choices.push_back(std::move(choice));
  return choices.back();
}

void CaseState::choose(Choice choice) {
  const Choice &kept = keep(std::move(choice));
  pending.push_back({&kept, {}});
  for (unsigned n = 0; n < kept.size(); ++n)
    pending.back().cases.push_back(n);
}

void CaseState::choosePowers(Expr x, bool isPower) {
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

bool CaseState::assume(Expr truth) {
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

bool CaseState::assume(const Case &from) {
  for (Expr truth : llvm::ArrayRef<Expr>(from.truths))
    if (!assume(truth))
      return false;
  return llvm::all_of(from.rows,
                      [&](const Row &row) { return assumeRow(row); });
}

CaseState::Mark CaseState::mark() {
  return {simplex.getSnapshot(), keys.size(),    rows.size(),
          operations.size(),     choices.size(), pending};
}

void CaseState::undo(Mark mark) {
  simplex.rollback(mark.simplex);
  for (const Key &key : llvm::ArrayRef<Key>(keys).drop_front(mark.columns))
    columns.erase(key);
  keys.truncate(mark.columns);
  rows.truncate(mark.rows);
  operations.truncate(mark.operations);
  pending = std::move(mark.pending);
  choices.resize(mark.choices);
}

Range CaseState::boundsOf(Expr integer) {
  auto [lo, hi] =
      simplex.computeIntegerBounds(rowOf(integer).padded(keys.size()));
  Range range = integer->range;
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

std::optional<CaseState::Sample> CaseState::findSample() const {
  IntegerPolyhedron left(PresburgerSpace::getSetSpace(keys.size()));
  for (const Row &row : rows)
    if (row.isEquality)
      left.addEquality(row.padded(keys.size()));
    else
      left.addInequality(row.padded(keys.size()));
  return left.findIntegerSample();
}

Point CaseState::pointOf(const Sample &sample) const {
  Point point(context.numVariables());
  for (auto [key, value] : llvm::zip_equal(keys, sample))
    if (key.second == 0 && key.first->kind == ExprKind::Var)
      point[key.first->value] = int64_t(value);
  return point;
}
