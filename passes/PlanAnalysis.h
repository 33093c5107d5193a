//===- PlanAnalysis.h - the key boxes of query tiles ------------*- C++ -*-===//
//
// What the planner inside a kernel computes, computed in the compiler: for a
// box of queries the disjoint key boxes and their full parts. Boxes cost the
// number of tiles asked for, whatever the lengths; counting kept pairs exactly
// costs the evaluation of those along the boundary of the mask.
//
//===----------------------------------------------------------------------===//

#ifndef ATTN_PASSES_PLANANALYSIS_H
#define ATTN_PASSES_PLANANALYSIS_H

#include "dialect/AttnOps.h"
#include "dialect/expr/ConcreteBoxes.h"

#include <memory>
#include <optional>

namespace mlir::attn {

using IndexBox = ::attn::Box<int64_t>;

/// Elements of a box; 0 if it is empty.
int64_t volume(const IndexBox &box);

/// Keys that a query tile visits; no mask code for those in `core`.
struct KeyBox {
  IndexBox keys, core;

  bool isFull() const { return volume(core) == volume(keys); }
};

/// A key box, or a part of one, and the half of the tile whose lanes visit it
/// alone; all lanes if there is none.
struct Visit {
  KeyBox box;
  std::optional<int64_t> half;

  /// Of so many lanes of the tile, those that visit it.
  int64_t lanesOf(int64_t lanes) const { return half ? lanes / 2 : lanes; }
};

class PlanAnalysis {
public:
  /// A head for each mask that differs from those of the heads before it, and
  /// how many heads have the same.
  struct HeadClass {
    int64_t head, count;
  };

  /// `mask` is made by mask ops, or null. Run-time tables have `contents`, or
  /// what plans assume of them. The classes of heads may be `known` from
  /// another index space. A kernel for the lengths of `ofKernel`, which may be
  /// dynamic, has a predicate of its own, whose boxes are not always the same.
  PlanAnalysis(const PartMask &mask, const ::attn::IndexSpace &space,
               MaskSizes sizes,
               const ::attn::MaskVars::TableContents *contents = nullptr,
               ArrayRef<HeadClass> known = {},
               std::optional<MaskSizes> ofKernel = std::nullopt);
  ~PlanAnalysis();

  const ::attn::IndexSpace &getSpace() const { return space; }

  /// How much mask code computes: operations for each query and key, and for
  /// each key alone.
  struct MaskCode {
    int64_t ofPairs = 0, ofKeys = 0;
  };
  MaskCode maskCode() const;

  /// Whether a part of the mask keeps single distances between tokens that have
  /// no period.
  bool keepsSingleDistances() const;

  ArrayRef<HeadClass> headClasses() const { return classes; }
  /// What follows is about the mask of this head, and in this element of the
  /// batch if the mask asks for it; 0 at first.
  void setHead(int64_t head);
  void setBatch(int64_t batch);
  bool asksForBatch() const;

  /// The key boxes of the queries in `queries`.
  SmallVector<KeyBox> keyBoxes(const IndexBox &queries);

  /// The diagonals that a tile of these queries visits, one by one, where keys
  /// are numbered by diagonals.
  SmallVector<KeyBox> diagonals(const IndexBox &queries);
  /// How far from its query a key on a diagonal is, either way.
  int64_t distanceOf(int64_t diagonal) const {
    return std::abs(diagonal - (sizes.queries - 1));
  }

  const IndexBox &getAllKeys() const { return allKeys; }
  /// The keys of one axis outside of which no query of the box attends to any.
  ::attn::Interval<int64_t> neededKeys(const IndexBox &queries, unsigned axis);
  /// A box of keys that all of them attend to.
  IndexBox fullKeys(const IndexBox &queries);

  /// How a tile of `tile` queries, those in `queries`, visits one of its boxes
  /// where its halves may visit keys alone.
  SmallVector<Visit, 3> visitsByHalves(ArrayRef<int64_t> tile,
                                       const IndexBox &queries,
                                       const KeyBox &box);

