//===- TileSum.cpp - the predicted cycles of sampled tiles ----------------===//

#include "passes/TileSum.h"
#include "passes/SlidingVisit.h"

using namespace mlir;
using namespace mlir::attn;

void TileSum::add(PlanAnalysis &analysis, const CostModel &cost,
                  int64_t samples) {
  analysis.forSamples(tile, taken, samples, [&](const IndexBox &box) {
    addTile(analysis, cost, box);
  });
  taken = std::max(taken, samples);
}

void TileSum::addTile(PlanAnalysis &analysis, const CostModel &cost,
                      const IndexBox &box) {
  queries += volume(box);
  if (analysis.getSpace().hasDiagonals()) {
    cycles += costOfDiagonals(analysis, cost, box);
    return;
  }
  cycles += cost.tile(lanes);
  if (slides) {
    // The first place and the last say how long the keys are.
    constexpr int64_t step = PlanAttr::slidingLanes - 1;
    SlidingRuns runs(analysis, box, step);
    cycles += cost.sliding();
    analysis.sampleKeyBoxes(box, [&](const KeyBox &keys, double weight) {
      KeyBox visit = runs.visit(keys);
      auto [lo, hi] = visit.keys.back();
      width = std::max(width, hi - lo);
      if (lo < hi)
        cycles += weight * cost.slidingBox(lanes, visit);
    });
    return;
  }
  analysis.sampleKeyBoxes(box, [&](const KeyBox &keys, double weight) {
    addBox(analysis, cost, box, keys, weight);
  });
}

double TileSum::costOfDiagonals(PlanAnalysis &analysis, const CostModel &cost,
                                const IndexBox &box) {
  double sum = cost.diagonalTile(lanes);
  analysis.sampleKeys(box, [&](const IndexBox &keys, double weight) {
    auto [lo, hi] = keys[0];
    int64_t distance =
        std::max(analysis.distanceOf(lo), analysis.distanceOf(hi - 1));
    sum += weight * cost.diagonals(lanes, distance, hi - lo);
  });
  return sum;
}

void TileSum::addBox(PlanAnalysis &analysis, const CostModel &cost,
                     const IndexBox &box, const KeyBox &keys, double weight) {
  if (!halves || keys.isFull()) {
    double ofBox = weight * cost.box(lanes, keys);
    cycles += ofBox;
    partial += ofBox * (1 - double(volume(keys.core)) / volume(keys.keys));
    return;
  }
  cycles += weight * cost.halving();
  for (const Visit &visit : analysis.visitsByHalves(tile, box, keys))
    cycles += weight *
              cost.box(visit.lanesOf(lanes), visit.box, visit.half.has_value());
}

double mlir::attn::keysPerQuery(PlanAnalysis &analysis,
                                ArrayRef<int64_t> extents, int64_t samples) {
  double keys = 0, queries = 0;
  analysis.forSamples(extents, 0, samples, [&](const IndexBox &box) {
    queries += volume(box);
    analysis.sampleKeys(box, [&](const IndexBox &box, double weight) {
      keys += weight * volume(box);
    });
  });
  return queries ? keys / queries : 0;
}

/// The keys of any of `runs`.
static int64_t lengthOfUnion(MutableArrayRef<::attn::Interval<int64_t>> runs) {
  llvm::sort(runs, [](const auto &a, const auto &b) { return a.lo < b.lo; });
  int64_t keys = 0, end = 0;
  for (auto [lo, hi] : runs) {
    keys += std::max<int64_t>(hi - std::max(lo, end), 0);
    end = std::max(end, hi);
  }
  return keys;
}

double mlir::attn::keysReadPerQuery(PlanAnalysis &analysis, PlanAttr plan,
                                    int64_t samples) {
  SmallVector<int64_t> extents;
  for (unsigned a = 0; a < plan.getTile().size(); ++a)
    extents.push_back(plan.getGroupExtent(a));
  if (analysis.getSpace().size() > 1)
    return keysPerQuery(analysis, extents, samples);
  double keys = 0, queries = 0;
  int64_t step = plan.getTile()[0];
  analysis.forSamples(extents, 0, samples, [&](const IndexBox &group) {
    double most = 0;
    analysis.sampleKeys(group, [&](const IndexBox &box, double weight) {
      most += weight * volume(box);
    });
    SmallVector<::attn::Interval<int64_t>> runs;
    double more = 0; // that stand for others, in unknown places
    for (auto [lo, hi] = group[0]; lo < hi; lo += step)
      analysis.sampleKeys({{lo, std::min(lo + step, hi)}},
                          [&](const IndexBox &box, double weight) {
                            runs.push_back(box[0]);
                            more += (weight - 1) * volume(box);
                          });
    double needed = lengthOfUnion(runs) + more;
    keys += std::min(needed, most);
    queries += volume(group);
  });
  return queries ? keys / queries : 0;
}
