//===- Range.cpp - interval and congruence of an integer -----------------===//

#include "dialect/expr/Range.h"
#include <algorithm>
#include <cstdlib>
#include <numeric>

using namespace attn;

static int64_t saturate(__int128 value) {
  if (value > Range::maximum)
    return Range::maximum;
  if (value < -Range::maximum)
    return -Range::maximum;
  return static_cast<int64_t>(value);
}

int64_t attn::floorDivide(int64_t a, int64_t b) {
  int64_t quotient = a / b;
  return a % b < 0 ? quotient - 1 : quotient;
}

int64_t attn::floorModulo(int64_t a, int64_t b) {
  int64_t remainder = a % b;
  return remainder < 0 ? remainder + b : remainder;
}

static bool isUnbounded(int64_t bound) {
  return std::abs(bound) == Range::maximum;
}

Range::Range(int64_t lo, int64_t hi) : lo(lo), hi(hi) {
  if (lo == hi) {
    modulus = 0;
    residue = lo;
  }
}

/// The congruence of two values whose moduli and residues may differ.
static void joinCongruence(Range &result, const Range &a, const Range &b) {
  result.modulus = std::gcd(std::gcd(a.modulus, b.modulus),
                            std::abs(a.residue - b.residue));
  result.residue = result.modulus > 1 ? floorModulo(a.residue, result.modulus)
                   : result.modulus == 0 ? a.residue
                                         : 0;
}

bool Range::contains(int64_t value) const {
  if (value < lo || value > hi)
    return false;
  return modulus <= 1 || floorModulo(value, modulus) == residue;
}

Range Range::operator+(const Range &other) const {
  Range result(saturate(__int128(lo) + other.lo),
               saturate(__int128(hi) + other.hi));
  if (isUnbounded(lo))
    result.lo = -maximum;
  if (isUnbounded(other.lo))
    result.lo = -maximum;
  if (isUnbounded(hi) || isUnbounded(other.hi))
    result.hi = maximum;
  if (result.isConstant() && !isUnbounded(result.lo))
    return result;
  result.modulus = std::gcd(modulus, other.modulus);
  result.residue =
      result.modulus > 1
          ? floorModulo(floorModulo(residue, result.modulus) +
                            floorModulo(other.residue, result.modulus),
                        result.modulus)
          : 0;
  return result;
}

Range Range::scaled(int64_t factor) const {
  if (factor == 0)
    return constant(0);
  int64_t a = isUnbounded(lo) ? (factor > 0 ? -maximum : maximum)
                              : saturate(__int128(lo) * factor);
  int64_t b = isUnbounded(hi) ? (factor > 0 ? maximum : -maximum)
                              : saturate(__int128(hi) * factor);
  Range result(std::min(a, b), std::max(a, b));
  if (result.isConstant())
    return result;
  __int128 scaledModulus = __int128(std::max<int64_t>(modulus, 1)) *
                           std::abs(factor);
  if (scaledModulus < maximum) {
    result.modulus = static_cast<int64_t>(scaledModulus);
    result.residue = floorModulo(
        static_cast<int64_t>(__int128(residue) * factor % scaledModulus),
        result.modulus);
    if (result.modulus <= 1)
      result.residue = 0;
  }
  return result;
}

Range Range::operator*(const Range &other) const {
  if (other.isConstant())
    return scaled(other.lo);
  if (isConstant())
    return other.scaled(lo);
  if (isUnbounded(lo) || isUnbounded(hi) || isUnbounded(other.lo) ||
      isUnbounded(other.hi)) {
    if (lo >= 0 && other.lo >= 0)
      return Range(saturate(__int128(lo) * other.lo), maximum);
    return Range();
  }
  int64_t corners[] = {saturate(__int128(lo) * other.lo),
                       saturate(__int128(lo) * other.hi),
                       saturate(__int128(hi) * other.lo),
                       saturate(__int128(hi) * other.hi)};
  auto [least, greatest] = std::minmax_element(corners, corners + 4);
  return Range(*least, *greatest);
}

Range Range::floorDiv(const Range &divisor) const {
  int64_t least = std::max<int64_t>(divisor.lo, 1);
  int64_t greatest = std::max<int64_t>(divisor.hi, 1);
  int64_t low = isUnbounded(lo) ? lo : floorDivide(lo, lo < 0 ? least : greatest);
  int64_t high =
      isUnbounded(hi) ? hi : floorDivide(hi, hi < 0 ? greatest : least);
  return Range(low, high);
}

Range Range::mod(const Range &divisor) const {
  if (divisor.isConstant() && divisor.lo > 0) {
    int64_t m = divisor.lo;
    if (!isUnbounded(lo) && !isUnbounded(hi) &&
        floorDivide(lo, m) == floorDivide(hi, m)) {
      Range result = *this + constant(-floorDivide(lo, m) * m);
      return result;
    }
    Range result(0, m - 1);
    if (result.isConstant())
      return result;
    int64_t common = std::gcd(modulus, m);
    if (modulus != 1 && common > 1) {
      result.modulus = common;
      result.residue = floorModulo(residue, common);
    }
    return result;
  }
  return Range(0, isUnbounded(divisor.hi) ? divisor.hi : divisor.hi - 1);
}

Range Range::min(const Range &a, const Range &b) {
  Range result(std::min(a.lo, b.lo), std::min(a.hi, b.hi));
  if (!result.isConstant())
    joinCongruence(result, a, b);
  return result;
}

Range Range::max(const Range &a, const Range &b) {
  Range result(std::max(a.lo, b.lo), std::max(a.hi, b.hi));
  if (!result.isConstant())
    joinCongruence(result, a, b);
  return result;
}

Range Range::join(const Range &a, const Range &b) {
  Range result(std::min(a.lo, b.lo), std::max(a.hi, b.hi));
  if (!result.isConstant())
    joinCongruence(result, a, b);
  return result;
}

Truth Range::geZero() const {
  if (lo >= 0)
    return Truth::True;
  return hi < 0 ? Truth::False : Truth::Unknown;
}

Truth Range::eqZero() const {
  if (lo == 0 && hi == 0)
    return Truth::True;
  return contains(0) ? Truth::Unknown : Truth::False;
}
