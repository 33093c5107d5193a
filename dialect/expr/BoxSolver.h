//===- BoxSolver.h - solving a predicate for boxes of keys ------*- C++ -*-===//
//
// For a box of queries, which keys may they attend to, and which do all of them
// attend to? A comparison that is linear in one key axis is solved for it, with
// interval arithmetic over everything else; "and" intersects, "or" lists side
// by side. What cannot be solved restricts nothing, so the answers are always
// sound, and their cost does not depend on the lengths.
//
// The solver is a template over a domain, as all readings are: bounds are
// integers in the compiler (ConcreteBoxes) and SSA values in the planner that
// is compiled into a kernel (passes/EmitBoxes.h).
//
//   struct Domain {
//     using Num = ...; using Flag = ...;
//     Num constant(int64_t);  Num add(Num, Num);  Num negate(Num);
//     Num floorDiv(Num, int64_t positive);
//     Num min(Num, Num);  Num max(Num, Num);  Num select(Flag, Num, Num);
//     Flag flag(bool);  Flag less(Num, Num);  Flag both(Flag, Flag);
//     Flag either(Flag, Flag);
//     void setRange(Expr var, Num lo, Num hi);      // inclusive, from now on
//     std::pair<Num, Num> bounds(Expr integer);     // inclusive, in the ranges
//     std::pair<Flag, Flag> certainty(Expr truth);  // may and must it be true
//   };
//
//===----------------------------------------------------------------------===//

#ifndef ATTN_DIALECT_EXPR_BOXSOLVER_H
#define ATTN_DIALECT_EXPR_BOXSOLVER_H

#include "dialect/expr/Evaluate.h"
#include "dialect/expr/IndexSpace.h"

