//===- KernelBuilder.h - the functions of a kernel --------------*- C++ -*-===//

#ifndef ATTN_PASSES_KERNELBUILDER_H
#define ATTN_PASSES_KERNELBUILDER_H

#include "dialect/AttnOps.h"

namespace mlir::attn {

/// Adds the three functions of a kernel to the module: NAME_units,
/// NAME_scratch_bytes and NAME, which computes units of work of an attention op
/// that has a plan (attn-outline-kernels says what they are).
void buildKernel(AttentionOp op, ModuleOp module, StringRef name);

} // namespace mlir::attn

#endif // ATTN_PASSES_KERNELBUILDER_H
