//===- Segment.h - intervals, boxes and segments of keys --------*- C++ -*-===//
//
// What the solver of BoxSolver.h speaks of; bounds are numbers of its domain.
//
//===----------------------------------------------------------------------===//

#ifndef ATTN_DIALECT_EXPR_SEGMENT_H
#define ATTN_DIALECT_EXPR_SEGMENT_H

#include "dialect/expr/Expr.h"

namespace attn {

/// [lo, hi) of integers of a domain; empty where hi <= lo.
template <typename Num> struct Interval { Num lo, hi; };

template <typename Num> using Box = llvm::SmallVector<Interval<Num>, 6>;

/// What a fold over numbers carries.
template <typename Num> using Carried = llvm::SmallVector<Num, 2>;

/// Keys of one axis: those x in [lo, hi), with (x - phase) mod period < width
/// if there is a period; or else, if `searched` is set, in runs or blocks where
/// it may hold.
template <typename Num> struct Segment {
  Num lo, hi;
  int64_t period = 0;
  Num phase = Num(), width = Num();
  Expr searched = Expr();
};

/// From the first key that a segment may have to the last; nothing, far away,
/// if all are empty.
template <typename Domain>
Segment<typename Domain::Num>
hullOf(Domain &domain, llvm::ArrayRef<Segment<typename Domain::Num>> segments) {
  using Num = typename Domain::Num;
  Num far = domain.constant(Range::maximum);
  Num lo = far, hi = domain.negate(far);
  for (const Segment<Num> &segment : segments) {
    auto exists = domain.less(segment.lo, segment.hi);
    lo = domain.select(exists, domain.min(lo, segment.lo), lo);
    hi = domain.select(exists, domain.max(hi, segment.hi), hi);
  }
  return {lo, hi};
}

/// The first keys of a segment at or after `position`; empty, from `limit`, if
/// there is none. `search` finds some of [from, to) where a truth may hold.
template <typename Domain, typename Search>
Interval<typename Domain::Num>
firstRun(Domain &domain, const Segment<typename Domain::Num> &segment,
         typename Domain::Num position, typename Domain::Num limit,
         Search search) {
  using Num = typename Domain::Num;
  auto sub = [&](Num a, Num b) { return domain.add(a, domain.negate(b)); };
  Interval<Num> run = {domain.max(segment.lo, position), segment.hi};
  if (segment.period) {
    Num past = domain.mod(sub(run.lo, segment.phase), segment.period);
    Num period = domain.constant(segment.period);
    auto inside = domain.less(past, segment.width);
    Num start = domain.select(inside, sub(run.lo, past),
                              domain.add(run.lo, sub(period, past)));
    auto isAll =
        domain.less(domain.add(period, domain.constant(-1)), segment.width);
    run.lo = domain.max(run.lo, start);
    run.hi = domain.select(
        isAll, run.hi, domain.min(run.hi, domain.add(start, segment.width)));
  }
  if (segment.searched != Expr())
    run = search(segment.searched, run.lo, run.hi);
  auto exists = domain.less(run.lo, run.hi);
  return {domain.select(exists, run.lo, limit),
          domain.select(exists, run.hi, limit)};
}

template <typename Domain>
typename Domain::Flag isEmpty(Domain &domain,
                              const Box<typename Domain::Num> &box) {
  auto empty = domain.flag(false);
  for (const auto &[lo, hi] : box)
    empty = domain.either(empty,
                          domain.less(hi, domain.add(lo, domain.constant(1))));
  return empty;
}

/// The one that is longer on the last axis, if neither is empty.
template <typename Domain>
Box<typename Domain::Num> longerBox(Domain &domain,
                                    const Box<typename Domain::Num> &a,
                                    const Box<typename Domain::Num> &b) {
  auto length = [&](const Box<typename Domain::Num> &box) {
    return domain.select(
        isEmpty(domain, box), domain.constant(0),
        domain.add(box.back().hi, domain.negate(box.back().lo)));
  };
  auto takeB = domain.less(length(a), length(b));
  Box<typename Domain::Num> result;
  for (auto [x, y] : llvm::zip_equal(a, b))
    result.push_back(
        {domain.select(takeB, y.lo, x.lo), domain.select(takeB, y.hi, x.hi)});
  return result;
}

/// Where keys are searched for, they come in blocks of so many.
constexpr int64_t searchBlock = 64;

} // namespace attn

#endif // ATTN_DIALECT_EXPR_SEGMENT_H
