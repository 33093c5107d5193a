//===- Exp2.h - 2 to the power of x for softmax -----------------*- C++ -*-===//
//
// Emits 2^x of a register of f32, for x <= 0, +-0, -inf or NaN.
//
// 2^0 is exactly 1. Every x <= -127, and -inf, gives exactly +0; NaN gives NaN.
// For x in [-126, 0] the relative error is at most 1.6e-7, found by a test over
// all floats there (test/unit/Exp2Test.cpp); in (-127, -126) the result is
// subnormal and its absolute error at most 2^-126.
//
//===----------------------------------------------------------------------===//

#ifndef ATTN_CODEGEN_CPU_EXP2_H
#define ATTN_CODEGEN_CPU_EXP2_H

#include "codegen/cpu/TileBuilder.h"

namespace mlir::attn {

Value emitExp2(TileBuilder &b, Value x);

/// The same for results that are rounded to bf16, whose last place is 45 times
/// as much: a relative error of at most 9e-5, and any x below 127.
Value emitExp2Bf16(TileBuilder &b, Value x);

/// log2(x) for x > 0, normal and finite; NaN gives NaN. Absolute error at most
/// 3e-7 * max(1, |log2(x)|).
Value emitLog2(TileBuilder &b, Value x);

} // namespace mlir::attn

#endif // ATTN_CODEGEN_CPU_EXP2_H
