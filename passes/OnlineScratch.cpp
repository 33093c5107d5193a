//===- OnlineScratch.cpp - where the state of a query group lies ----------===//

#include "passes/OnlineScratch.h"

#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace mlir::attn;

OnlineScratch::Array OnlineScratch::place(ArrayRef<int64_t> shape,
                                          bool isInteger) {
  Array array{SmallVector<int64_t, 3>(shape), isInteger, bytes};
  int64_t elements = 1;
  for (int64_t size : shape)
    elements *= size;
  bytes = llvm::alignTo(bytes + 4 * elements, 64);
  return array;
}

OnlineScratch::OnlineScratch(PlanAttr plan, int64_t headSize, int64_t valueSize)
    : outputByQuery(plan.getLanes() == 16 && valueSize >= 16) {
  int64_t tiles = plan.getTilesPerGroup(), lanes = plan.getLanes();
  int64_t slots = plan.getSlab() + slack;
  qt = place({tiles, headSize, lanes});
  if (outputByQuery)
    valueSize = llvm::alignTo(valueSize, 16);
  ot = outputByQuery ? place({tiles, lanes, valueSize})
                     : place({tiles, valueSize, lanes});
  max = place({tiles, lanes});
  sum = place({tiles, lanes});
  alpha = place({lanes});
  scores = place({slots, lanes});
  int64_t axes = plan.getSpace().size();
  rows = place({plan.getSlab(), axes + 2}, /*isInteger=*/true);
  cursors = place({tiles, 2}, /*isInteger=*/true);
  keys = place({slots, TileScoresOp::keyColumns(headSize)});
  values = place({slots, valueSize});
}
