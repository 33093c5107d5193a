//===- ChoosePlan.cpp - the plan of an attention op -----------------------===//

#include "passes/ChoosePlan.h"
#include "passes/PlanSpaces.h"
#include "passes/TileSum.h"

#include "llvm/Support/MathExtras.h"

#include <cmath>

using namespace mlir;
using namespace mlir::attn;
using ::attn::IndexSpace;

/// What a length that is not known at compile time is planned for: one of which
/// tokens by residue fill a few tiles.
static int64_t assumeLength(Value mask) {
  constexpr int64_t usual = 4096, queriesOfResidue = 128;
  auto apart =
      spaceOfDistantTokens(mask, ShapedType::kDynamic, ShapedType::kDynamic);
  return apart ? std::max(usual, queriesOfResidue * apart->getDilation()[0])
               : usual;
}

bool mlir::attn::mayMultiplyPairs(AttentionOp op, const MachineModel &machine) {
  return machine.pairSpeed && op.suitsPairs();
}

namespace {

class PlanChooser {
public:
  using HeadClasses = ArrayRef<PlanAnalysis::HeadClass>;

  PlanChooser(AttentionOp op, Value mask, const MachineModel &machine,
              const IndexSpace &space, HeadClasses classes = {})
      : op(op), mask(mask), space(space), assumedLength(assumeLength(mask)),
        analysis(mask, space,
                 {length(op.getNumQueries()), length(op.getNumKeys()),
                  heads(op.getQueryHeads()), heads(op.getKvHeads())},
                 /*contents=*/nullptr, classes, op.getMaskSizes()),
        products(mayMultiplyPairs(op, machine) ? op.getElementType() : Type()),
        cost(machine, op.getHeadSize(), op.getValueSize(),
             static_cast<bool>(products)) {
    PlanAnalysis::MaskCode code = analysis.maskCode();
    cost.setMaskCode(code.ofPairs, code.ofKeys);
  }

  /// A plan by diagonals, for a space of those, unless a few tiles take far
  /// more than `cycles` a query. What the group saves is small.
  PlanAttr chooseDiagonals(double cycles) {
    constexpr int64_t queries = 64, most = 16, room = 64;
    constexpr double far = 2;
    int64_t all = length(op.getNumQueries());
    int64_t tile = std::min<int64_t>(queries, llvm::PowerOf2Ceil(all));
    int64_t tiles = std::clamp<int64_t>(all / (tile * minGroups), 1, most);
    TileSum sum(tile, /*lanes=*/queries);
    sum.add(analysis, cost, fewSamples);
    if (sum.perQuery() > far * cycles)
      return PlanAttr();
    sum.add(analysis, cost, tileSamples);
    best = sum.perQuery();
    return PlanAttr::get(op.getContext(), {}, {}, {}, tile, tiles, queries,
                         room, Type(), /*diagonals=*/true, /*halves=*/false,
                         /*slides=*/false);
  }
  /// On one axis there is one register of queries, for which permutations are
  /// too many.
  bool suitsSliding() const {
    return space.numPositions() > 1 && cost.suitsSliding(slidingTileLanes) &&
           collectTables(mask).empty();
  }
  /// Whether the mask keeps distances, with a period or without one.
  bool suitsDiagonals() const {
    return !space.hasLayout() &&
           (analysis.keepsSingleDistances() || keepsDistantTokens(mask));
  }
  HeadClasses headClasses() const { return analysis.headClasses(); }
  const IndexSpace &getSpace() const { return space; }

  PlanAttr choose() {
    std::vector<TileSum> candidates = listCandidates();
    keepCheapest(candidates, 2 * fewSamples, fewOfAll, mostByFew);
    keepCheapest(candidates, moreSamples, SIZE_MAX, mostByMore);
    std::optional<TileSum> halved = bestHalved(candidates);
    keepCheapest(candidates, moreSamples, few);
    keepCheapest(candidates, tileSamples, 1);
    TileSum chosen = candidates.front();
    std::optional<TileSum> sliding = bestSliding(chosen.perQuery());
    bool mayHalve =
        halved && !(sliding && sliding->perQuery() <= halved->perQuery());
    if (mayHalve && gains(*halved, chosen, tileSamples) &&
        gains(*halved, chosen, manySamples))
      return planOf(*halved);
    return planOf(sliding ? *sliding : chosen);
  }

