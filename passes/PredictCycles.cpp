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
  SmallVector<PlanPart> parts = op.getPlanParts();
  auto costModel = [&](bool pairs) {
    return CostModel(machine, op.getHeadSize(), op.getValueSize(), pairs);
  };
  constexpr int64_t samples = 512, fewer = 64;
  auto cyclesPerQuery = [&](CostModel cost, const PartMask &mask,
                            PlanAttr plan) {
    IndexSpace space = plan.getSpace();
    PlanAnalysis analysis(mask, space, sizes, contents, /*known=*/{},
                          op.getMaskSizes());
    PlanAnalysis::MaskCode code = analysis.maskCode();
    cost.setMaskCode(code.ofPairs, code.ofKeys);
    TileSum sum(plan.getTile(), plan.getLanes(), plan.getHalves(),
                plan.getSlides());
    sum.add(analysis, cost, samples);
    double cycles = sum.perQuery();
    if (mask.isRest)
      cycles += cost.resume(plan.getLanes()) / double(plan.getTile()[0]);
    if (space.hasDiagonals())
      return cycles;
    double keys = keysReadPerQuery(analysis, plan, fewer);
    // On several axes every tile of the group asks what it needs of a slab.
    if (space.size() > 1)
      cycles +=
          keys / plan.getSlab() * plan.getTilesPerGroup() * cost.planning();
    return cycles + keys * cost.stagedKey(sizes.keys);
  };
  double dense = 0;
  CostModel ofDense = costModel(mayMultiplyPairs(op, machine));
  for (int64_t lanes : {64, 32, 16}) {
    int64_t slab = ofDense.slab(lanes);
    auto plan = PlanAttr::get(op.getContext(), {}, {}, {}, lanes,
                              ofDense.tilesPerGroup(lanes, slab), lanes, slab,
                              Type(), /*diagonals=*/false, /*halves=*/false,
                              /*slides=*/false);
    double cycles = cyclesPerQuery(ofDense, Value(), plan);
    dense = dense ? std::min(dense, cycles) : cycles;
  }
  double masked = 0;
  for (const PlanPart &part : parts)
    masked += cyclesPerQuery(costModel(part.plan.multipliesPairs()), part.mask,
                             part.plan) /
              part.count;
  return {masked, dense};
}

double mlir::attn::predictSpeedup(AttentionOp op, const MachineModel &machine,
                                  MaskSizes sizes) {
  return predictCycles(op, machine, sizes).speedup();
}
