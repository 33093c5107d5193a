//===- Shapes.h - the shapes of a spec's arguments --------------*- C++ -*-===//

#ifndef ATTN_TOOLS_ATTNRUN_SHAPES_H
#define ATTN_TOOLS_ATTNRUN_SHAPES_H

#include "dialect/AttnOps.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/Support/Error.h"

#include <string>
#include <utility>
#include <vector>

namespace attnrun {

using Shape = llvm::SmallVector<int64_t, 4>;

/// A number is an array of one element.
mlir::ShapedType typeOfArgument(mlir::func::FuncOp entry, unsigned argument);
bool isNumber(mlir::func::FuncOp entry, unsigned argument);

/// The sizes of a type; -1 where they are dynamic.
Shape openShape(mlir::ShapedType type);
bool fits(llvm::ArrayRef<int64_t> shape, llvm::ArrayRef<int64_t> open);

/// The tables of masks that are this argument, with an attention op that uses
/// the mask.
llvm::SmallVector<std::pair<mlir::attn::MaskTable, mlir::attn::AttentionOp>>
tablesOfArgument(mlir::func::FuncOp entry, unsigned argument);

/// Argument 0 (q), by the attention ops that use it.
std::string nameOfArgument(mlir::func::FuncOp entry, unsigned argument);

/// Finds the shapes of the arguments from --size and --shape.
class ShapeSolver {
public:
  explicit ShapeSolver(mlir::func::FuncOp entry);

  /// ARG:1x8x4096x64 and NAME=N, in any order.
  llvm::Error add(llvm::ArrayRef<std::string> shapes,
                  llvm::ArrayRef<std::string> sizes);

  /// What is still open and has names is what `choose` makes of the most
  /// general one: B, H, Hkv, N, or that of a table.
  void fill(llvm::function_ref<int64_t(unsigned argument, llvm::StringRef name)>
                choose);

  /// All shapes, or what is missing.
  llvm::Expected<std::vector<Shape>> take();

private:
  llvm::Error addShape(llvm::StringRef text);
  llvm::Error addSize(llvm::StringRef text);
  /// The names of a dimension, the most telling first.
  llvm::SmallVector<llvm::StringRef> namesOf(unsigned argument,
                                             unsigned dimension);
  llvm::Error setSize(unsigned argument, unsigned dimension,
                      llvm::StringRef name, int64_t value);

  mlir::func::FuncOp entry;
  std::vector<Shape> shapes;
};

} // namespace attnrun

#endif // ATTN_TOOLS_ATTNRUN_SHAPES_H