  /// A plan that slides, and gains over one of so many cycles a query; null if
  /// there is none.
  PlanAttr chooseSliding(double cycles) {
    std::optional<TileSum> sliding = bestSliding(cycles);
    return sliding ? planOf(*sliding) : PlanAttr();
  }

  /// What a few tiles say of the cheapest plan: cycles a query.
  double glance() {
    std::vector<TileSum> candidates = listCandidates();
    for (TileSum &candidate : candidates)
      candidate.add(analysis, cost, fewSamples);
    sortByCost(candidates);
    return candidates.front().perQuery();
  }

  /// Predicted cycles a query of what was chosen.
  double best = 0;

private:
  static constexpr int64_t slidingTileLanes = 64;

  /// How many tiles, or groups, stand for all; fewer tell that a tile is not
  /// worth more.
  static constexpr int64_t tileSamples = 16, groupSamples = 4, fewSamples = 2,
                           moreSamples = 8, manySamples = 64;
  /// How many tiles of each number of lanes, and of all, go on.
  static constexpr size_t fewOfLanes = 8, fewOfAll = 16, few = 4;
  /// How much more than the cheapest those may cost that go on, where a few
  /// samples speak and where more do.
  static constexpr double mostByFew = 1.25, mostByMore = 1.08;
  /// What halves and sliding have to gain: their code takes longer to compile.
  static constexpr double leastGain = 1.02;

  /// How many samples are enough where each has a few boxes: fewer where there
  /// are many, and more on a line of few, since rare tiles may cost most.
  int64_t samplesOf(int64_t usual) {
    constexpr int64_t fewest = 3, fewer = 5, more = 2;
    constexpr double fewBoxes = 4;
    if (analysis.sawManyBoxes())
      return std::max(fewest, usual / fewer);
    bool isCheap = space.size() == 1 && analysis.boxesOfTile() < fewBoxes;
    return isCheap ? more * usual : usual;
  }

  /// Where the cost is the same, more lanes first, then tiles that are long on
  /// the last axes, as rows of keys are.
  static void sortByCost(std::vector<TileSum> &candidates) {
    llvm::sort(candidates, [](const TileSum &a, const TileSum &b) {
      auto key = [](const TileSum &sum) {
        return std::tuple(sum.perQuery(), -sum.lanes, ArrayRef(sum.tile));
      };
      return key(a) < key(b);
    });
  }

  /// The cheapest by halves of tiles that `moreSamples` speak of, if it may
  /// gain over all of them.
  std::optional<TileSum> bestHalved(ArrayRef<TileSum> whole) {
    double limit = whole.front().perQuery() / leastGain;
    std::vector<TileSum> halved;
    for (const TileSum &candidate : whole)
      if (canHalve(candidate) && candidate.leastByHalves() < limit)
        halved.emplace_back(candidate.tile, candidate.lanes, /*halves=*/true);
    keepCheapest(halved, moreSamples, 1);
    if (halved.empty() || halved.front().perQuery() >= limit)
      return std::nullopt;
    return halved.front();
  }

  bool gains(TileSum &special, TileSum &plain, int64_t samples) {
    for (TileSum *sum : {&special, &plain})
      sum->add(analysis, cost, std::min(samplesOf(samples), manySamples));
    return leastGain * special.perQuery() < plain.perQuery();
  }

  PlanAttr planOf(const TileSum &chosen) {
    best = chosen.perQuery();
    int64_t lanes = chosen.lanes, slab = cost.slab(lanes);
    SmallVector<int64_t> group = chooseGroup(chosen.tile, lanes, slab);
    if (chosen.slides)
      slab = slabOfSliding(chosen, group);
    return PlanAttr::get(op.getContext(), space.getLayout(),
                         space.getDilation(), space.getOrder(), chosen.tile,
                         group, lanes, slab, products, /*diagonals=*/false,
                         chosen.halves, chosen.slides);
  }

