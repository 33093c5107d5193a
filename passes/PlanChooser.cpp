//===- PlanChooser.cpp - the cheapest plan in an index space --------------===//

#include "passes/PlanChooser.h"
#include "passes/ChoosePlan.h"
#include "passes/PlanSpaces.h"

#include "llvm/Support/MathExtras.h"

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

PlanChooser::PlanChooser(AttentionOp op, const PartMask &part,
                         const MachineModel &machine, const IndexSpace &space,
                         HeadClasses classes)
    : op(op), mask(part.mask), space(space), assumedLength(assumeLength(mask)),
      analysis(part, space,
               {length(op.getNumQueries()), length(op.getNumKeys()),
                heads(op.getQueryHeads()), heads(op.getKvHeads())},
               /*contents=*/nullptr, classes, op.getMaskSizes()),
      products(mayMultiplyPairs(op, machine) ? op.getElementType() : Type()),
      cost(machine, op.getHeadSize(), op.getValueSize(),
           static_cast<bool>(products)) {
  PlanAnalysis::MaskCode code = analysis.maskCode();
  cost.setMaskCode(code.ofPairs, code.ofKeys);
}

PlanAttr PlanChooser::chooseDiagonals(double cycles) {
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
  return PlanAttr::get(op.getContext(), {}, {}, {}, tile, tiles, queries, room,
                       Type(), /*diagonals=*/true, /*halves=*/false,
                       /*slides=*/false);
}

bool PlanChooser::suitsSliding() const {
  return space.numPositions() > 1 && cost.suitsSliding(slidingTileLanes) &&
         collectTables(mask).empty();
}

bool PlanChooser::suitsDiagonals() const {
  return !space.hasLayout() &&
         (analysis.keepsSingleDistances() || keepsDistantTokens(mask));
}

PlanAttr PlanChooser::choose() {
  std::vector<TileSum> candidates = listCandidates();
  keepCheapest(candidates, 2 * fewSamples, fewOfAll, mostByFew);
  keepCheapest(candidates, moreSamples, SIZE_MAX, mostByMore);
  std::optional<TileSum> halved = bestHalved(candidates);
  keepCheapest(candidates, moreSamples, few);
  keepCheapest(candidates, tileSamples, 1);
  TileSum chosen = candidates.front();
  if (!halved && canHalve(chosen) &&
      leastGainOfSame * chosen.leastByHalves() < chosen.perQuery())
    halved.emplace(chosen.tile, chosen.lanes, /*halves=*/true);
  std::optional<TileSum> sliding = bestSliding(chosen.perQuery());
  bool mayHalve =
      halved && !(sliding && sliding->perQuery() <= halved->perQuery());
  if (mayHalve && suffices(*halved, chosen, tileSamples) &&
      suffices(*halved, chosen, manySamples))
    return planOf(*halved);
  return planOf(sliding ? *sliding : chosen);
}

PlanAttr PlanChooser::chooseSliding(double cycles) {
  std::optional<TileSum> sliding = bestSliding(cycles);
  return sliding ? planOf(*sliding) : PlanAttr();
}

double PlanChooser::glance() {
  std::vector<TileSum> candidates = listCandidates();
  for (TileSum &candidate : candidates)
    candidate.add(analysis, cost, fewSamples);
  sortByCost(candidates);
  return candidates.front().perQuery();
}

double PlanChooser::estimate(PlanAttr plan) {
  TileSum sum(plan.getTile(), plan.getLanes());
  sum.add(analysis, cost, samplesOf(tileSamples));
  return sum.perQuery();
}

int64_t PlanChooser::samplesOf(int64_t usual) {
  constexpr int64_t fewest = 3, fewer = 5, more = 2;
  constexpr double fewBoxes = 4;
  if (analysis.sawManyBoxes())
    return std::max(fewest, usual / fewer);
  bool isCheap = space.size() == 1 && analysis.boxesOfTile() < fewBoxes;
  return isCheap ? more * usual : usual;
}

