//===- ChoosePlan.h - the plan of an attention op ---------------*- C++ -*-===//

#ifndef ATTN_PASSES_CHOOSEPLAN_H
#define ATTN_PASSES_CHOOSEPLAN_H

#include "dialect/AttnOps.h"
#include "passes/CostModel.h"
#include "passes/PlanAnalysis.h"

namespace mlir::attn {

/// Gives the op the cheapest plan of those tried; plans by head where those of
/// an attn.per_head are cheaper.
void planAttention(AttentionOp op, const MachineModel &machine);

/// Cycles of a query on one core: with the op's plan, and without its mask.
struct PredictedCycles {
  double masked = 1, dense = 1;

  double speedup() const { return dense / masked; }
};
PredictedCycles
predictCycles(AttentionOp op, const MachineModel &machine, MaskSizes sizes,
              const ::attn::MaskVars::TableContents *contents = nullptr);

/// How much faster than without its mask the op is expected to be with its
/// plan.
double predictSpeedup(AttentionOp op, const MachineModel &machine,
                      MaskSizes sizes);

} // namespace mlir::attn

#endif // ATTN_PASSES_CHOOSEPLAN_H