  /// The cheapest that slides, where that gains over `cycles` a query.
  std::optional<TileSum> bestSliding(double cycles) {
    constexpr int64_t lanes = slidingTileLanes;
    if (!suitsSliding())
      return std::nullopt;
    SmallVector<SmallVector<int64_t>> shapes;
    listShapes(lanes / PlanAttr::slidingLanes, 0, {}, shapes);
    double limit = cycles / leastGain;
    std::vector<TileSum> sliding;
    for (SmallVector<int64_t> &shape : shapes) {
      if (shape.back() != 1)
        continue;
      shape.back() = PlanAttr::slidingLanes;
      if (!PlanAttr::canSlide(shape, lanes))
        continue;
      sliding.emplace_back(shape, lanes, /*halves=*/false, /*slides=*/true);
    }
    keepCheapest(sliding, fewSamples, few);
    keepCheapest(sliding, moreSamples, 1);
    if (sliding.empty() || sliding.front().perQuery() >= mostByMore * limit)
      return std::nullopt;
    keepCheapest(sliding, tileSamples, 1);
    if (sliding.front().perQuery() >= limit)
      return std::nullopt;
    return sliding.front();
  }

  /// Of the keys that a group needs of a row, rows for one visit.
  int64_t slabOfSliding(const TileSum &chosen, ArrayRef<int64_t> group) {
    SmallVector<int64_t> extents;
    for (auto [g, t] : llvm::zip_equal(group, chosen.tile))
      extents.push_back(g * t);
    int64_t row = 1;
    analysis.forSamples(extents, 0, groupSamples, [&](const IndexBox &box) {
      analysis.sampleKeys(box, [&](const IndexBox &keys, double) {
        row = std::max(row, keys.back().hi - keys.back().lo);
      });
    });
    return cost.slab(chosen.lanes, chosen.width, row);
  }

  /// With tables of run time it costs searches to find out what a half needs,
  /// and how often that is less is not known.
  bool canHalve(const TileSum &candidate) {
    return cost.suitsHalves(candidate.lanes) &&
           PlanAttr::hasHalves(candidate.tile, candidate.lanes) &&
           collectTables(mask).empty();
  }

  /// Tiles of every number of lanes. Layouts have many shapes, most of them far
  /// from the best: those with few lanes say which are worth doubling.
  std::vector<TileSum> listCandidates() {
    std::vector<TileSum> all, last;
    SmallVector<SmallVector<int64_t>> shapes;
    listShapes(16, 0, {}, shapes);
    for (int64_t lanes : {16, 32, 64}) {
      last.clear();
      for (ArrayRef<int64_t> shape : shapes)
        last.emplace_back(shape, lanes);
      keepCheapest(last, 1, 2 * fewOfLanes);
      keepCheapest(last, fewSamples, fewOfLanes, mostByFew);
      all.insert(all.end(), last.begin(), last.end());
      shapes.clear();
      for (const TileSum &candidate : last)
        listDoubled(candidate.tile, shapes);
    }
    return all;
  }

  /// The cheapest by so many samples, none that costs more than `most` times
  /// as much as the first one. All that are left have those samples.
  void keepCheapest(std::vector<TileSum> &candidates, int64_t samples,
                    size_t count, double most = HUGE_VAL) {
    if (candidates.empty())
      return;
    // Whether there are many boxes shows first.
    candidates.front().add(analysis, cost, 1);
    samples = samplesOf(samples);
    for (TileSum &candidate : candidates)
      candidate.add(analysis, cost, samples);
    sortByCost(candidates);
    if (candidates.size() > count)
      candidates.erase(candidates.begin() + count, candidates.end());
    llvm::erase_if(candidates, [&](const TileSum &candidate) {
      return candidate.perQuery() > most * candidates.front().perQuery();
    });
  }

  int64_t length(int64_t size) {
    if (!ShapedType::isDynamic(size))
      return std::max<int64_t>(size, 1);
    return space.numTokens().value_or(assumedLength);
  }

  /// Heads that are not known are planned for as a few.
  int64_t heads(int64_t count) {
    constexpr int64_t assumed = 8;
    return ShapedType::isDynamic(count) ? assumed : count;
  }

  int64_t extent(unsigned position) {
    return space.extent(space.numResidues() + position,
                        length(op.getNumQueries()));
  }