  /// Some of them, each for `weight` of them where there are many: the first in
  /// each of a few stretches of keys. The same without their cores.
  void sampleKeyBoxes(const IndexBox &queries,
                      function_ref<void(const KeyBox &, double weight)> body);
  void sampleKeys(const IndexBox &queries,
                  function_ref<void(const IndexBox &, double weight)> body);
  /// Whether one that was sampled had so many boxes that they were not all
  /// listed; then the next ones are not listed first.
  bool sawManyBoxes() const { return hasManyBoxes; }
  /// How many boxes those had that were listed, on average.
  double boxesOfTile() const { return double(boxesListed) / tilesListed; }

  /// How many pairs of a query of `queries` and a key the mask keeps, exactly.
  int64_t keptPairs(const IndexBox &queries);
  /// The same of all queries of the head.
  int64_t keptPairs();

  /// How many boxes of `extents` positions the queries fall into, in all
  /// residues, and box number `number` of them, cut off at the last query.
  int64_t numTiles(ArrayRef<int64_t> extents) const;
  IndexBox tile(ArrayRef<int64_t> extents, int64_t number) const;

  /// One of them: number `n` of an order that is spread over all, along every
  /// axis, without a period that could meet one of the mask's. It may hold no
  /// queries.
  IndexBox sampleTile(ArrayRef<int64_t> extents, int64_t n) const;
  /// Calls `body` for samples [first, end) that hold queries, spread over heads
  /// too: an order that does not depend on how many are asked for.
  void forSamples(ArrayRef<int64_t> extents, int64_t first, int64_t end,
                  function_ref<void(const IndexBox &)> body);

private:
  /// Lengths that the predicate has as variables.
  SmallVector<std::pair<::attn::Expr, int64_t>> lengthVariables() const;
  SmallVector<HeadClass> classifyHeads();
  void setQueries(const IndexBox &queries);
  int64_t tileExtent(ArrayRef<int64_t> extents, unsigned axis) const;
  int64_t tilesAlong(ArrayRef<int64_t> extents, unsigned axis) const;
  SmallVector<IndexBox> keysWithin(const IndexBox &queries,
                                   const IndexBox &within);
  SmallVector<::attn::SampledBox> someKeys(const IndexBox &queries);
  /// A part of the keys of a line, and the most boxes that are listed of it.
  struct Stretch {
    ::attn::Interval<int64_t> keys;
    size_t most;
  };
  /// The first boxes of each, of a line that is solved once for all.
  SmallVector<SmallVector<::attn::Interval<int64_t>>>
  firstKeys(const IndexBox &queries, ArrayRef<Stretch> stretches);
  /// Those in which a few boxes stand for many.
  SmallVector<Stretch, 16> stretches() const;
  IndexBox coreOf(const IndexBox &queries, const IndexBox &keys);
  SmallVector<KeyBox> keyBoxes(const IndexBox &queries, const IndexBox &within);
  int64_t keptPairs(const IndexBox &queries, const IndexBox &within);
  template <typename Counter>
  Counter &counterOfHead(std::optional<Counter> &counter);

  struct State;
  std::unique_ptr<State> state;
  bool hasManyBoxes = false;
  int64_t boxesListed = 0, tilesListed = 0;
  ::attn::IndexSpace space;
  MaskSizes sizes;
  SmallVector<HeadClass> classes;
  IndexBox allKeys;
};

/// A mask in a few words, such as "window(1023, 0) and causal".
std::string describeMask(Value mask);

/// What a plan assumes of the run-time tables of a mask; empty without any.
std::string describeTables(Value mask);

/// What a plan is for, such as "part 1 of 2 of the heads"; empty: everything.
std::string describePart(const PlanPart &part);

} // namespace mlir::attn

#endif // ATTN_PASSES_PLANANALYSIS_H
