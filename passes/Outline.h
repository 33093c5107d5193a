//===- Outline.h - code that becomes a function of its own ------*- C++ -*-===//
//
// Registers are allocated, and instructions chosen, for a function at a time,
// and the time that takes grows faster than the function; several functions are
// compiled by several threads. What takes much longer than a call is worth one.
//
//===----------------------------------------------------------------------===//

#ifndef ATTN_PASSES_OUTLINE_H
#define ATTN_PASSES_OUTLINE_H

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/Builders.h"

namespace mlir::attn {

/// Emits a call of a private function, named after the one it is called from
/// and `name`, that does what `emit` emits and returns the same values, of
/// `types`.
func::CallOp outline(ImplicitLocOpBuilder &b, TypeRange types, StringRef name,
                     function_ref<SmallVector<Value>()> emit);

} // namespace mlir::attn

#endif // ATTN_PASSES_OUTLINE_H
