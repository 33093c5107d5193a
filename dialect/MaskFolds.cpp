//===- MaskFolds.cpp - folds and canonical forms of masks -----------------===//
//
// A constant mask folds to a BoolAttr, which the dialect materialises as
// attn.full or attn.empty. Every rewrite here holds for all lengths.
//
//===----------------------------------------------------------------------===//

#include "dialect/AttnOps.h"

#include "mlir/IR/Matchers.h"
#include "mlir/IR/PatternMatch.h"
#include "llvm/ADT/SetVector.h"

using namespace mlir;
using namespace mlir::attn;

Operation *AttnDialect::materializeConstant(OpBuilder &builder, Attribute value,
                                            Type type, Location loc) {
  auto truth = dyn_cast<BoolAttr>(value);
  if (!truth || !isa<MaskType>(type))
    return nullptr;
  if (truth.getValue())
    return FullOp::create(builder, loc);
  return EmptyOp::create(builder, loc);
}

static BoolAttr truthAttr(Operation *op, bool value) {
  return BoolAttr::get(op->getContext(), value);
}

//===----------------------------------------------------------------------===//
// Leaves
//===----------------------------------------------------------------------===//

OpFoldResult FullOp::fold(FoldAdaptor) { return truthAttr(*this, true); }

OpFoldResult EmptyOp::fold(FoldAdaptor) { return truthAttr(*this, false); }

OpFoldResult WindowOp::fold(FoldAdaptor) {
  if (!getLeftAttr() && !getRightAttr())
    return truthAttr(*this, true);
  return {};
}

OpFoldResult SinksOp::fold(FoldAdaptor) {
  if (getCountAttr().getInt() == 0)
    return truthAttr(*this, false);
  return {};
}

OpFoldResult GlobalOp::fold(FoldAdaptor) {
  if (getTokens().empty())
    return truthAttr(*this, false);
  SmallVector<int64_t> tokens(getTokens());
  llvm::sort(tokens);
  tokens.erase(llvm::unique(tokens), tokens.end());
  if (ArrayRef<int64_t>(tokens) == getTokens())
    return {};
  setTokens(tokens);
  return getResult();
}

OpFoldResult NeighborhoodOp::fold(FoldAdaptor) {
  for (unsigned axis = 0; axis < getRank(); ++axis) {
    Axis a = getAxis(axis);
    // A clipped window loses keys at the borders however long it is.
    bool clips = getBoundaryMode() == Boundary::Clip && a.extent > 1;
    if (!a.isCovered() || a.dilation != 1 || a.causal || clips)
      return {};
  }
  return truthAttr(*this, true);
}

/// Clamps windows, drops strides that change nothing and arrays that say no
/// more than the defaults, so that equal masks become one by CSE.
LogicalResult NeighborhoodOp::canonicalize(NeighborhoodOp op,
                                           PatternRewriter &rewriter) {
  Boundary boundary = op.getBoundaryMode();
  SmallVector<int64_t> window, stride, dilation;
  SmallVector<bool> causal;
  for (unsigned axis = 0; axis < op.getRank(); ++axis) {
    Axis a = op.getAxis(axis);
    // All keys of the group, whoever leads.
    bool leaderless = a.isCovered() && (a.causal || boundary != Boundary::Clip);
    window.push_back(std::min(a.window, a.longestGroup()));
    stride.push_back(leaderless ? 1 : a.stride);
    dilation.push_back(a.dilation);
    causal.push_back(a.causal);
  }
  MLIRContext *context = op.getContext();
  auto orNull = [](auto array, int64_t standard) {
    ArrayRef values = array.asArrayRef();
    bool isStandard =
        llvm::all_of(values, [&](int64_t value) { return value == standard; });
    return isStandard ? decltype(array)() : array;
  };
  auto windowAttr = DenseI64ArrayAttr::get(context, window);
  auto strideAttr = orNull(DenseI64ArrayAttr::get(context, stride), 1);
  auto dilationAttr = orNull(DenseI64ArrayAttr::get(context, dilation), 1);
  auto causalAttr = orNull(DenseBoolArrayAttr::get(context, causal), false);
  auto boundaryAttr =
      boundary == Boundary::Shift ? BoundaryAttr() : op.getBoundaryAttr();
  if (op.getWindowAttr() == windowAttr && op.getStrideAttr() == strideAttr &&
      op.getDilationAttr() == dilationAttr &&
      op.getCausalAttr() == causalAttr && op.getBoundaryAttr() == boundaryAttr)
    return rewriter.notifyMatchFailure(op, "already canonical");
  rewriter.modifyOpInPlace(op, [&] {
    op.setWindowAttr(windowAttr);
    op.setStrideAttr(strideAttr);
    op.setDilationAttr(dilationAttr);
    op.setCausalAttr(causalAttr);
    op.setBoundaryAttr(boundaryAttr);
  });
  return success();
}

