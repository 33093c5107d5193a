//===- EmitTable.cpp - reading tables in code -----------------------------===//

#include "passes/EmitTable.h"

#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"

using namespace mlir;
using namespace mlir::attn;

Value mlir::attn::emitTableSize(IndexBuilder &index, Value table) {
  return index.b.createOrFold<memref::DimOp>(table, 0);
}

static Value loadInside(IndexBuilder &index, Value table, Value at) {
  Value element = memref::LoadOp::create(index.b, table, ValueRange{at});
  return arith::IndexCastOp::create(index.b, index.b.getIndexType(), element);
}

static Value atMost(IndexBuilder &index, Value x, Value y) {
  return index.b.createOrFold<arith::CmpIOp>(arith::CmpIPredicate::sle, x, y);
}

Value mlir::attn::emitTableLoad(IndexBuilder &index, Value table, Value at) {
  ImplicitLocOpBuilder &b = index.b;
  Value isInside = index.both(atMost(index, index.constant(0), at),
                              index.less(at, emitTableSize(index, table)));
  auto ifOp = scf::IfOp::create(b, b.getIndexType(), isInside,
                                /*withElseRegion=*/true);
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToStart(ifOp.thenBlock());
  Value element = loadInside(index, table, at);
  scf::YieldOp::create(b, element);
  b.setInsertionPointToStart(ifOp.elseBlock());
  Value zero = index.constant(0);
  scf::YieldOp::create(b, zero);
  return ifOp.getResult(0);
}

Value mlir::attn::emitTableSearch(IndexBuilder &index, Value table, Value x) {
  ImplicitLocOpBuilder &b = index.b;
  Type type = b.getIndexType();
  // Elements before `lo` are at most x, those from `hi` on are not.
  Value size = emitTableSize(index, table);
  auto loop = scf::WhileOp::create(b, TypeRange{type, type},
                                   ValueRange{index.constant(0), size});
  OpBuilder::InsertionGuard guard(b);
  Block *before = b.createBlock(&loop.getBefore(), {}, {type, type},
                                {b.getLoc(), b.getLoc()});
  scf::ConditionOp::create(
      b, index.less(before->getArgument(0), before->getArgument(1)),
      before->getArguments());
  Block *after = b.createBlock(&loop.getAfter(), {}, {type, type},
                               {b.getLoc(), b.getLoc()});
  Value lo = after->getArgument(0), hi = after->getArgument(1);
  Value middle =
      b.createOrFold<arith::DivUIOp>(index.add(lo, hi), index.constant(2));
  Value isAtMost = atMost(index, loadInside(index, table, middle), x);
  Value nextLo =
      index.select(isAtMost, index.add(middle, index.constant(1)), lo);
  Value nextHi = index.select(isAtMost, hi, middle);
  scf::YieldOp::create(b, ValueRange{nextLo, nextHi});
  b.setInsertionPointAfter(loop);
  return index.sub(loop.getResult(0), index.constant(1));
}

std::pair<Value, Value> mlir::attn::emitTableRange(IndexBuilder &index,
                                                   Value table, bool isSorted,
                                                   Value lo, Value hi) {
  ImplicitLocOpBuilder &b = index.b;
  Value zero = index.constant(0), one = index.constant(1);
  if (lo == hi) {
    Value element = emitTableLoad(index, table, lo);
    return {element, element};
  }
  Value last = index.sub(emitTableSize(index, table), one);
  Value first = index.max(lo, zero), end = index.add(index.min(hi, last), one);
  Value leaves = index.either(index.less(lo, zero), index.less(last, hi));
  Value least, greatest;
  if (isSorted) {
    least = emitTableLoad(index, table, first);
    greatest = emitTableLoad(index, table, index.sub(end, one));
  } else {
    Value far = index.constant(int64_t(1) << 40);
    auto loop = scf::ForOp::create(b, first, end, one,
                                   ValueRange{far, index.negate(far)});
    OpBuilder::InsertionGuard guard(b);
    b.setInsertionPointToStart(loop.getBody());
    Value element = loadInside(index, table, loop.getInductionVar());
    Value smaller = index.min(loop.getRegionIterArg(0), element);
    Value larger = index.max(loop.getRegionIterArg(1), element);
    scf::YieldOp::create(b, ValueRange{smaller, larger});
    least = loop.getResult(0);
    greatest = loop.getResult(1);
  }
  return {index.select(leaves, index.min(least, zero), least),
          index.select(leaves, index.max(greatest, zero), greatest)};
}
