//===- BoxSolver.h - solving a predicate for boxes of keys ------*- C++ -*-===//
//
// For a box of queries, which keys may they attend to, and which do all of them
// attend to? A comparison of sums, quotients, remainders and searches of one
// key axis is solved for it, with interval arithmetic over everything else;
// "and" intersects, "or" lists side by side. A comparison that cannot be solved
// is searched for: from run to run where a table lists them (TableRuns.h), or
// block by block, by classifying ever larger blocks while they are empty. The
// answers are always sound, and their cost follows the boxes that are found,
// not the lengths.
//
// The solver is a template over a domain, as all readings are: bounds are
// integers in the compiler (ConcreteBoxes) and SSA values in the planner that
// is compiled into a kernel (passes/EmitBoxes.h).
//
//   struct Domain {
//     using Num = ...; using Flag = ...;
//     Num constant(int64_t);  Num add(Num, Num);  Num negate(Num);
//     Num mul(Num, int64_t);  Num floorDiv(Num, int64_t positive);
//     Num mod(Num, int64_t positive);
//     Num min(Num, Num);  Num max(Num, Num);  Num select(Flag, Num, Num);
//     Flag flag(bool);  Flag less(Num, Num);  Flag both(Flag, Flag);
//     Flag either(Flag, Flag);
//     void setRange(Expr var, Num lo, Num hi);      // inclusive, from now on
//     std::pair<Num, Num> bounds(Expr integer);     // inclusive, in the ranges
//     std::pair<Flag, Flag> certainty(Expr truth);  // may and must it be true
//     Num valueAt(Expr integer, Expr var, Num value);  // it needs no other
//     Num load(int64_t table, Num index);  Num size(int64_t table);
//     // body(n, body(n - step, ... init)) for n of [begin, end), by `step`.
//     Carried<Num> fold(Num begin, Num end, int64_t step, Carried<Num>, body);
//     // The first block of keys in [from, to) that may make the truth true.
//     Interval<Num> search(Expr truth, Expr key, Num from, Num to);
//   };
//
//===----------------------------------------------------------------------===//

#ifndef ATTN_DIALECT_EXPR_BOXSOLVER_H
#define ATTN_DIALECT_EXPR_BOXSOLVER_H

#include "dialect/expr/Evaluate.h"
#include "dialect/expr/IndexSpace.h"
#include "dialect/expr/TableRuns.h"

