//===- Roofline.h - how long machines take at least -------------*- C++ -*-===//

#ifndef ATTN_TOOLS_ATTNEXPLAIN_ROOFLINE_H
#define ATTN_TOOLS_ATTNEXPLAIN_ROOFLINE_H

#include "codegen/TargetDescription.h"

#include <optional>
#include <string>

namespace attnexplain {

struct Machine {
  std::string name;
  double peakGflops, bandwidthGbs;
};

/// One core of a target: two multiply-adds of a register in a cycle (or half of
/// that, without the instruction), or what it multiplies as pairs of bf16 in
/// that time, at a clock and beside a memory that are assumed.
Machine oneCore(const mlir::attn::TargetDescription &target, bool pairs);
constexpr double kAssumedGhz = 3, kAssumedGbs = 10;

/// What one attention op costs, whatever the machine.
struct Work {
  double keptFlops, visitedFlops;
  /// Every array read or written once.
  double bytes;
};

/// What the cost model expects of a plan for a machine that kernels are made
/// for.
struct Prediction {
  double peakFlops; ///< what the machine could do at its peak in the same time
  double speedup;   ///< over the same without a mask
};

struct RooflineEntry {
  Machine machine;
  Work work; ///< with the plan for this machine
  std::optional<Prediction> prediction;

  double computeSeconds() const;
  double memorySeconds() const;
  double boundSeconds() const;
  bool isBoundByMemory() const { return memorySeconds() > computeSeconds(); }
  /// None without a prediction; never below the bound.
  std::optional<double> predictedSeconds() const;
  /// GFLOP/s on kept pairs.
  std::optional<double> predictedGflops() const;
};

} // namespace attnexplain

#endif // ATTN_TOOLS_ATTNEXPLAIN_ROOFLINE_H
