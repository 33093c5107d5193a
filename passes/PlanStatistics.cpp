//===- PlanStatistics.cpp - how a plan relates to its mask ----------------===//

#include "passes/PlanStatistics.h"
#include "passes/SlidingVisit.h"

#include <algorithm>

using namespace mlir;
using namespace mlir::attn;

/// Whether a mask is below the line j <= i + shift by its form alone, and which
/// of the two lines it is.
static std::optional<bool> isBottomRight(Value mask) {
  if (!mask)
    return std::nullopt;
  if (auto causal = mask.getDefiningOp<CausalOp>())
    return causal.getBottomRight();
  if (auto window = mask.getDefiningOp<WindowOp>())
    if (window.getRight() == 0)
      return false;
  if (auto both = mask.getDefiningOp<AndOp>())
    for (Value part : both.getMasks())
      if (std::optional<bool> found = isBottomRight(part))
        return found;
  return std::nullopt;
}

/// Pairs of one head with j <= i, or j <= i + keys - queries.
static double countTriangle(bool bottomRight, MaskSizes sizes) {
  // Rows have first, first + 1, ... keys, of which those below 0 are none and
  // those beyond the last key all.
  int64_t first = 1 + (bottomRight ? sizes.keys - sizes.queries : 0);
  auto sumTo = [](int64_t last) { return last * (last + 1) / 2; };
  int64_t end = first + sizes.queries;
  int64_t least = std::max<int64_t>(first, 0);
  int64_t most = std::min(end - 1, sizes.keys);
  int64_t partial = most >= least ? sumTo(most) - sumTo(least - 1) : 0;
  int64_t whole = end - std::max(first, sizes.keys + 1);
  return double(partial + std::max<int64_t>(whole, 0) * sizes.keys);
}

static VisitedPairs countVisited(PlanAnalysis &analysis, PlanAttr plan,
                                 int64_t copies) {
  VisitedPairs visited;
  for (PlanAnalysis::HeadClass heads : analysis.headClasses()) {
    analysis.setHead(heads.head);
    // Lists of keys hold kept ones only.
    if (plan.getDiagonals()) {
      double kept = double(copies) * heads.count * analysis.keptPairs();
      visited.all += kept;
      visited.full += kept;
      continue;
    }
    double weight = double(copies) * heads.count;
    auto add = [&](const KeyBox &box, int64_t lanes) {
      visited.all += weight * lanes * volume(box.keys);
      visited.full += weight * lanes * volume(box.core);
    };
    int64_t lanes = plan.getLanes();
    for (int64_t n = 0, e = analysis.numTiles(plan.getTile()); n < e; ++n) {
      IndexBox tile = analysis.tile(plan.getTile(), n);
      if (volume(tile) == 0)
        continue;
      for (const KeyBox &box : analysis.keyBoxes(tile))
        for (const Visit &visit : visitsOf(analysis, plan, tile, box))
          add(visit.box, visit.lanesOf(lanes));
    }
  }
  return visited;
}

/// Analyses the heads that share a plan, once for the whole batch or, where the
/// mask asks for it, for each of its elements.
static void forParts(
    AttentionOp op, int64_t batch, MaskSizes sizes,
    const ::attn::MaskVars::TableContents *contents,
    function_ref<void(PlanAnalysis &analysis, PlanAttr plan, int64_t copies)>
        body) {
  for (const HeadPart &part : op.getHeadParts()) {
    MaskSizes ofPart = sizes;
    ofPart.heads = part.numHeads(sizes.heads);
    PlanAnalysis analysis(part.mask, part.plan.getSpace(), ofPart, contents);
    int64_t elements = analysis.asksForBatch() ? batch : 1;
    for (int64_t b = 0; b < elements; ++b) {
      analysis.setBatch(b);
      body(analysis, part.plan, batch / elements);
    }
  }
}

VisitedPairs
mlir::attn::countVisitedPairs(AttentionOp op, int64_t batch, MaskSizes sizes,
                              const ::attn::MaskVars::TableContents *contents) {
  if (batch == 0 || sizes.heads == 0 || sizes.queries == 0 || sizes.keys == 0)
    return {};
  VisitedPairs visited;
  forParts(op, batch, sizes, contents,
           [&](PlanAnalysis &analysis, PlanAttr plan, int64_t copies) {
             visited += countVisited(analysis, plan, copies);
           });
  return visited;
}

PlanStatistics mlir::attn::computePlanStatistics(
    AttentionOp op, int64_t batch, MaskSizes sizes,
    const ::attn::MaskVars::TableContents *contents) {
  PlanStatistics statistics;
  statistics.pattern = describeMask(op.getMask());
  if (std::optional<bool> bottomRight = isBottomRight(op.getMask()))
    statistics.trianglePairs =
        double(batch) * sizes.heads * countTriangle(*bottomRight, sizes);
  statistics.allPairs =
      double(batch) * sizes.heads * sizes.queries * sizes.keys;
  if (statistics.allPairs == 0)
    return statistics;
  VisitedPairs visited;
  forParts(op, batch, sizes, contents,
           [&](PlanAnalysis &analysis, PlanAttr plan, int64_t copies) {
             visited += countVisited(analysis, plan, copies);
             for (PlanAnalysis::HeadClass heads : analysis.headClasses()) {
               analysis.setHead(heads.head);
               statistics.keptPairs +=
                   double(copies) * heads.count * analysis.keptPairs();
             }
           });
  statistics.visitedPairs = visited.all;
  statistics.fullShare = visited.all ? visited.full / visited.all : 0;
  statistics.flopsKept =
      2.0 * (op.getHeadSize() + op.getValueSize()) * statistics.keptPairs;
  return statistics;
}
