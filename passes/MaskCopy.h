//===- MaskCopy.h - masks and modifications within a kernel -----*- C++ -*-===//
//
// A kernel states the mask and the modifications of its attention op again, on
// arrays where the spec has run-time tables. Used where kernels are outlined.
//
//===----------------------------------------------------------------------===//

#ifndef ATTN_PASSES_MASKCOPY_H
#define ATTN_PASSES_MASKCOPY_H

#include "dialect/AttnOps.h"

#include "mlir/IR/IRMapping.h"
#include "mlir/IR/ImplicitLocOpBuilder.h"

namespace mlir::attn {

/// Copies ops to where `b` stands, each once. An array, a memref of the type
/// that getTableType says, stands for each of the tables.
class MaskCopy {
public:
  template <typename Tables>
  MaskCopy(ImplicitLocOpBuilder &b, const Tables &tables,
           ArrayRef<Value> arrays)
      : b(b) {
    for (auto [table, array] : llvm::zip_equal(tables, arrays))
      mapping.map(table.values, array);
  }

  /// With the ops that make it. Null stays null.
  Value mask(Value mask);
  /// Modifications of scores, in order.
  SmallVector<Value> score(ValueRange modifications);

private:
  void copy(Operation *op);

  ImplicitLocOpBuilder &b;
  IRMapping mapping;
};

} // namespace mlir::attn

#endif // ATTN_PASSES_MASKCOPY_H
