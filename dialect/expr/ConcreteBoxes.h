//===- ConcreteBoxes.h - key boxes known in the compiler --------*- C++ -*-===//
//
// The solver of BoxSolver.h on plain integers: what plans, statistics and
// pictures are made of.
//
//===----------------------------------------------------------------------===//

#ifndef ATTN_DIALECT_EXPR_CONCRETEBOXES_H
#define ATTN_DIALECT_EXPR_CONCRETEBOXES_H

#include "dialect/expr/BoxSolver.h"

namespace attn {

/// Bounds known in the compiler.
class ConcreteBoxes {
public:
  using Num = int64_t;
  using Flag = bool;

  /// `context` has the tables.
  explicit ConcreteBoxes(const ExprContext &context) : context(context) {}

  Num constant(int64_t value) { return value; }
  Num add(Num a, Num b) { return a + b; }
  Num negate(Num a) { return -a; }
  Num mul(Num a, int64_t b) { return a * b; }
  Num floorDiv(Num a, int64_t b) { return floorDivide(a, b); }
  Num mod(Num a, int64_t b) { return floorModulo(a, b); }
  Num min(Num a, Num b) { return std::min(a, b); }
  Num max(Num a, Num b) { return std::max(a, b); }
  Num select(Flag c, Num a, Num b) { return c ? a : b; }
  Flag flag(bool value) { return value; }
  Flag less(Num a, Num b) { return a < b; }
  Flag both(Flag a, Flag b) { return a && b; }
  Flag either(Flag a, Flag b) { return a || b; }
  void setRange(Expr var, Num lo, Num hi);
  std::pair<Num, Num> bounds(Expr integer);
  std::pair<Flag, Flag> certainty(Expr truth);
  Num load(int64_t table, Num index) { return context.table(table).at(index); }
  Num size(int64_t table) { return context.table(table).values.size(); }
  Interval<Num> search(Expr truth, Expr key, Num from, Num to);

private:
  const ExprContext &context;
  llvm::DenseMap<int64_t, Range> ranges; ///< by variable number
};

/// Disjoint boxes of keys, within `within`, that hold all keys to which a query
/// in the ranges of `domain` may attend: along each axis in turn, the union of
/// the segments of the predicate.
llvm::SmallVector<Box<int64_t>> keyBoxes(ConcreteBoxes &domain,
                                         const SpacePredicate &predicate,
                                         const Box<int64_t> &within);

} // namespace attn

#endif // ATTN_DIALECT_EXPR_CONCRETEBOXES_H
