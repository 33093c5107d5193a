//===- LaneInliner.cpp - regions of one query on registers ----------------===//

#include "codegen/cpu/LaneInliner.h"

#include "passes/EmitTable.h"

#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

namespace mlir::attn {

void LaneInliner::emit() {
  for (Operation &inner : region->front().without_terminator()) {
    Value result = inner.getResult(0);
    if (!values.contains(result) &&
        llvm::all_of(inner.getOperands(),
                     [&](Value operand) { return isKnown(operand); }))
      values[result] = clone(inner);
  }
}

Value LaneInliner::result(size_t r) {
  return widened(region->front().getTerminator()->getOperand(0), r);
}

static bool readsTable(Operation &inner) {
  return isa<TableLoadOp, TableSearchOp, ScoreElementOp>(inner);
}

LaneInliner::Lanes LaneInliner::clone(Operation &inner) {
  bool wide = llvm::any_of(inner.getOperands(),
                           [&](Value operand) { return isWide(operand); });
  Type type = inner.getResult(0).getType();
  Lanes results;
  for (size_t r = 0, e = wide ? registers : 1; r < e; ++r) {
    SmallVector<Value> operands;
    for (Value operand : inner.getOperands())
      operands.push_back(wide && operand.getType().isIntOrFloat()
                             ? widened(operand, r)
                             : scalar(operand));
    if (readsTable(inner)) {
      ArrayRef<Value> at = ArrayRef(operands).drop_front();
      results.push_back(wide ? readLanes(inner, at) : read(inner, at));
      continue;
    }
    if (isa<arith::FloorDivSIOp>(inner)) {
      results.push_back(floorDiv(operands[0], operands[1]));
      continue;
    }
    OperationState state(b.getLoc(), inner.getName(), operands,
                         {wide ? b.lanesOf(type) : type}, inner.getAttrs());
    results.push_back(b.OpBuilder::create(state)->getResult(0));
  }
  return results;
}

/// An element of a table, at scalars.
Value LaneInliner::read(Operation &inner, ArrayRef<Value> at) {
  IndexBuilder index(b);
  Value table = inner.getOperand(0);
  SmallVector<Value> places;
  for (Value x : at)
    places.push_back(b.toIndex(x));
  if (isa<ScoreElementOp>(inner))
    return b.create<memref::LoadOp>(table, places);
  return b.toI32(isa<TableLoadOp>(inner)
                     ? emitTableLoad(index, table, places[0])
                     : emitTableSearch(index, table, places[0]));
}

/// The same for all lanes, by a gather where every index is inside.
Value LaneInliner::readLanes(Operation &inner, ArrayRef<Value> at) {
  if (isa<ScoreElementOp>(inner))
    return gather(inner, at);
  return readOneByOne(inner, at);
}

/// Offsets of lanes from the first element; 64 bits, as tables of all pairs
/// have more than 2^31.
Value LaneInliner::gather(Operation &inner, ArrayRef<Value> at) {
  Value table = inner.getOperand(0), zero = b.index(0);
  auto wide = VectorType::get({b.lanes()}, b.getIndexType());
  auto metadata = b.create<memref::ExtractStridedMetadataOp>(table);
  Value offset;
  for (auto [x, stride] : llvm::zip_equal(at, metadata.getStrides())) {
    Value part = b.create<arith::IndexCastOp>(wide, x);
    Value step = b.create<vector::BroadcastOp>(wide, stride);
    part = b.create<arith::MulIOp>(part, step);
    offset = offset ? b.create<arith::AddIOp>(offset, part) : part;
  }
  Value all =
      b.create<vector::BroadcastOp>(VectorType::get({b.lanes()}, b.getI1Type()),
                                    b.constant(b.getBoolAttr(true)));
  SmallVector<Value> first(at.size(), zero);
  auto type = b.lanesOf(inner.getResult(0).getType());
  return b.create<vector::GatherOp>(type, table, first, offset, all,
                                    b.splat(0.0f));
}

/// Searches, and elements that may lie outside.
Value LaneInliner::readOneByOne(Operation &inner, ArrayRef<Value> at) {
  Value zero = b.index(0);
  SmallVector<Value> places;
  for (Value x : at) {
    places.push_back(b.stack({b.lanes()}, b.getI32Type()));
    b.store(x, places.back(), {zero});
  }
  Value elements = b.stack({b.lanes()}, inner.getResult(0).getType());
  b.loop(zero, b.index(b.lanes()), 1, [&](Value lane) {
    SmallVector<Value> ofLane;
    for (Value place : places)
      ofLane.push_back(b.create<memref::LoadOp>(place, ValueRange{lane}));
    b.create<memref::StoreOp>(read(inner, ofLane), elements, ValueRange{lane});
  });
  return b.load(elements, {zero});
}

/// Division truncates: one less where there is a remainder that has not the
/// sign of the divisor.
Value LaneInliner::floorDiv(Value x, Value y) {
  Value quotient = b.create<arith::DivSIOp>(x, y);
  Value rest = b.create<arith::SubIOp>(x, b.create<arith::MulIOp>(quotient, y));
  Value zero = b.constant(cast<TypedAttr>(b.getZeroAttr(x.getType())));
  Value inexact = b.create<arith::CmpIOp>(arith::CmpIPredicate::ne, rest, zero);
  Value opposite = b.create<arith::CmpIOp>(
      arith::CmpIPredicate::slt, b.create<arith::XOrIOp>(rest, y), zero);
  Value down = b.create<arith::AndIOp>(inexact, opposite);
  Value minusOne = b.create<arith::ExtSIOp>(x.getType(), down);
  return b.create<arith::AddIOp>(quotient, minusOne);
}

} // namespace mlir::attn
