//===- PlanStatistics.cpp - how a plan relates to its mask ----------------===//

#include "passes/PlanStatistics.h"
#include "passes/PlanSpaces.h"
#include "passes/SlidingVisit.h"

#include "dialect/expr/PointSearch.h"

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

/// The same of masks in general, of which a search says quickly that no pair
/// lies beyond j <= i.
static std::optional<bool>
causalLine(Value mask, const MaskSizes &sizes,
           const ::attn::MaskVars::TableContents *contents) {
  if (auto byForm = isBottomRight(mask))
    return byForm;
  constexpr int64_t fewBoxes = 1024, fewCases = 64;
  ::attn::ExprContext context;
  ::attn::MaskVars vars = makeMaskVars(context, sizes);
  vars.contents = contents;
  ::attn::Expr beyond =
      buildPredicate(mask, vars) && ::attn::lessThan(vars.i, vars.j);
  using Outcome = ::attn::PointSearch::Outcome;
  Outcome outcome = ::attn::findPointByBoxes(beyond, fewBoxes).outcome;
  if (outcome == Outcome::Undecided)
    outcome = ::attn::findPointByCases(beyond, fewCases).outcome;
  return outcome == Outcome::None ? std::optional(false) : std::nullopt;
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

/// A few tiles of the head at hand that stand for all, some perhaps empty.
static constexpr int64_t kFewTiles = 16;

static void forFewTiles(PlanAnalysis &analysis, ArrayRef<int64_t> extents,
                        function_ref<void(const IndexBox &)> body) {
  for (int64_t n = 0; n < kFewTiles; ++n)
    if (IndexBox tile = analysis.sampleTile(extents, n); volume(tile) > 0)
      body(tile);
}

/// About how many pairs of the head key boxes say nothing of.
static double undecidedPairs(PlanAnalysis &analysis) {
  constexpr int64_t queries = 64;
  SmallVector<int64_t> extents(analysis.getSpace().numPositions(), queries);
  double pairs = 0;
  forFewTiles(analysis, extents, [&](const IndexBox &tile) {
    analysis.sampleKeyBoxes(tile, [&](const KeyBox &box, double weight) {
      double ofQuery = volume(box.keys) - volume(box.core);
      pairs += weight * ofQuery * volume(tile);
    });
  });
  return pairs * analysis.numTiles(extents) / kFewTiles;
}

/// Whether counting the pairs of the head takes many seconds: on one axis of
/// positions undecided ones are evaluated, each by all operations of the mask.
static bool takesLong(PlanAnalysis &analysis) {
  constexpr double most = 8e9;
  if (analysis.getSpace().numPositions() > 1)
    return false;
  PlanAnalysis::MaskCode code = analysis.maskCode();
  return undecidedPairs(analysis) * (code.ofPairs + code.ofKeys) > most;
}

namespace {

/// The tiles of a head in which pairs are counted: all, or some for all.
class CountedTiles {
public:
  CountedTiles(PlanAnalysis &analysis, PlanAnalysis &ofAll, PlanAttr plan,
               std::optional<int64_t> mostBoxes)
      : analysis(analysis), ofAll(ofAll), extents(plan.getTile()),
        all(analysis.numTiles(extents)), counted(all) {
    constexpr int64_t fewest = 512, share = 128;
    if (!mostBoxes || all <= fewest)
      return;
    double boxes = kFewTiles;
    forFewTiles(analysis, extents, [&](const IndexBox &tile) {
      analysis.sampleKeys(
          tile, [&](const IndexBox &, double weight) { boxes += weight; });
    });
    double boxesOfTile = boxes / kFewTiles;
    if (boxesOfTile * all > *mostBoxes || takesLong(ofAll))
      counted =
          std::clamp<int64_t>(*mostBoxes / share / boxesOfTile, fewest, all);
  }

  void forEach(function_ref<void(const IndexBox &)> body) const {
    for (int64_t n = 0; n < counted; ++n) {
      IndexBox tile = isEstimate() ? analysis.sampleTile(extents, n)
                                   : analysis.tile(extents, n);
      if (volume(tile) > 0)
        body(tile);
    }
  }

  double keptPairs() const {
    if (!isEstimate())
      return ofAll.keptPairs();
    double kept = 0;
    forEach([&](const IndexBox &tile) { kept += analysis.keptPairs(tile); });
    return kept * weight();
  }

  int64_t size() const { return counted; }
  int64_t sizeOfAll() const { return all; }
  bool isEstimate() const { return counted < all; }
  double weight() const { return double(all) / counted; }

private:
  PlanAnalysis &analysis, &ofAll;
  ArrayRef<int64_t> extents;
  int64_t all, counted;
};

} // namespace

/// Calls `body` for as many diagonals at a time as there is room for.
static void forVisits(PlanAttr plan, ArrayRef<KeyBox> diagonals,
                      function_ref<void(ArrayRef<KeyBox>)> body) {
  size_t room = plan.getSlab();
  for (; !diagonals.empty();
       diagonals = diagonals.drop_front(std::min(room, diagonals.size())))
    body(diagonals.take_front(room));
}

static VisitedPairs countVisited(PlanAnalysis &analysis, PlanAttr plan,
                                 const CountedTiles &tiles) {
  VisitedPairs visited;
  auto add = [&](const KeyBox &box, int64_t lanes) {
    visited.all += tiles.weight() * lanes * volume(box.keys);
    visited.full += tiles.weight() * lanes * volume(box.core);
  };
  int64_t lanes = plan.getLanes();
  tiles.forEach([&](const IndexBox &tile) {
    if (plan.getDiagonals()) {
      SmallVector<KeyBox> all = analysis.diagonals(tile);
      return forVisits(plan, all, [&](ArrayRef<KeyBox> visit) {
        bool isFull =
            llvm::all_of(visit, [](const KeyBox &box) { return box.isFull(); });
        for (KeyBox box : visit) {
          box.core = isFull ? box.keys : IndexBox{{0, 0}};
          add(box, lanes);
        }
      });
    }
    for (const KeyBox &box : analysis.keyBoxes(tile))
      for (const Visit &visit : visitsOf(analysis, plan, tile, box))
        add(visit.box, visit.lanesOf(lanes));
  });
  return visited;
}

/// A space beside the one that a plan walks tokens in: by residue or one by
/// one, whichever that is not.
static std::optional<::attn::IndexSpace> spaceBeside(const PlanPart &part,
                                                     const MaskSizes &sizes) {
  ::attn::IndexSpace space = part.plan.getSpace();
  if (!space.hasLayout())
    return spaceOfDistantTokens(part.mask.mask, sizes.queries, sizes.keys);
  if (space.numPositions() == 1 && space.numResidues() == 1)
    return ::attn::IndexSpace({}, {});
  return std::nullopt;
}

/// Calls `body` for the heads that share a plan and a mask, for the whole batch
/// or, where the mask asks for it, for each of its elements: `weight` heads.
/// All that they keep is counted with `ofAll`, which may walk tokens in another
/// way than the plan does, if that decides more of the mask of a head.
static void
forHeads(AttentionOp op, int64_t batch, MaskSizes sizes,
         const ::attn::MaskVars::TableContents *contents,
         function_ref<void(PlanAnalysis &analysis, PlanAnalysis &ofAll,
                           PlanAttr plan, double weight)>
             body) {
  for (const PlanPart &part : op.getPlanParts()) {
    MaskSizes ofPart = sizes;
    ofPart.heads = part.numHeads(sizes.heads);
    PlanAnalysis analysis(part.mask, part.plan.getSpace(), ofPart, contents,
                          /*known=*/{}, op.getMaskSizes());
    std::optional<PlanAnalysis> beside;
    if (auto space = spaceBeside(part, sizes))
      beside.emplace(part.mask, *space, ofPart, contents,
                     analysis.headClasses(), op.getMaskSizes());
    int64_t elements = analysis.asksForBatch() ? batch : 1;
    for (int64_t b = 0; b < elements; ++b) {
      analysis.setBatch(b);
      if (beside)
        beside->setBatch(b);
      for (PlanAnalysis::HeadClass heads : analysis.headClasses()) {
        analysis.setHead(heads.head);
        bool isDecidedBeside = false;
        if (beside) {
          beside->setHead(heads.head);
          isDecidedBeside = undecidedPairs(*beside) < undecidedPairs(analysis);
        }
        body(analysis, isDecidedBeside ? *beside : analysis, part.plan,
             double(batch / elements) * heads.count);
      }
    }
  }
}

VisitedPairs
mlir::attn::countVisitedPairs(AttentionOp op, int64_t batch, MaskSizes sizes,
                              const ::attn::MaskVars::TableContents *contents,
                              std::optional<int64_t> mostBoxes) {
  if (batch == 0 || sizes.heads == 0 || sizes.queries == 0 || sizes.keys == 0)
    return {};
  VisitedPairs visited;
  forHeads(op, batch, sizes, contents,
           [&](PlanAnalysis &analysis, PlanAnalysis &ofAll, PlanAttr plan,
               double weight) {
             CountedTiles tiles(analysis, ofAll, plan, mostBoxes);
             visited.add(countVisited(analysis, plan, tiles), weight);
           });
  return visited;
}

PlanStatistics mlir::attn::computePlanStatistics(
    AttentionOp op, int64_t batch, MaskSizes sizes,
    const ::attn::MaskVars::TableContents *contents,
    std::optional<int64_t> mostBoxes) {
  PlanStatistics statistics;
  statistics.pattern = describeMask(op.getMask());
  statistics.allPairs =
      double(batch) * sizes.heads * sizes.queries * sizes.keys;
  if (statistics.allPairs == 0)
    return statistics;
  MaskSizes ofMask = sizes;
  ofMask.batch = op.getMaskSizes().batch;
  if (auto bottomRight = causalLine(op.getMask(), ofMask, contents))
    statistics.trianglePairs =
        double(batch) * sizes.heads * countTriangle(*bottomRight, sizes);
  VisitedPairs visited;
  forHeads(op, batch, sizes, contents,
           [&](PlanAnalysis &analysis, PlanAnalysis &ofAll, PlanAttr plan,
               double weight) {
             CountedTiles tiles(analysis, ofAll, plan, mostBoxes);
             statistics.tiles += tiles.sizeOfAll();
             statistics.countedTiles += tiles.size();
             statistics.keptPairs += weight * tiles.keptPairs();
             visited.add(countVisited(analysis, plan, tiles), weight);
           });
  statistics.visitedPairs = visited.all;
  statistics.fullShare = visited.all ? visited.full / visited.all : 0;
  statistics.flopsKept =
      2.0 * (op.getHeadSize() + op.getValueSize()) * statistics.keptPairs;
  return statistics;
}
