//===- RangeTest.cpp - ranges contain every value -------------------------===//
//
// Every operation on every pair of small ranges, against the values that the
// ranges contain; then the ends of what a range can state.
//
//===----------------------------------------------------------------------===//

#include "dialect/expr/Range.h"
#include "gtest/gtest.h"

#include <functional>
#include <limits>
#include <vector>

using attn::Range;
using attn::Truth;

namespace {

struct Values {
  Range range;
  std::vector<int64_t> values;
};

/// All ranges of integers of at most `most` with moduli up to four.
std::vector<Values> smallRanges(int64_t most) {
  std::vector<Values> all;
  for (int64_t lo = -most; lo <= most; ++lo)
    for (int64_t hi = lo; hi <= most; ++hi)
      for (int64_t modulus = 1; modulus <= 4; ++modulus)
        for (int64_t residue = 0; residue < modulus; ++residue) {
          Values entry{Range(lo, hi), {}};
          if (modulus > 1 && lo == hi)
            continue;
          if (modulus > 1) {
            entry.range.modulus = modulus;
            entry.range.residue = residue;
          }
          for (int64_t value = lo; value <= hi; ++value)
            if (((value - residue) % modulus + modulus) % modulus == 0)
              entry.values.push_back(value);
          if (!entry.values.empty())
            all.push_back(entry);
        }
  return all;
}

std::string describe(const Range &range) {
  return "[" + std::to_string(range.lo) + ", " + std::to_string(range.hi) +
         "] " + std::to_string(range.residue) + " mod " +
         std::to_string(range.modulus);
}

using RangeOp = std::function<Range(const Range &, const Range &)>;
using ValueOp = std::function<int64_t(int64_t, int64_t)>;

void expectSound(const RangeOp &rangeOp, const ValueOp &valueOp,
                 bool positiveRight = false) {
  std::vector<Values> ranges = smallRanges(4);
  for (const Values &a : ranges)
    for (const Values &b : ranges) {
      if (positiveRight && b.range.lo < 1)
        continue;
      Range result = rangeOp(a.range, b.range);
      for (int64_t x : a.values)
        for (int64_t y : b.values)
          ASSERT_TRUE(result.contains(valueOp(x, y)))
              << describe(a.range) << " with " << describe(b.range) << " is "
              << describe(result) << " without " << valueOp(x, y) << " of " << x
              << ", " << y;
    }
}

int64_t plainFloorDiv(int64_t a, int64_t b) {
  int64_t quotient = a / b;
  while (quotient * b > a)
    --quotient;
  return quotient;
}

int64_t plainMod(int64_t a, int64_t b) { return a - plainFloorDiv(a, b) * b; }

/// Every pair of small ranges, of either sign: what the bits come to is inside.
TEST(Range, BitsStayInside) {
  for (int64_t a = -9; a <= 9; ++a)
    for (int64_t b = a; b <= a + 6; ++b)
      for (int64_t c = -9; c <= 9; ++c)
        for (int64_t d = c; d <= c + 6; ++d) {
          Range x(a, b), y(c, d);
          for (int64_t i = a; i <= b; ++i)
            for (int64_t j = c; j <= d; ++j) {
              EXPECT_TRUE(Range::bitAnd(x, y).contains(i & j));
              EXPECT_TRUE(Range::bitOr(x, y).contains(i | j));
              EXPECT_TRUE(Range::bitXor(x, y).contains(i ^ j));
            }
        }
  EXPECT_EQ(Range::bitAnd(Range(12, 15), Range(8, 11)).lo, 8);
  EXPECT_EQ(Range::bitXor(Range(64, 71), Range(64, 71)).hi, 7);
}

TEST(Range, PowersOfTwo) {
  for (int64_t lo = -3; lo <= 40; ++lo)
    for (int64_t hi = lo; hi <= 40; ++hi) {
      bool any = false, all = true;
      for (int64_t x = lo; x <= hi; ++x) {
        bool is = x == 1 || x == 2 || x == 4 || x == 8 || x == 16 || x == 32;
        any |= is;
        all &= is;
      }
      Truth truth = Range(lo, hi).powerOfTwo();
      if (truth == Truth::True) {
        EXPECT_TRUE(all) << lo << " " << hi;
      }
      EXPECT_EQ(truth == Truth::False, !any) << lo << " " << hi;
    }
}

} // namespace

TEST(Range, SmallRangesContainTheirValues) {
  for (const Values &a : smallRanges(5))
    for (int64_t x = -8; x <= 8; ++x)
      EXPECT_EQ(a.range.contains(x),
                std::count(a.values.begin(), a.values.end(), x) != 0)
          << describe(a.range) << " and " << x;
}

TEST(Range, Sums) {
  expectSound([](const Range &a, const Range &b) { return a + b; },
              std::plus<int64_t>());
}

TEST(Range, Products) {
  expectSound([](const Range &a, const Range &b) { return a * b; },
              std::multiplies<int64_t>());
}

TEST(Range, Quotients) {
  expectSound([](const Range &a, const Range &b) { return a.floorDiv(b); },
              plainFloorDiv, /*positiveRight=*/true);
}

