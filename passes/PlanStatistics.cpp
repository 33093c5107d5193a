//===- PlanStatistics.cpp - how a plan relates to its mask ----------------===//

#include "passes/PlanStatistics.h"
#include "passes/PlanAnalysis.h"

using namespace mlir;
using namespace mlir::attn;

PlanStatistics mlir::attn::computePlanStatistics(AttentionOp op, int64_t batch,
                                                 int64_t queryHeads,
                                                 int64_t numQueries,
                                                 int64_t numKeys) {
  PlanStatistics statistics;
  statistics.pattern = describeMask(op.getMask());
  PlanAttr plan = *op.getPlan();
  double heads = double(batch) * queryHeads;
  statistics.allPairs = heads * numQueries * numKeys;
  if (statistics.allPairs == 0)
    return statistics;
  PlanAnalysis analysis(op.getMask(), plan.getSpace(), numQueries, numKeys);
  double visited = 0, full = 0;
  for (int64_t n = 0, e = analysis.numTiles(plan.getTile()); n < e; ++n) {
    IndexBox tile = analysis.tile(plan.getTile(), n);
    if (volume(tile) == 0)
      continue;
    for (const KeyBox &box : analysis.keyBoxes(tile)) {
      visited += volume(box.keys);
      full += volume(box.core);
    }
  }
  statistics.visitedPairs = heads * plan.getLanes() * visited;
  statistics.fullShare = visited ? full / visited : 0;
  statistics.keptPairs = heads * analysis.keptPairs();
  statistics.flopsKept =
      2.0 * (op.getHeadSize() + op.getValueSize()) * statistics.keptPairs;
  return statistics;
}
