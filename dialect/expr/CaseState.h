//===- CaseState.h - what holds in a case -----------------------*- C++ -*-===//
//
// The comparisons of the case that a search for a point (PointSearch.h) is in,
// as rows over columns: variables, quotients by a constant, and operations that
// no sum expresses, of which only bounds are known. A simplex of rational
// numbers says early that they contradict each other; it is rolled back when
// the next case begins. Choices that the truths leave open wait in a list.
//
//===----------------------------------------------------------------------===//

#ifndef ATTN_DIALECT_EXPR_CASESTATE_H
#define ATTN_DIALECT_EXPR_CASESTATE_H

#include "dialect/expr/PointSearch.h"
#include "mlir/Analysis/Presburger/Simplex.h"

#include <deque>
#include <optional>

namespace attn {

using llvm::DynamicAPInt;

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

class CaseState {
public:
  explicit CaseState(ExprContext &context) : context(context), simplex(0) {}

  // Narrows the case; false if no rational point is left.
  bool assume(Expr truth);
  bool assume(const Case &from);
  /// Keeps a sum within a range.
  bool bound(Row row, const Range &range);
  bool isEmpty() const { return simplex.isEmpty(); }

  /// An integer, in columns.
  Row rowOf(Expr integer);
  /// What it may be in this case, as far as rational points tell.
  Range boundsOf(Expr integer);

  /// A choice, kept until the state is taken back to before it.
  const Choice &keep(Choice choice);
  llvm::SmallVector<Pending> pending;
  llvm::SmallVector<Expr> operations; ///< that no sum expresses

  /// An integer point of the rows, exactly: a value for each column.
  using Sample = llvm::SmallVector<DynamicAPInt, 8>;
  std::optional<Sample> findSample() const;
  Point pointOf(const Sample &sample) const;
  const DynamicAPInt &valueOf(Expr atom, const Sample &sample) const {
    return sample[columns.lookup({atom.get(), 0})];
  }

  struct Mark {
    unsigned simplex;
    size_t columns, rows, operations, choices;
    llvm::SmallVector<Pending> pending;
  };
  Mark mark();
  /// Back to what was; marks are taken back in reverse order.
  void undo(Mark mark);

private:
  bool assumeRow(Row row);
  void addTo(Row &row, Expr integer, const DynamicAPInt &factor);
  Row rowOfColumn(unsigned column);
  unsigned quotient(Expr dividend, int64_t divisor);
  unsigned column(Expr atom);
  void define(Expr atom, unsigned column);
  void choosePowers(Expr x, bool isPower);
  void choose(Choice choice);

  ExprContext &context;
  mlir::presburger::Simplex simplex;
  llvm::SmallVector<Row> rows;
  /// An atom, or a dividend and the divisor of its quotient.
  using Key = std::pair<const ExprNode *, int64_t>;
  llvm::SmallVector<Key> keys; ///< by column
  llvm::DenseMap<Key, unsigned> columns;
  std::deque<Choice> choices;
};

} // namespace attn

#endif // ATTN_DIALECT_EXPR_CASESTATE_H
