//===- Program.h - kernels with their arrays, and their times ---*- C++ -*-===//

#ifndef ATTN_TOOLS_ATTNRUN_PROGRAM_H
#define ATTN_TOOLS_ATTNRUN_PROGRAM_H

#include "tools/attn-run/Array.h"

#include "codegen/Compile.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "llvm/ADT/STLFunctionalExtras.h"

#include <optional>
#include <vector>

namespace attnrun {

/// One kernel and what it works on, checked by the runtime.
struct Launch {
  const attn_kernel *kernel;
  llvm::SmallVector<attn_array> arrays;
  /// Units of all the work.
  int64_t units = 0;
};

using Program = std::vector<Launch>;

/// Makes the array for a result of a kernel. It outlives the program.
using Allocate = llvm::function_ref<llvm::Expected<Array *>(
    attn_type, llvm::ArrayRef<int64_t> shape)>;

/// The array of a constant of a type that arrays have.
llvm::Expected<Array *> makeConstant(mlir::Operation &constant,
                                     Allocate allocate);

/// Follows a compiled function: appends its launches to `program` and returns
/// the arrays of its results.
llvm::Expected<llvm::SmallVector<Array *>> bindFunction(
    mlir::func::FuncOp function, const mlir::attn::CompiledSpec &compiled,
    llvm::ArrayRef<Array *> arguments, Allocate allocate, Program &program);

struct Timing {
  /// Medians over the repetitions.
  double seconds = 0;
  std::optional<double> denseSeconds;
  /// The dense time was taken from this many units of all.
  int64_t denseUnits = 0, allDenseUnits = 0;
};

/// Runs `program` `repeat` times, each time after a part of `dense` of about a
/// second at most, so that both see the same state of the machine. Both may
/// write to the same arrays; what stays there is from `program`.
llvm::Expected<Timing> measure(const Program &program, const Program &dense,
                               unsigned repeat, unsigned threads);

} // namespace attnrun

#endif // ATTN_TOOLS_ATTNRUN_PROGRAM_H
