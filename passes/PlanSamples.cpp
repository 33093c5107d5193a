//===- PlanSamples.cpp - tiles and boxes that stand for all ---------------===//

#include "passes/PlanAnalysis.h"

#include "llvm/Support/MathExtras.h"

#include <cmath>
#include <numeric>

using namespace mlir;
using namespace mlir::attn;

void PlanAnalysis::sampleKeyBoxes(
    const IndexBox &queries,
    function_ref<void(const KeyBox &, double weight)> body) {
  sampleKeys(queries, [&](const IndexBox &keys, double weight) {
    body({keys, coreOf(queries, keys)}, weight);
  });
}

void PlanAnalysis::sampleKeys(
    const IndexBox &queries,
    function_ref<void(const IndexBox &, double weight)> body) {
  constexpr size_t few = 24, fewOfStretch = 3;
  constexpr int64_t stretches = 8;
  bool isLine = space.size() == 1;
  SmallVector<IndexBox> boxes;
  if (!hasManyBoxes) {
    boxes = keysWithin(queries, allKeys, isLine ? few + 1 : SIZE_MAX);
    hasManyBoxes = isLine && boxes.size() > few;
  }
  if (!hasManyBoxes) {
    for (const IndexBox &box : boxes)
      body(box, 1);
    return;
  }
  int64_t length = allKeys[0].hi;
  SmallVector<int64_t> ends;
  for (int64_t n = 0; n <= stretches; ++n)
    ends.push_back(length * n / stretches);
  // A window is one box of diagonals beside single ones.
  constexpr size_t fewOfNear = 8;
  int64_t center = sizes.queries - 1, near = length / 64;
  if (space.hasDiagonals())
    for (int64_t reach : {near, near / 16})
      llvm::append_values(ends, std::max<int64_t>(center - reach, 0),
                          std::min(center + reach, length));
  llvm::sort(ends);
  for (auto [begin, end] : llvm::zip(ends, ArrayRef(ends).drop_front())) {
    IndexBox within = {{begin, end}};
    bool isNear =
        space.hasDiagonals() && begin >= center - near && end <= center + near;
    size_t listed = isNear ? fewOfNear : fewOfStretch;
    boxes = keysWithin(queries, within, listed + 1);
    double weight = 1;
    if (boxes.size() > listed) {
      // As many as begin in the rest of the stretch at the distance of these.
      int64_t next = boxes.pop_back_val()[0].lo;
      int64_t first = boxes.front()[0].lo;
      double distance = double(next - first) / listed;
      double count = (within[0].hi - first) / distance + 0.5;
      weight = count / listed;
    }
    for (const IndexBox &box : boxes)
      body(box, weight);
  }
}

int64_t PlanAnalysis::queryExtent(unsigned axis) const {
  int64_t extent = space.axes()[axis].extent;
  return extent < 0 ? sizes.queries : extent;
}

int64_t PlanAnalysis::numTiles(ArrayRef<int64_t> extents) const {
  int64_t tiles = 1;
  for (unsigned a = 0; a < space.size(); ++a) {
    int64_t size =
        a < space.numResidues() ? 1 : extents[a - space.numResidues()];
    tiles *= llvm::divideCeil(queryExtent(a), size);
  }
  return tiles;
}

IndexBox PlanAnalysis::tile(ArrayRef<int64_t> extents, int64_t number) const {
  IndexBox box(space.size());
  for (unsigned a = space.size(); a-- > 0;) {
    int64_t size =
        a < space.numResidues() ? 1 : extents[a - space.numResidues()];
    int64_t count = llvm::divideCeil(queryExtent(a), size);
    box[a].lo = number % count * size;
    box[a].hi = std::min(box[a].lo + size, queryExtent(a));
    number /= count;
  }
  for (unsigned a = space.numResidues(); a < space.size(); ++a)
    if (space.isRagged(a)) {
      int64_t residue = box[space.axes()[a].residue].lo;
      box[a].hi = std::min(box[a].hi, space.extent(a, residue));
    }
  return box;
}

IndexBox PlanAnalysis::sampleTile(ArrayRef<int64_t> extents, int64_t n) const {
  int64_t count = numTiles(extents);
  // Steps by the golden ratio spread well. Among few tiles steps of a whole
  // number of them meet every tile before one comes again.
  constexpr int64_t few = 16;
  constexpr double goldenRatio = 0.6180339887498949;
  if (count > few) {
    double place = 0.5 + n * goldenRatio;
    return tile(extents, int64_t((place - std::floor(place)) * count));
  }
  int64_t step = std::max<int64_t>(1, int64_t(count * goldenRatio));
  while (std::gcd(step, count) > 1)
    ++step;
  return tile(extents, (count / 2 + n * step) % count);
}

void PlanAnalysis::forSamples(ArrayRef<int64_t> extents, int64_t first,
                              int64_t end,
                              function_ref<void(const IndexBox &)> body) {
  for (int64_t n = first, e = std::min(end, numTiles(extents)); n < e; ++n) {
    if (!classes.empty())
      setHead(classes[n % classes.size()].head);
    IndexBox box = sampleTile(extents, n);
    if (volume(box) > 0)
      body(box);
  }
}
