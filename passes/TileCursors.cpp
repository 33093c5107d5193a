//===- TileCursors.cpp - the tiles of a group advance in step -------------===//

#include "passes/TileCursors.h"

#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"

using namespace mlir;
using namespace mlir::attn;

TileCursors::TileCursors(OnlineAttentionOp op, OnlineVisit &visit,
                         IndexBuilder &index, Value cursors, Value count,
                         ForTiles forTiles)
    : visit(visit), index(index), b(index.b), cursors(cursors), count(count),
      forTiles(forTiles), longest(op.getPlan().getSlab()) {}

void TileCursors::store(const QueryTile &tile, Cursor cursor) {
  Value numbers[] = {cursor.begin, cursor.end, cursor.first};
  for (auto [n, number] : llvm::enumerate(numbers)) {
    Value place = index.constant(n);
    memref::StoreOp::create(b, index.toI32(number), cursors,
                            ValueRange{tile.number, place});
  }
}

TileCursors::Cursor TileCursors::load(Value tile) {
  auto element = [&](int64_t n) -> Value {
    Value value =
        memref::LoadOp::create(b, cursors, ValueRange{tile, index.constant(n)});
    return arith::IndexCastOp::create(b, b.getIndexType(), value);
  };
  return {{element(0), element(1)}, element(2)};
}

/// No tile has looked for a box at first, which a begin below zero says: the
/// first slab is empty, and makes all of them look for one.
void TileCursors::walk() {
  Value zero = index.constant(0), none = index.constant(-1);
  forTiles([&](const QueryTile &tile) { store(tile, {{none, zero}, zero}); });
  Type type = b.getIndexType();
  auto loop =
      scf::WhileOp::create(b, TypeRange{type, type}, ValueRange{zero, zero});
  OpBuilder::InsertionGuard guard(b);
  Block *before = b.createBlock(&loop.getBefore(), {}, {type, type},
                                {b.getLoc(), b.getLoc()});
  Keys slab = {before->getArgument(0), before->getArgument(1)};
  visit.stage({{slab.begin, slab.end}});
  forTiles([&](const QueryTile &tile) { visitTile(tile, slab); });
  Keys next = nextSlab();
  scf::ConditionOp::create(b, index.less(next.begin, next.end),
                           ValueRange{next.begin, next.end});
  Block *after = b.createBlock(&loop.getAfter(), {}, {type, type},
                               {b.getLoc(), b.getLoc()});
  scf::YieldOp::create(b, after->getArguments());
}

void TileCursors::visitTile(const QueryTile &tile, Keys slab) {
  Cursor cursor = load(tile.number);
  SmallVector<Type> types(3, b.getIndexType());
  SmallVector<Location> locs(3, b.getLoc());
  auto loop = scf::WhileOp::create(
      b, types, ValueRange{cursor.begin, cursor.end, cursor.first});
  {
    OpBuilder::InsertionGuard guard(b);
    Block *before = b.createBlock(&loop.getBefore(), {}, types, locs);
    scf::ConditionOp::create(b, index.less(before->getArgument(0), slab.end),
                             before->getArguments());
    Block *after = b.createBlock(&loop.getAfter(), {}, types, locs);
    Keys box = {after->getArgument(0), after->getArgument(1)};
    Value first = after->getArgument(2);
    Value stop = index.min(box.end, slab.end);
    visit.ifThen(index.less(index.constant(-1), box.begin), [&] {
      visit.visitBox(tile, {{slab.begin, slab.end}}, {{first, box.end}},
                     {{box.begin, stop}});
    });
    auto more =
        scf::IfOp::create(b, types, index.less(stop, box.end), true, true);
    b.setInsertionPointToStart(more.thenBlock());
    scf::YieldOp::create(b, ValueRange{stop, box.end, first});
    b.setInsertionPointToStart(more.elseBlock());
    ::attn::Interval<Value> next = visit.nextBox(tile, box.end);
    scf::YieldOp::create(b, ValueRange{next.lo, next.hi, next.lo});
    b.setInsertionPointToEnd(after);
    scf::YieldOp::create(b, more.getResults());
  }
  store(tile, {{loop.getResult(0), loop.getResult(1)}, loop.getResult(2)});
}

Value TileCursors::reduce(
    Value init, function_ref<Value(Value before, Keys ofTile)> combine) {
  auto loop = scf::ForOp::create(b, index.constant(0), count, index.constant(1),
                                 ValueRange{init});
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToStart(loop.getBody());
  Value after = combine(loop.getRegionIterArg(0), load(loop.getInductionVar()));
  scf::YieldOp::create(b, after);
  return loop.getResult(0);
}

/// As long as a slab may be and a tile asks for keys. It rather ends with a box
/// than cut off the beginning of another's, unless it became very short.
TileCursors::Keys TileCursors::nextSlab() {
  Value far = index.constant(::attn::MaskVars::lengthLimit);
  Value begin = reduce(far, [&](Value before, Keys ofTile) {
    Value isOver =
        index.less(index.sub(ofTile.end, index.constant(1)), ofTile.begin);
    return index.min(before, index.select(isOver, far, ofTile.begin));
  });
  Value limit = index.add(begin, index.constant(longest));
  Value least = index.add(begin, index.constant(longest / 2));
  auto furthest = [&](auto isWanted) {
    return reduce(begin, [&](Value before, Keys ofTile) {
      Value wanted =
          index.both(index.less(ofTile.begin, limit), isWanted(ofTile));
      Value end = index.min(ofTile.end, limit);
      return index.select(wanted, index.max(before, end), before);
    });
  };
  Value end = furthest([&](Keys) { return index.flag(true); });
  Value whole = furthest([&](Keys ofTile) {
    return index.less(ofTile.end, index.add(limit, index.constant(1)));
  });
  return {begin, index.select(index.less(whole, least), end, whole)};
}
