//===- OnlineScratch.h - where the state of a query group lies --*- C++ -*-===//
//
// One thread computes one query group at a time and has one piece of memory for
// it: the state of every tile, one slab of keys and values, one visit's scores.
//
//===----------------------------------------------------------------------===//

#ifndef ATTN_PASSES_ONLINESCRATCH_H
#define ATTN_PASSES_ONLINESCRATCH_H

#include "dialect/AttnOps.h"

namespace mlir::attn {

struct OnlineScratch {
  /// Slots and rows that kernels may touch beyond those in use.
  static constexpr int64_t slack = 32;

  enum class Element { F32, I32, BF16, I64 };

  struct Array {
    SmallVector<int64_t, 3> shape;
    Element element = Element::F32;
    int64_t offset = 0; ///< in bytes, a multiple of 64
  };

  // With a tile's number first: queries, outputs, maxima and sums.
  Array qt, ot, max, sum;
  // Of the visit at hand.
  Array alpha, scores, rows, weights;
  // The next keys of every tile in slabs of one axis: begin and end, and where
  // their box begins.
  Array cursors;
  // The slabs of several axes, as SlabWalk lists them.
  static constexpr int64_t listedSlabs = 1024, otherRows = 3;
  Array slabs;
  // Of the slab at hand.
  Array keys, values;
  // Of a tile that slides: what TileSlideOp reads of each tile, with a row
  // for the full part of the other axes, and what it writes for the visit.
  static constexpr int64_t runRows = 5, coreRow = 4;
  Array runs, starts;
  // Lines of memory that are asked for ahead of time.
  Array ahead;
  // Of a tile with diagonals: those of the visit at hand. `keys` are numbers.
  Array diagonals;

  /// Whether ot has a row for each query, as TileAccumulateOp::by_query.
  bool outputByQuery;

  int64_t bytes = 0;

  OnlineScratch(PlanAttr plan, int64_t headSize, int64_t valueSize);

private:
  void placeDiagonals(PlanAttr plan, int64_t valueSize);
  Array place(ArrayRef<int64_t> shape, Element element = Element::F32);
};

} // namespace mlir::attn

#endif // ATTN_PASSES_ONLINESCRATCH_H
