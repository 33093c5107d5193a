//===- ObjectFile.h - kernels as machine code -------------------*- C++ -*-===//
//
// Takes a module in the LLVM dialect, or one part of a module (attn-partition),
// through LLVM IR with the entry points that the runtime calls to an object
// file for one target. In-process and ahead-of-time compilation both start
// here.
//
// A kernel NAME is three functions, NAME, NAME_units and NAME_scratch_bytes,
// that carry `llvm.emit_c_interface`. For each kernel three functions are
// added, and only these are visible from outside of what parts are linked to:
//
//   int64_t attn_units_NAME(void **descriptors);
//   int64_t attn_scratch_bytes_NAME(void **descriptors);
//   void attn_run_NAME(void **descriptors, int64_t begin, int64_t end,
//                      void *scratch);
//
// descriptors[k] points at the strided memref descriptor of argument k. On x86,
// attn_run_NAME computes with subnormal numbers taken as zero (a subnormal
// weight would cost a hundred times its share) and restores the mode.
//
//===----------------------------------------------------------------------===//

#ifndef ATTN_CODEGEN_OBJECTFILE_H
#define ATTN_CODEGEN_OBJECTFILE_H

#include "codegen/TargetDescription.h"

#include "mlir/IR/BuiltinOps.h"
#include "llvm/Support/MemoryBuffer.h"

#include <memory>

namespace mlir::attn {

/// Translates `module` (not changed), adds the entry points, optimises, and
/// generates position-independent code at O3. Several threads may do that at a
/// time, if the context of `module` is meant for several. The first call leaves
/// loop strength reduction and scheduling, before register allocation and after
/// it, out for every user of LLVM in this process.
llvm::Expected<std::unique_ptr<llvm::MemoryBuffer>>
compileObject(ModuleOp module, const TargetDescription &target);

} // namespace mlir::attn

#endif // ATTN_CODEGEN_OBJECTFILE_H
