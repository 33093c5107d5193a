//===- Planner.h - the planner of a kernel, alone ---------------*- C++ -*-===//
//
// A kernel plans while it computes. To see what that costs, its tile ops are
// left out of it and counters put in their place; what remains computes the key
// boxes and does nothing with them.
//
//===----------------------------------------------------------------------===//

#ifndef ATTN_TOOLS_ATTNBENCH_PLANNER_H
#define ATTN_TOOLS_ATTNBENCH_PLANNER_H

#include "codegen/Jit.h"
#include "dialect/AttnOps.h"
#include "runtime/attn.h"

namespace attnbench {

/// What the planner found for all query tiles.
struct Listing {
  int64_t pairs = 0;   ///< lanes of tiles x keys of their boxes
  int64_t boxes = 0;   ///< full ones and others
  int64_t partial = 0; ///< those with keys that need mask code
  double seconds = 0;
};

class Planner {
public:
  /// That of the only attention op of `planned`, which has a plan. It lists the
  /// boxes of every query tile by itself, each box as a whole: groups and slabs
  /// of the plan are left out.
  static llvm::Expected<Planner> create(mlir::ModuleOp planned);

  /// `tables` are the contents of run-time tables in the order of arguments.
  /// Every `step`-th query tile stands for so many.
  Listing run(llvm::ArrayRef<std::vector<int32_t>> tables,
              int64_t step = 1) const;
  int64_t units(llvm::ArrayRef<std::vector<int32_t>> tables) const;

private:
  using Descriptors = std::vector<std::vector<int64_t>>;
  Descriptors describe(llvm::ArrayRef<std::vector<int32_t>> tables) const;

  std::unique_ptr<mlir::attn::Jit> jit;
  mlir::attn::KernelEntry entry;
  std::vector<attn_array> arrays; ///< of each parameter, without data
  int64_t counters = 0;           ///< an offset in the scratch
};

} // namespace attnbench

#endif // ATTN_TOOLS_ATTNBENCH_PLANNER_H
