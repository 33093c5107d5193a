//===- PlanSpaces.cpp - index spaces that plans are tried in --------------===//

#include "passes/PlanSpaces.h"

#include "llvm/Support/MathExtras.h"

#include <numeric>

using namespace mlir;
using namespace mlir::attn;
using ::attn::IndexSpace;

bool mlir::attn::keepsDistantTokens(Value mask) {
  return llvm::any_of(collectMaskOps(mask), [](MaskOpInterface part) {
    return part.getTokenDistance() > 1;
  });
}

std::optional<IndexSpace>
mlir::attn::spaceOfDistantTokens(Value mask, int64_t queries, int64_t keys) {
  constexpr int64_t large = 1024;
  int64_t length = IndexSpace::open, fewest = large;
  if (!ShapedType::isDynamic(queries) && !ShapedType::isDynamic(keys)) {
    fewest = std::min(queries, keys);
    if (queries == keys)
      length = queries;
  }
  int64_t common = 1;
  for (MaskOpInterface part : collectMaskOps(mask)) {
    int64_t distance = std::lcm(common, part.getTokenDistance());
    if (distance <= fewest && (common == 1 || distance <= large))
      common = distance;
  }
  if (common == 1)
    return std::nullopt;
  return IndexSpace(length, common);
}

std::optional<IndexSpace> mlir::attn::spaceOfRows(Value mask, int64_t queries,
                                                  int64_t keys) {
  if (queries != keys || queries <= 0 || chooseIndexSpace(mask).hasLayout())
    return std::nullopt;
  constexpr size_t mostAxes = 4;
  for (MaskOpInterface part : collectMaskOps(mask)) {
    SmallVector<int64_t> layout;
    int64_t tokens = 1;
    for (int64_t length : part.getRowLengths()) {
      if (length >= queries) // all tokens are one such row
        break;
      layout.push_back(length / tokens);
      tokens = length;
    }
    if (layout.empty() || layout.size() >= mostAxes || queries % tokens)
      continue;
    layout.push_back(queries / tokens);
    std::reverse(layout.begin(), layout.end());
    return IndexSpace(layout, SmallVector<int64_t>(layout.size(), 1));
  }
  return std::nullopt;
}

std::optional<IndexSpace> mlir::attn::spaceOfFullRows(const IndexSpace &space) {
  if (!space.hasLayout())
    return std::nullopt;
  auto places = [&](unsigned axis) {
    int64_t extent = space.axes()[axis].extent;
    return double(llvm::alignTo(extent, PlanAttr::slidingLanes)) / extent;
  };
  constexpr double many = 1.05;
  unsigned last = space.size() - 1, best = last;
  for (unsigned axis = space.numResidues(); axis < last; ++axis)
    if (many * places(axis) < places(best))
      best = axis;
  if (best == last)
    return std::nullopt;
  SmallVector<int64_t> order;
  for (unsigned axis = space.numResidues(); axis <= last; ++axis)
    if (axis != best)
      order.push_back(space.axes()[axis].layoutAxis);
  order.push_back(space.axes()[best].layoutAxis);
  return IndexSpace(space.getLayout(), space.getDilation(), order);
}
