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
    MachineModel machine{vectorLanes, l1Bytes,       l2Bytes,    pairSpeed,
                         pairLanes,   farLineCycles, permuteCost};
    if (std::string fault = machine.fault(); !fault.empty()) {
      getOperation()->emitError(fault);
      return signalPassFailure();
    }
    WalkResult result = getOperation().walk([&](AttentionOp op) {
      if (failed(verifyMadeByMaskOps(op, op.getMask())))
        return WalkResult::interrupt();
      if (!op.hasPlan())
        planAttention(op, machine);
      return WalkResult::advance();
    });
    if (result.wasInterrupted())
      signalPassFailure();
  }
};

} // namespace

} // namespace mlir::attn
