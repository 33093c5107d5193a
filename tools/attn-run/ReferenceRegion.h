//===- ReferenceRegion.h - regions of users, interpreted --------*- C++ -*-===//
//
// Runs the region of attn.predicate or attn.score_mod for one query and one
// key: integers of 64 bits and f64, op by op.
//
//===----------------------------------------------------------------------===//

#ifndef ATTN_TOOLS_ATTNRUN_REFERENCEREGION_H
#define ATTN_TOOLS_ATTNRUN_REFERENCEREGION_H

#include "mlir/IR/Operation.h"
#include "llvm/ADT/DenseMap.h"

#include <functional>

namespace attnrun {

class RegionInterpreter {
public:
  struct Number {
    int64_t integer = 0;
    double real = 0;
  };
  /// The element of a table of a lookup.
  using Lookup =
      std::function<Number(mlir::Value table, llvm::ArrayRef<int64_t> at)>;

  explicit RegionInterpreter(Lookup lookup) : lookup(std::move(lookup)) {}

  /// What the region yields for these arguments.
  Number run(mlir::Region &region, llvm::ArrayRef<Number> arguments);

private:
  Number get(mlir::Value value);
  Number compute(mlir::Operation &op);
  int64_t computeInteger(mlir::Operation &op, int64_t x, int64_t y);
  double computeReal(mlir::Operation &op, double x, double y);

  Lookup lookup;
  llvm::DenseMap<mlir::Value, Number> numbers;
};

} // namespace attnrun

#endif // ATTN_TOOLS_ATTNRUN_REFERENCEREGION_H
