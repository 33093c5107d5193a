//===- DiagonalWalk.h - queries read their own keys -------------*- C++ -*-===//
//
// Where keys are numbered by diagonals, the queries of a tile keep nearly the
// same ones. The planner lists the diagonals of a tile, as many at a time as
// there is room for; every query turns them into its own list of keys and
// visits these by query ops.
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
  /// The diagonals that are listed: how many, and whether a query may drop one.
  struct Listed {
    Value count, isPartial;
  };

  /// Calls `body` in a loop over the queries of the tile.
  void forQueries(const QueryTile &tile,
                  function_ref<void(Value lane, Value query)> body);
  /// Lists diagonals from `position` on; returns how far it came.
  std::pair<Value, Listed> list(const QueryTile &tile, Value position);
  /// Lists those of [lo, hi) that some query keeps.
  Listed listBox(const QueryTile &tile, Value lo, Value hi, Listed before);
  void visitQuery(Value lane, Value query, Listed listed);
  Value listKeys(Value query, Listed listed);

  int64_t room; ///< diagonals in a list
  Value ot, max, sum, scores, diagonals, keys;
};

} // namespace mlir::attn

#endif // ATTN_PASSES_DIAGONALWALK_H
