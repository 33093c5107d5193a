//===- MaskOps.cpp - parameters and verifiers of masks --------------------===//

#include "dialect/AttnOps.h"

using namespace mlir;
using namespace mlir::attn;

static constexpr int64_t kLengthLimit = ::attn::MaskVars::lengthLimit;
/// What "unbounded" is often spelt as, 2^31 - 1, passes for a bound.
static constexpr int64_t kBoundLimit = int64_t(1) << 31;

static LogicalResult verifyIndex(Operation *op, StringRef name, int64_t value) {
  if (value >= 0 && value < kBoundLimit)
    return success();
  return op->emitOpError() << "expected '" << name << "' in [0, " << kBoundLimit
                           << "), got " << value;
}

LogicalResult WindowOp::verify() { // window_c1
  for (auto [name, bound] :
       {std::pair("left", getLeftAttr()), std::pair("right", getRightAttr())})
    if (bound && failed(verifyIndex(*this, name, bound.getInt())))
      return failure();
  return success();
}

LogicalResult SinksOp::verify() { // sinks_c1
  return verifyIndex(*this, "count", getCountAttr().getInt());
}

LogicalResult GlobalOp::verify() { // global_c1
  for (int64_t token : getTokens())
    if (failed(verifyIndex(*this, "tokens", token)))
      return failure();
  return success();
}

static LogicalResult verifyJunction(Operation *op) { // junction_c1
  if (op->getNumOperands() >= 2)
    return success();
  return op->emitOpError() << "expected two or more masks, got "
                           << op->getNumOperands();
}

LogicalResult AndOp::verify() { return verifyJunction(*this); }
LogicalResult OrOp::verify() { return verifyJunction(*this); }

//===----------------------------------------------------------------------===//
// Neighborhood
//===----------------------------------------------------------------------===//

NeighborhoodOp::Axis NeighborhoodOp::getAxis(unsigned axis) {
  return {getLayout()[axis], getWindow()[axis],
          getStride() ? (*getStride())[axis] : 1,
          getDilation() ? (*getDilation())[axis] : 1,
          getCausal() && (*getCausal())[axis]};
}

std::optional<::attn::IndexSpace> NeighborhoodOp::getIndexSpace() {
  SmallVector<int64_t> dilation;
  for (unsigned axis = 0; axis < getRank(); ++axis)
    dilation.push_back(getAxis(axis).dilation);
  return ::attn::IndexSpace(getLayout(), dilation);
}

static LogicalResult verifyLength(Operation *op, StringRef name, size_t got,
                                  size_t expected) { // neighborhood_c2
  if (got == expected)
    return success();
  return op->emitOpError() << "expected " << expected << " values for '" << name
                           << "', got " << got;
}

static LogicalResult verifyPositive(Operation *op, StringRef name,
                                    int64_t value, unsigned axis) {
  if (value >= 1)
    return success();
  return op->emitOpError() << "expected '" << name << "' of at least 1 on axis "
                           << axis << ", got " << value;
}

static LogicalResult verifyAxis(NeighborhoodOp op, unsigned axis) {
  NeighborhoodOp::Axis a = op.getAxis(axis);
  if (failed(verifyPositive(op, "window", a.window, axis)) || // neighborhood_c4
      failed(verifyPositive(op, "stride", a.stride, axis)) ||
      failed(verifyPositive(op, "dilation", a.dilation, axis)))
    return failure();
  if (a.dilation > a.extent) // neighborhood_c5
    return op.emitOpError()
           << "expected 'dilation' of at most the extent " << a.extent
           << " on axis " << axis << ", got " << a.dilation;
  if (a.stride > std::min(a.window, a.longestGroup())) { // neighborhood_c6
    InFlightDiagnostic error = op.emitOpError()
                               << "expected 'stride' of at most the window ";
    if (a.window > a.longestGroup())
      error << a.longestGroup() << " (" << a.window << ", clamped to the axis)";
    else
      error << a.window;
    return error << " on axis " << axis << ", got " << a.stride;
  }
  return success();
}

LogicalResult NeighborhoodOp::verify() {
  size_t rank = getRank();
  if (rank < 1 || rank > 4) // neighborhood_c1
    return emitOpError() << "expected a layout of 1 to 4 axes, got " << rank;
  auto length = [](auto &values) { return values->size(); };
  if (failed(verifyLength(*this, "window", getWindow().size(), rank)))
    return failure();
  if (auto stride = getStride())
    if (failed(verifyLength(*this, "stride", length(stride), rank)))
      return failure();
  if (auto dilation = getDilation())
    if (failed(verifyLength(*this, "dilation", length(dilation), rank)))
      return failure();
  if (auto causal = getCausal())
    if (failed(verifyLength(*this, "causal", length(causal), rank)))
      return failure();
  int64_t tokens = 1;
  for (auto [axis, extent] : llvm::enumerate(getLayout())) { // neighborhood_c3
    if (failed(verifyPositive(*this, "layout", extent, axis)))
      return failure();
    if (extent >= kLengthLimit || (tokens *= extent) >= kLengthLimit)
      return emitOpError() << "expected a layout of fewer than " << kLengthLimit
                           << " tokens, got [" << getLayout() << "]";
  }
  for (unsigned axis = 0; axis < rank; ++axis)
    if (failed(verifyAxis(*this, axis)))
      return failure();
  return success();
}
