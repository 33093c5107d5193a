//===- Range.cpp - interval and congruence of an integer -----------------===//

#include "dialect/expr/Range.h"
#include "llvm/Support/KnownBits.h"
#include "llvm/Support/MathExtras.h"
#include <algorithm>
#include <numeric>

using namespace attn;

int64_t attn::floorDivide(int64_t a, int64_t b) {
  int64_t quotient = a / b;
  return a % b < 0 ? quotient - 1 : quotient;
}

int64_t attn::floorModulo(int64_t a, int64_t b) {
  int64_t remainder = a % b;
  return remainder < 0 ? remainder + b : remainder;
}

//===----------------------------------------------------------------------===//
// Bounds
//===----------------------------------------------------------------------===//

static bool isBound(__int128 value) {
  return value > -Range::maximum && value < Range::maximum;
}

static int64_t lowBound(__int128 value) {
  return isBound(value) ? static_cast<int64_t>(value) : -Range::maximum;
}

static int64_t highBound(__int128 value) {
  return isBound(value) ? static_cast<int64_t>(value) : Range::maximum;
}

static bool isUnbounded(const Range &range) {
  return range.lo == -Range::maximum || range.hi == Range::maximum;
}

bool Range::contains(int64_t value) const {
  if ((value < lo && lo != -maximum) || (value > hi && hi != maximum))
    return false;
  return modulus <= 1 || floorModulo(value, modulus) == residue;
}

//===----------------------------------------------------------------------===//
// Congruences
//===----------------------------------------------------------------------===//

/// x = residue (mod modulus), where nothing better is known of the range. The
/// bounds move inwards to the next such x.
static void setCongruence(Range &range, __int128 modulus, __int128 residue) {
  if (range.isConstant() || modulus <= 1 || modulus >= Range::maximum)
    return;
  int64_t m = static_cast<int64_t>(modulus);
  // Remainders of 128 bits are computed by a library call.
  auto r = static_cast<int64_t>(residue);
  r = floorModulo(r == residue ? r : static_cast<int64_t>(residue % modulus),
                  m);
  bool hasLow = range.lo != -Range::maximum,
       hasHigh = range.hi != Range::maximum;
  range = Range(hasLow ? range.lo + floorModulo(r - range.lo, m) : range.lo,
                hasHigh ? range.hi - floorModulo(range.hi - r, m) : range.hi);
  if (range.isConstant())
    return;
  range.modulus = m;
  range.residue = r;
}

/// The congruence of a value that is one or the other.
static void joinCongruence(Range &result, const Range &a, const Range &b) {
  if (a.modulus == 1 || b.modulus == 1)
    return;
  int64_t modulus =
      std::gcd(std::gcd(a.modulus, b.modulus), a.residue - b.residue);
  setCongruence(result, modulus, a.residue);
}

//===----------------------------------------------------------------------===//
// Arithmetic
//===----------------------------------------------------------------------===//

Range Range::operator+(const Range &other) const {
  bool hasLow = lo != -maximum && other.lo != -maximum;
  bool hasHigh = hi != maximum && other.hi != maximum;
  Range result(hasLow ? lo + other.lo : -maximum,
               hasHigh ? hi + other.hi : maximum);
  if (modulus != 1 && other.modulus != 1)
    setCongruence(result, std::gcd(modulus, other.modulus),
                  __int128(residue) + other.residue);
  return result;
}

Range Range::scaled(int64_t factor) const {
  if (factor == 0)
    return constant(0);
  auto times = [&](int64_t bound, int64_t unbounded) {
    int64_t product;
    bool isKnown =
        isBound(bound) && !__builtin_mul_overflow(bound, factor, &product);
    return isKnown ? product : unbounded;
  };
  Range result(times(factor < 0 ? hi : lo, -maximum),
               times(factor < 0 ? lo : hi, maximum));
  if (result.isConstant())
    return result;
  __int128 magnitude = factor < 0 ? -__int128(factor) : __int128(factor);
  setCongruence(result, std::max<int64_t>(modulus, 1) * magnitude,
                __int128(residue) * factor);
  return result;
}

Range Range::operator*(const Range &other) const {
  if (other.isConstant())
    return scaled(other.lo);
  if (isConstant())
    return other.scaled(lo);
  if (isUnbounded(*this) || isUnbounded(other)) {
    bool isPositive = lo >= 0 && other.lo >= 0;
    return Range(isPositive ? lowBound(__int128(lo) * other.lo) : -maximum,
                 maximum);
  }
  __int128 corners[] = {__int128(lo) * other.lo, __int128(lo) * other.hi,
                        __int128(hi) * other.lo, __int128(hi) * other.hi};
  auto [least, greatest] = std::minmax_element(corners, corners + 4);
  return Range(lowBound(*least), highBound(*greatest));
}

