//===- LowerParts.cpp - attn.tile_resume and attn.tile_keep ---------------===//
//
// Outputs are transposed as at the ends of a tile (LowerTileEnds.cpp). The two
// numbers of a query go lane by lane.
//
//===----------------------------------------------------------------------===//

#include "codegen/cpu/LowerTiles.h"

#include "mlir/Dialect/MemRef/IR/MemRef.h"

namespace mlir::attn {

/// Calls `body` with the row numbers of the lanes, if the tile has queries.
template <typename Op>
static void ifInside(Op op, TileBuilder &b, function_ref<void(Value)> body) {
  int64_t lanes = op.getMax().getType().getDimSize(0);
  b.ifThen(isInside(b, op.getOrigin(), op.getExtent()), [&] {
    body(emitRowNumbers(b, lanes, op.getTile(), op.getStrides(), op.getOrigin(),
                        op.getExtent()));
  });
}

/// Calls `body` for each lane and array of numbers: where the number of the
/// lane is kept.
template <typename Op>
static void
forKept(Op op, TileBuilder &b, Value rows,
        function_ref<void(Value array, Value lane, ValueRange place)> body) {
  int64_t lanes = op.getMax().getType().getDimSize(0);
  b.loop(b.index(0), b.index(lanes), 1, [&](Value lane) {
    Value row = rowOf(b, rows, lane);
    body(op.getMax(), lane, {b.index(0), row});
    body(op.getSum(), lane, {b.index(1), row});
  });
}

void lowerTileKeep(TileKeepOp op, TileBuilder &b) {
  ifInside(op, b, [&](Value rows) {
    forKept(op, b, rows, [&](Value array, Value lane, ValueRange place) {
      Value x = b.create<memref::LoadOp>(array, ValueRange{lane});
      b.create<memref::StoreOp>(x, op.getKept(), place);
    });
  });
}

/// Outputs by query: rows times the sum of their query.
static void resumeByQuery(TileResumeOp op, TileBuilder &b, int64_t lanes,
                          Value rows) {
  int64_t depth = op.getOutputs().getType().getDimSize(3);
  auto at = [&](Value row, Value e) {
    return SmallVector<Value>{b.index(0), b.index(0), row, e};
  };
  b.loop(b.index(0), b.index(lanes), 1, [&](Value lane) {
    Value row = rowOf(b, rows, lane);
    Value sum = b.create<memref::LoadOp>(op.getSum(), ValueRange{lane});
    if (depth < b.lanes())
      return b.loop(b.index(0), b.index(depth), 1, [&](Value e) {
        Value o = b.create<memref::LoadOp>(op.getOutputs(), at(row, e));
        o = b.create<arith::MulFOp>(o, sum);
        b.create<memref::StoreOp>(o, op.getOt(), ValueRange{lane, e});
      });
    Value factor = b.broadcast(sum);
    for (int64_t e = 0; e < depth; e += b.lanes()) {
      Value begin = b.index(std::min(e, depth - b.lanes()));
      Value o = b.load(op.getOutputs(), at(row, begin));
      b.store(b.create<arith::MulFOp>(o, factor), op.getOt(), {lane, begin});
    }
  });
}

static void resumeOutputs(TileResumeOp op, TileBuilder &b, int64_t lanes,
                          Value rows) {
  int64_t depth = op.getOutputs().getType().getDimSize(3);
  if (depth < b.lanes()) {
    forElements(b, lanes, depth, rows, [&](Value e, Value lane, Value row) {
      Value o = b.create<memref::LoadOp>(
          op.getOutputs(), ValueRange{b.index(0), b.index(0), row, e});
      Value sum = b.create<memref::LoadOp>(op.getSum(), ValueRange{lane});
      o = b.create<arith::MulFOp>(o, sum);
      b.create<memref::StoreOp>(o, op.getOt(), ValueRange{e, lane});
    });
    return;
  }
  forSquares(b, lanes, depth, rows,
             [&](Value begin, Value lane, ArrayRef<Value> rowsOfLanes) {
               Value factor = b.load(op.getSum(), {lane});
               SmallVector<Value> square =
                   loadTransposed(b, op.getOutputs(), b.index(0), b.index(0),
                                  rowsOfLanes, begin);
               for (auto [i, column] : llvm::enumerate(square))
                 b.store(b.create<arith::MulFOp>(column, factor), op.getOt(),
                         {b.add(begin, i), lane});
             });
}

void lowerTileResume(TileResumeOp op, TileBuilder &b) {
  int64_t lanes = op.getMax().getType().getDimSize(0);
  ifInside(op, b, [&](Value rows) {
    forKept(op, b, rows, [&](Value array, Value lane, ValueRange place) {
      Value x = b.create<memref::LoadOp>(op.getKept(), place);
      b.create<memref::StoreOp>(x, array, ValueRange{lane});
    });
    if (op.getByQuery())
      resumeByQuery(op, b, lanes, rows);
    else
      resumeOutputs(op, b, lanes, rows);
  });
}

} // namespace mlir::attn
