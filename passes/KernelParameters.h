//===- KernelParameters.h - what the runtime checks of a kernel -*- C++ -*-===//

#ifndef ATTN_PASSES_KERNELPARAMETERS_H
#define ATTN_PASSES_KERNELPARAMETERS_H

#include "dialect/AttnOps.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"

namespace mlir::attn {

/// Describes the parameters of the kernel `run` of an attention op with a plan:
/// q, k, v, the tables of its mask and of its modifications, o and lse. The
/// attribute attn.parameters gives each a name, its sizes by name, and what
/// must hold for the elements of a table; attn.sizes has the values of the
/// sizes that are known, and attn.head_groups the groups of heads that the mask
/// tells apart, if it does.
void describeParameters(AttentionOp op, func::FuncOp run);

} // namespace mlir::attn

#endif // ATTN_PASSES_KERNELPARAMETERS_H
