//===- PlanStatistics.h - how a plan relates to its mask --------*- C++ -*-===//

#ifndef ATTN_PASSES_PLANSTATISTICS_H
#define ATTN_PASSES_PLANSTATISTICS_H

#include "passes/PlanAnalysis.h"

#include <optional>
#include <string>

namespace mlir::attn {

/// Key boxes of a head that reports list, which takes seconds.
constexpr int64_t kMostReportedBoxes = 1 << 21;

/// How the numbers of a plan relate to the mask, over all batches and heads.
struct PlanStatistics {
  std::string pattern; ///< the mask in a few words
  double allPairs = 0, keptPairs = 0, visitedPairs = 0;
  double fullShare = 0; ///< of the visited pairs, those without mask code
  double flopsKept = 0; ///< 2 (D + Dv) a kept pair
  /// Pairs up to the causal line, if the mask ends there.
  std::optional<double> trianglePairs;
  /// Query tiles, and those of them in which pairs were counted: where these
  /// are fewer, numbers of pairs are estimates.
  int64_t tiles = 0, countedTiles = 0;

  double density() const { return allPairs ? keptPairs / allPairs : 0; }
  double idealSpeedup() const { return keptPairs ? allPairs / keptPairs : 0; }
};

/// `op` has a plan; the sizes are the actual ones. Counting lists the key boxes
/// of every tile, some hundred thousand a second. With `mostBoxes`, where a
/// head has more than so many, tiles with one in 128 of that stand for all, but
/// 512 at least.
PlanStatistics
computePlanStatistics(AttentionOp op, int64_t batch, MaskSizes sizes,
                      const ::attn::MaskVars::TableContents *contents = nullptr,
                      std::optional<int64_t> mostBoxes = std::nullopt);

/// The pairs that the kernel visits, and those of them without mask code: a
/// quick part of the statistics.
struct VisitedPairs {
  double all = 0, full = 0;

  void add(const VisitedPairs &other, double weight) {
    all += weight * other.all;
    full += weight * other.full;
  }
};
VisitedPairs
countVisitedPairs(AttentionOp op, int64_t batch, MaskSizes sizes,
                  const ::attn::MaskVars::TableContents *contents = nullptr,
                  std::optional<int64_t> mostBoxes = std::nullopt);

} // namespace mlir::attn

#endif // ATTN_PASSES_PLANSTATISTICS_H
