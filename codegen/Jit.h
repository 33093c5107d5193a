//===- Jit.h - kernels compiled in this process -----------------*- C++ -*-===//

#ifndef ATTN_CODEGEN_JIT_H
#define ATTN_CODEGEN_JIT_H

#include "codegen/TargetDescription.h"

#include "mlir/IR/BuiltinOps.h"

namespace llvm::orc {
class LLJIT;
} // namespace llvm::orc

namespace mlir::attn {

/// The entry points of a kernel, see codegen/ObjectFile.h.
struct KernelEntry {
  int64_t (*units)(void **descriptors) = nullptr;
  int64_t (*scratchBytes)(void **descriptors) = nullptr;
  void (*run)(void **descriptors, int64_t begin, int64_t end,
              void *scratch) = nullptr;
};

/// Owns machine code; what it hands out is valid as long as it lives.
class Jit {
public:
  /// Compiles `module`, which is in the LLVM dialect, for `target`, which this
  /// machine must be able to run. If it holds modules (attn-partition), each
  /// takes one thread of its context.
  static llvm::Expected<std::unique_ptr<Jit>>
  create(ModuleOp module, const TargetDescription &target);

  ~Jit();

  llvm::Expected<KernelEntry> kernel(llvm::StringRef name) const;

  /// The address of any visible symbol.
  llvm::Expected<void *> lookup(llvm::StringRef symbol) const;

private:
  explicit Jit(std::unique_ptr<llvm::orc::LLJIT> jit);

  std::unique_ptr<llvm::orc::LLJIT> jit;
};

} // namespace mlir::attn

#endif // ATTN_CODEGEN_JIT_H
