//===- HalvedBox.h - a key box cut for the halves of a tile -----*- C++ -*-===//
//
// A key box holds the keys that some query of a tile needs. Along the axis that
// the halves of the tile lie along, each half by itself needs a part of it: the
// keys between are needed by both, and those at either end by one half alone.
//
//   lower half    |-----------------|
//   upper half         |-----------------|
//                 alone      both     alone
//
//===----------------------------------------------------------------------===//

#ifndef ATTN_DIALECT_EXPR_HALVEDBOX_H
#define ATTN_DIALECT_EXPR_HALVEDBOX_H

#include "dialect/expr/Segment.h"

namespace attn {

/// Intervals of one key axis, disjoint; the rest of the box is not needed.
template <typename Num> struct HalvedBox {
  Interval<Num> both;
  /// For the lanes of one half: number `half`, 0 or 1.
  struct Alone {
    Interval<Num> keys;
    Num half;
  };
  Alone first, last; ///< before and behind those for both
};

/// How long an interval for one half is at least, on one of so many axes: a
/// visit of fewer keys costs more than it saves. Before the last axis one key
/// stands for a row or more.
inline int64_t fewestAlone(unsigned axis, unsigned axes) {
  // From 1 to 16 it makes no difference that could be measured.
  constexpr int64_t few = 4;
  return axis + 1 == axes ? few : 1;
}

/// `lower` and `upper` are what each half needs, at the end of the box if it
/// needs nothing. Fewer than `fewest` keys are left to both.
template <typename Domain>
HalvedBox<typename Domain::Num>
cutForHalves(Domain &domain, Interval<typename Domain::Num> lower,
             Interval<typename Domain::Num> upper, int64_t fewest) {
  using Num = typename Domain::Num;
  using Flag = typename Domain::Flag;
  auto isLess = [&](Num a, Num b) { return domain.less(a, b); };
  auto either = [&](Flag isUpper) -> Interval<Num> {
    return {domain.select(isUpper, upper.lo, lower.lo),
            domain.select(isUpper, upper.hi, lower.hi)};
  };
  Num zero = domain.constant(0), one = domain.constant(1);
  Num begin = domain.max(lower.lo, upper.lo);
  Num end = domain.min(lower.hi, upper.hi);
  Flag isFirst = isLess(upper.lo, lower.lo),
       isLast = isLess(lower.hi, upper.hi);
  Interval<Num> first = either(isFirst), last = either(isLast);
  first.hi = domain.min(first.hi, begin);
  last.lo = domain.max(last.lo, end);
  auto isShort = [&](Interval<Num> keys) {
    return isLess(keys.hi, domain.add(keys.lo, domain.constant(fewest)));
  };
  Flag lacksFirst = isShort(first), lacksLast = isShort(last);
  HalvedBox<Num> result;
  result.both = {domain.select(lacksFirst, first.lo, begin),
                 domain.select(lacksLast, last.hi, end)};
  first.hi = domain.select(lacksFirst, first.lo, first.hi);
  last.lo = domain.select(lacksLast, last.hi, last.lo);
  result.first = {first, domain.select(isFirst, one, zero)};
  result.last = {last, domain.select(isLast, one, zero)};
  return result;
}

} // namespace attn

#endif // ATTN_DIALECT_EXPR_HALVEDBOX_H
