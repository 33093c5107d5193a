//===- Spec.h - the spec that is run ----------------------------*- C++ -*-===//

#ifndef ATTN_TOOLS_ATTNRUN_SPEC_H
#define ATTN_TOOLS_ATTNRUN_SPEC_H

#include "runtime/attn.h"

#include "dialect/AttnOps.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/Diagnostics.h"
#include "llvm/Support/Error.h"

#include <optional>
#include <string>

namespace attnrun {

/// Keeps the first error that MLIR reports, with its notes in one line;
/// warnings go to standard error.
class FirstError {
public:
  explicit FirstError(mlir::MLIRContext *context);

  /// What was reported, or if nothing was, `otherwise`.
  llvm::Error take(llvm::Error otherwise);

private:
  std::string text;
  mlir::ScopedDiagnosticHandler handler;
};

/// FILE:LINE:COLUMN, as far as it is known.
std::string locationText(mlir::Location location);

/// The element type of arrays for a tensor or a number, if there is one.
std::optional<attn_type> elementTypeOf(mlir::Value argument);

class Spec {
public:
  /// Reads `path` (`-`: stdin), finds the function to run, by default `main` or
  /// the only one, and makes sure that it holds masks and attention only.
  static llvm::Expected<Spec> read(llvm::StringRef path, llvm::StringRef entry,
                                   mlir::MLIRContext *context);

  mlir::func::FuncOp entry() const { return function; }
  /// In the order of the function.
  llvm::ArrayRef<mlir::attn::AttentionOp> attentions() const { return ops; }

  /// With other functions too.
  mlir::ModuleOp wholeModule() const { return module.get(); }
  /// A module with the entry alone, which also returns, after its own results,
  /// all results of all its attention ops in order.
  mlir::OwningOpRef<mlir::ModuleOp> exposeAttention() const;

  /// A module with the same problems without masks, a function for each, and
  /// for every attention op the name of its function.
  mlir::OwningOpRef<mlir::ModuleOp>
  makeDense(llvm::SmallVectorImpl<std::string> &names) const;

private:
  mlir::OwningOpRef<mlir::ModuleOp> module;
  mlir::func::FuncOp function;
  llvm::SmallVector<mlir::attn::AttentionOp> ops;
};

} // namespace attnrun

#endif // ATTN_TOOLS_ATTNRUN_SPEC_H
