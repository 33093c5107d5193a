//===- Convert.cpp - conversions between f32 and the 16-bit types ---------===//
//
// LLVM turns some of these conversions into library calls, one for each
// element; those are spelled as integer arithmetic here.
//
//===----------------------------------------------------------------------===//

#include "codegen/cpu/TileBuilder.h"

namespace mlir::attn {

namespace {

/// Integer arithmetic on values of one shape, scalar or vector.
struct Bits {
  TileBuilder &b;
  Type like;

  Type of(Type element) const {
    if (auto vector = dyn_cast<VectorType>(like))
      return VectorType::get(vector.getShape(), element);
    return element;
  }
  Value constant(TypedAttr value) {
    if (auto vector = dyn_cast<VectorType>(like))
      return b.constant(DenseElementsAttr::get(vector.clone(value.getType()),
                                               ArrayRef<Attribute>(value)));
    return b.constant(value);
  }
  Value i32(uint32_t value) { return constant(b.getI32IntegerAttr(value)); }
  Value f32(float value) { return constant(b.getF32FloatAttr(value)); }
  Value cast(Value value, Type element) {
    return b.create<arith::BitcastOp>(of(element), value);
  }
  Value widen(Value value) {
    return b.create<arith::ExtUIOp>(of(b.getI32Type()), value);
  }
  Value narrow(Value value) {
    return b.create<arith::TruncIOp>(of(b.getI16Type()), value);
  }
  template <typename Op> Value op(Value x, uint32_t y) {
    return b.create<Op>(x, i32(y));
  }
  Value isNan(Value x) {
    return b.create<arith::CmpFOp>(arith::CmpFPredicate::UNO, x, x);
  }
};

} // namespace

static Value bf16ToF32(Bits bits, Value value) {
  Value wide = bits.widen(bits.cast(value, bits.b.getI16Type()));
  return bits.cast(bits.op<arith::ShLIOp>(wide, 16), bits.b.getF32Type());
}

static Value f32ToBf16(Bits bits, Value value) {
  TileBuilder &b = bits.b;
  Value x = bits.cast(value, b.getI32Type());
  Value odd = bits.op<arith::AndIOp>(bits.op<arith::ShRUIOp>(x, 16), 1);
  Value bias = bits.op<arith::AddIOp>(odd, 0x7fff);
  Value rounded = b.create<arith::AddIOp>(x, bias);
  Value nan = bits.op<arith::OrIOp>(x, 0x400000);
  Value kept = b.select(bits.isNan(value), nan, rounded);
  return bits.cast(bits.narrow(bits.op<arith::ShRUIOp>(kept, 16)),
                   b.getBF16Type());
}

/// Shifts exponent and mantissa to their place in f32 and multiplies by a power
/// of two, which is exact for normal and subnormal numbers alike.
static Value f16ToF32(Bits bits, Value value) {
  TileBuilder &b = bits.b;
  Value x = bits.widen(bits.cast(value, b.getI16Type()));
  Value sign = bits.op<arith::ShLIOp>(bits.op<arith::AndIOp>(x, 0x8000), 16);
  Value rest = bits.op<arith::AndIOp>(x, 0x7fff);
  Value shifted = bits.op<arith::ShLIOp>(rest, 13);
  Value scaled = b.create<arith::MulFOp>(bits.cast(shifted, b.getF32Type()),
                                         bits.f32(0x1p112f));
  Value special = bits.op<arith::OrIOp>(shifted, 0x7f800000);
  Value isSpecial = b.create<arith::CmpIOp>(arith::CmpIPredicate::uge, rest,
                                            bits.i32(0x7c00));
  Value magnitude =
      b.select(isSpecial, special, bits.cast(scaled, b.getI32Type()));
  return bits.cast(b.create<arith::OrIOp>(magnitude, sign), b.getF32Type());
}

/// Rounds normal results by integer arithmetic, subnormal ones by adding 0.5,
/// whose last bit has the weight of the smallest f16.
static Value f32ToF16(Bits bits, Value value) {
  TileBuilder &b = bits.b;
  Value x = bits.cast(value, b.getI32Type());
  Value sign = bits.op<arith::AndIOp>(bits.op<arith::ShRUIOp>(x, 16), 0x8000);
  Value rest = bits.op<arith::AndIOp>(x, 0x7fffffff);

  Value odd = bits.op<arith::AndIOp>(bits.op<arith::ShRUIOp>(rest, 13), 1);
  Value rebased = bits.op<arith::SubIOp>(rest, (127 - 15) << 23);
  Value biased =
      b.create<arith::AddIOp>(rebased, bits.op<arith::AddIOp>(odd, 0xfff));
  Value normal = bits.op<arith::ShRUIOp>(biased, 13);

  Value half = bits.f32(0.5f);
  Value sum = b.create<arith::AddFOp>(bits.cast(rest, b.getF32Type()), half);
  Value tiny =
      bits.op<arith::SubIOp>(bits.cast(sum, b.getI32Type()), 0x3f000000);

  auto below = [&](uint32_t limit) {
    return b.create<arith::CmpIOp>(arith::CmpIPredicate::ult, rest,
                                   bits.i32(limit));
  };
  Value finite = b.select(below(113 << 23), tiny, normal);
  Value special =
      b.select(bits.isNan(value), bits.i32(0x7e00), bits.i32(0x7c00));
  // 65520 and above rounds to infinity.
  Value magnitude = b.select(below(0x477ff000), finite, special);
  Value result = b.create<arith::OrIOp>(magnitude, sign);
  return bits.cast(bits.narrow(result), b.getF16Type());
}

Value TileBuilder::toF32(Value value) {
  Type element = getElementTypeOrSelf(value.getType());
  Bits bits{*this, value.getType()};
  if (element.isF32())
    return value;
  if (element.isBF16())
    return bf16ToF32(bits, value);
  if (!target.hasHalf)
    return f16ToF32(bits, value);
  return create<arith::ExtFOp>(bits.of(getF32Type()), value);
}

Value TileBuilder::fromF32(Value value, Type element) {
  Bits bits{*this, value.getType()};
  if (element.isF32())
    return value;
  if (element.isBF16() && !target.hasBf16Dot)
    return f32ToBf16(bits, value);
  if (element.isF16() && !target.hasHalf)
    return f32ToF16(bits, value);
  return create<arith::TruncFOp>(bits.of(element), value);
}

} // namespace mlir::attn
