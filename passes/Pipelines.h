//===- Pipelines.h - pipelines that tools share -----------------*- C++ -*-===//

#ifndef ATTN_PASSES_PIPELINES_H
#define ATTN_PASSES_PIPELINES_H

#include "passes/CostModel.h"

#include "mlir/Pass/PassManager.h"

namespace mlir::attn {

/// spec -> proved claims -> simplified masks -> planned attention.
void buildPlanPipeline(OpPassManager &pm, const MachineModel &machine);

/// kernels in online form, and what launches them -> kernels of tile ops. With
/// `asksAhead` visits ask for what is read after them.
void buildTilePipeline(OpPassManager &pm, bool asksAhead = false);

} // namespace mlir::attn

#endif // ATTN_PASSES_PIPELINES_H
