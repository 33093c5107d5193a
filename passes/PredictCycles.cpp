//===- PredictCycles.cpp - how fast a plan is expected to be --------------===//

#include "passes/PredictCycles.h"
#include "passes/ChoosePlan.h"
#include "passes/TileSum.h"

using namespace mlir;
using namespace mlir::attn;
using ::attn::IndexSpace;

PredictedCycles
mlir::attn::predictCycles(AttentionOp op, const MachineModel &machine,
                          MaskSizes sizes,
                          const ::attn::MaskVars::TableContents *contents) {
  if (sizes.queries == 0 || sizes.keys == 0)
    return {};
  SmallVector<HeadPart> parts = op.getHeadParts();
  auto costModel = [&](bool pairs) {
    return CostModel(machine, op.getHeadSize(), op.getValueSize(), pairs);
  };
  constexpr int64_t samples = 512;
  auto cyclesPerQuery = [&](CostModel cost, Value mask, const IndexSpace &space,
                            ArrayRef<int64_t> tile, ArrayRef<int64_t> group,
                            int64_t lanes, int64_t slab, bool halves,
                            bool slides) {
    PlanAnalysis analysis(mask, space, sizes, contents);
    PlanAnalysis::MaskCode code = analysis.maskCode();
    cost.setMaskCode(code.ofPairs, code.ofKeys);
    TileSum sum(tile, lanes, halves, slides);
    sum.add(analysis, cost, samples);
    double cycles = sum.perQuery();
    if (space.hasDiagonals())
      return cycles;
    SmallVector<int64_t> extents;
    double tiles = 1;
    for (auto [t, g] : llvm::zip_equal(tile, group)) {
      extents.push_back(t * g);
      tiles *= g;
    }
    double keys = keysPerQuery(analysis, extents, samples);
    // On several axes every tile of the group asks what it needs of a slab.
    if (space.size() > 1)
      cycles += keys / slab * tiles * cost.planning();
    return cycles + keys * cost.stagedKey(sizes.keys);
  };
  double dense = 0;
  CostModel ofDense = costModel(mayMultiplyPairs(op, machine));
  for (int64_t lanes : {64, 32, 16}) {
    int64_t slab = ofDense.slab(lanes);
    double cycles =
        cyclesPerQuery(ofDense, Value(), IndexSpace({}, {}), lanes,
                       ofDense.tilesPerGroup(lanes, slab), lanes, slab,
                       /*halves=*/false, /*slides=*/false);
    dense = dense ? std::min(dense, cycles) : cycles;
  }
  double masked = 0;
  for (const HeadPart &part : parts) {
    PlanAttr plan = part.plan;
    masked += cyclesPerQuery(costModel(plan.multipliesPairs()), part.mask,
                             plan.getSpace(), plan.getTile(), plan.getGroup(),
                             plan.getLanes(), plan.getSlab(), plan.getHalves(),
                             plan.getSlides()) /
              parts.size();
  }
  return {masked, dense};
}

double mlir::attn::predictSpeedup(AttentionOp op, const MachineModel &machine,
                                  MaskSizes sizes) {
  return predictCycles(op, machine, sizes).speedup();
}