  /// The boxes of `lanes` queries whose sides are powers of two, none longer
  /// than its axis needs.
  void listShapes(int64_t lanes, unsigned position, SmallVector<int64_t> shape,
                  SmallVectorImpl<SmallVector<int64_t>> &shapes) {
    if (position == space.numPositions()) {
      // What is left over stays empty: only where the axes are too short.
      if (lanes == 1 || isCovered(shape))
        shapes.push_back(shape);
      return;
    }
    int64_t longest = llvm::PowerOf2Ceil(extent(position));
    for (int64_t size = 1; size <= lanes && size <= longest; size *= 2) {
      SmallVector<int64_t> longer = shape;
      longer.push_back(size);
      listShapes(lanes / size, position + 1, longer, shapes);
    }
  }
  bool isCovered(ArrayRef<int64_t> shape) {
    for (auto [position, size] : llvm::enumerate(shape))
      if (size < extent(position))
        return false;
    return true;
  }

  /// Adds the shapes with twice the queries, or the shape itself if the axes
  /// are too short for any.
  void listDoubled(ArrayRef<int64_t> shape,
                   SmallVectorImpl<SmallVector<int64_t>> &shapes) {
    auto add = [&](SmallVector<int64_t> longer) {
      if (!llvm::is_contained(shapes, longer))
        shapes.push_back(longer);
    };
    if (isCovered(shape))
      return add(SmallVector<int64_t>(shape));
    for (unsigned a = 0; a < shape.size(); ++a) {
      if (shape[a] >= extent(a))
        continue;
      SmallVector<int64_t> longer(shape);
      longer[a] *= 2;
      add(longer);
    }
  }

  /// Doubles the axis that saves most keys until the state of the group is as
  /// large as it may be, or there would be too few groups for many threads. All
  /// tiles begin before the first slab, so a state of more than half a cache
  /// has left it again when it is needed; that has to gain something.
  SmallVector<int64_t> chooseGroup(ArrayRef<int64_t> tile, int64_t lanes,
                                   int64_t slab) {
    SmallVector<int64_t> group(tile.size(), 1);
    auto extents = [&](ArrayRef<int64_t> group) {
      SmallVector<int64_t> sizes;
      for (auto [g, t] : llvm::zip_equal(group, tile))
        sizes.push_back(g * t);
      return sizes;
    };
    int64_t tiles = 1, most = cost.tilesPerGroup(lanes, slab);
    int64_t fewestGroups = leastGroups();
    constexpr double leastSaving = 0.01;
    double cyclesOfKey = cost.stagedKey(length(op.getNumKeys()));
    double before = HUGE_VAL; // keys for each query
    while (true) {
      SmallVector<int64_t> larger;
      double fewest = 0;
      for (unsigned a = 0; a < group.size(); ++a) {
        SmallVector<int64_t> doubled = group;
        int64_t room = llvm::divideCeil(extent(a), tile[a]);
        if (group[a] >= room)
          continue;
        doubled[a] = std::min(2 * group[a], room);
        bool fits = tiles / group[a] * doubled[a] <= most;
        if (!fits || analysis.numTiles(extents(doubled)) < fewestGroups)
          continue;
        double keys =
            keysPerQuery(analysis, extents(doubled), samplesOf(groupSamples));
        if (larger.empty() || keys < fewest) {
          larger = doubled;
          fewest = keys;
        }
      }
      if (larger.empty())
        return group;
      tiles = 1;
      for (int64_t size : larger)
        tiles *= size;
      double gain = (before - fewest) * cyclesOfKey;
      if (2 * tiles > most && gain < leastSaving * best)
        return group;
      group = larger;
      before = fewest;
    }
  }

  /// Groups of one head, at least; fewer where heads and batches, as far as
  /// they are known, make as many as enough threads need.
  static constexpr int64_t minGroups = 8;
  int64_t leastGroups() {
    constexpr int64_t enough = 256;
    int64_t known = 1;
    for (int64_t count : {op.getBatch(), op.getQueryHeads()})
      if (!ShapedType::isDynamic(count))
        known *= std::max<int64_t>(count, 1);
    return std::clamp<int64_t>(enough / known, 1, minGroups);
  }

