//===- TileCursors.cpp - the tiles of a group advance in step -------------===//

#include "passes/TileCursors.h"

#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"

using namespace mlir;
using namespace mlir::attn;

TileCursors::TileCursors(OnlineAttentionOp op, OnlineVisit &visit,
                         IndexBuilder &index, QueryGroup &group, Value cursors)
    : visit(visit), index(index), b(index.b), group(group), cursors(cursors),
      longest(op.getPlan().getSlab()) {
  auto queries = group.box()[0];
  count = index.ceilDiv(index.sub(queries.hi, queries.lo),
                        index.constant(op.getPlan().getTile()[0]));
}

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
  group.forTiles([&](const QueryTile &tile) {
    store(tile, {{none, zero}, zero});
  });
  SmallVector<Type> types(4, b.getIndexType());
  SmallVector<Location> locs(4, b.getLoc());
  SmallVector<Value> init(4, zero);
  auto loop = scf::WhileOp::create(b, types, init);
  OpBuilder::InsertionGuard guard(b);
  Block *before = b.createBlock(&loop.getBefore(), {}, types, locs);
  Keys slab = {before->getArgument(0), before->getArgument(1)};
  Keys first = {before->getArgument(2), before->getArgument(3)};
  Value hasLooked = index.less(zero, slab.end);
  visit.stage({{slab.begin, slab.end}});
  if (visit.asksAhead())
    visit.ifThen(hasLooked, [&] { listAhead(slab, first); });
  group.forTiles([&](const QueryTile &tile) { visitTile(tile, slab); });
  Keys next = nextSlab(zero);
  first = {index.select(hasLooked, first.begin, next.begin),
           index.select(hasLooked, first.end, next.end)};
  scf::ConditionOp::create(
      b, index.less(next.begin, next.end),
      ValueRange{next.begin, next.end, first.begin, first.end});
  Block *after = b.createBlock(&loop.getAfter(), {}, types, locs);
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

/// Boxes that tiles have not looked for yet are not known; that costs time
/// only.
void TileCursors::listAhead(Keys slab, Keys first) {
  Keys keys = nextSlab(slab.end);
  Value isLast = isOver(keys);
  auto next = group.next({{first.begin, first.end}});
  visit.listAhead(group, next.queries,
                  {{index.select(isLast, next.keys[0].lo, keys.begin),
                    index.select(isLast, next.keys[0].hi, keys.end)}},
                  isLast);
}

/// Whether no keys are left.
Value TileCursors::isOver(Keys keys) {
  return index.less(index.sub(keys.end, index.constant(1)), keys.begin);
}

SmallVector<Value> TileCursors::reduce(
    ValueRange init, Value from,
    function_ref<SmallVector<Value>(ValueRange, Keys)> combine) {
  auto loop =
      scf::ForOp::create(b, index.constant(0), count, index.constant(1), init);
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToStart(loop.getBody());
  Keys keys = load(loop.getInductionVar());
  keys.begin = index.max(keys.begin, from);
  scf::YieldOp::create(b, combine(loop.getRegionIterArgs(), keys));
  return SmallVector<Value>(loop.getResults());
}

/// As long as a slab may be and a tile asks for keys. It rather ends with a box
/// than cut off the beginning of another's, unless it became very short.
TileCursors::Keys TileCursors::nextSlab(Value from) {
  Value far = index.constant(::attn::MaskVars::lengthLimit);
  Value begin = reduce(far, from, [&](ValueRange before, Keys ofTile) {
    Value first = index.select(isOver(ofTile), far, ofTile.begin);
    return SmallVector<Value>{index.min(before[0], first)};
  })[0];
  Value limit = index.add(begin, index.constant(longest));
  Value least =
      index.add(begin, index.constant(std::max<int64_t>(1, longest / 2)));
  auto ends = reduce({begin, begin}, from, [&](ValueRange before, Keys ofTile) {
    Value isInside = index.less(ofTile.begin, limit);
    Value isWhole = index.less(ofTile.end, index.add(limit, index.constant(1)));
    Value end = index.min(ofTile.end, limit);
    auto furthest = [&](Value wanted, Value before) {
      return index.select(wanted, index.max(before, end), before);
    };
    return SmallVector<Value>{
        furthest(isInside, before[0]),
        furthest(index.both(isInside, isWhole), before[1])};
  });
  return {begin, index.select(index.less(ends[1], least), ends[0], ends[1])};
}
