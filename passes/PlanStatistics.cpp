//===- PlanStatistics.cpp - how a plan relates to its mask ----------------===//

#include "passes/PlanStatistics.h"

using namespace mlir;
using namespace mlir::attn;

PlanStatistics mlir::attn::computePlanStatistics(
    AttentionOp op, int64_t batch, MaskSizes sizes,
    const ::attn::MaskVars::TableContents *contents) {
  PlanStatistics statistics;
  statistics.pattern = describeMask(op.getMask());
  PlanAttr plan = *op.getPlan();
  statistics.allPairs =
      double(batch) * sizes.heads * sizes.queries * sizes.keys;
  if (statistics.allPairs == 0)
    return statistics;
  PlanAnalysis analysis(op.getMask(), plan.getSpace(), sizes, contents);
  double visited = 0, full = 0;
  for (PlanAnalysis::HeadClass heads : analysis.headClasses()) {
    analysis.setHead(heads.head);
    double factor = double(batch) * heads.count;
    for (int64_t n = 0, e = analysis.numTiles(plan.getTile()); n < e; ++n) {
      IndexBox tile = analysis.tile(plan.getTile(), n);
      if (volume(tile) == 0)
        continue;
      for (const KeyBox &box : analysis.keyBoxes(tile)) {
        visited += factor * volume(box.keys);
        full += factor * volume(box.core);
      }
    }
    statistics.keptPairs += factor * analysis.keptPairs();
  }
  statistics.visitedPairs = plan.getLanes() * visited;
  statistics.fullShare = visited ? full / visited : 0;
  statistics.flopsKept =
      2.0 * (op.getHeadSize() + op.getValueSize()) * statistics.keptPairs;
  return statistics;
}
