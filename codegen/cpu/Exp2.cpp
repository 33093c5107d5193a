//===- Exp2.cpp - 2 to the power of x for softmax -------------------------===//

#include "codegen/cpu/Exp2.h"

namespace mlir::attn {

// Polynomials of degree 5 for 2^f with the constant term fixed at 1, minimax in
// the relative error, then adjusted to the best f32 coefficients: over [0, 1],
// and over [-1/2, 1/2]. Highest power first.
static constexpr float kFloor[] = {0x1.e96912p-10f, 0x1.277c1cp-7f,
                                   0x1.c91c10p-5f, 0x1.ebdb6ap-3f,
                                   0x1.62e4bap-1f};
static constexpr float kNearest[] = {0x1.5c2bc2p-10f, 0x1.3cf40ap-7f,
                                     0x1.c6b66ep-5f, 0x1.ebf9a2p-3f,
                                     0x1.62e42ap-1f};

/// Degree 3 over [0, 1], minimax in the relative error: 8.6e-5.
static constexpr float kCoarse[] = {0x1.3baaa6p-4f, 0x1.d2378ap-3f,
                                    0x1.63e658p-1f};

static Value polynomial(TileBuilder &b, ArrayRef<float> coefficients, Value f) {
  Value p = b.splat(coefficients.front());
  for (float c : coefficients.drop_front())
    p = b.fma(p, f, b.splat(c));
  return b.fma(p, f, b.splat(1.0f));
}

/// One instruction takes the fraction x - floor(x), one multiplies by
/// 2^floor(x); both do the right thing for -inf. The polynomial is for [0, 1].
static Value exp2ByScale(TileBuilder &b, Value x,
                         ArrayRef<float> coefficients) {
  Value floorImm = b.i32(1), current = b.i32(4);
  Value all = b.constant(b.getI16IntegerAttr(-1));
  Value zero = b.splat(0.0f);
  Value f = b.intrinsic("llvm.x86.avx512.mask.reduce.ps.512", x.getType(),
                        {x, floorImm, zero, all, current});
  Value p = polynomial(b, coefficients, f);
  return b.intrinsic("llvm.x86.avx512.mask.scalef.ps.512", x.getType(),
                     {p, x, zero, all, current});
}

/// Adding 1.5 * 2^23 rounds x to an integer and leaves it in the low bits,
/// from where a shift takes it to the exponent. At the clamp the polynomial is
/// 1 and the exponent becomes that of zero.
static Value exp2ByShift(TileBuilder &b, Value x) {
  VectorType ints = b.lanesOf(b.getI32Type());
  Value magic = b.splat(0x1.8p23f);
  Value clamped = b.max(b.splat(-127.0f), x);
  Value shifted = b.create<arith::AddFOp>(clamped, magic);
  Value n = b.create<arith::SubFOp>(shifted, magic);
  Value f = b.create<arith::SubFOp>(clamped, n);
  Value p = polynomial(b, kNearest, f);
  Value exponent = b.create<arith::ShLIOp>(
      b.create<arith::BitcastOp>(ints, shifted), b.splatI32(23));
  Value sum =
      b.create<arith::AddIOp>(b.create<arith::BitcastOp>(ints, p), exponent);
  return b.create<arith::BitcastOp>(x.getType(), sum);
}

Value emitExp2(TileBuilder &b, Value x) {
  return b.target.hasScale ? exp2ByScale(b, x, kFloor) : exp2ByShift(b, x);
}

Value emitExp2Bf16(TileBuilder &b, Value x) {
  return b.target.hasScale ? exp2ByScale(b, x, kCoarse) : emitExp2(b, x);
}

/// x = 2^n * m with m in [sqrt(1/2), sqrt(2)); log(m) is the series of the area
/// hyperbolic tangent at t = (m - 1) / (m + 1), where |t| < 0.172.
Value emitLog2(TileBuilder &b, Value x) {
  VectorType ints = b.lanesOf(b.getI32Type());
  Value bits = b.create<arith::BitcastOp>(ints, x);
  Value aboveRoot = b.create<arith::SubIOp>(bits, b.splatI32(0x3f3504f3));
  Value n = b.create<arith::ShRSIOp>(aboveRoot, b.splatI32(23));
  Value mBits =
      b.create<arith::SubIOp>(bits, b.create<arith::ShLIOp>(n, b.splatI32(23)));
  Value m = b.create<arith::BitcastOp>(x.getType(), mBits);
  Value one = b.splat(1.0f);
  Value t = b.create<arith::DivFOp>(b.create<arith::SubFOp>(m, one),
                                    b.create<arith::AddFOp>(m, one));
  Value t2 = b.create<arith::MulFOp>(t, t);
  Value series = b.splat(1.0f / 9);
  for (float c : {1.0f / 7, 1.0f / 5, 1.0f / 3, 1.0f})
    series = b.fma(series, t2, b.splat(c));
  Value scaled = b.create<arith::MulFOp>(t, b.splat(2.8853900817779268f));
  Value whole = b.create<arith::SIToFPOp>(x.getType(), n);
  Value log2 = b.fma(series, scaled, whole);
  Value isNumber = b.create<arith::CmpFOp>(arith::CmpFPredicate::ORD, x, x);
  return b.select(isNumber, log2, x);
}

} // namespace mlir::attn
