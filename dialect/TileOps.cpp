//===- TileOps.cpp - verifiers of the tile ops ----------------------------===//

#include "dialect/TileVerifiers.h"

#include "mlir/Dialect/Arith/IR/Arith.h"

#include <cmath>

namespace mlir::attn {

/// Columns of `rows` before the coordinates: slot, core begin, core end.
static constexpr int64_t kRowColumns = 3;

/// Rows that are a part of others may be further apart than they are long.
static LogicalResult verifyScratch(Operation *op, StringRef name,
                                   MemRefType type, bool mayBePart = false) {
  if (!type.hasStaticShape())
    return op->emitOpError()
           << "expected a static shape for '" << name << "', got " << type;
  SmallVector<int64_t> strides;
  int64_t offset, expected = 1;
  if (failed(type.getStridesAndOffset(strides, offset)))
    return op->emitOpError()
           << "expected strides for '" << name << "', got " << type;
  for (auto [size, stride] :
       llvm::reverse(llvm::zip_equal(type.getShape(), strides))) {
    bool isApart = mayBePart && expected != 1 && stride > expected;
    if (stride != expected && !isApart)
      return op->emitOpError()
             << "expected '" << name << "' to be contiguous, got " << type;
    expected = stride * size;
  }
  return success();
}

LogicalResult verifyLanes(Operation *op, StringRef name, MemRefType type,
                          int64_t &lanes) {
  if (failed(verifyScratch(op, name, type, /*mayBePart=*/true)))
    return failure();
  int64_t got = type.getShape().back();
  if (lanes == 0 && got != 16 && got != 32 && got != 64)
    return op->emitOpError()
           << "expected 16, 32 or 64 lanes in '" << name << "', got " << got;
  if (lanes != 0 && got != lanes)
    return op->emitOpError()
           << "expected " << lanes << " lanes in '" << name << "', got " << got;
  lanes = got;
  return success();
}

/// Rows of staged keys and values may be padded.
static LogicalResult verifyPadded(Operation *op, StringRef name, int64_t got,
                                  int64_t expected) {
  if (got >= expected)
    return success();
  return op->emitOpError() << "expected at least " << expected
                           << " columns in '" << name << "', got " << got;
}

/// Numbers by lanes, or pairs of numbers by lanes.
static LogicalResult verifyPairs(Operation *op, StringRef name, MemRefType type,
                                 int64_t &lanes) {
  if (!type.getElementType().isBF16())
    return verifyLanes(op, name, type, lanes);
  if (type.getDimSize(0) % 16)
    return op->emitOpError("expected a multiple of 16 pairs in '")
           << name << "', got " << type.getDimSize(0);
  Type pair = IntegerType::get(op->getContext(), 32);
  auto pairs =
      MemRefType::get({type.getDimSize(0), type.getDimSize(1) / 2}, pair);
  if (failed(verifyScratch(op, name, type)))
    return failure();
  return verifyLanes(op, name, pairs, lanes);
}

/// How many features queries have in scratch.
static int64_t queryDepth(MemRefType qt) {
  return qt.getDimSize(0) * (qt.getElementType().isBF16() ? 2 : 1);
}

/// A number for each place on the last axis of a tile that slides.
static LogicalResult verifyStarts(Operation *op, Value starts) {
  if (!starts)
    return success();
  auto type = cast<MemRefType>(starts.getType());
  if (type.getDimSize(0) == PlanAttr::slidingLanes)
    return verifyScratch(op, "starts", type);
  return op->emitOpError("expected ")
         << PlanAttr::slidingLanes << " elements in 'starts', got " << type;
}

/// Starts, of a tile that has a place for each.
static LogicalResult verifySliding(Operation *op, Value starts,
                                   ArrayRef<int64_t> tile, int64_t lanes) {
  if (!starts)
    return success();
  if (!PlanAttr::canSlide(tile, lanes))
    return op->emitOpError("expected a tile with a query for each lane, and ")
           << PlanAttr::slidingLanes
           << " on its last axis, with 'starts', got [" << tile << "] and "
           << lanes << " lanes";
  return verifyStarts(op, starts);
}

/// Keys and values, of one type; values of bf16 are transposed.
static LogicalResult verifyStaged(Operation *op, MemRefType ks, MemRefType vs,
                                  int64_t headSize, int64_t valueSize) {
  if (ks.getElementType() != vs.getElementType())
    return op->emitOpError("expected 'ks' and 'vs' of one type, got ")
           << ks.getElementType() << " and " << vs.getElementType();
  bool isPairs = vs.getElementType().isBF16();
  if (isPairs && (ks.getDimSize(1) % 32 || vs.getDimSize(0) % 16))
    return op->emitOpError("expected a multiple of 32 columns in 'ks' and of "
                           "16 rows in 'vs', got ")
           << ks.getDimSize(1) << " and " << vs.getDimSize(0);
  int64_t columns = vs.getDimSize(isPairs ? 0 : 1);
  if (failed(verifyPadded(op, "ks", ks.getDimSize(1), headSize)))
    return failure();
  return verifyPadded(op, "vs", columns, valueSize);
}

LogicalResult verifyOutput(Operation *op, MemRefType type, bool byQuery,
                           int64_t &lanes) {
  if (!byQuery)
    return verifyLanes(op, "ot", type, lanes);
  if (failed(verifyScratch(op, "ot", type)))
    return failure();
  if (type.getDimSize(0) != lanes)
    return op->emitOpError("expected ")
           << lanes << " rows in 'ot', got " << type.getDimSize(0);
  if (type.getDimSize(1) % 16)
    return op->emitOpError("expected a multiple of 16 columns in 'ot', got ")
           << type.getDimSize(1);
  return success();
}

static LogicalResult verifyDepth(Operation *op, StringRef name, int64_t got,
                                 int64_t expected) {
  if (got == expected)
    return success();
  return op->emitOpError() << "expected depth " << expected << " for '" << name
                           << "', got " << got;
}

static LogicalResult verifyRank(Operation *op, StringRef name, size_t got,
                                size_t expected) {
  if (got == expected)
    return success();
  return op->emitOpError() << "expected " << expected << " axes in '" << name
                           << "', got " << got;
}

/// The box of queries that lanes stand for.
static LogicalResult verifyTile(Operation *op, ArrayRef<int64_t> tile,
                                ValueRange origin, ValueRange extent,
                                int64_t lanes) {
  if (tile.empty() || tile.size() > 8)
    return op->emitOpError()
           << "expected 1 to 8 axes in 'tile', got " << tile.size();
  if (failed(verifyRank(op, "origin", origin.size(), tile.size())) ||
      failed(verifyRank(op, "extent", extent.size(), tile.size())))
    return failure();
  int64_t queries = 1;
  for (int64_t size : tile) {
    if (size < 1)
      return op->emitOpError()
             << "expected positive sizes in 'tile', got " << size;
    queries *= size;
  }
  if (queries > lanes)
    return op->emitOpError() << "expected a tile of at most " << lanes
                             << " queries, got " << queries;
  return success();
}

LogicalResult TileBeginOp::verify() {
  int64_t lanes = 0;
  if (failed(verifyPairs(*this, "qt", getQt().getType(), lanes)) ||
      failed(verifyOutput(*this, getOt().getType(),
                          getOt().getType().getDimSize(1) != lanes, lanes)) ||
      failed(verifyLanes(*this, "max", getMax().getType(), lanes)) ||
      failed(verifyLanes(*this, "sum", getSum().getType(), lanes)) ||
      failed(verifyTile(*this, getTile(), getOrigin(), getExtent(), lanes)))
    return failure();
  if (failed(
          verifyRank(*this, "strides", getStrides().size(), getTile().size())))
    return failure();
  int64_t depth = getQ().getType().getDimSize(3);
  if (!getQt().getType().getElementType().isBF16())
    return verifyDepth(*this, "q", depth, queryDepth(getQt().getType()));
  if (!getQ().getType().getElementType().isBF16())
    return emitOpError("expected 'q' of bf16 for 'qt' of bf16, got ")
           << getQ().getType().getElementType();
  if (std::fabs(getScale().convertToFloat()) != 1)
    return emitOpError("expected a 'scale' of 1 or -1 for 'qt' of bf16, got ")
           << getScaleAttr();
  return verifyPadded(*this, "qt", queryDepth(getQt().getType()), depth);
}

/// A box of tokens.
static LogicalResult verifyBox(Operation *op, ValueRange lo, ValueRange hi,
                               ArrayRef<int64_t> strides) {
  size_t rank = strides.size();
  if (rank == 0 || rank > 8)
    return op->emitOpError("expected 1 to 8 axes in 'strides', got ") << rank;
  if (failed(verifyRank(op, "lo", lo.size(), rank)))
    return failure();
  return verifyRank(op, "hi", hi.size(), rank);
}

LogicalResult StageKeysOp::verify() {
  if (failed(verifyBox(*this, getLo(), getHi(), getStrides())) ||
      failed(verifyScratch(*this, "ks", getKs().getType())) ||
      failed(verifyScratch(*this, "vs", getVs().getType())))
    return failure();
  int64_t headSize = getK().getType().getDimSize(3);
  int64_t valueSize = getV().getType().getDimSize(3);
  MemRefType ks = getKs().getType(), vs = getVs().getType();
  if (!getTransposed())
    return verifyStaged(*this, ks, vs, headSize, valueSize);
  if (!ks.getElementType().isF32() || !vs.getElementType().isF32())
    return emitOpError("expected 'ks' and 'vs' of f32 for 'transposed', got ")
           << ks.getElementType() << " and " << vs.getElementType();
  if (failed(verifyDepth(*this, "ks", ks.getDimSize(0), headSize)) ||
      failed(verifyPadded(*this, "ks", ks.getDimSize(1), vs.getDimSize(0))))
    return failure();
  return verifyPadded(*this, "vs", vs.getDimSize(1), valueSize);
}

LogicalResult TileSlideOp::verify() {
  MemRefType runs = getRuns().getType();
  if (failed(verifyScratch(*this, "runs", runs)) ||
      failed(verifyStarts(*this, getStarts())))
    return failure();
  if (runs.getDimSize(0) >= 4 && runs.getDimSize(1) == PlanAttr::slidingLanes)
    return success();
  return emitOpError("expected at least 4 rows of ")
         << PlanAttr::slidingLanes << " elements in 'runs', got " << runs;
}

LogicalResult ListAheadOp::verify() {
  if (failed(verifyBox(*this, getLo(), getHi(), getStrides())) ||
      failed(verifyScratch(*this, "ahead", getAhead().getType())))
    return failure();
  int64_t least = firstLine;
  for (Value array : getArrays())
    least += linesOfRow(cast<MemRefType>(array.getType()));
  int64_t got = getAhead().getType().getDimSize(0);
  if (getArrays().empty() || got < least)
    return emitOpError("expected arrays, and at least ")
           << least << " elements in 'ahead', got " << getArrays().size()
           << " and " << got;
  return success();
}

LogicalResult TileScoresOp::verify() {
  int64_t lanes = 0;
  if (failed(verifyPairs(*this, "qt", getQt().getType(), lanes)) ||
      failed(verifyLanes(*this, "s", getS().getType(), lanes)) ||
      failed(verifyScratch(*this, "ks", getKs().getType())))
    return failure();
  if (getStarts()) {
    for (MemRefType type : {getQt().getType(), getKs().getType()})
      if (!type.getElementType().isF32())
        return emitOpError("expected 'qt' and 'ks' of f32 with 'starts', got ")
               << type.getElementType();
    if (getChunk())
      return emitOpError("expected no 'chunk' with 'starts', got ")
             << *getChunk();
    if (failed(verifyStarts(*this, getStarts())))
      return failure();
    return verifyDepth(*this, "ks", getKs().getType().getDimSize(0),
                       queryDepth(getQt().getType()));
  }
  if (getChunk() && (*getChunk() < 1 || *getChunk() > 32))
    return emitOpError("expected a chunk of 1 to 32 keys, got ") << *getChunk();
  if (getKs().getType().getElementType() != getQt().getType().getElementType())
    return emitOpError("expected 'qt' and 'ks' of one type, got ")
           << getQt().getType().getElementType() << " and "
           << getKs().getType().getElementType();
  return verifyPadded(*this, "ks", getKs().getType().getDimSize(1),
                      queryDepth(getQt().getType()));
}

LogicalResult TileMaskOp::verify() {
  int64_t lanes = 0;
  if (failed(verifyLanes(*this, "s", getS().getType(), lanes)))
    return failure();
  int64_t columns = getRows().getType().getDimSize(1);
  int64_t expected = kRowColumns + getTile().size() - 1;
  if (columns != expected)
    return emitOpError("expected ")
           << expected << " columns in 'rows', got " << columns;
  if (failed(verifyTile(*this, getTile(), getOrigin(), getExtent(), lanes)))
    return failure();
  return verifySliding(*this, getStarts(), getTile(), lanes);
}

LogicalResult TileMaskOp::verifyRegions() {
  return verifyKeepRegion(getKeep(), getTile().size());
}

LogicalResult verifyKeepRegion(Region &region, size_t axes) {
  Operation *parent = region.getParentOp();
  Block &body = region.front();
  size_t arguments = 2 * axes;
  if (body.getNumArguments() != arguments)
    return parent->emitOpError("expected ")
           << arguments << " region arguments, got " << body.getNumArguments();
  for (Type type : body.getArgumentTypes())
    if (!type.isInteger(32))
      return parent->emitOpError("expected region arguments of type i32, got ")
             << type;
  for (Operation &op : body.without_terminator()) {
    bool isKnown = (isa<arith::ArithDialect>(op.getDialect()) &&
                    op.getNumResults() == 1) ||
                   isa<TableLoadOp, TableSearchOp>(op);
    if (!isKnown || !op.getResult(0).getType().isSignlessInteger())
      return op.emitOpError("is not allowed in a mask, expected arith ops on "
                            "integers");
  }
  Operation *yield = body.getTerminator();
  if (yield->getNumOperands() != 1 ||
      !yield->getOperand(0).getType().isInteger(1))
    return parent->emitOpError("expected the region to yield one i1");
  return success();
}

LogicalResult TileModifyOp::verify() {
  int64_t lanes = 0;
  if (failed(verifyLanes(*this, "s", getS().getType(), lanes)) ||
      failed(verifyTile(*this, getTile(), getOrigin(), getExtent(), lanes)))
    return failure();
  return verifySliding(*this, getStarts(), getTile(), lanes);
}

LogicalResult TileModifyOp::verifyRegions() {
  return verifyScoreRegion(getBody(), getTile().size());
}

LogicalResult verifyScoreRegion(Region &region, size_t axes) {
  Operation *parent = region.getParentOp();
  Block &body = region.front();
  size_t arguments = 1 + 2 * axes;
  if (body.getNumArguments() != arguments ||
      !body.getArgument(0).getType().isF32())
    return parent->emitOpError("expected ")
           << arguments << " region arguments, the first of type f32, got "
           << body.getArgumentTypes();
  Operation *yield = body.getTerminator();
  if (yield->getNumOperands() != 1 || !yield->getOperand(0).getType().isF32())
    return parent->emitOpError("expected the region to yield one f32");
  return success();
}

LogicalResult TileSoftmaxOp::verify() {
  int64_t lanes = 0;
  if (failed(verifyLanes(*this, "s", getS().getType(), lanes)) ||
      failed(verifyLanes(*this, "max", getMax().getType(), lanes)) ||
      failed(verifyLanes(*this, "sum", getSum().getType(), lanes)) ||
      failed(verifyLanes(*this, "alpha", getAlpha().getType(), lanes)))
    return failure();
  if (!getW())
    return success();
  auto type = cast<MemRefType>(getW().getType());
  if (!type.getElementType().isBF16())
    return emitOpError("expected pairs of bf16, got ") << type.getElementType();
  if (!getScale() || getScale()->isNegative() || getScale()->isZero())
    return emitOpError("expected a positive 'scale' with pairs");
  return verifyPairs(*this, "w", type, lanes);
}

LogicalResult TileAccumulateOp::verify() {
  int64_t lanes = 0;
  if (failed(verifyPairs(*this, "s", getS().getType(), lanes)) ||
      failed(verifyLanes(*this, "alpha", getAlpha().getType(), lanes)) ||
      failed(verifyOutput(*this, getOt().getType(), getByQuery(), lanes)) ||
      failed(verifyScratch(*this, "vs", getVs().getType())))
    return failure();
  if (failed(verifyStarts(*this, getStarts())))
    return failure();
  if (getStarts() && !getByQuery())
    return emitOpError("expected 'by_query' with 'starts'");
  int64_t columns = getOt().getType().getDimSize(getByQuery() ? 1 : 0);
  if (getS().getType().getElementType() != getVs().getType().getElementType())
    return emitOpError("expected 's' and 'vs' of one type, got ")
           << getS().getType().getElementType() << " and "
           << getVs().getType().getElementType();
  if (!getVs().getType().getElementType().isBF16())
    return verifyPadded(*this, "vs", getVs().getType().getDimSize(1), columns);
  if (getByQuery())
    return emitOpError("expected 'vs' of f32 by query, got bf16");
  return verifyDepth(*this, "vs", getVs().getType().getDimSize(0), columns);
}

/// The state of queries that parts of a mask leave to each other.
template <typename Op> static LogicalResult verifyKept(Op op) {
  int64_t lanes = 0;
  if (failed(verifyLanes(op, "max", op.getMax().getType(), lanes)) ||
      failed(verifyLanes(op, "sum", op.getSum().getType(), lanes)) ||
      failed(verifyTile(op, op.getTile(), op.getOrigin(), op.getExtent(),
                        lanes)) ||
      failed(verifyRank(op, "strides", op.getStrides().size(),
                        op.getTile().size())))
    return failure();
  if (int64_t rows = op.getKept().getType().getDimSize(0); rows != 2)
    return op.emitOpError("expected 2 rows in 'kept', got ") << rows;
  return success();
}

LogicalResult TileKeepOp::verify() { return verifyKept(*this); }

LogicalResult TileResumeOp::verify() {
  int64_t lanes = getMax().getType().getDimSize(0);
  if (failed(verifyKept(*this)) ||
      failed(verifyOutput(*this, getOt().getType(), getByQuery(), lanes)))
    return failure();
  return verifyPadded(*this, "ot",
                      getOt().getType().getDimSize(getByQuery() ? 1 : 0),
                      getOutputs().getType().getDimSize(3));
}

LogicalResult TileEndOp::verify() {
  int64_t lanes = 0;
  if (failed(verifyLanes(*this, "max", getMax().getType(), lanes)) ||
      failed(verifyLanes(*this, "sum", getSum().getType(), lanes)) ||
      failed(verifyOutput(*this, getOt().getType(), getByQuery(), lanes)) ||
      failed(verifyTile(*this, getTile(), getOrigin(), getExtent(), lanes)) ||
      failed(
          verifyRank(*this, "strides", getStrides().size(), getTile().size())))
    return failure();
  int64_t depth = getO().getType().getDimSize(3);
  if (getByQuery())
    return verifyPadded(*this, "ot", getOt().getType().getDimSize(1), depth);
  return verifyPadded(*this, "ot", getOt().getType().getDimSize(0), depth);
}

} // namespace mlir::attn