//===----------------------------------------------------------------------===//
// Combinators
//===----------------------------------------------------------------------===//

OpFoldResult NotOp::fold(FoldAdaptor adaptor) {
  if (auto inner = getMask().getDefiningOp<NotOp>())
    return inner.getMask();
  if (auto constant = dyn_cast_if_present<BoolAttr>(adaptor.getMask()))
    return truthAttr(*this, !constant.getValue());
  return {};
}

/// Flattens operands made by the same op, drops duplicates and the unit;
/// `absorbing` is the constant that decides the result alone.
template <typename JunctionOp>
static OpFoldResult foldJunction(JunctionOp op, bool absorbing) {
  llvm::SmallSetVector<Value, 4> masks;
  for (Value mask : op.getMasks()) {
    if (auto inner = mask.getDefiningOp<JunctionOp>())
      masks.insert_range(inner.getMasks());
    else
      masks.insert(mask);
  }
  BoolAttr constant;
  SmallVector<Value> kept;
  for (Value mask : masks) {
    if (!matchPattern(mask, m_Constant(&constant)))
      kept.push_back(mask);
    else if (constant.getValue() == absorbing)
      return constant;
  }
  if (kept.empty())
    return truthAttr(op, !absorbing);
  if (kept.size() == 1)
    return kept.front();
  if (llvm::equal(kept, op.getMasks()))
    return {};
  op.getMasksMutable().assign(kept);
  return op.getResult();
}

OpFoldResult AndOp::fold(FoldAdaptor) { return foldJunction(*this, false); }

OpFoldResult OrOp::fold(FoldAdaptor) { return foldJunction(*this, true); }

namespace {

/// A window, or the causal mask as one. No bound: unbounded.
struct Bounds {
  IntegerAttr left, right;

  static std::optional<Bounds> of(Value mask) {
    if (auto window = mask.getDefiningOp<WindowOp>())
      return Bounds{window.getLeftAttr(), window.getRightAttr()};
    auto causal = mask.getDefiningOp<CausalOp>();
    // The bottom right corner depends on the lengths.
    if (!causal || causal.getBottomRight())
      return std::nullopt;
    return Bounds{{}, Builder(causal.getContext()).getI64IntegerAttr(0)};
  }

  bool isCausal() const { return !left && right && right.getInt() == 0; }

  Value materialize(OpBuilder &builder, Location loc) const {
    if (isCausal())
      return CausalOp::create(builder, loc);
    return WindowOp::create(builder, loc, left, right);
  }
};

} // namespace

static IntegerAttr tighter(IntegerAttr a, IntegerAttr b) {
  if (!a || !b)
    return a ? a : b;
  return a.getInt() < b.getInt() ? a : b;
}

static IntegerAttr looser(IntegerAttr a, IntegerAttr b) {
  if (!a || !b)
    return {};
  return a.getInt() < b.getInt() ? b : a;
}

/// Merges all windows among the operands into one. Both the intersection and
/// the union of two windows are windows, as both contain j = i.
template <typename JunctionOp>
static LogicalResult mergeWindows(JunctionOp op, PatternRewriter &rewriter,
                                  IntegerAttr (*merge)(IntegerAttr,
                                                       IntegerAttr)) {
  std::optional<Bounds> merged;
  SmallVector<Value> masks;
  for (Value mask : op.getMasks()) {
    std::optional<Bounds> bounds = Bounds::of(mask);
    if (!bounds)
      masks.push_back(mask);
    else if (!merged)
      merged = bounds;
    else
      merged = Bounds{merge(merged->left, bounds->left),
                      merge(merged->right, bounds->right)};
  }
  if (!merged || masks.size() + 1 == op.getMasks().size())
    return rewriter.notifyMatchFailure(op, "fewer than two windows");
  masks.insert(masks.begin(), merged->materialize(rewriter, op.getLoc()));
  if (masks.size() == 1)
    rewriter.replaceOp(op, masks.front());
  else
    rewriter.replaceOpWithNewOp<JunctionOp>(op, masks);
  return success();
}

LogicalResult AndOp::canonicalize(AndOp op, PatternRewriter &rewriter) {
  return mergeWindows(op, rewriter, tighter);
}

LogicalResult OrOp::canonicalize(OrOp op, PatternRewriter &rewriter) {
  return mergeWindows(op, rewriter, looser);
}

LogicalResult WindowOp::canonicalize(WindowOp op, PatternRewriter &rewriter) {
  if (!Bounds::of(op)->isCausal())
    return rewriter.notifyMatchFailure(op, "not the causal mask");
  rewriter.replaceOpWithNewOp<CausalOp>(op);
  return success();
}
