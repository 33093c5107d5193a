//===- DiagonalWalk.h - tiles visit diagonals -------------------*- C++ -*-===//
//
// Where keys are numbered by diagonals, the queries of a tile keep nearly the
// same ones. The planner lists the diagonals of a tile, as many at a time as
// there is room for; these are visited by diagonal ops, with mask code where a
// query may drop one.
//
//===----------------------------------------------------------------------===//

#ifndef ATTN_PASSES_DIAGONALWALK_H
#define ATTN_PASSES_DIAGONALWALK_H

#include "passes/OnlineTiles.h"

namespace mlir::attn {

class DiagonalWalk : public OnlineTiles {
public:
  DiagonalWalk(OnlineAttentionOp op, IndexBuilder &index,
               const ::attn::IndexSpace &space, const OnlineMasks &masks,
               const OnlineSizes &sizes);

  /// Emits the attention of the queries of a tile.
  void walk(const QueryTile &tile);

private:
  /// The diagonals that are listed: how many, and whether a query may drop one
  /// of them.
  struct Listed {
    Value count, isPartial;
  };

  /// Lists diagonals from `position` on; returns how far it came.
  std::pair<Value, Listed> list(const QueryTile &tile, Value position);
  /// Lists those of [lo, hi) that some query keeps.
  Listed listBox(const QueryTile &tile, Value lo, Value hi, Listed before);
  void visit(const QueryTile &tile, Listed listed, Value isFirst, Value isLast);

  int64_t room; ///< diagonals in a list
  Value ot, max, sum, alpha, scores, diagonals, keys;
};

} // namespace mlir::attn

#endif // ATTN_PASSES_DIAGONALWALK_H
