//===- DiagonalOps.cpp - verifiers of the diagonal ops --------------------===//

#include "dialect/TileVerifiers.h"

namespace mlir::attn {

/// Queries on one axis.
static LogicalResult verifyTile(Operation *op, int64_t tile, int64_t lanes) {
  if (tile >= 1 && tile <= lanes)
    return success();
  return op->emitOpError("expected a 'tile' of 1 to ")
         << lanes << " queries, got " << tile;
}

/// Scores of a tile, and the keys that they are of.
static LogicalResult verifyScores(Operation *op, MemRefType s, MemRefType list,
                                  int64_t tile, int64_t &lanes) {
  if (failed(verifyLanes(op, "s", s, lanes)) ||
      failed(verifyLanes(op, "list", list, lanes)))
    return failure();
  return verifyTile(op, tile, lanes);
}

LogicalResult DiagonalBeginOp::verify() {
  int64_t lanes = 0;
  if (failed(verifyLanes(*this, "max", getMax().getType(), lanes)))
    return failure();
  return verifyLanes(*this, "sum", getSum().getType(), lanes);
}

LogicalResult DiagonalKeysOp::verify() {
  int64_t lanes = 0;
  if (failed(verifyLanes(*this, "list", getList().getType(), lanes)))
    return failure();
  return verifyTile(*this, getTile(), lanes);
}

LogicalResult DiagonalScoresOp::verify() {
  int64_t lanes = 0;
  if (failed(verifyScores(*this, getS().getType(), getList().getType(),
                          getTile(), lanes)))
    return failure();
  int64_t ofQuery = getQ().getType().getDimSize(3);
  int64_t ofKey = getK().getType().getDimSize(3);
  if (ofQuery == ofKey && !ShapedType::isDynamic(ofKey))
    return success();
  return emitOpError("expected one static depth of 'q' and 'k', got ")
         << getQ().getType() << " and " << getK().getType();
}

LogicalResult DiagonalModifyOp::verify() {
  int64_t lanes = 0;
  return verifyScores(*this, getS().getType(), getList().getType(), getTile(),
                      lanes);
}

LogicalResult DiagonalModifyOp::verifyRegions() {
  return verifyScoreRegion(getBody(), 1);
}

LogicalResult DiagonalMaskOp::verify() {
  int64_t lanes = 0;
  if (failed(verifyLanes(*this, "s", getS().getType(), lanes)))
    return failure();
  return verifyTile(*this, getTile(), lanes);
}

LogicalResult DiagonalMaskOp::verifyRegions() {
  return verifyKeepRegion(getKeep(), 1);
}

LogicalResult DiagonalAccumulateOp::verify() {
  int64_t lanes = 0;
  if (failed(verifyScores(*this, getS().getType(), getList().getType(),
                          getTile(), lanes)) ||
      failed(verifyLanes(*this, "alpha", getAlpha().getType(), lanes)) ||
      failed(verifyLanes(*this, "max", getMax().getType(), lanes)) ||
      failed(verifyLanes(*this, "sum", getSum().getType(), lanes)) ||
      failed(verifyOutput(*this, getOt().getType(), /*byQuery=*/true, lanes)))
    return failure();
  int64_t depth = getV().getType().getDimSize(3);
  if (depth != getO().getType().getDimSize(3) || ShapedType::isDynamic(depth))
    return emitOpError("expected one static depth of 'v' and 'o', got ")
           << getV().getType() << " and " << getO().getType();
  int64_t columns = getOt().getType().getDimSize(1);
  if (columns < depth)
    return emitOpError("expected at least ")
           << depth << " columns in 'ot', got " << columns;
  return success();
}

} // namespace mlir::attn
