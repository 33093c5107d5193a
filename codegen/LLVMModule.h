//===- LLVMModule.h - kernels as optimised LLVM IR --------------*- C++ -*-===//
//
// Takes a module in the LLVM dialect to LLVM IR with the entry points that the
// runtime calls, optimised for one target. In-process and ahead-of-time
// compilation both start here.
//
// A kernel NAME is three functions, NAME, NAME_units and NAME_scratch_bytes,
// that carry `llvm.emit_c_interface`. For each kernel three functions are
// added, and only these are visible from outside:
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

#ifndef ATTN_CODEGEN_LLVMMODULE_H
#define ATTN_CODEGEN_LLVMMODULE_H

#include "codegen/TargetDescription.h"

#include "mlir/IR/BuiltinOps.h"
#include "llvm/IR/LLVMContext.h"
#include "llvm/IR/Module.h"
#include "llvm/Target/TargetMachine.h"

#include <memory>

namespace mlir::attn {

/// LLVM IR together with what it lives in and is meant for.
struct LLVMModule {
  std::unique_ptr<llvm::LLVMContext> context;
  std::unique_ptr<llvm::Module> module;
  std::unique_ptr<llvm::TargetMachine> machine;

  /// The IR, or the assembly, as text.
  std::string irText() const;
  llvm::Expected<std::string> assemblyText() const;
};

/// LLVM's view of the target, for position-independent code at O3. The first
/// call leaves loop strength reduction and scheduling after register allocation
/// out for every user of LLVM in this process.
llvm::Expected<std::unique_ptr<llvm::TargetMachine>>
createTargetMachine(const TargetDescription &target);

/// Translates `module` (not changed), adds the entry points, optimises.
llvm::Expected<LLVMModule> buildLLVMModule(ModuleOp module,
                                           const TargetDescription &target);

} // namespace mlir::attn

#endif // ATTN_CODEGEN_LLVMMODULE_H
