//===- ChoosePlan.h - the plan of an attention op ---------------*- C++ -*-===//

#ifndef ATTN_PASSES_CHOOSEPLAN_H
#define ATTN_PASSES_CHOOSEPLAN_H

#include "dialect/AttnOps.h"
#include "passes/CostModel.h"

namespace mlir::attn {

/// Whether products may take pairs of bf16.
bool mayMultiplyPairs(AttentionOp op, const MachineModel &machine);

/// Gives the op the cheapest plan of those tried; plans by head where those of
/// an attn.per_head are cheaper.
void planAttention(AttentionOp op, const MachineModel &machine);

} // namespace mlir::attn

#endif // ATTN_PASSES_CHOOSEPLAN_H
