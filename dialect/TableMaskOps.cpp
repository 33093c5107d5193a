//===- TableMaskOps.cpp - verifiers of masks with tables ------------------===//

#include "dialect/AttnOps.h"

using namespace mlir;
using namespace mlir::attn;

static constexpr int64_t kLimit = ::attn::MaskVars::lengthLimit;

static LogicalResult verifyIn(Operation *op, StringRef name, int64_t value,
                              int64_t least, int64_t limit = kLimit) {
  if (value >= least && value < limit)
    return success();
  return op->emitOpError() << "expected '" << name << "' in [" << least << ", "
                           << limit << "), got " << value;
}

static LogicalResult verifyOffsets(Operation *op, StringRef name,
                                   ArrayRef<int64_t> offsets, int64_t blocks) {
  if (int64_t(offsets.size()) != blocks + 1)
    return op->emitOpError() << "expected " << blocks + 1 << " values for '"
                             << name << "', one more than the map has blocks, "
                             << "got " << offsets.size();
  if (offsets.front() != 0)
    return op->emitOpError()
           << "expected '" << name << "' from 0 on, got " << offsets.front();
  for (size_t n = 1; n < offsets.size(); ++n)
    if (offsets[n] <= offsets[n - 1] || offsets[n] >= kLimit)
      return op->emitOpError()
             << "expected increasing '" << name << "' below " << kLimit
             << ", got " << offsets[n] << " after " << offsets[n - 1];
  return success();
}

LogicalResult BlockMapOp::verify() {
  ShapedType type = getMap().getShapedType(); // block_map_c1
  bool isMap = type.getElementType().isSignlessInteger() &&
               (type.getRank() == 2 || type.getRank() == 3) &&
               type.getNumElements() > 0;
  if (!isMap)
    return emitOpError() << "expected a 'map' of integers of rank 2 or 3, got "
                         << type;
  if (!isa<DenseIntElementsAttr>(getMap())) // block_map_c5
    return emitOpError("expected a 'map' of dense elements, got another");
  constexpr int64_t mostBlocks = 1 << 26; // block_map_c6
  if (type.getNumElements() > mostBlocks)
    return emitOpError() << "expected at most " << mostBlocks
                         << " blocks in 'map', got " << type.getNumElements();
  bool hasOffsets = getQueryOffsets() && getKeyOffsets(); // block_map_c2
  if (bool(getBlock()) == hasOffsets ||
      bool(getQueryOffsets()) != bool(getKeyOffsets()))
    return emitOpError("expected either 'block' or 'query_offsets' and "
                       "'key_offsets'");
  ArrayRef<int64_t> shape = type.getShape();
  if (hasOffsets) // block_map_c3
    return failure(
        failed(verifyOffsets(*this, "query_offsets", *getQueryOffsets(),
                             shape[shape.size() - 2])) ||
        failed(verifyOffsets(*this, "key_offsets", *getKeyOffsets(),
                             shape.back())));
  ArrayRef<int64_t> block = *getBlock(); // block_map_c4
  if (block.size() != 2)
    return emitOpError() << "expected 2 values for 'block', got "
                         << block.size();
  for (int64_t size : block)
    if (failed(verifyIn(*this, "block", size, 1)))
      return failure();
  return success();
}

LogicalResult RandomBlocksOp::verify() {
  if (failed(verifyIn(*this, "block", getBlock(), 1)) || // random_blocks_c1
      failed(verifyIn(*this, "blocks", getBlocks(), 1, 1 << 20)) ||
      failed(verifyIn(*this, "count", getCount(), 1, 65)) ||
      failed(verifyIn(*this, "heads", getHeads(), 1, 1025)))
    return failure();
  constexpr int64_t mostDrawn = 1 << 24; // random_blocks_c2
  int64_t drawn = getHeads() * getBlocks() * getCount();
  if (drawn > mostDrawn)
    return emitOpError() << "expected at most " << mostDrawn
                         << " random blocks of all heads, got " << drawn;
  return success();
}

LogicalResult PerHeadOp::verify() { // per_head_c1
  if (!getMasks().empty())
    return success();
  return emitOpError("expected one mask or more, got none");
}

LogicalResult HeadWindowOp::verify() {
  if (failed(verifyIn(*this, "block", getBlock(), 1)) || // head_window_c1
      failed(verifyIn(*this, "denominator", getDenominator(), 1, 1025)))
    return failure();
  if (getAlpha().empty() || // head_window_c2
      getAlpha().size() != getBeta().size())
    return emitOpError() << "expected as many 'beta' as 'alpha', one at "
                         << "least, got " << getBeta().size() << " and "
                         << getAlpha().size();
  for (int64_t tokens : getAlpha()) // head_window_c3
    if (failed(verifyIn(*this, "alpha", tokens, -kLimit)))
      return failure();
  for (int64_t share : getBeta())
    if (failed(verifyIn(*this, "beta", share, 0, getDenominator() + 1)))
      return failure();
  return success();
}

LogicalResult DocumentOp::verify() { // document_c1
  if (!getPrefix())
    return success();
  return verifyIn(*this, "prefix", *getPrefix(), 0);
}

LogicalResult DocumentKeysOp::verify() { // document_keys_c1
  return verifyIn(*this, "index", getIndex(), -kLimit);
}

LogicalResult DocumentQueriesOp::verify() { // document_queries_c1
  return verifyIn(*this, "index", getIndex(), -kLimit);
}

// Sizes of tables are checked where the lengths are known: by attn.attention,
// and at launch.
LogicalResult RowBoundsOp::verify() { return success(); }
LogicalResult TreeOp::verify() { return success(); }
LogicalResult TokensOp::verify() { return success(); }