TEST(Range, Remainders) {
  expectSound([](const Range &a, const Range &b) { return a.mod(b); }, plainMod,
              /*positiveRight=*/true);
}

TEST(Range, Choices) {
  expectSound(Range::min, [](int64_t x, int64_t y) { return x < y ? x : y; });
  expectSound(Range::max, [](int64_t x, int64_t y) { return x < y ? y : x; });
  expectSound(Range::join, [](int64_t x, int64_t) { return x; });
  expectSound(Range::join, [](int64_t, int64_t y) { return y; });
}

TEST(Range, Multiples) {
  for (const Values &a : smallRanges(5))
    for (int64_t factor = -5; factor <= 5; ++factor)
      for (int64_t x : a.values)
        ASSERT_TRUE(a.range.scaled(factor).contains(x * factor))
            << describe(a.range) << " times " << factor;
}

TEST(Range, Truths) {
  for (const Values &a : smallRanges(5))
    for (int64_t x : a.values) {
      EXPECT_NE(a.range.geZero(), x >= 0 ? Truth::False : Truth::True);
      EXPECT_NE(a.range.eqZero(), x == 0 ? Truth::False : Truth::True);
    }
}

//===----------------------------------------------------------------------===//
// Not only sound
//===----------------------------------------------------------------------===//

static void expectRange(const Range &range, int64_t lo, int64_t hi,
                        int64_t modulus = 1, int64_t residue = 0) {
  EXPECT_EQ(range.lo, lo);
  EXPECT_EQ(range.hi, hi);
  EXPECT_EQ(range.modulus, modulus);
  EXPECT_EQ(range.residue, residue);
}

TEST(Range, IsTight) {
  Range row = Range(0, 9).scaled(80);
  expectRange(row, 0, 720, 80, 0);
  expectRange(row + Range::constant(3), 3, 723, 80, 3);
  expectRange(row + Range(0, 79), 0, 799);
  expectRange(Range::max(row + Range::constant(3), Range(0, 9).scaled(16)), 3,
              723);
  expectRange(row.floorDiv(Range::constant(80)), 0, 9);
  expectRange(row.floorDiv(Range::constant(16)), 0, 45, 5, 0);
  expectRange((row + Range::constant(3)).mod(Range::constant(16)), 3, 3, 0, 3);
  expectRange(Range(165, 170).mod(Range::constant(80)), 5, 10);
  expectRange(Range(150, 170).mod(Range::constant(80)), 0, 79);
  expectRange(Range(0, 5).mod(Range(6, 100)), 0, 5);
  expectRange(Range(-7, 9).floorDiv(Range(2, 4)), -4, 4);
  expectRange(Range::join(Range::constant(5), Range::constant(17)), 5, 17, 12,
              5);
  expectRange(Range::constant(6) + Range::constant(-6), 0, 0, 0, 0);
  EXPECT_EQ((row + Range::constant(3)).eqZero(), Truth::False);
}

//===----------------------------------------------------------------------===//
// The ends
//===----------------------------------------------------------------------===//

static bool containsExactly(const Range &range, __int128 value) {
  bool above = range.lo == -Range::maximum || value >= range.lo;
  bool below = range.hi == Range::maximum || value <= range.hi;
  bool congruent =
      range.modulus <= 1 || (value - range.residue) % range.modulus == 0;
  return above && below && congruent;
}

TEST(Range, GivesUpWhatItCannotState) {
  constexpr int64_t far = Range::maximum;
  std::vector<int64_t> values = {
      0,       1,       3,
      far / 2, far - 1, far,
      far + 1, 2 * far, std::numeric_limits<int64_t>::max()};
  for (size_t n = values.size(); n-- > 1;)
    values.push_back(-values[n]);
  values.push_back(std::numeric_limits<int64_t>::min());
  std::vector<Values> ranges;
  for (int64_t x : values)
    for (int64_t y : values)
      if (x <= y)
        ranges.push_back({Range(x, y), {x, y}});
  for (const Values &a : ranges)
    for (const Values &b : ranges)
      for (__int128 x : a.values)
        for (__int128 y : b.values) {
          ASSERT_TRUE(containsExactly(a.range + b.range, x + y));
          ASSERT_TRUE(containsExactly(a.range * b.range, x * y));
          ASSERT_TRUE(containsExactly(a.range.scaled(y), x * y));
          if (b.values[0] < 1)
            continue;
          int64_t quotient = attn::floorDivide(x, y);
          ASSERT_TRUE(containsExactly(a.range.floorDiv(b.range), quotient));
          ASSERT_TRUE(containsExactly(a.range.mod(b.range), x - quotient * y));
        }
}

TEST(Range, IntegerDivision) {
  for (int64_t a = -20; a <= 20; ++a)
    for (int64_t b = 1; b <= 7; ++b) {
      EXPECT_EQ(attn::floorDivide(a, b), plainFloorDiv(a, b));
      EXPECT_EQ(attn::floorModulo(a, b), plainMod(a, b));
    }
}
