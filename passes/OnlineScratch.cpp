//===- OnlineScratch.cpp - where the state of a query group lies ----------===//

#include "passes/OnlineScratch.h"

#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace mlir::attn;

OnlineScratch::Array OnlineScratch::place(ArrayRef<int64_t> shape,
                                          Element element) {
  Array array{SmallVector<int64_t, 3>(shape), element, bytes};
  int64_t size = element == Element::BF16 ? 2 : element == Element::I64 ? 8 : 4;
  for (int64_t extent : shape)
    size *= extent;
  bytes = llvm::alignTo(bytes + size, 64);
  return array;
}

OnlineScratch::OnlineScratch(PlanAttr plan, int64_t headSize, int64_t valueSize)
    : outputByQuery(plan.getSlides() ||
                    (plan.getLanes() == 16 && valueSize >= 16 &&
                     !plan.multipliesPairs())) {
  if (plan.getDiagonals()) {
    placeDiagonals(plan, valueSize);
    return;
  }
  int64_t tiles = plan.getTilesPerGroup(), lanes = plan.getLanes();
  int64_t slots = plan.getSlab() + slack;
  if (outputByQuery || plan.multipliesPairs())
    valueSize = llvm::alignTo(valueSize, 16);
  ot = outputByQuery ? place({tiles, lanes, valueSize})
                     : place({tiles, valueSize, lanes});
  max = place({tiles, lanes});
  sum = place({tiles, lanes});
  alpha = place({lanes});
  scores = place({slots, lanes});
  int64_t axes = plan.getSpace().size();
  rows = place({plan.getSlab(), axes + 2}, Element::I32);
  // Those of the slab that follows, or of the keys and queries of a group.
  constexpr int64_t mostBytes = 4;
  int64_t linesOfKey = ListAheadOp::linesOfRow(headSize, mostBytes) +
                       ListAheadOp::linesOfRow(valueSize, mostBytes);
  int64_t lines = (slots + tiles * lanes) * linesOfKey;
  ahead = place({ListAheadOp::firstLine + lines}, Element::I64);
  if (axes == 1)
    cursors = place({tiles, 3}, Element::I32);
  else
    slabs = place({listedSlabs + otherRows, 2 * axes}, Element::I32);
  if (plan.multipliesPairs()) {
    int64_t features = llvm::alignTo(headSize, 32);
    qt = place({tiles, features / 2, 2 * lanes}, Element::BF16);
    keys = place({slots, features}, Element::BF16);
    // The pairs of a row of keys are a multiple of 16; only several axes have
    // more rows than one.
    int64_t pairs =
        axes == 1 ? llvm::alignTo(plan.getSlab(), 32) / 2 : 16 * plan.getSlab();
    weights = place({pairs, 2 * lanes}, Element::BF16);
    // Values are written 32 slots at a time, a cache line, and read as many; an
    // odd number of lines spreads the same slots of all columns.
    slots = llvm::alignTo(plan.getSlab() + 96, 32);
    if (slots / 32 % 2 == 0)
      slots += 32;
    values = place({valueSize, slots}, Element::BF16);
    return;
  }
  qt = place({tiles, headSize, lanes});
  if (plan.getSlides()) {
    constexpr int64_t places = PlanAttr::slidingLanes;
    runs = place({tiles, runRows, places}, Element::I32);
    starts = place({places}, Element::I32);
    // An odd number of lines spreads the same slots of all features.
    int64_t columns = llvm::alignTo(slots, 32) + 16;
    keys = place({headSize, columns});
  } else {
    keys = place({slots, TileScoresOp::keyColumns(headSize)});
  }
  // The same for places, which read some lines of many rows.
  if (plan.getSlides())
    valueSize = 16 * (valueSize / 16 | 1);
  values = place({slots, valueSize});
}

/// Tiles come one after another.
void OnlineScratch::placeDiagonals(PlanAttr plan, int64_t valueSize) {
  int64_t lanes = plan.getLanes(), room = plan.getSlab();
  ot = place({lanes, int64_t(llvm::alignTo(valueSize, 16))});
  max = place({lanes});
  sum = place({lanes});
  alpha = place({lanes});
  scores = place({room, lanes});
  diagonals = place({room}, Element::I32);
  keys = place({room, lanes}, Element::I32);
}
