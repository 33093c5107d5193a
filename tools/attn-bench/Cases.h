//===- Cases.h - what is measured -------------------------------*- C++ -*-===//

#ifndef ATTN_TOOLS_ATTNBENCH_CASES_H
#define ATTN_TOOLS_ATTNBENCH_CASES_H

#include "dialect/AttnOps.h"

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"

#include <string>
#include <vector>

namespace attnbench {

/// A run-time table of a mask: the argument %NAME of the spec.
struct Table {
  llvm::StringRef name;
  std::vector<int32_t> (*make)(int64_t length);
};

/// One pattern, B = 1, Nq = Nk, D = Dv.
struct Problem {
  int64_t length, depth;
  llvm::StringRef type; ///< f32 or bf16
  std::string mask;     ///< lines of a spec that make %m; none: dense
  std::vector<Table> tables = {};
  int64_t heads = 1;

  std::string spec() const;
  std::string denseSpec() const;
};

/// What the tables of a problem's attention op hold.
::attn::MaskVars::TableContents tableContents(mlir::attn::AttentionOp op,
                                              const Problem &problem);

/// What a figure is a share of.
enum class Yardstick { F32Peak, Bf16Peak, Ideal };

struct Case {
  llvm::StringRef name;
  Problem problem;
  Yardstick yardstick;
  /// The share to reach on a CPU with two 512-bit multiply-add units, and on
  /// one with a single unit.
  double target, targetOneUnit;
};

llvm::ArrayRef<Case> allCases();

/// What planning is measured with: every mask op.
struct PlanningCase {
  llvm::StringRef name;
  Problem problem;
  /// Whether the key boxes of a tile follow from a formula: no table, nothing
  /// that is searched for.
  bool isClosed;
};

llvm::ArrayRef<PlanningCase> allPlanningCases();

} // namespace attnbench

#endif // ATTN_TOOLS_ATTNBENCH_CASES_H
