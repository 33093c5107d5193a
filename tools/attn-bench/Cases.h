//===- Cases.h - what is measured -------------------------------*- C++ -*-===//

#ifndef ATTN_TOOLS_ATTNBENCH_CASES_H
#define ATTN_TOOLS_ATTNBENCH_CASES_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"

#include <string>

namespace attnbench {

/// What a figure is a share of.
enum class Yardstick { F32Peak, Bf16Peak, Ideal };

/// One pattern, B = H = 1, Nq = Nk, D = Dv.
struct Case {
  llvm::StringRef name;
  int64_t length, depth;
  llvm::StringRef type; ///< f32 or bf16
  llvm::StringRef mask; ///< lines of a spec that make %m; none: dense
  Yardstick yardstick;
  /// The share to reach on a CPU with two 512-bit multiply-add units, and on
  /// one with a single unit.
  double target, targetOneUnit;

  std::string spec() const;
  std::string denseSpec() const;
};

llvm::ArrayRef<Case> allCases();

} // namespace attnbench

#endif // ATTN_TOOLS_ATTNBENCH_CASES_H
