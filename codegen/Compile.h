//===- Compile.h - a spec becomes kernels in this process -------*- C++ -*-===//
//
// The whole way from a module of attn.attention ops to callable kernels, for
// tools and applications that compile in process.
//
//===----------------------------------------------------------------------===//

#ifndef ATTN_CODEGEN_COMPILE_H
#define ATTN_CODEGEN_COMPILE_H

#include "codegen/Jit.h"
#include "dialect/AttnOps.h"
#include "runtime/attn.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/DialectRegistry.h"
#include "llvm/ADT/StringMap.h"

#include <memory>
#include <string>

namespace mlir::attn {

/// Every dialect and interface that compileSpec needs.
void registerCompileDialects(DialectRegistry &registry);

/// Kernels that are compiled, and what calls them.
class CompiledSpec {
public:
  ~CompiledSpec();

  /// The functions of the spec, with an attn.launch for every attn.attention,
  /// and the kernels in online form.
  ModuleOp host() const { return *hostModule; }

  /// The attention op that a kernel was made of, with its plan.
  AttentionOp attention(llvm::StringRef kernelName) const;

  /// The kernel that an attn.launch names; null if there is none. Valid as
  /// long as this object lives.
  const attn_kernel *kernel(llvm::StringRef name) const;

private:
  friend llvm::Expected<std::unique_ptr<CompiledSpec>>
  compileSpec(ModuleOp spec, const std::string &target);
  CompiledSpec();

  struct Kernel;
  static std::unique_ptr<Kernel> describe(func::FuncOp function);

  OwningOpRef<ModuleOp> plannedModule, hostModule;
  std::unique_ptr<Jit> jit;
  llvm::StringMap<std::unique_ptr<Kernel>> kernels;
};

/// Compiles a copy of `spec` for `target` (a name that lookupTarget knows),
/// with up to four threads of its context.
llvm::Expected<std::unique_ptr<CompiledSpec>>
compileSpec(ModuleOp spec, const std::string &target);

} // namespace mlir::attn

#endif // ATTN_CODEGEN_COMPILE_H
