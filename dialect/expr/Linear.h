//===- Linear.h - a sum taken apart -----------------------------*- C++ -*-===//
//
// constant + sum of coefficient * atom, with atoms in the order of their
// numbers and no coefficient of zero. The folds work on this form and build the
// expression at the end.
//
//===----------------------------------------------------------------------===//

#ifndef ATTN_DIALECT_EXPR_LINEAR_H
#define ATTN_DIALECT_EXPR_LINEAR_H

#include "dialect/expr/Expr.h"

namespace attn {

struct Linear {
  struct Term {
    Expr atom;
    int64_t coefficient;
  };

  int64_t constant = 0;
  llvm::SmallVector<Term, 4> terms;
  bool exact = true; ///< false once a number has left int64

  Linear() = default;
  explicit Linear(Expr expr) { add(expr, 1); }

  void add(Expr expr, int64_t factor);
  void add(int64_t value, int64_t factor = 1);
  /// An atom with one value counts as a constant.
  void addAtom(Expr atom, int64_t coefficient);
  void add(const Linear &other, int64_t factor);

  /// All coefficients and the constant divided by a factor of the coefficients;
  /// the constant is rounded towards -infinity.
  void divide(int64_t factor);
  /// The greatest common divisor of the coefficients; 0 without terms.
  int64_t commonFactor() const;
  /// The sum with the atom of one term replaced.
  Linear withAtom(unsigned term, Expr atom) const;

  Range range() const;
  Expr build(ExprContext &context) const;
};

/// A node that is not in a context yet.
ExprNode makeNode(ExprKind kind, llvm::ArrayRef<Expr> operands = {},
                  int64_t value = 0);

/// q if all values of the range lie in [q * m, (q + 1) * m).
bool liesInOneBlock(const Range &range, int64_t m, int64_t &q);

} // namespace attn

#endif // ATTN_DIALECT_EXPR_LINEAR_H
