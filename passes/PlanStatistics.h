//===- PlanStatistics.h - how a plan relates to its mask --------*- C++ -*-===//

#ifndef ATTN_PASSES_PLANSTATISTICS_H
#define ATTN_PASSES_PLANSTATISTICS_H

#include "passes/PlanAnalysis.h"

#include <optional>
#include <string>

namespace mlir::attn {

/// How the numbers of a plan relate to the mask, over all batches and heads.
struct PlanStatistics {
  std::string pattern; ///< the mask in a few words
  double allPairs = 0, keptPairs = 0, visitedPairs = 0;
  double fullShare = 0; ///< of the visited pairs, those without mask code
  double flopsKept = 0; ///< 2 (D + Dv) a kept pair
  /// Pairs up to the causal line, if the mask by its form ends there.
  std::optional<double> trianglePairs;

  double density() const { return allPairs ? keptPairs / allPairs : 0; }
  double idealSpeedup() const { return keptPairs ? allPairs / keptPairs : 0; }
};

/// `op` has a plan; the sizes are the actual ones.
PlanStatistics computePlanStatistics(
    AttentionOp op, int64_t batch, MaskSizes sizes,
    const ::attn::MaskVars::TableContents *contents = nullptr);

/// The pairs that the kernel visits, and those of them without mask code: a
/// quick part of the statistics.
struct VisitedPairs {
  double all = 0, full = 0;

  void operator+=(const VisitedPairs &other) {
    all += other.all;
    full += other.full;
  }
};
VisitedPairs
countVisitedPairs(AttentionOp op, int64_t batch, MaskSizes sizes,
                  const ::attn::MaskVars::TableContents *contents = nullptr);

} // namespace mlir::attn

#endif // ATTN_PASSES_PLANSTATISTICS_H
