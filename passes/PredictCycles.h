//===- PredictCycles.h - how fast a plan is expected to be ------*- C++ -*-===//

#ifndef ATTN_PASSES_PREDICTCYCLES_H
#define ATTN_PASSES_PREDICTCYCLES_H

#include "dialect/AttnOps.h"
#include "passes/CostModel.h"

namespace mlir::attn {

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

#endif // ATTN_PASSES_PREDICTCYCLES_H
