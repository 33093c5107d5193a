//===- PlanChooser.h - the cheapest plan in an index space ------*- C++ -*-===//
//
// Looks at a few tiles of each shape, at more of those that cost little, and
// then at groups of the best one. docs/rationale.md says how many and why.
//
//===----------------------------------------------------------------------===//

#ifndef ATTN_PASSES_PLANCHOOSER_H
#define ATTN_PASSES_PLANCHOOSER_H

#include "passes/TileSum.h"

#include <cmath>

namespace mlir::attn {

class PlanChooser {
public:
  using HeadClasses = ArrayRef<PlanAnalysis::HeadClass>;

  PlanChooser(AttentionOp op, const PartMask &part, const MachineModel &machine,
              const ::attn::IndexSpace &space, HeadClasses classes = {});

  /// A plan by diagonals, for a space of those, unless a few tiles take far
  /// more than `cycles` a query. What the group saves is small.
  PlanAttr chooseDiagonals(double cycles);
  /// On one axis there is one register of queries, for which permutations are
  /// too many.
  bool suitsSliding() const;
  /// Whether the mask keeps distances, with a period or without one.
  bool suitsDiagonals() const;
  HeadClasses headClasses() const { return analysis.headClasses(); }
  const ::attn::IndexSpace &getSpace() const { return space; }

  /// The cheapest plan that has no diagonals.
  PlanAttr choose();

  /// A plan that slides, and gains over one of so many cycles a query; null if
  /// there is none.
  PlanAttr chooseSliding(double cycles);

  /// What a few tiles say of the cheapest plan: cycles a query.
  double glance();

  /// What some tiles say of those of a plan: cycles a query.
  double estimate(PlanAttr plan);

  /// Groups of one head, at least; fewer where heads and batches, as far as
  /// they are known, make as many as enough threads need.
  static constexpr int64_t minGroups = 8;
  int64_t leastGroups();
  /// Queries, or keys; what is assumed of a length that is not known.
  int64_t length(int64_t size);
  const CostModel &costModel() const { return cost; }

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
  /// Less where the tiles stay the same and a launch saves many cycles.
  static constexpr double leastGain = 1.02, leastGainOfSame = 1.01;

  /// How many samples are enough where each has a few boxes: fewer where there
  /// are many, and more on a line of few, since rare tiles may cost most.
  int64_t samplesOf(int64_t usual);

  /// Where the cost is the same, more lanes first, then tiles that are long on
  /// the last axes, as rows of keys are.
  static void sortByCost(std::vector<TileSum> &candidates);

  /// The cheapest by halves of tiles that `moreSamples` speak of, if it may
  /// gain over all of them.
  std::optional<TileSum> bestHalved(ArrayRef<TileSum> whole);

  /// Whether what `halved` gains over `whole` is worth its code.
  bool suffices(TileSum &halved, TileSum &whole, int64_t samples);

  PlanAttr planOf(const TileSum &chosen);

  /// The cheapest that slides, where that gains over `cycles` a query.
  std::optional<TileSum> bestSliding(double cycles);

  /// Of the keys that a group needs of a row, rows for one visit.
  int64_t slabOfSliding(const TileSum &chosen, ArrayRef<int64_t> group);

  /// With tables of run time it costs searches to find out what a half needs,
  /// and how often that is less is not known.
  bool canHalve(const TileSum &candidate);

  /// Tiles of every number of lanes. Layouts have many shapes, most of them far
  /// from the best: those with few lanes say which are worth doubling.
  std::vector<TileSum> listCandidates();

  /// The cheapest by so many samples, none that costs more than `most` times
  /// as much as the first one. All that are left have those samples.
  void keepCheapest(std::vector<TileSum> &candidates, int64_t samples,
                    size_t count, double most = HUGE_VAL);

  /// Heads that are not known are planned for as a few.
  int64_t heads(int64_t count);

  int64_t extent(unsigned position);

  /// The boxes of `lanes` queries whose sides are powers of two, none longer
  /// than its axis needs.
  void listShapes(int64_t lanes, unsigned position, SmallVector<int64_t> shape,
                  SmallVectorImpl<SmallVector<int64_t>> &shapes);
  bool isCovered(ArrayRef<int64_t> shape);

  /// Adds the shapes with twice the queries, or the shape itself if the axes
  /// are too short for any.
  void listDoubled(ArrayRef<int64_t> shape,
                   SmallVectorImpl<SmallVector<int64_t>> &shapes);

  /// Doubles the axis that saves most keys until the state of the group is as
  /// large as it may be, or there would be too few groups for many threads. All
  /// tiles begin before the first slab, so a state of more than half a cache
  /// has left it again when it is needed; that has to gain something.
  SmallVector<int64_t> chooseGroup(ArrayRef<int64_t> tile, int64_t lanes,
                                   int64_t slab);

  AttentionOp op;
  Value mask;
  ::attn::IndexSpace space;
  int64_t assumedLength; ///< of a length that is not known
  PlanAnalysis analysis;
  Type products;
  CostModel cost;
};

} // namespace mlir::attn

#endif // ATTN_PASSES_PLANCHOOSER_H
