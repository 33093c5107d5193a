//===- SlidingVisit.h - what a tile that slides visits ----------*- C++ -*-===//
//
// What OnlineSlide emits and TileSlideOp does, computed in the compiler.
//
//===----------------------------------------------------------------------===//

#ifndef ATTN_PASSES_SLIDINGVISIT_H
#define ATTN_PASSES_SLIDINGVISIT_H

#include "passes/PlanAnalysis.h"

namespace mlir::attn {

/// The keys that each place of a tile needs along the last axis.
class SlidingRuns {
public:
  /// Of a tile with the queries of `queries`; with a `step` of more than one,
  /// of some places that stand for all.
  SlidingRuns(PlanAnalysis &analysis, const IndexBox &queries,
              int64_t step = 1);

  /// How the tile visits one of its key boxes. On the last axis only their
  /// number counts, that of the place which needs most: they stand where the
  /// box begins. None if no place needs any.
  KeyBox visit(const KeyBox &box) const;

private:
  using Interval = ::attn::Interval<int64_t>;
  SmallVector<Interval, 16> needed, full;
  IndexBox core; ///< on the other axes, for all places
  int64_t step;
};

/// The visits of one of the boxes of a tile, as `plan` has them.
SmallVector<Visit, 3> visitsOf(PlanAnalysis &analysis, PlanAttr plan,
                               const IndexBox &queries, const KeyBox &box);

} // namespace mlir::attn

#endif // ATTN_PASSES_SLIDINGVISIT_H
