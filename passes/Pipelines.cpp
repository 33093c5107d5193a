//===- Pipelines.cpp - pipelines that tools share -------------------------===//

#include "passes/Pipelines.h"
#include "passes/Passes.h"

using namespace mlir;
using namespace mlir::attn;

void mlir::attn::buildPlanPipeline(OpPassManager &pm,
                                   const MachineModel &machine) {
  pm.addPass(createProveClaims());
  pm.addNestedPass<func::FuncOp>(createSimplifyMasks());
  PlanAttentionOptions options;
  options.vectorLanes = machine.vectorLanes;
  options.l1Bytes = machine.l1Bytes;
  options.l2Bytes = machine.l2Bytes;
  options.pairSpeed = machine.pairSpeed;
  options.pairLanes = machine.pairLanes;
  options.farLineCycles = machine.farLineCycles;
  options.permuteCost = machine.permuteCost;
  pm.addNestedPass<func::FuncOp>(createPlanAttention(options));
}

void mlir::attn::buildTilePipeline(OpPassManager &pm, bool asksAhead) {
  pm.addPass(createExtractKernels());
  pm.addPass(createExpandOnline({asksAhead}));
}
