//===- PlanAttention.cpp - chooses query tile and query group -------------===//

#include "passes/ChoosePlan.h"
#include "passes/Passes.h"

namespace mlir::attn {

#define GEN_PASS_DEF_PLANATTENTION
#include "passes/Passes.h.inc"

namespace {

struct PlanAttention : impl::PlanAttentionBase<PlanAttention> {
  using PlanAttentionBase::PlanAttentionBase;

  void runOnOperation() override {
    MachineModel machine{vectorLanes, accumulators, l2Bytes};
    getOperation().walk([&](AttentionOp op) {
      if (!op.getPlan())
        op.setPlanAttr(choosePlan(op, machine));
    });
  }
};

} // namespace

} // namespace mlir::attn
