//===- MaskInterface.cpp - reading the predicate of a mask ----------------===//

#include "dialect/MaskInterface.h"
#include "dialect/AttnDialect.h"

#include "llvm/ADT/SetVector.h"

using namespace mlir;
using namespace mlir::attn;

#include "dialect/MaskInterface.cpp.inc"

static void collect(Value mask, llvm::SetVector<Operation *> &ops) {
  auto op = mask.getDefiningOp<MaskOpInterface>();
  if (!op || ops.contains(op))
    return;
  for (Value operand : op->getOperands())
    if (isa<MaskType>(operand.getType()))
      collect(operand, ops);
  ops.insert(op);
}

SmallVector<MaskOpInterface> mlir::attn::collectMaskOps(Value mask) {
  llvm::SetVector<Operation *> ops;
  if (mask)
    collect(mask, ops);
  return llvm::map_to_vector(
      ops, [](Operation *op) { return cast<MaskOpInterface>(op); });
}

::attn::Expr mlir::attn::buildPredicate(Value mask, ::attn::MaskVars &vars) {
  if (!mask)
    return vars.context.truth(true);
  DenseMap<Value, ::attn::Expr> predicates;
  for (MaskOpInterface op : collectMaskOps(mask)) {
    SmallVector<::attn::Expr> operands;
    for (Value operand : op->getOperands())
      if (isa<MaskType>(operand.getType()))
        operands.push_back(predicates.lookup(operand));
    if (llvm::is_contained(operands, ::attn::Expr()))
      return {};
    predicates[op->getResult(0)] = op.buildPredicate(vars, operands);
  }
  return predicates.lookup(mask);
}

bool mlir::attn::isMadeByMaskOps(Value mask) {
  auto isMade = [](Value value) {
    return !isa<MaskType>(value.getType()) ||
           value.getDefiningOp<MaskOpInterface>();
  };
  return !mask || (isMade(mask) &&
                   llvm::all_of(collectMaskOps(mask), [&](MaskOpInterface op) {
                     return llvm::all_of(op->getOperands(), isMade);
                   }));
}

LogicalResult mlir::attn::verifyMadeByMaskOps(Operation *op, Value mask) {
  if (isMadeByMaskOps(mask))
    return success();
  return op->emitOpError("expected a mask that mask ops make, got one that "
                         "depends on a block argument or another op");
}

::attn::IndexSpace mlir::attn::chooseIndexSpace(Value mask) {
  for (MaskOpInterface op : collectMaskOps(mask))
    if (std::optional<::attn::IndexSpace> space = op.getIndexSpace())
      return *space;
  return ::attn::IndexSpace({}, {});
}
