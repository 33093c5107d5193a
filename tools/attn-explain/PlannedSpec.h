//===- PlannedSpec.h - a spec with plans and sizes --------------*- C++ -*-===//

#ifndef ATTN_TOOLS_ATTNEXPLAIN_PLANNEDSPEC_H
#define ATTN_TOOLS_ATTNEXPLAIN_PLANNEDSPEC_H

#include "tools/attn-run/Shapes.h"
#include "tools/attn-run/Spec.h"

#include "codegen/TargetDescription.h"

#include "mlir/IR/MLIRContext.h"

#include <map>
#include <memory>

namespace attnexplain {

/// A spec and what is known about its arguments.
struct SpecSource {
  std::string path, entry;
  /// .npy files, one for each argument; or else
  std::vector<std::string> files;
  /// what is known of sizes that the spec leaves open, NAME=N, and of
  /// arguments that are numbers, ARG:VALUE.
  std::vector<std::string> sizes, numbers;
};

class PlannedSpec {
public:
  using TableContents = ::attn::MaskVars::TableContents;

  /// Reads the spec and plans its entry as attn-run does. Sizes that nobody
  /// gives are assumed; those that do not fit together are errors.
  llvm::Error read(const SpecSource &source,
                   const mlir::attn::TargetDescription &target);

  mlir::func::FuncOp entry() const;
  llvm::SmallVector<mlir::attn::AttentionOp> attentions() const;

  /// Of an operand or result of an attention op.
  llvm::ArrayRef<int64_t> shapeOf(mlir::Value value) const {
    return shapes.find(value)->second;
  }
  /// Of run-time tables; empty if they are not known.
  const TableContents &tables() const { return contents; }

  /// Sizes such as "N = 4096".
  llvm::ArrayRef<std::string> assumedSizes() const { return assumed; }

private:
  llvm::Error readShapes(const SpecSource &source);
  llvm::Error plan(const mlir::attn::TargetDescription &target);
  llvm::Error findShapes();
  int64_t assumeSize(unsigned argument, llvm::StringRef name);

  mlir::DialectRegistry registry;
  std::unique_ptr<mlir::MLIRContext> context;
  std::optional<attnrun::Spec> spec;
  mlir::OwningOpRef<mlir::ModuleOp> planned;
  std::vector<attnrun::Shape> argumentShapes;
  std::vector<std::string> assumed;
  llvm::DenseMap<mlir::Value, attnrun::Shape> shapes;
  std::map<unsigned, std::vector<int64_t>> integers; ///< of known arguments
  TableContents contents;
};

} // namespace attnexplain

#endif // ATTN_TOOLS_ATTNEXPLAIN_PLANNEDSPEC_H
