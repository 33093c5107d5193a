//===- MaskCopy.cpp - masks and modifications within a kernel -------------===//

#include "passes/MaskCopy.h"

#include "dialect/PairRegion.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Transforms/RegionUtils.h"

using namespace mlir;
using namespace mlir::attn;

/// With the constants that its regions capture. Numbers become elements of the
/// arrays that stand for them.
void MaskCopy::copy(Operation *op) {
  llvm::SetVector<Value> captured;
  getUsedValuesDefinedAbove(op->getRegions(), captured);
  for (Value value : captured)
    if (!mapping.contains(value))
      b.clone(*value.getDefiningOp(), mapping);
  SmallVector<Value> numbers = capturedNumbers(op);
  IRMapping withoutNumbers(mapping);
  for (Value number : numbers)
    withoutNumbers.erase(number);
  Operation *copied = b.clone(*op, withoutNumbers);
  mapping.map(op->getResults(), copied->getResults());
  for (Value number : numbers) {
    Region &region = copied->getRegion(0);
    OpBuilder inside = OpBuilder::atBlockBegin(&region.front());
    Location loc = number.getLoc();
    Value first = arith::ConstantIndexOp::create(inside, loc, 0);
    Value element = LookupOp::create(
        inside, loc, LookupOp::getResultType(getTableType(number)),
        mapping.lookup(number), first);
    if (element.getType() != number.getType())
      element =
          arith::IndexCastOp::create(inside, loc, number.getType(), element);
    replaceAllUsesInRegionWith(number, element, region);
  }
}

Value MaskCopy::mask(Value mask) {
  for (MaskOpInterface op : collectMaskOps(mask))
    if (!mapping.contains(op->getResult(0)))
      copy(op);
  return mask ? mapping.lookup(mask) : Value();
}

SmallVector<Value> MaskCopy::score(ValueRange modifications) {
  SmallVector<Value> copies;
  for (Value modification : modifications) {
    Operation *op = modification.getDefiningOp();
    for (Value operand : op->getOperands())
      if (isa<MaskType>(operand.getType()))
        mask(operand);
    copy(op);
    copies.push_back(mapping.lookup(modification));
  }
  return copies;
}
