//===- Range.h - interval and congruence of an integer --------*- C++ -*-===//
//
// What is known of an integer without knowing it: lo <= x <= hi and
// x = residue (mod modulus). The domain of classification. Arithmetic
// saturates at +-Range::maximum, which stands for "unbounded".
//
//===----------------------------------------------------------------------===//

#ifndef ATTN_DIALECT_EXPR_RANGE_H
#define ATTN_DIALECT_EXPR_RANGE_H

#include <cstdint>

namespace attn {

/// A truth that may be unknown.
enum class Truth : uint8_t { False, True, Unknown };

struct Range {
  static constexpr int64_t maximum = int64_t(1) << 60;

  int64_t lo = -maximum;
  int64_t hi = maximum;
  int64_t modulus = 1; ///< 1: nothing known, 0: x is the constant `residue`
  int64_t residue = 0;

  Range() = default;
  /// A bound outside of (-maximum, maximum) is given up: a range never claims
  /// more than it can state.
  Range(int64_t lo, int64_t hi)
      : lo(isBound(lo) ? lo : -maximum), hi(isBound(hi) ? hi : maximum) {
    if (this->lo == this->hi) {
      modulus = 0;
      residue = lo;
    }
  }
  static bool isBound(int64_t value) {
    return value > -maximum && value < maximum;
  }
  static Range constant(int64_t value) { return Range(value, value); }

  bool isConstant() const { return lo == hi; }
  bool contains(int64_t value) const;

  Range operator+(const Range &other) const;
  Range operator*(const Range &other) const;
  Range scaled(int64_t factor) const;
  /// Divisor and modulus must be positive.
  Range floorDiv(const Range &divisor) const;
  Range mod(const Range &divisor) const;
  static Range min(const Range &a, const Range &b);
  static Range max(const Range &a, const Range &b);
  /// The smallest range that contains both.
  static Range join(const Range &a, const Range &b);

  /// Bit by bit. Exact for constants; of numbers that may be negative nothing
  /// is known.
  static Range bitAnd(const Range &a, const Range &b);
  static Range bitOr(const Range &a, const Range &b);
  static Range bitXor(const Range &a, const Range &b);

  Truth geZero() const;
  Truth eqZero() const;
  Truth powerOfTwo() const;
};

/// Exact integer helpers with rounding towards -infinity; b > 0.
int64_t floorDivide(int64_t a, int64_t b);
int64_t floorModulo(int64_t a, int64_t b);

} // namespace attn

#endif // ATTN_DIALECT_EXPR_RANGE_H
