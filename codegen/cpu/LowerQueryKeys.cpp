//===- LowerQueryKeys.cpp - attn.query_keys and attn.query_modify ---------===//
//
// Lanes are diagonals, or keys of a list: a register at a time.
//
//===----------------------------------------------------------------------===//

#include "codegen/cpu/LaneInliner.h"
#include "codegen/cpu/LowerTiles.h"

#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

namespace mlir::attn {

/// How many lanes of the condition hold.
static Value countLanes(TileBuilder &b, Value condition) {
  Value bits = b.create<vector::BitCastOp>(
      VectorType::get({1}, b.getIntegerType(b.lanes())), condition);
  bits = b.create<vector::ExtractOp>(bits, ArrayRef<int64_t>{0});
  bits = b.create<arith::ExtUIOp>(b.getI32Type(), bits);
  return b.toIndex(b.intrinsic("llvm.ctpop", b.getI32Type(), bits));
}

/// Keys of the diagonals that the region keeps, those of a register moved
/// together; returns how many there are.
static Value listSome(QueryKeysOp op, TileBuilder &b, Value toKey) {
  LaneInliner perQuery(op.getKeep(), b, 1);
  perQuery.bind(0, b.toI32(op.getQuery()));
  perQuery.emit();
  Value zero = b.index(0);
  auto one = [&](Value t, ValueRange before) {
    Value diagonal = b.load(op.getDiagonals(), {t});
    LaneInliner perKey = perQuery;
    perKey.bind(1, diagonal);
    perKey.emit();
    Value left = b.broadcast(b.toI32(b.sub(op.getCount(), t)));
    Value keep = b.create<arith::AndIOp>(
        perKey.result(0), b.create<arith::CmpIOp>(arith::CmpIPredicate::slt,
                                                  b.laneNumbers(), left));
    Value key = b.create<arith::AddIOp>(diagonal, toKey);
    Value together = b.intrinsic("llvm.experimental.vector.compress",
                                 key.getType(), {key, keep, b.splatI32(0)});
    b.store(together, op.getList(), before[0]);
    return TileBuilder::Carried{b.add(before[0], countLanes(b, keep))};
  };
  return b.loop(zero, op.getCount(), b.lanes(), zero, one)[0];
}

/// Keys of all diagonals.
static Value listAll(QueryKeysOp op, TileBuilder &b, Value toKey) {
  b.loop(b.index(0), op.getCount(), b.lanes(), [&](Value t) {
    Value diagonal = b.load(op.getDiagonals(), {t});
    b.store(b.create<arith::AddIOp>(diagonal, toKey), op.getList(), {t});
  });
  return op.getCount();
}

void lowerQueryKeys(QueryKeysOp op, TileBuilder &b) {
  Value toKey = b.broadcast(b.toI32(b.sub(op.getQuery(), op.getShift())));
  Value size =
      op.getKeep().empty() ? listAll(op, b, toKey) : listSome(op, b, toKey);
  Value isSome =
      b.create<arith::CmpIOp>(arith::CmpIPredicate::sgt, size, b.index(0));
  b.ifThen(isSome, [&] {
    Value last = b.create<memref::LoadOp>(op.getList(),
                                          ValueRange{b.sub(size, b.index(1))});
    for (int64_t t = 0; t < 16; t += b.lanes())
      b.store(b.broadcast(last), op.getList(), {b.add(size, t)});
  });
  op.replaceAllUsesWith(size);
}

void lowerQueryModify(QueryModifyOp op, TileBuilder &b) {
  LaneInliner perQuery(op.getBody(), b, 1);
  perQuery.bind(1, b.toI32(op.getQuery()));
  perQuery.emit();
  Value log2e = b.splat(1.44269504f);
  b.loop(b.index(0), op.getSize(), b.lanes(), [&](Value t) {
    LaneInliner perKey = perQuery;
    perKey.bind(2, b.load(op.getList(), {t}));
    perKey.bind(0, b.load(op.getS(), {t}));
    perKey.emit();
    b.store(b.create<arith::MulFOp>(perKey.result(0), log2e), op.getS(), {t});
  });
}

} // namespace mlir::attn
