//===- Planning.h - what planning costs -------------------------*- C++ -*-===//

#ifndef ATTN_TOOLS_ATTNBENCH_PLANNING_H
#define ATTN_TOOLS_ATTNBENCH_PLANNING_H

#include "tools/attn-bench/Cases.h"

#include "mlir/IR/MLIRContext.h"
#include "llvm/Support/Error.h"

namespace attnbench {

/// Prints the head of the table of planning.
void printPlanningTitle();

/// Plans a case in the compiler and lists its key boxes with the planner of the
/// kernel; prints a row of the table.
llvm::Error runPlanningCase(mlir::MLIRContext &context, const PlanningCase &c,
                            unsigned rounds);

} // namespace attnbench

#endif // ATTN_TOOLS_ATTNBENCH_PLANNING_H