namespace attn {

template <typename Domain> class BoxSolver {
public:
  using Num = typename Domain::Num;
  using Flag = typename Domain::Flag;
  using Part = Segment<Num>;
  using Parts = llvm::SmallVector<Part, 4>;

  /// `keys` are the variables of the key axes; from axis `firstJoined` on what
  /// has a short period is one run.
  BoxSolver(Domain &domain, llvm::ArrayRef<Expr> keys, size_t firstJoined = 64)
      : domain(domain), keys(keys), firstJoined(firstJoined) {}

  /// Segments of key axis `axis`, within that of `box`, outside of which no
  /// query in its range attends to any key of `box`. They may overlap and be
  /// empty; how many are emitted depends on the predicate only. Where all axes
  /// are solved in turn, `isOneOfAll`, what asks for another alone is left out.
  Parts segments(Expr predicate, unsigned axis, const Box<Num> &box,
                 bool isOneOfAll = false) {
    setRanges(box);
    if (!isOneOfAll || predicate->kind != ExprKind::All)
      return solve(predicate, axis, box[axis]);
    llvm::SmallVector<Expr, 8> asked;
    for (Expr operand : predicate->operands)
      if (dependsOn(operand, keys[axis]) || numAxes(operand) != 1)
        asked.push_back(operand);
    return solveAll(asked, axis, box[axis]);
  }

  /// The first keys of the segments at or after `position`: from the first one
  /// to where the segments that hold it, or touch those, end; with `isFine` to
  /// where other segments hold. Empty, from the end of the box, if there is
  /// none.
  Interval<Num> next(llvm::ArrayRef<Part> segments, unsigned axis,
                     const Box<Num> &box, Num position, bool isFine = false) {
    if (llvm::any_of(segments, isSearched))
      setRanges(box);
    auto search = [&](Expr truth, Num from, Num to) {
      return searchKeys(domain, truth, keys[axis], from, to);
    };
    llvm::SmallVector<Interval<Num>> runs;
    Num begin = box[axis].hi;
    for (const Part &segment : segments) {
      runs.push_back(firstRun(domain, segment, position, box[axis].hi, search));
      begin = domain.min(begin, runs.back().lo);
    }
    if (isFine) {
      Num end = box[axis].hi;
      for (const Interval<Num> &run : runs) {
        Flag holds = domain.less(run.lo, domain.add(begin, one()));
        end = domain.min(end, domain.select(holds, run.hi, run.lo));
      }
      return {begin, end};
    }
    Num end = begin;
    for (const Interval<Num> &run : runs) {
      // Those that hold the key before `end` too: longer boxes are fewer.
      Flag holds = domain.both(domain.less(run.lo, domain.add(end, one())),
                               domain.less(begin, run.hi));
      end = domain.select(holds, domain.max(end, run.hi), end);
    }
    return {begin, end};
  }

  /// The part of key axis `axis` of `box` outside of which no query in its
  /// range attends to any key of `box`; empty, from the end of the box, if none
  /// does.
  Interval<Num> hull(Expr predicate, unsigned axis, const Box<Num> &box) {
    Part all = hullOf<Domain>(domain, segments(predicate, axis, box));
    Flag exists = domain.less(all.lo, all.hi);
    Num end = box[axis].hi;
    return {domain.select(exists, all.lo, end),
            domain.select(exists, all.hi, end)};
  }

  /// A part of `box` whose keys all queries in their range attend to.
  Box<Num> core(Expr predicate, const Box<Num> &box) {
    setRanges(box);
    return coreOf(predicate, box);
  }

private:
  /// More segments than this become their hull.
  static constexpr size_t maxSegments = 48;

  /// Bounds that a sum must keep to; none where it is free.
  struct Bounds {
    std::optional<Num> lo, hi;
  };

  Num one() { return domain.constant(1); }
  Num sub(Num a, Num b) { return domain.add(a, domain.negate(b)); }
  Num ceilDiv(Num a, int64_t b) {
    return domain.negate(domain.floorDiv(domain.negate(a), b));
  }

  void setRanges(const Box<Num> &box) {
    Num minusOne = domain.constant(-1);
    for (auto [var, interval] : llvm::zip_equal(keys, box))
      domain.setRange(var, interval.lo, domain.add(interval.hi, minusOne));
  }

  Part plain(const Interval<Num> &all) { return {all.lo, all.hi}; }
  Interval<Num> emptyUnless(Flag keep, const Interval<Num> &a) {
    return {a.lo, domain.select(keep, a.hi, a.lo)};
  }

  /// Both; where each has a period or is searched, one of them stands for both:
  /// a period rather than a search, the first of two.
  Part intersect(const Part &a, const Part &b) {
    Part result = a.period ? a : b;
    result.lo = domain.max(a.lo, b.lo);
    result.hi = domain.min(a.hi, b.hi);
    result.searched = Expr();
    if (!result.period)
      result.searched = a.searched != Expr() ? a.searched : b.searched;
    return result;
  }

  /// Whether it is known here what holds; where planners are emitted it is not.
  static constexpr bool isConcrete = std::is_same_v<Flag, bool>;

  Parts solve(Expr truth, unsigned axis, const Interval<Num> &within) {
    Expr key = keys[axis];
    if (std::optional<Part> part = solvePart(truth, axis, within))
      return {*part};
    switch (truth->kind) {
    case ExprKind::All:
      return solveAll(truth->operands, axis, within);
    case ExprKind::Any: {
      Parts result, sought;
      llvm::SmallVector<Expr> soughtTruths;
      Flag all = domain.flag(false);
      bool hasIndependent = false;
      for (Expr operand : truth->operands) {
        if (dependsOn(operand, key)) {
          Parts parts = solve(operand, axis, within);
          bool isSought =
              !parts.empty() && llvm::all_of(parts, [&](const Part &part) {
                return isSearched(part) && !runsOf(part.searched, axis);
              });
          (isSought ? sought : result).append(parts);
          if (isSought)
            soughtTruths.push_back(operand);
          continue;
        }
        hasIndependent = true;
        all = domain.either(all, domain.certainty(operand).first);
      }
      if (hasIndependent)
        result.push_back(plain(emptyUnless(all, within)));
      // One search for all: each would go through the keys of the others.
      if (soughtTruths.size() > 1) {
        Part one = hullOf<Domain>(domain, sought);
        one.searched = truth.context().any(soughtTruths);
        sought = {one};
      }
      result.append(sought);
      if (result.size() > maxSegments)
        result = {hullOf<Domain>(domain, result)};
      return result;
    }
    case ExprKind::PowerOfTwo: {
      Parts result;
      Expr x = truth->operands[0];
      for (int64_t value = 1; value <= std::min(x->range.hi, longest);
           value *= 2) {
        Num bound = domain.constant(value);
        std::optional<Part> part =
            solveSum(x, {bound, bound}, axis, within, /*must=*/false);
        if (!part)
          return {searched(truth, within)};
        result.push_back(*part);
      }
      return result;
    }
    default:
      llvm_unreachable("solved as one part");
    }
  }

  Parts solveAll(llvm::ArrayRef<Expr> operands, unsigned axis,
                 const Interval<Num> &within) {
    Parts result = {plain(within)};
    llvm::SmallVector<Expr, 8> open;
    for (Expr operand : operands) {
      if (!isConcrete || dependsOn(operand, keys[axis]))
        open.push_back(operand);
      else if (!domain.certainty(operand).first)
        return {};
    }
    for (Expr operand : open) {
      if (std::optional<Part> part = solvePart(operand, axis, within)) {
        for (Part &other : result)
          other = intersect(other, *part);
        continue;
      }
      Parts others = solve(operand, axis, within);
      if (result.size() * others.size() > maxSegments)
        others = {hullOf<Domain>(domain, others)};
      Parts product;
      for (const Part &a : result)
        for (const Part &b : others)
          product.push_back(intersect(a, b));
      result = std::move(product);
    }
    return result;
  }

  unsigned numAxes(Expr truth) const {
    return llvm::count_if(keys,
                          [&](Expr key) { return dependsOn(truth, key); });
  }

  /// The one segment of what is neither made of others nor of several.
  std::optional<Part> solvePart(Expr truth, unsigned axis,
                                const Interval<Num> &within) {
    if (!dependsOn(truth, keys[axis]))
      return plain(emptyUnless(domain.certainty(truth).first, within));
    if (truth->kind == ExprKind::All || truth->kind == ExprKind::Any ||
        truth->kind == ExprKind::PowerOfTwo)
      return std::nullopt;
    std::optional<Part> part = solveAtom(truth, axis, within, /*must=*/false);
    return part ? *part : searched(truth, within);
  }

  /// No distance between tokens is longer.
  static constexpr int64_t longest = MaskVars::lengthLimit;

  static bool isSearched(const Part &part) { return part.searched != Expr(); }
  std::optional<TableRuns<Domain>> runsOf(Expr truth, unsigned axis) {
    return TableRuns<Domain>::of(domain, truth, keys[axis]);
  }
  Part searched(Expr truth, const Interval<Num> &within) {
    Part result = plain(within);
    result.searched = truth;
    return result;
  }

  /// Where a comparison may, or must, hold.
  std::optional<Part> solveAtom(Expr atom, unsigned axis,
                                const Interval<Num> &within, bool must) {
    Num zero = domain.constant(0);
    if (must)
      if (auto runs = runsOf(atom, axis))
        return plain(runs->all(keys[axis], within.lo, within.hi));
    if (atom->kind == ExprKind::GeZero)
      return solveSum(atom->operands[0], {zero, std::nullopt}, axis, within,
                      must);
    if (atom->kind == ExprKind::EqZero)
      return solveSum(atom->operands[0], {zero, zero}, axis, within, must);
    return std::nullopt;
  }

  /// Where a sum keeps to bounds: may for some value of what it adds to the one
  /// operand that depends on the key, must for all.
  std::optional<Part> solveSum(Expr sum, Bounds bounds, unsigned axis,
                               const Interval<Num> &within, bool must) {
    std::optional<KeyTerm> term = keyTerm(sum, keys[axis]);
    if (!term)
      return std::nullopt;
    auto [lo, hi] = domain.bounds(term->rest);
    if (must)
      std::swap(lo, hi);
    if (bounds.lo)
      bounds.lo = sub(*bounds.lo, hi);
    if (bounds.hi)
      bounds.hi = sub(*bounds.hi, lo);
    if (term->coefficient < 0) {
      std::swap(bounds.lo, bounds.hi);
      for (std::optional<Num> *bound : {&bounds.lo, &bounds.hi})
        if (*bound)
          *bound = domain.negate(**bound);
    }
    int64_t factor = std::abs(term->coefficient);
    if (bounds.lo)
      bounds.lo = ceilDiv(*bounds.lo, factor);
    if (bounds.hi)
      bounds.hi = domain.floorDiv(*bounds.hi, factor);
    return solveTerm(term->term, bounds, axis, within, must);
  }

  std::optional<Part> solveTerm(Expr x, Bounds bounds, unsigned axis,
                                const Interval<Num> &within, bool must) {
    auto by = [&]() -> int64_t {
      return x->operands[1].isConstant() ? x->operands[1]->value : 0;
    };
    switch (x->kind) {
    case ExprKind::Var: {
      Part part = plain(within);
      if (bounds.lo)
        part.lo = domain.max(part.lo, *bounds.lo);
      if (bounds.hi)
        part.hi = domain.min(part.hi, domain.add(*bounds.hi, one()));
      return part;
    }
    case ExprKind::FloorDiv: {
      int64_t divisor = by();
      if (!divisor)
        return std::nullopt;
      if (bounds.lo)
        bounds.lo = domain.mul(*bounds.lo, divisor);
      if (bounds.hi)
        bounds.hi = domain.add(domain.mul(*bounds.hi, divisor),
                               domain.constant(divisor - 1));
      return solveSum(x->operands[0], bounds, axis, within, must);
    }
    case ExprKind::Mod: {
      // A period is no interval, which "must" asks for.
      if (!by() || must)
        return std::nullopt;
      Num zero = domain.constant(0), last = domain.constant(by() - 1);
      Num lo = bounds.lo ? domain.max(*bounds.lo, zero) : zero;
      Num hi = bounds.hi ? domain.min(*bounds.hi, last) : last;
      Part part =
          plain(emptyUnless(domain.less(lo, domain.add(hi, one())), within));
      part.period = by();
      part.phase = lo;
      part.width = domain.add(sub(hi, lo), one());
      return solvePeriod(x->operands[0], part, axis);
    }
    case ExprKind::Search: {
      // Elements number s and s + 1 enclose what is searched for.
      if (bounds.lo)
        bounds.lo = sortedElement(domain, x->value, *bounds.lo);
      if (bounds.hi)
        bounds.hi = domain.add(
            sortedElement(domain, x->value, domain.add(*bounds.hi, one())),
            domain.constant(-1));
      return solveSum(x->operands[0], bounds, axis, within, must);
    }
    case ExprKind::Min:
    case ExprKind::Max: {
      // Bounds that each operand must keep to by itself.
      if (x->kind == ExprKind::Min ? bounds.hi : bounds.lo)
        return std::nullopt;
      std::optional<Part> both = plain(within);
      for (Expr operand : x->operands) {
        if (!dependsOn(operand, keys[axis])) {
          if (must)
            return std::nullopt;
          continue;
        }
        std::optional<Part> part =
            solveSum(operand, bounds, axis, within, must);
        if (!part || part->period)
          return std::nullopt;
        both = intersect(*both, *part);
      }
      return both;
    }
    default:
      return std::nullopt;
    }
  }

  /// Turns the period of a sum into the period of the key.
  std::optional<Part> solvePeriod(Expr sum, Part part, unsigned axis) {
    std::optional<KeyTerm> term = keyTerm(sum, keys[axis]);
    if (!term || std::abs(term->coefficient) != 1)
      return std::nullopt;
    auto [lo, hi] = domain.bounds(term->rest);
    if (term->coefficient > 0)
      part.phase = sub(part.phase, hi);
    else
      part.phase =
          domain.add(sub(lo, domain.add(part.phase, part.width)), one());
    part.width = domain.add(part.width, sub(hi, lo));
    if (term->term->kind == ExprKind::Var) {
      if (axis >= firstJoined && part.period <= longestJoined)
        part.period = 0;
      return part;
    }
    Expr divisor = term->term->kind == ExprKind::FloorDiv
                       ? term->term->operands[1]
                       : Expr();
    int64_t period;
    if (divisor == Expr() || !divisor.isConstant() ||
        __builtin_mul_overflow(part.period, divisor->value, &period))
      return std::nullopt;
    part.period = period;
    part.phase = domain.mul(part.phase, divisor->value);
    part.width = domain.mul(part.width, divisor->value);
    return solvePeriod(term->term->operands[0], part, axis);
  }

  /// Scores come in blocks of 4 keys: a key alone costs as much as all of them.
  static constexpr int64_t longestJoined = 4;

  //===--------------------------------------------------------------------===//
  // Cores
  //===--------------------------------------------------------------------===//

  /// Cuts `core`, a part of `box`, to keys of `box` where the truth must hold.
  void cutToCore(Expr truth, const Box<Num> &box, Box<Num> &core) {
    switch (truth->kind) {
    case ExprKind::All:
      for (Expr operand : truth->operands) {
        if (isKnownEmpty(core))
          return;
        cutToCore(operand, box, core);
      }
      return;
    case ExprKind::Any: {
      Box<Num> longest = coreOf(truth->operands[0], box);
      for (Expr operand : llvm::ArrayRef<Expr>(truth->operands).drop_front())
        longest = longerBox(domain, longest, coreOf(operand, box));
      for (auto [to, from] : llvm::zip_equal(core, longest))
        to = {domain.max(to.lo, from.lo), domain.min(to.hi, from.hi)};
      return;
    }
    case ExprKind::Bool:
      return cutUnless(domain.flag(truth.isTrue()), core);
    default:
      return cutToCoreOfAtom(truth, core);
    }
  }

  Box<Num> coreOf(Expr truth, const Box<Num> &box) {
    Box<Num> core = box;
    cutToCore(truth, box, core);
    return core;
  }

  /// On the first axis on which the atom can be solved.
  void cutToCoreOfAtom(Expr atom, Box<Num> &core) {
    for (unsigned axis : axesByWeight(atom->operands[0], keys)) {
      std::optional<Part> part =
          solveAtom(atom, axis, core[axis], /*must=*/true);
      if (!part)
        continue;
      core[axis] = {part->lo, part->hi};
      return;
    }
    cutUnless(domain.certainty(atom).second, core);
  }

  void cutUnless(Flag keep, Box<Num> &box) {
    for (Interval<Num> &interval : box)
      interval = emptyUnless(keep, interval);
  }

  bool isKnownEmpty(const Box<Num> &box) {
    if constexpr (isConcrete)
      return isEmpty(domain, box);
    return false;
  }

  Domain &domain;
  llvm::ArrayRef<Expr> keys;
  size_t firstJoined;
};

} // namespace attn

#endif // ATTN_DIALECT_EXPR_BOXSOLVER_H