Range Range::floorDiv(const Range &divisor) const {
  int64_t least = std::max<int64_t>(divisor.lo, 1);
  int64_t greatest = std::max<int64_t>(divisor.hi, 1);
  Range result(lo == -maximum ? lo : floorDivide(lo, lo < 0 ? least : greatest),
               hi == maximum ? hi : floorDivide(hi, hi < 0 ? greatest : least));
  if (divisor.isConstant() && modulus % least == 0)
    setCongruence(result, modulus / least, floorDivide(residue, least));
  return result;
}

Range Range::mod(const Range &divisor) const {
  if (lo >= 0 && hi < divisor.lo)
    return *this;
  if (!divisor.isConstant() || divisor.lo < 1) {
    int64_t last = divisor.hi == maximum ? maximum : divisor.hi - 1;
    return Range(0, lo >= 0 ? std::min(hi, last) : last);
  }
  int64_t m = divisor.lo;
  if (!isUnbounded(*this) && floorDivide(lo, m) == floorDivide(hi, m))
    return *this + constant(lo).floorDiv(divisor).scaled(-m);
  Range result(0, m - 1);
  setCongruence(result, std::gcd(modulus, m), residue);
  return result;
}

//===----------------------------------------------------------------------===//
// Choices
//===----------------------------------------------------------------------===//

Range Range::min(const Range &a, const Range &b) {
  Range result(std::min(a.lo, b.lo), std::min(a.hi, b.hi));
  joinCongruence(result, a, b);
  return result;
}

Range Range::max(const Range &a, const Range &b) {
  Range result(std::max(a.lo, b.lo), std::max(a.hi, b.hi));
  joinCongruence(result, a, b);
  return result;
}

Range Range::join(const Range &a, const Range &b) {
  Range result(std::min(a.lo, b.lo), std::max(a.hi, b.hi));
  joinCongruence(result, a, b);
  return result;
}

//===----------------------------------------------------------------------===//
// Bits
//===----------------------------------------------------------------------===//

/// The bits that all numbers of [lo, hi] share: those above the first in which
/// its ends differ.
static llvm::KnownBits knownBits(const Range &range) {
  llvm::KnownBits known(64);
  if (range.lo < 0)
    return known;
  llvm::APInt lo(64, range.lo), hi(64, range.hi);
  unsigned shared = (lo ^ hi).countl_zero();
  known.One = lo & llvm::APInt::getHighBitsSet(64, shared);
  known.Zero = ~lo & llvm::APInt::getHighBitsSet(64, shared);
  return known;
}

/// What `known` says of bits of a and b; if that may be negative, that no bit
/// beyond the sign of both is new.
static Range rangeOf(const llvm::KnownBits &known, const Range &a,
                     const Range &b) {
  if (!known.isNonNegative()) {
    if (isUnbounded(a) || isUnbounded(b))
      return Range();
    int64_t size = std::max({-a.lo, a.hi + 1, -b.lo, b.hi + 1, int64_t(1)});
    auto power = static_cast<int64_t>(llvm::PowerOf2Ceil(size));
    return Range(-power, power - 1);
  }
  return Range(known.getMinValue().getSExtValue(),
               known.getMaxValue().getSExtValue());
}

Range Range::bitAnd(const Range &a, const Range &b) {
  Range result = rangeOf(knownBits(a) & knownBits(b), a, b);
  // Less than either that is not negative.
  int64_t least = maximum;
  for (const Range &side : {a, b})
    if (side.lo >= 0)
      least = std::min(least, side.hi);
  if (least == maximum)
    return result;
  return Range(std::max<int64_t>(result.lo, 0), std::min(result.hi, least));
}

Range Range::bitOr(const Range &a, const Range &b) {
  Range result = rangeOf(knownBits(a) | knownBits(b), a, b);
  if (a.lo < 0 || b.lo < 0)
    return result;
  return Range(std::max({result.lo, a.lo, b.lo}), result.hi);
}

Range Range::bitXor(const Range &a, const Range &b) {
  return rangeOf(knownBits(a) ^ knownBits(b), a, b);
}

//===----------------------------------------------------------------------===//
// Truths
//===----------------------------------------------------------------------===//

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

Truth Range::powerOfTwo() const {
  if (hi < 1)
    return Truth::False;
  int64_t least = std::max<int64_t>(lo, 1);
  auto first = static_cast<int64_t>(llvm::PowerOf2Ceil(least));
  if (first > hi)
    return Truth::False;
  return isConstant() ? Truth::True : Truth::Unknown;
}
