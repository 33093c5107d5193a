//===- OnlineVisit.h - the tile ops of a query group ------------*- C++ -*-===//
//
// Emits what happens to one query tile, or to one slab, inside the loops of
// ExpandOnline.
//
//===----------------------------------------------------------------------===//

#ifndef ATTN_PASSES_ONLINEVISIT_H
#define ATTN_PASSES_ONLINEVISIT_H

#include "passes/OnlineTiles.h"

namespace mlir::attn {

class OnlineVisit : public OnlineTiles {
public:
  OnlineVisit(OnlineAttentionOp op, IndexBuilder &index,
              const ::attn::IndexSpace &space, const OnlineMasks &masks,
              const OnlineSizes &sizes);

  void begin(const QueryTile &tile);
  void end(const QueryTile &tile);
  /// Reads the keys and values of a slab.
  void stage(const EmittedBox &slab);
  /// Visits the tile's own key boxes within the slab.
  void visitTile(const QueryTile &tile, const EmittedBox &slab);
  /// Visits a part of the slab that is a part of one of the tile's key boxes.
  void visitBox(const QueryTile &tile, const EmittedBox &slab,
                const EmittedBox &box);

private:
  void visitBox(const QueryTile &tile, const EmittedBox &slab,
                const EmittedBox &box, const EmittedBox &core);
  /// Writes the rows of a box; returns how many there are.
  Value writeRows(const EmittedBox &slab, const EmittedBox &box,
                  const EmittedBox &core);
  void writeRows(unsigned axis, const EmittedBox &slab, const EmittedBox &box,
                 const EmittedBox &core, Value row, Value slot, Value inCore,
                 SmallVector<Value> coordinates);
  void modify(const QueryTile &tile, const EmittedBox &box, Value numRows,
              Value width);
  void mask(const QueryTile &tile, const EmittedBox &box, Value numRows,
            Value width);

  Value ofTile(Value array, const QueryTile &tile);

  SmallVector<int64_t> tile, strides; ///< of each axis
  bool outputByQuery;
  Value qt, ot, max, sum, alpha, scores, rows, keys, values;
  Value weights; ///< null without pairs
};

} // namespace mlir::attn

#endif // ATTN_PASSES_ONLINEVISIT_H
