//===- ReferenceMask.cpp - masks by formulas of the reference -------------===//

#include "tools/attn-run/ReferenceMask.h"

#include "dialect/AttnOps.h"
#include "tools/attn-run/ReferencePatterns.h"
#include "tools/attn-run/ReferencePredicate.h"

#include "llvm/ADT/DenseSet.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/TypeSwitch.h"

#include <algorithm>

using namespace llvm;
using namespace mlir::attn;
using mlir::Operation;
using mlir::Value;

namespace attnrun {

namespace {

/// One axis of a neighbourhood.
struct Axis {
  int64_t extent, window, stride = 1, dilation = 1;
  bool isCausal = false;
  Boundary boundary;

  /// For coordinates along this axis.
  bool keeps(int64_t query, int64_t key) const {
    int64_t group = query % dilation;
    if (key % dilation != group)
      return false;
    int64_t i = query / dilation, j = key / dilation;
    int64_t length = (extent - group + dilation - 1) / dilation;
    return isCausal ? keepsCausal(i, j, length) : keepsCentred(i, j, length);
  }

private:
  bool keepsCausal(int64_t i, int64_t j, int64_t length) const {
    int64_t w = std::min(window, length);
    int64_t leader = std::min(i / stride * stride + stride - 1, length - 1);
    return std::max<int64_t>(0, leader - (w - 1)) <= j && j <= i;
  }

  bool keepsCentred(int64_t i, int64_t j, int64_t length) const {
    int64_t w = std::min(window, length);
    int64_t leader = std::min(i / stride * stride + stride / 2, length - 1);
    int64_t start = leader - w / 2;
    switch (boundary) {
    case Boundary::Shift:
      start = std::clamp<int64_t>(start, 0, length - w);
      return start <= j && j < start + w;
    case Boundary::Clip:
      return start <= j && j < start + w;
    case Boundary::Wrap:
      return (j - start + length) % length < w;
    }
    llvm_unreachable("no such boundary");
  }
};

} // namespace

static Keeps readNeighborhood(NeighborhoodOp op) {
  std::vector<Axis> axes;
  for (auto [a, extent] : enumerate(op.getLayout())) {
    Axis axis;
    axis.extent = extent;
    axis.window = op.getWindow()[a];
    if (auto stride = op.getStride())
      axis.stride = (*stride)[a];
    if (auto dilation = op.getDilation())
      axis.dilation = (*dilation)[a];
    if (auto causal = op.getCausal())
      axis.isCausal = (*causal)[a];
    axis.boundary = op.getBoundary().value_or(Boundary::Shift);
    axes.push_back(axis);
  }
  return [axes](int64_t, int64_t i, int64_t j) {
    for (const Axis &axis : reverse(axes)) {
      if (!axis.keeps(i % axis.extent, j % axis.extent))
        return false;
      i /= axis.extent;
      j /= axis.extent;
    }
    return true;
  };
}

static Keeps readWindow(WindowOp op) {
  constexpr int64_t unbounded = int64_t(1) << 40;
  int64_t left = op.getLeft().value_or(unbounded);
  int64_t right = op.getRight().value_or(unbounded);
  return [=](int64_t, int64_t i, int64_t j) {
    return i - left <= j && j <= i + right;
  };
}

static Keeps readGlobal(GlobalOp op) {
  DenseSet<int64_t> tokens(op.getTokens().begin(), op.getTokens().end());
  return [tokens](int64_t, int64_t i, int64_t j) {
    return tokens.contains(i) || tokens.contains(j);
  };
}

/// A mask whose operands have been read.
static Keeps readOp(Operation *op, std::vector<Keeps> parts,
                    const MaskProblem &problem) {
  int64_t numQueries = problem.numQueries, numKeys = problem.numKeys;
  return TypeSwitch<Operation *, Keeps>(op)
      .Case(
          [](FullOp) { return [](int64_t, int64_t, int64_t) { return true; }; })
      .Case([](EmptyOp) {
        return [](int64_t, int64_t, int64_t) { return false; };
      })
      .Case([=](CausalOp op) {
        int64_t shift = op.getBottomRight() ? numKeys - numQueries : 0;
        return [=](int64_t, int64_t i, int64_t j) { return j <= i + shift; };
      })
      .Case(readWindow)
      .Case(readNeighborhood)
      .Case([](SinksOp op) {
        int64_t count = op.getCount();
        return [=](int64_t, int64_t, int64_t j) { return j < count; };
      })
      .Case(readGlobal)
      .Case([&](AndOp) {
        return [parts](int64_t h, int64_t i, int64_t j) {
          return all_of(parts,
                        [&](const Keeps &part) { return part(h, i, j); });
        };
      })
      .Case([&](OrOp) {
        return [parts](int64_t h, int64_t i, int64_t j) {
          return any_of(parts,
                        [&](const Keeps &part) { return part(h, i, j); });
        };
      })
      .Case([&](NotOp) {
        return [part = parts[0]](int64_t h, int64_t i, int64_t j) {
          return !part(h, i, j);
        };
      })
      .Case([&](PartOp op) {
        return [parts, isRest = op.getRest()](int64_t h, int64_t i, int64_t j) {
          return parts[0](h, i, j) && parts[1](h, i, j) != isRest;
        };
      })
      .Case([&](PredicateOp op) { return readPredicate(op, problem); })
      .Default([&](Operation *op) { return readPattern(op, parts, problem); });
}

Expected<Keeps> readMask(Value mask, const MaskProblem &problem) {
  if (!mask)
    return [](int64_t, int64_t, int64_t) { return true; };
  Operation *op = mask.getDefiningOp();
  if (!op)
    return createStringError(
        "expected a mask that is made by ops, got an argument of the function");
  std::vector<Keeps> parts;
  for (Value operand : op->getOperands()) {
    if (!mlir::isa<MaskType>(operand.getType())) {
      if (!problem.tables.contains(operand))
        return createStringError("the reference has no table for '" +
                                 op->getName().getStringRef() + "'");
      continue;
    }
    Expected<Keeps> part = readMask(operand, problem);
    if (!part)
      return part.takeError();
    parts.push_back(*part);
  }
  Keeps keeps = readOp(op, std::move(parts), problem);
  if (!keeps)
    return createStringError("the reference does not know '" +
                             op->getName().getStringRef() + "'");
  return keeps;
}

} // namespace attnrun
