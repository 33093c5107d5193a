//===- SlidingVisit.cpp - what a tile that slides visits ------------------===//

#include "passes/SlidingVisit.h"

using namespace mlir;
using namespace mlir::attn;

SlidingRuns::SlidingRuns(PlanAnalysis &analysis, const IndexBox &queries,
                         int64_t step)
    : core(analysis.getAllKeys()) {
  unsigned last = queries.size() - 1;
  for (int64_t place = 0; place < PlanAttr::slidingLanes; place += step) {
    IndexBox own = queries;
    auto &[lo, hi] = own[last];
    lo = std::min(lo + place, hi - 1);
    hi = lo + 1;
    needed.push_back(analysis.neededKeys(own, last));
    IndexBox ofPlace = analysis.fullKeys(own);
    full.push_back(ofPlace[last]);
    for (unsigned a = 0; a < last; ++a)
      core[a] = {std::max(core[a].lo, ofPlace[a].lo),
                 std::min(core[a].hi, ofPlace[a].hi)};
  }
}

KeyBox SlidingRuns::visit(const KeyBox &box) const {
  auto [lo, hi] = box.keys.back();
  auto within = [&, lo = lo, hi = hi](const Interval &run) {
    Interval part = {std::max(run.lo, lo), std::min(run.hi, hi)};
    return part.lo < part.hi ? part : Interval{hi, hi};
  };
  int64_t least = hi, width = 0;
  for (const Interval &run : needed)
    least = std::min(least, within(run).lo);
  auto startOf = [&, hi = hi](const Interval &part) {
    return part.lo == hi ? least
                         : std::min(part.lo, least + TileSlideOp::furthest);
  };
  for (const Interval &run : needed) {
    Interval part = within(run);
    if (part.lo < part.hi)
      width = std::max(width, part.hi - startOf(part));
  }
  bool isFull = true;
  for (auto [run, whole] : llvm::zip_equal(needed, full)) {
    int64_t start = std::min(startOf(within(run)), hi - width);
    isFull &= whole.lo <= start && start + width <= whole.hi;
  }
  KeyBox result = {box.keys, box.keys};
  for (unsigned a = 0; a + 1 < core.size(); ++a)
    result.core[a] = {std::max(core[a].lo, box.keys[a].lo),
                      std::min(core[a].hi, box.keys[a].hi)};
  result.keys.back().hi = lo + width;
  result.core.back().hi = isFull ? lo + width : lo;
  return result;
}

SmallVector<Visit, 3> mlir::attn::visitsOf(PlanAnalysis &analysis,
                                           PlanAttr plan,
                                           const IndexBox &queries,
                                           const KeyBox &box) {
  if (plan.getHalves())
    return analysis.visitsByHalves(plan.getTile(), queries, box);
  if (!plan.getSlides())
    return {{box, std::nullopt}};
  KeyBox sliding = SlidingRuns(analysis, queries).visit(box);
  if (volume(sliding.keys) == 0)
    return {};
  return {{sliding, std::nullopt}};
}
