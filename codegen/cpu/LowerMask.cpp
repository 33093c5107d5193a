//===- LowerMask.cpp - attn.tile_mask -------------------------------------===//
//
// The region is inlined in three steps, each time only the part of it that is
// new there: what depends on the query alone before the loop over rows, what
// depends on the row before the loop over keys, the rest inside. A value that
// depends on the query is a register of lanes, any other stays a scalar.
//
//===----------------------------------------------------------------------===//

#include "codegen/cpu/LowerTiles.h"

#include "passes/EmitTable.h"

#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

#include <limits>

namespace mlir::attn {

namespace {

/// What is known of the values of the region so far.
class MaskInliner {
public:
  MaskInliner(TileMaskOp op, TileBuilder &b, size_t registers)
      : op(op), b(b), registers(registers) {}

  /// Binds an argument of the region, to a scalar or to registers of lanes.
  void bind(unsigned argument, ArrayRef<Value> value) {
    values[op.getKeep().getArgument(argument)] = Lanes(value);
  }

  /// Emits the ops of the region whose operands are known.
  void emit() {
    for (Operation &inner : op.getKeep().front().without_terminator()) {
      Value result = inner.getResult(0);
      if (!values.contains(result) &&
          llvm::all_of(inner.getOperands(),
                       [&](Value operand) { return isKnown(operand); }))
        values[result] = clone(inner);
    }
  }

  /// The predicate in register `r` of the lanes.
  Value keep(size_t r) {
    Operation *yield = op.getKeep().front().getTerminator();
    return widened(yield->getOperand(0), r);
  }

private:
  /// A scalar, or a value for each register of lanes.
  using Lanes = SmallVector<Value, 4>;

  bool isCaptured(Value value) {
    return value.getParentRegion() != &op.getKeep();
  }
  bool isKnown(Value value) {
    return isCaptured(value) || values.contains(value);
  }
  bool isWide(Value value) {
    return !isCaptured(value) && isa<VectorType>(values[value][0].getType());
  }
  Value scalar(Value value) {
    return isCaptured(value) ? value : values[value][0];
  }
  Value widened(Value value, size_t r) {
    return isWide(value) ? values[value][r] : b.broadcast(scalar(value));
  }

