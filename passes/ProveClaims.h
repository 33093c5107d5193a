//===- ProveClaims.h - decides claims about masks ---------------*- C++ -*-===//
//
// What attn-prove does, for programs that do more than run passes.
//
//===----------------------------------------------------------------------===//

#ifndef ATTN_PASSES_PROVECLAIMS_H
#define ATTN_PASSES_PROVECLAIMS_H

#include "mlir/IR/Operation.h"

namespace mlir::attn {

/// Decides every attn.prove within `root`, in all functions and outside of
/// them, and erases it: a remark where it holds, a warning where that cannot be
/// told. A false one is an error, and stays.
LogicalResult proveClaims(Operation *root);

} // namespace mlir::attn

#endif // ATTN_PASSES_PROVECLAIMS_H