namespace attn {

/// [lo, hi) of integers of a domain; empty where hi <= lo.
template <typename Num> struct Interval { Num lo, hi; };

template <typename Num> using Box = llvm::SmallVector<Interval<Num>, 4>;

template <typename Domain> class BoxSolver {
public:
  using Num = typename Domain::Num;
  using Flag = typename Domain::Flag;
  using Intervals = llvm::SmallVector<Interval<Num>, 4>;

  /// `keys` are the variables of the key axes.
  BoxSolver(Domain &domain, llvm::ArrayRef<Expr> keys)
      : domain(domain), keys(keys) {}

  /// Intervals of key axis `axis`, within that of `box`, outside of which no
  /// query in its range attends to any key of `box`. They may overlap and be
  /// empty; how many there are depends on the predicate only.
  Intervals segments(Expr predicate, unsigned axis, const Box<Num> &box) {
    setRanges(box);
    return solve(predicate, axis, box[axis]);
  }

  /// A part of `box` whose keys all queries in their range attend to.
  Box<Num> core(Expr predicate, const Box<Num> &box) {
    setRanges(box);
    return solveCore(predicate, box);
  }

private:
  /// More intervals than this become their hull.
  static constexpr size_t maxIntervals = 32;

  void setRanges(const Box<Num> &box) {
    Num minusOne = domain.constant(-1);
    for (auto [var, interval] : llvm::zip_equal(keys, box))
      domain.setRange(var, interval.lo, domain.add(interval.hi, minusOne));
  }

  Interval<Num> intersect(Interval<Num> a, Interval<Num> b) {
    return {domain.max(a.lo, b.lo), domain.min(a.hi, b.hi)};
  }
  Interval<Num> emptyUnless(Flag keep, Interval<Num> a) {
    return {a.lo, domain.select(keep, a.hi, a.lo)};
  }
  Num ceilDiv(Num a, int64_t b) {
    return domain.negate(domain.floorDiv(domain.negate(a), b));
  }

  /// The interval of x where coefficient * x + r >= 0 for the given r.
  Interval<Num> halfLine(int64_t coefficient, Num r, Interval<Num> within) {
    if (coefficient > 0)
      return {domain.max(within.lo, ceilDiv(domain.negate(r), coefficient)),
              within.hi};
    Num last = domain.floorDiv(r, -coefficient);
    return {within.lo,
            domain.min(within.hi, domain.add(last, domain.constant(1)))};
  }

  /// Where an atom that is linear in x may (or must) hold.
  Interval<Num> solveAtom(ExprKind kind, const LinearTerm &term, bool must,
                          Interval<Num> within) {
    auto [lo, hi] = domain.bounds(term.rest);
    Interval<Num> result = halfLine(term.coefficient, must ? lo : hi, within);
    if (kind == ExprKind::GeZero)
      return result;
    // x = -rest / coefficient: also where -coefficient * x - rest >= 0.
    return halfLine(-term.coefficient, domain.negate(must ? hi : lo), result);
  }

  Interval<Num> hull(llvm::ArrayRef<Interval<Num>> intervals) {
    Num far = domain.constant(Range::maximum);
    Num lo = far, hi = domain.negate(far);
    for (const Interval<Num> &interval : intervals) {
      Flag exists = domain.less(interval.lo, interval.hi);
      lo = domain.select(exists, domain.min(lo, interval.lo), lo);
      hi = domain.select(exists, domain.max(hi, interval.hi), hi);
    }
    return {lo, hi};
  }

  Intervals solve(Expr truth, unsigned axis, Interval<Num> within) {
    Expr key = keys[axis];
    if (!dependsOn(truth, key))
      return {emptyUnless(domain.certainty(truth).first, within)};
    switch (truth->kind) {
    case ExprKind::All: {
      Intervals result = {within};
      for (Expr operand : truth->operands) {
        Intervals others = solve(operand, axis, within);
        if (result.size() * others.size() > maxIntervals)
          others = {hull(others)};
        Intervals product;
        for (Interval<Num> a : result)
          for (Interval<Num> b : others)
            product.push_back(intersect(a, b));
        result = product;
      }
      return result;
    }
    case ExprKind::Any: {
      Intervals result;
      Flag all = domain.flag(false);
      bool hasIndependent = false;
      for (Expr operand : truth->operands) {
        if (dependsOn(operand, key)) {
          result.append(solve(operand, axis, within));
          continue;
        }
        hasIndependent = true;
        all = domain.either(all, domain.certainty(operand).first);
      }
      if (hasIndependent)
        result.push_back(emptyUnless(all, within));
      if (result.size() > maxIntervals)
        result = {hull(result)};
      return result;
    }
    default: {
      std::optional<LinearTerm> term = linearTerm(truth->operands[0], key);
      if (!term)
        return {emptyUnless(domain.certainty(truth).first, within)};
      return {solveAtom(truth->kind, *term, /*must=*/false, within)};
    }
    }
  }

  Box<Num> solveCore(Expr truth, const Box<Num> &box) {
    switch (truth->kind) {
    case ExprKind::All: {
      Box<Num> result = box;
      for (Expr operand : truth->operands)
        for (auto [to, from] : llvm::zip_equal(result, solveCore(operand, box)))
          to = intersect(to, from);
      return result;
    }
    case ExprKind::Any: {
      Box<Num> result = solveCore(truth->operands[0], box);
      for (Expr operand : llvm::ArrayRef<Expr>(truth->operands).drop_front())
        result = larger(result, solveCore(operand, box));
      return result;
    }
    case ExprKind::Bool:
      return truth.isTrue() ? box : emptyBox(box);
    default:
      return coreOfAtom(truth, box);
    }
  }

  /// Restricts the last axis on which the atom can be solved.
  Box<Num> coreOfAtom(Expr atom, const Box<Num> &box) {
    Box<Num> result = box;
    for (unsigned axis = keys.size(); axis-- > 0;) {
      std::optional<LinearTerm> term =
          linearTerm(atom->operands[0], keys[axis]);
      if (!term)
        continue;
      result[axis] = solveAtom(atom->kind, *term, /*must=*/true, box[axis]);
      return result;
    }
    Flag must = domain.certainty(atom).second;
    for (Interval<Num> &interval : result)
      interval = emptyUnless(must, interval);
    return result;
  }

  Box<Num> emptyBox(Box<Num> box) {
    for (Interval<Num> &interval : box)
      interval.hi = interval.lo;
    return box;
  }

  Flag isEmpty(const Box<Num> &box) {
    Flag empty = domain.flag(false);
    for (const Interval<Num> &interval : box)
      empty = domain.either(
          empty, domain.less(interval.hi,
                             domain.add(interval.lo, domain.constant(1))));
    return empty;
  }

  /// The one that is longer on the last axis, if neither is empty.
  Box<Num> larger(const Box<Num> &a, const Box<Num> &b) {
    auto length = [&](const Box<Num> &box) {
      return domain.select(
          isEmpty(box), domain.constant(0),
          domain.add(box.back().hi, domain.negate(box.back().lo)));
    };
    Flag takeB = domain.less(length(a), length(b));
    Box<Num> result;
    for (auto [x, y] : llvm::zip_equal(a, b))
      result.push_back(
          {domain.select(takeB, y.lo, x.lo), domain.select(takeB, y.hi, x.hi)});
    return result;
  }

  Domain &domain;
  llvm::ArrayRef<Expr> keys;
};

/// Bounds known in the compiler.
class ConcreteBoxes {
public:
  using Num = int64_t;
  using Flag = bool;

  Num constant(int64_t value) { return value; }
  Num add(Num a, Num b) { return a + b; }
  Num negate(Num a) { return -a; }
  Num floorDiv(Num a, int64_t b) { return floorDivide(a, b); }
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

private:
  llvm::DenseMap<int64_t, Range> ranges; ///< by variable number
};

/// Disjoint boxes of keys, within `within`, that hold all keys to which a query
/// in the ranges of `domain` may attend: along each axis in turn, the union of
/// the segments of the predicate.
llvm::SmallVector<Box<int64_t>> keyBoxes(ConcreteBoxes &domain,
                                         const SpacePredicate &predicate,
                                         const Box<int64_t> &within);

} // namespace attn

#endif // ATTN_DIALECT_EXPR_BOXSOLVER_H