  Lanes clone(Operation &inner) {
    bool wide = llvm::any_of(inner.getOperands(),
                             [&](Value operand) { return isWide(operand); });
    Type type = inner.getResult(0).getType();
    Lanes results;
    for (size_t r = 0, e = wide ? registers : 1; r < e; ++r) {
      SmallVector<Value> operands;
      for (Value operand : inner.getOperands())
        operands.push_back(wide && operand.getType().isInteger()
                               ? widened(operand, r)
                               : scalar(operand));
      if (isa<TableLoadOp, TableSearchOp>(inner)) {
        results.push_back(readTable(inner, operands[1], wide));
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

  /// Tables are read lane by lane.
  Value readTable(Operation &inner, Value at, bool wide) {
    IndexBuilder index(b);
    auto read = [&](Value x) {
      Value table = inner.getOperand(0);
      Value found = isa<TableLoadOp>(inner)
                        ? emitTableLoad(index, table, b.toIndex(x))
                        : emitTableSearch(index, table, b.toIndex(x));
      return b.toI32(found);
    };
    if (!wide)
      return read(at);
    Value buffer = b.stack({b.lanes()}, b.getI32Type());
    b.store(at, buffer, {b.index(0)});
    b.loop(b.index(0), b.index(b.lanes()), 1, [&](Value lane) {
      Value x = b.create<memref::LoadOp>(buffer, ValueRange{lane});
      b.create<memref::StoreOp>(read(x), buffer, ValueRange{lane});
    });
    return b.load(buffer, {b.index(0)});
  }

  /// Division truncates: one less where there is a remainder that has not the
  /// sign of the divisor.
  Value floorDiv(Value x, Value y) {
    Value quotient = b.create<arith::DivSIOp>(x, y);
    Value rest =
        b.create<arith::SubIOp>(x, b.create<arith::MulIOp>(quotient, y));
    Value zero = b.constant(cast<TypedAttr>(b.getZeroAttr(x.getType())));
    Value inexact =
        b.create<arith::CmpIOp>(arith::CmpIPredicate::ne, rest, zero);
    Value opposite = b.create<arith::CmpIOp>(
        arith::CmpIPredicate::slt, b.create<arith::XOrIOp>(rest, y), zero);
    Value down = b.create<arith::AndIOp>(inexact, opposite);
    Value minusOne = b.create<arith::ExtSIOp>(x.getType(), down);
    return b.create<arith::AddIOp>(quotient, minusOne);
  }

  TileMaskOp op;
  TileBuilder &b;
  size_t registers;
  DenseMap<Value, Lanes> values;
};

} // namespace

SmallVector<Value> laneCoordinates(TileBuilder &b, ArrayRef<int64_t> tile,
                                   ValueRange origin, ValueRange extent,
                                   int64_t lane) {
  SmallVector<Value> coordinates(tile.size());
  int64_t queries = 1;
  for (int64_t size : tile)
    queries *= size;
  int64_t inner = 1;
  for (int64_t a = tile.size() - 1; a >= 0; --a) {
    SmallVector<int32_t> offsets;
    for (int64_t l = lane; l < lane + b.lanes(); ++l)
      offsets.push_back(l % queries / inner % tile[a]);
    inner *= tile[a];
    Value offset = b.constant(
        DenseElementsAttr::get(b.lanesOf(b.getI32Type()), ArrayRef(offsets)));
    Value first = b.broadcast(b.toI32(origin[a]));
    Value last = b.broadcast(b.toI32(b.sub(extent[a], b.index(1))));
    coordinates[a] =
        b.create<arith::MinSIOp>(b.create<arith::AddIOp>(first, offset), last);
  }
  return coordinates;
}

/// Masks the keys of one row outside its core: [0, coreBegin) and
/// [coreEnd, width) in one loop.
static void emitRow(TileMaskOp op, TileBuilder &b, ArrayRef<Value> lanes,
                    const MaskInliner &perTile, Value row) {
  unsigned rank = op.getOrigin().size();
  Value zero = b.index(0);
  auto column = [&](int64_t n) -> Value {
    return b.create<memref::LoadOp>(op.getRows(), ValueRange{row, b.index(n)});
  };
  Value coreBegin = b.min(b.toIndex(column(1)), op.getWidth());
  Value coreEnd = b.min(b.toIndex(column(2)), op.getWidth());
  Value core = b.sub(coreEnd, coreBegin);
  Value outside = b.sub(op.getWidth(), core);
  Value isPartial =
      b.create<arith::CmpIOp>(arith::CmpIPredicate::sgt, outside, zero);
  b.ifThen(isPartial, [&] {
    MaskInliner perRow = perTile;
    for (unsigned a = 0; a + 1 < rank; ++a)
      perRow.bind(rank + a, column(3 + a));
    perRow.emit();
    Value position = b.mul(row, op.getWidth());
    Value dropped = b.splat(-std::numeric_limits<float>::infinity());

    b.loop(zero, outside, 1, [&](Value n) {
      Value isBefore =
          b.create<arith::CmpIOp>(arith::CmpIPredicate::slt, n, coreBegin);
      Value x = b.select(isBefore, n, b.add(n, core));
      MaskInliner perKey = perRow;
      perKey.bind(2 * rank - 1, b.toI32(b.add(op.getFirst(), x)));
      perKey.emit();
      Value at = b.add(position, x);
      for (auto [r, lane] : llvm::enumerate(lanes)) {
        Value s = b.load(op.getS(), {at, lane});
        b.store(b.select(perKey.keep(r), s, dropped), op.getS(), {at, lane});
      }
    });
  });
}

void lowerTileMask(TileMaskOp op, TileBuilder &b) {
  int64_t count = op.getS().getType().getDimSize(1);
  int64_t rank = op.getOrigin().size();
  Value coordinates = b.stack({rank, count}, b.getI32Type());
  for (int64_t lane = 0; lane < count; lane += b.lanes()) {
    SmallVector<Value> values =
        laneCoordinates(b, op.getTile(), op.getOrigin(), op.getExtent(), lane);
    for (auto [a, value] : llvm::enumerate(values))
      b.store(value, coordinates, {b.index(a), b.index(lane)});
  }

  b.forLaneGroups(count, b.target.blockVectors(), [&](ArrayRef<Value> lanes) {
    MaskInliner perTile(op, b, lanes.size());
    for (int64_t a = 0; a < rank; ++a) {
      SmallVector<Value> queries;
      for (Value lane : lanes)
        queries.push_back(b.load(coordinates, {b.index(a), lane}));
      perTile.bind(a, queries);
    }
    perTile.emit();
    b.loop(b.index(0), op.getNrows(), 1,
           [&](Value row) { emitRow(op, b, lanes, perTile, row); });
  });
}

} // namespace mlir::attn
