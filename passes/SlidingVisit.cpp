//===- SlidingVisit.cpp - what a tile that slides visits ------------------===//

#include "passes/SlidingVisit.h"

using namespace mlir;
using namespace mlir::attn;

SlidingRuns::SlidingRuns(PlanAnalysis &analysis, const IndexBox &queries,
                         int64_t step)
    : core(analysis.getAllKeys()), step(step) {
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
  int64_t ofEight[2] = {hi, hi};
  auto eightOf = [&](size_t n) { return n * step / TileSlideOp::eight; };
  SmallVector<int64_t, 16> starts;
  for (auto [n, run] : llvm::enumerate(needed)) {
    starts.push_back(std::min(within(run).lo, least + TileSlideOp::furthest));
    int64_t &first = ofEight[eightOf(n)];
    first = std::min(first, starts.back());
  }
  for (auto [n, run] : llvm::enumerate(needed)) {
    int64_t limit = ofEight[eightOf(n)] + TileSlideOp::furthestOfEight;
    starts[n] = std::min(starts[n], limit);
    Interval part = within(run);
    if (part.lo < part.hi)
      width = std::max(width, part.hi - starts[n]);
  }
  bool isFull = true;
  for (auto [start, whole] : llvm::zip_equal(starts, full)) {
    int64_t first = std::min(start, hi - width);
    isFull &= whole.lo <= first && first + width <= whole.hi;
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