  AttentionOp op;
  Value mask;
  IndexSpace space;
  int64_t assumedLength; ///< of a length that is not known
  PlanAnalysis analysis;
  Type products;
  CostModel cost;
};

/// A plan and the cycles of a query that are predicted with it.
struct Choice {
  PlanAttr plan;
  double cycles;
};

} // namespace

/// The cheapest that multiplies as `machine` does it best.
static Choice cheapestPlan(AttentionOp op, Value mask,
                           const MachineModel &machine) {
  PlanChooser plain(op, mask, machine, chooseIndexSpace(mask));
  Choice choice = {PlanAttr(), HUGE_VAL};
  auto consider = [&](PlanAttr plan, double cycles) {
    if (!choice.plan || cycles < choice.cycles)
      choice = {plan, cycles};
  };
  std::optional<IndexSpace> apart;
  if (!plain.getSpace().hasLayout())
    apart = spaceOfDistantTokens(mask, op.getNumQueries(), op.getNumKeys());
  if (apart) {
    PlanChooser dilated(op, mask, machine, *apart, plain.headClasses());
    PlanAttr plan = dilated.choose();
    consider(plan, dilated.best);
  }
  // Where tokens by residue are far better, tokens one by one may have so many
  // boxes that looking at all candidates takes long.
  constexpr double farBetter = 2;
  if (!apart || plain.glance() < farBetter * choice.cycles) {
    PlanAttr plan = plain.choose();
    consider(plan, plain.best);
  }
  std::optional<IndexSpace> turned;
  if (plain.suitsSliding())
    turned = spaceOfFullRows(plain.getSpace());
  if (turned) {
    PlanChooser rows(op, mask, machine, *turned, plain.headClasses());
    if (PlanAttr plan = rows.chooseSliding(choice.cycles))
      consider(plan, rows.best);
  }
  if (plain.suitsDiagonals()) {
    PlanChooser diagonals(op, mask, machine, IndexSpace::ofDiagonals(),
                          plain.headClasses());
    if (PlanAttr plan = diagonals.chooseDiagonals(choice.cycles))
      consider(plan, diagonals.best);
  }
  return choice;
}

/// Pairs round weights, so they have to be worth it.
static Choice choosePlan(AttentionOp op, Value mask,
                         const MachineModel &machine) {
  Choice choice = cheapestPlan(op, mask, machine);
  if (!mayMultiplyPairs(op, machine))
    return choice;
  constexpr double leastGain = 1.15;
  MachineModel withoutPairs = machine;
  withoutPairs.pairSpeed = 0;
  Choice exact = cheapestPlan(op, mask, withoutPairs);
  return leastGain * choice.cycles < exact.cycles ? choice : exact;
}

/// Masks that ask for the head number are analysed for all heads only.
static bool asksForHead(AttentionOp op, Value mask) {
  ::attn::ExprContext context;
  ::attn::MaskVars vars = makeMaskVars(context, op.getMaskSizes());
  return ::attn::dependsOn(buildPredicate(mask, vars), vars.h);
}

void mlir::attn::planAttention(AttentionOp op, const MachineModel &machine) {
  Choice all = choosePlan(op, op.getMask(), machine);
  op.setPlanAttr(all.plan);
  // Every plan is compiled.
  constexpr size_t few = 4;
  constexpr double leastGain = 1.1;
  auto masks = op.getMask() ? op.getMask().getDefiningOp<PerHeadOp>() : nullptr;
  if (!masks || masks.getMasks().size() > few ||
      llvm::any_of(masks.getMasks(),
                   [&](Value mask) { return asksForHead(op, mask); }))
    return;
  double cycles = 0;
  SmallVector<Attribute> plans;
  for (Value mask : masks.getMasks()) {
    Choice choice = choosePlan(op, mask, machine);
    plans.push_back(choice.plan);
    cycles += choice.cycles / masks.getMasks().size();
  }
  if (llvm::all_equal(plans) || leastGain * cycles > all.cycles)
    return;
  op.removePlanAttr();
  op.setHeadPlansAttr(ArrayAttr::get(op.getContext(), plans));
}
