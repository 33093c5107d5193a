//===- ChoosePlan.cpp - the plan of an attention op -----------------------===//

#include "passes/ChoosePlan.h"

using namespace mlir;
using namespace mlir::attn;
using ::attn::IndexSpace;

PlanAttr mlir::attn::choosePlan(AttentionOp op, const MachineModel &machine) {
  IndexSpace space = chooseIndexSpace(op.getMask());
  if (!space.hasLayout())
    return PlanAttr::get(op.getContext(), {}, {}, {64}, {16}, 64, 192);
  SmallVector<int64_t> tile(space.numPositions(), 1), group(tile.size(), 4);
  tile.back() = 4;
  if (tile.size() > 1)
    tile[tile.size() - 2] = 4;
  return PlanAttr::get(op.getContext(), space.getLayout(), space.getDilation(),
                       tile, group, 16, 192);
}

double mlir::attn::predictSpeedup(AttentionOp op, int64_t numQueries,
                                  int64_t numKeys) {
  return 1;
}
