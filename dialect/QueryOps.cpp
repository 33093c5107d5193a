//===- QueryOps.cpp - verifiers of the query ops --------------------------===//

#include "dialect/AttnOps.h"

namespace mlir::attn {

LogicalResult QueryKeysOp::verifyRegions() {
  return getKeep().empty() ? success() : verifyKeepRegion(getKeep(), 1);
}

LogicalResult QueryScoresOp::verify() {
  int64_t ofQuery = getQ().getType().getDimSize(3);
  int64_t ofKey = getK().getType().getDimSize(3);
  if (ofQuery == ofKey && !ShapedType::isDynamic(ofKey))
    return success();
  return emitOpError("expected one static depth of 'q' and 'k', got ")
         << getQ().getType() << " and " << getK().getType();
}

LogicalResult QueryModifyOp::verifyRegions() {
  return verifyScoreRegion(getBody(), 1);
}

/// Outputs have a column for each value, and fill whole registers.
static LogicalResult verifyOutput(Operation *op, MemRefType ot,
                                  MemRefType values) {
  int64_t columns = ot.getDimSize(1), depth = values.getDimSize(3);
  if (ShapedType::isDynamic(depth) || ShapedType::isDynamic(columns))
    return op->emitOpError("expected static depths, got ")
           << ot << " and " << values;
  if (columns < depth || columns % 16)
    return op->emitOpError("expected a multiple of 16 columns in 'ot', at "
                           "least ")
           << depth << ", got " << columns;
  return success();
}

LogicalResult QueryAccumulateOp::verify() {
  return verifyOutput(*this, getOt().getType(), getV().getType());
}

LogicalResult QueryEndOp::verify() {
  return verifyOutput(*this, getOt().getType(), getO().getType());
}

} // namespace mlir::attn