void PlanChooser::sortByCost(std::vector<TileSum> &candidates) {
  llvm::sort(candidates, [](const TileSum &a, const TileSum &b) {
    auto key = [](const TileSum &sum) {
      return std::tuple(sum.perQuery(), -sum.lanes, ArrayRef(sum.tile));
    };
    return key(a) < key(b);
  });
}

std::optional<TileSum> PlanChooser::bestHalved(ArrayRef<TileSum> whole) {
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

bool PlanChooser::suffices(TileSum &halved, TileSum &whole, int64_t samples) {
  for (TileSum *sum : {&halved, &whole})
    sum->add(analysis, cost, std::min(samplesOf(samples), manySamples));
  double before = whole.perQuery(), after = halved.perQuery();
  if (leastGain * after < before)
    return true;
  constexpr double many = 2e6;
  double queries = double(length(op.getNumQueries())) *
                   heads(op.getQueryHeads()) *
                   std::max<int64_t>(op.getBatch(), 1);
  return halved.tile == whole.tile && leastGainOfSame * after < before &&
         (before - after) * queries >= many;
}

PlanAttr PlanChooser::planOf(const TileSum &chosen) {
  best = chosen.perQuery();
  int64_t lanes = chosen.lanes, slab = cost.slab(lanes);
  SmallVector<int64_t> group = chooseGroup(chosen.tile, lanes, slab);
  if (chosen.slides)
    slab = slabOfSliding(chosen, group);
  return PlanAttr::get(op.getContext(), space.getLayout(), space.getDilation(),
                       space.getOrder(), chosen.tile, group, lanes, slab,
                       products, /*diagonals=*/false, chosen.halves,
                       chosen.slides);
}

std::optional<TileSum> PlanChooser::bestSliding(double cycles) {
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

int64_t PlanChooser::slabOfSliding(const TileSum &chosen,
                                   ArrayRef<int64_t> group) {
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

bool PlanChooser::canHalve(const TileSum &candidate) {
  return cost.suitsHalves(candidate.lanes) &&
         PlanAttr::hasHalves(candidate.tile, candidate.lanes) &&
         collectTables(mask).empty();
}

std::vector<TileSum> PlanChooser::listCandidates() {
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

void PlanChooser::keepCheapest(std::vector<TileSum> &candidates,
                               int64_t samples, size_t count, double most) {
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

int64_t PlanChooser::length(int64_t size) {
  if (!ShapedType::isDynamic(size))
    return std::max<int64_t>(size, 1);
  return space.numTokens().value_or(assumedLength);
}

int64_t PlanChooser::heads(int64_t count) {
  constexpr int64_t assumed = 8;
  return ShapedType::isDynamic(count) ? assumed : count;
}

int64_t PlanChooser::extent(unsigned position) {
  return space.extent(space.numResidues() + position,
                      length(op.getNumQueries()));
}

void PlanChooser::listShapes(int64_t lanes, unsigned position,
                             SmallVector<int64_t> shape,
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

bool PlanChooser::isCovered(ArrayRef<int64_t> shape) {
  for (auto [position, size] : llvm::enumerate(shape))
    if (size < extent(position))
      return false;
  return true;
}

void PlanChooser::listDoubled(ArrayRef<int64_t> shape,
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

SmallVector<int64_t> PlanChooser::chooseGroup(ArrayRef<int64_t> tile,
                                              int64_t lanes, int64_t slab) {
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

int64_t PlanChooser::leastGroups() {
  constexpr int64_t enough = 256;
  int64_t known = 1;
  for (int64_t count : {op.getBatch(), op.getQueryHeads()})
    if (!ShapedType::isDynamic(count))
      known *= std::max<int64_t>(count, 1);
  return std::clamp<int64_t>(enough / known, 1, minGroups);
}
