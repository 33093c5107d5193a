//===- Peak.h - what this core can do at most -------------------*- C++ -*-===//
//
// The yardsticks that every figure stands beside.
//
//===----------------------------------------------------------------------===//

#ifndef ATTN_TOOLS_ATTNBENCH_PEAK_H
#define ATTN_TOOLS_ATTNBENCH_PEAK_H

namespace attnbench {

/// GFLOP/s of 12 independent chains of multiply-adds of f32, with the widest
/// registers of this machine. Takes about a hundredth of a second.
double measureF32Peak();

/// The same of the bf16 dot product instruction; 0 where there is none.
double measureBf16Peak();

/// GFLOP/s of OpenBLAS sgemm, 2048 x 2048 x 2048, one thread.
double measureSgemm();

} // namespace attnbench

#endif // ATTN_TOOLS_ATTNBENCH_PEAK_H
