//===- DescribeMask.cpp - a mask in a few words ---------------------------===//

#include "passes/PlanAnalysis.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace mlir::attn;

static std::string boxText(ArrayRef<int64_t> sizes) {
  std::string text;
  for (int64_t size : sizes)
    text += (text.empty() ? "" : "x") + std::to_string(size);
  return text;
}

static std::string describeNeighborhood(NeighborhoodOp op) {
  std::string text = "neighborhood(" + boxText(op.getLayout()) + ", window " +
                     boxText(op.getWindow());
  if (auto stride = op.getStride())
    text += ", stride " + boxText(*stride);
  if (auto dilation = op.getDilation())
    text += ", dilation " + boxText(*dilation);
  if (auto causal = op.getCausal(); causal && llvm::is_contained(*causal, true))
    text += ", causal";
  if (op.getBoundaryMode() != Boundary::Shift)
    text += ", " + stringifyBoundary(op.getBoundaryMode()).str();
  return text + ")";
}

/// Masks may share parts, so that a few ops are a very long text.
constexpr size_t mostCharacters = 400;
constexpr unsigned mostLevels = 6;

static std::string describe(Value mask, unsigned levels);

static std::string describeJunction(ValueRange masks, StringRef word,
                                    unsigned levels) {
  std::string text;
  for (Value mask : masks) {
    bool isLong = text.size() > mostCharacters;
    std::string part = isLong ? "..." : describe(mask, levels);
    if (!isLong && isa_and_nonnull<AndOp, OrOp>(mask.getDefiningOp()))
      part = "(" + part + ")";
    text += (text.empty() ? "" : (" " + word + " ").str()) + part;
    if (isLong)
      break;
  }
  return text;
}

std::string mlir::attn::describeMask(Value mask) {
  return describe(mask, mostLevels);
}

static std::string describe(Value mask, unsigned levels) {
  if (levels-- == 0)
    return "...";
  if (!mask)
    return "full";
  auto bound = [](IntegerAttr value) {
    return value ? std::to_string(value.getInt()) : std::string("inf");
  };
  return llvm::TypeSwitch<Operation *, std::string>(mask.getDefiningOp())
      .Case([&](CausalOp op) {
        return op.getBottomRight() ? "causal bottom_right" : "causal";
      })
      .Case([&](WindowOp op) {
        return "window(" + bound(op.getLeftAttr()) + ", " +
               bound(op.getRightAttr()) + ")";
      })
      .Case([&](SinksOp op) {
        return "sinks(" + std::to_string(op.getCountAttr().getInt()) + ")";
      })
      .Case([&](GlobalOp op) {
        return "global(" + std::to_string(op.getTokens().size()) + " tokens)";
      })
      .Case([&](NeighborhoodOp op) { return describeNeighborhood(op); })
      .Case([&](AndOp op) {
        return describeJunction(op.getMasks(), "and", levels);
      })
      .Case([&](OrOp op) {
        return describeJunction(op.getMasks(), "or", levels);
      })
      .Case([&](NotOp op) {
        return "not (" + describe(op.getMask(), levels) + ")";
      })
      .Case([&](PartOp op) {
        return describeJunction(op.getMask(), "", levels) +
               (op.getRest() ? " but not (" : " in (") +
               describe(op.getFirst(), levels) + ")";
      })
      .Default([](Operation *op) {
        return op ? op->getName().stripDialect().str() : "a block argument";
      });
}

std::string mlir::attn::describeTables(Value mask) {
  SmallVector<std::string> assumed;
  for (const MaskTable &table : collectTables(mask))
    if (!constantElements(table.values))
      assumed.push_back(describeAssumed(table));
  return llvm::join(assumed, ", ");
}

std::string mlir::attn::describePart(const PlanPart &part) {
  if (part.count > 1)
    return "part " + std::to_string(part.number + 1) + " of " +
           std::to_string(part.count) + " of the heads";
  if (part.mask.isRest)
    return "the rest";
  return part.mask.first ? describeMask(part.mask.first) : "";
}
