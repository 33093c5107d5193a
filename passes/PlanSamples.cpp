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

/// Eighths of the keys; shorter ones near the queries where keys are numbered
/// by diagonals, since a window is one box of those beside single ones.
SmallVector<PlanAnalysis::Stretch, 16> PlanAnalysis::stretches() const {
  constexpr size_t few = 3, fewOfNear = 8;
  constexpr int64_t count = 8;
  int64_t length = allKeys[0].hi;
  SmallVector<int64_t> ends;
  for (int64_t n = 0; n <= count; ++n)
    ends.push_back(length * n / count);
  int64_t center = sizes.queries - 1, near = length / 64;
  if (space.hasDiagonals())
    for (int64_t reach : {near, near / 16})
      llvm::append_values(ends, std::max<int64_t>(center - reach, 0),
                          std::min(center + reach, length));
  llvm::sort(ends);
  SmallVector<Stretch, 16> result;
  for (auto [begin, end] : llvm::zip(ends, ArrayRef(ends).drop_front())) {
    bool isNear =
        space.hasDiagonals() && begin >= center - near && end <= center + near;
    result.push_back({{begin, end}, isNear ? fewOfNear : few});
  }
  return result;
}

void PlanAnalysis::sampleKeys(
    const IndexBox &queries,
    function_ref<void(const IndexBox &, double weight)> body) {
  constexpr size_t few = 24;
  if (space.size() > 1) {
    for (const ::attn::SampledBox &box : someKeys(queries))
      body(box.keys, box.weight);
    return;
  }
  if (!hasManyBoxes) {
    auto all = firstKeys(queries, Stretch{allKeys[0], few + 1}).front();
    hasManyBoxes = all.size() > few;
    boxesListed += all.size();
    ++tilesListed;
    if (!hasManyBoxes) {
      for (::attn::Interval<int64_t> keys : all)
        body({keys}, 1);
      return;
    }
  }
  SmallVector<Stretch, 16> parts = stretches(), andOneMore = parts;
  for (Stretch &part : andOneMore)
    ++part.most;
  auto listed = firstKeys(queries, andOneMore);
  for (auto [part, boxes] : llvm::zip_equal(parts, listed)) {
    double weight = ::attn::weightOfFew(boxes, part.most, part.keys.hi);
    for (::attn::Interval<int64_t> keys : boxes)
      body({keys}, weight);
  }
}

int64_t PlanAnalysis::tileExtent(ArrayRef<int64_t> extents,
                                 unsigned axis) const {
  unsigned residues = space.numResidues();
  return axis < residues ? 1 : extents[axis - residues];
}

int64_t PlanAnalysis::tilesAlong(ArrayRef<int64_t> extents,
                                 unsigned axis) const {
  return llvm::divideCeil(space.extent(axis, sizes.queries),
                          tileExtent(extents, axis));
}

int64_t PlanAnalysis::numTiles(ArrayRef<int64_t> extents) const {
  int64_t tiles = 1;
  for (unsigned a = 0; a < space.size(); ++a)
    tiles *= tilesAlong(extents, a);
  return tiles;
}

IndexBox PlanAnalysis::tile(ArrayRef<int64_t> extents, int64_t number) const {
  IndexBox box(space.size());
  for (unsigned a = space.size(); a-- > 0;) {
    int64_t size = tileExtent(extents, a), count = tilesAlong(extents, a);
    box[a].lo = number % count * size;
    box[a].hi = std::min(box[a].lo + size, space.extent(a, sizes.queries));
    number /= count;
  }
  for (unsigned a = space.numResidues(); a < space.size(); ++a)
    if (space.isRagged(a)) {
      int64_t residue = box[space.axes()[a].residue].lo;
      box[a].hi = std::min(box[a].hi, space.extent(a, sizes.queries, residue));
    }
  return box;
}

IndexBox PlanAnalysis::sampleTile(ArrayRef<int64_t> extents, int64_t n) const {
  // Multiples of roots whose continued fractions have small terms spread well
  // along an axis; those of different roots have no small relations.
  static const double steps[] = {
      (std::sqrt(5) - 1) / 2,  std::sqrt(2) - 1, std::sqrt(3) - 1,
      (std::sqrt(13) - 3) / 2, std::sqrt(7) - 2, (std::sqrt(21) - 3) / 2,
      std::sqrt(6) - 2,        std::sqrt(11) - 3};
  // Among few tiles steps of a whole number of them meet every tile before one
  // comes again.
  constexpr int64_t few = 16;
  int64_t count = numTiles(extents);
  if (count <= few) {
    int64_t step = std::max<int64_t>(1, int64_t(count * steps[0]));
    while (std::gcd(step, count) > 1)
      ++step;
    return tile(extents, (count / 2 + n * step) % count);
  }
  int64_t number = 0;
  for (unsigned a = 0; a < space.size(); ++a) {
    int64_t tiles = tilesAlong(extents, a);
    double place = 0.5 + n * steps[a % std::size(steps)];
    number = number * tiles + int64_t((place - std::floor(place)) * tiles);
  }
  return tile(extents, number);
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
