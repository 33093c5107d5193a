//===- SplitMask.cpp - two parts of a mask --------------------------------===//

#include "passes/SplitMask.h"
#include "passes/PlanSpaces.h"

using namespace mlir;
using namespace mlir::attn;

static Value split(OpBuilder &b, Value mask) {
  // The other masks drop pairs of either part.
  if (auto all = mask.getDefiningOp<AndOp>()) {
    Value periodic;
    for (Value part : all.getMasks())
      if (keepsDistantTokens(part)) {
        if (periodic)
          return Value();
        periodic = part;
      }
    return periodic ? split(b, periodic) : Value();
  }
  auto any = mask.getDefiningOp<OrOp>();
  if (!any)
    return mask.getDefiningOp<MaskOpInterface>().makePartWithoutDistance(b);
  SmallVector<Value> first;
  for (Value part : any.getMasks()) {
    Value chosen = keepsDistantTokens(part) ? split(b, part) : part;
    if (chosen)
      first.push_back(chosen);
  }
  if (first.empty() || llvm::equal(first, any.getMasks()))
    return Value();
  return first.size() == 1 ? first[0]
                           : OrOp::create(b, any.getLoc(), first).getResult();
}

Value mlir::attn::splitMask(AttentionOp op, Value mask) {
  OpBuilder b(op);
  return mask && keepsDistantTokens(mask) ? split(b, mask) : Value();
}
