//===- SlabWalk.cpp - the slabs of a group --------------------------------===//

#include "passes/SlabWalk.h"
#include "passes/Outline.h"

#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"

using namespace mlir;
using namespace mlir::attn;

/// After the rows of slabs, and one for keys of the next group, come a row for
/// its queries and one that begins with the number of slabs.
SlabWalk::SlabWalk(OnlineAttentionOp op, OnlineVisit &visit,
                   IndexBuilder &index, QueryGroup &group, Value slabs,
                   const OnlineSizes &sizes,
                   const ::attn::SpacePredicate &predicate)
    : op(op), visit(visit), index(index), b(index.b), group(group),
      slabs(slabs), room(index.constant(OnlineScratch::listedSlabs)),
      rowOfQueries(index.constant(OnlineScratch::listedSlabs + 1)),
      rowOfCount(index.constant(OnlineScratch::listedSlabs + 2)), sizes(sizes),
      predicate(predicate) {}

void SlabWalk::walk() {
  if (!visit.asksAhead())
    return forSlabs([&](const EmittedBox &slab) {
      visit.stage(slab);
      visitTiles(slab);
    });
  walkList();
}

void SlabWalk::visitTiles(const EmittedBox &slab) {
  group.forTiles([&](const QueryTile &tile) { visit.visitTile(tile, slab); });
}

void SlabWalk::walkList() {
  Value zero = index.constant(0), one = index.constant(1);
  auto loop =
      scf::WhileOp::create(b, TypeRange{b.getIndexType()}, ValueRange{zero});
  OpBuilder::InsertionGuard guard(b);
  Block *before =
      b.createBlock(&loop.getBefore(), {}, {b.getIndexType()}, {b.getLoc()});
  Value first = before->getArgument(0);
  auto listed = outline(b, b.getIndexType(), "slabs",
                        [&] { return SmallVector<Value>{list(first)}; });
  Value all = listed.getResult(0);
  Value left = index.sub(all, first);
  Value count = index.min(left, room);
  visit.loop(zero, count, one, [&](Value n) {
    EmittedBox slab = load(n);
    visit.stage(slab);
    listAhead(n, count);
    visitTiles(slab);
  });
  scf::ConditionOp::create(b, index.less(room, left),
                           ValueRange{index.add(first, room)});
  Block *after =
      b.createBlock(&loop.getAfter(), {}, {b.getIndexType()}, {b.getLoc()});
  scf::YieldOp::create(b, after->getArguments());
}

Value SlabWalk::list(Value first) {
  Value zero = index.constant(0), one = index.constant(1);
  auto store = [&](Value number) {
    memref::StoreOp::create(b, index.toI32(number), slabs,
                            ValueRange{rowOfCount, zero});
  };
  store(zero);
  forSlabs([&](const EmittedBox &slab) {
    Value count = load(rowOfCount, 0);
    Value row = index.sub(count, first);
    Value fits =
        index.both(index.less(index.constant(-1), row), index.less(row, room));
    visit.ifThen(fits, [&] { storeBox(slab, row); });
    store(index.add(count, one));
  });
  Value count = load(rowOfCount, 0);
  listNext(index.min(index.sub(count, first), room));
  return count;
}

void SlabWalk::listNext(Value count) {
  auto [queries, keys] = group.next(load(index.constant(0)));
  storeBox(keys, count);
  storeBox(queries, rowOfQueries);
}

void SlabWalk::listAhead(Value n, Value count) {
  Value after = index.add(n, index.constant(1));
  Value isLast = index.less(index.sub(count, index.constant(1)), after);
  visit.listAhead(group, load(rowOfQueries), load(after), isLast);
}

void SlabWalk::storeBox(const EmittedBox &box, Value row) {
  int64_t column = 0;
  for (const auto &interval : box)
    for (Value end : {interval.lo, interval.hi})
      memref::StoreOp::create(b, index.toI32(end), slabs,
                              ValueRange{row, index.constant(column++)});
}

Value SlabWalk::load(Value row, int64_t column) {
  Value number =
      memref::LoadOp::create(b, slabs, ValueRange{row, index.constant(column)});
  return arith::IndexCastOp::create(b, b.getIndexType(), number);
}

EmittedBox SlabWalk::load(Value row) {
  EmittedBox box;
  for (unsigned a = 0; a < sizes.keyExtents.size(); ++a)
    box.push_back({load(row, 2 * a), load(row, 2 * a + 1)});
  return box;
}

void SlabWalk::forSlabs(ForSlab body) {
  EmittedBox all;
  for (Value extent : sizes.keyExtents)
    all.push_back({index.constant(0), extent});
  EmittedBoxes domain = visit.domainOf(group.box());
  emitKeyBoxes(domain, predicate, all,
               [&](const EmittedBox &box) { forSlabs(box, body); });
}

void SlabWalk::forSlabs(const EmittedBox &box, ForSlab body) {
  SmallVector<Value> parts(box.size());
  Value most = index.constant(op.getPlan().getSlab());
  for (unsigned a = box.size(); a-- > 0;) {
    Value length = index.sub(box[a].hi, box[a].lo);
    Value count = index.ceilDiv(length, index.min(length, most));
    parts[a] = index.ceilDiv(length, count);
    most = index.max(b.createOrFold<arith::DivUIOp>(most, parts[a]),
                     index.constant(1));
  }
  forSlabs(0, box, parts, body);
}

void SlabWalk::forSlabs(unsigned axis, EmittedBox box, ArrayRef<Value> parts,
                        ForSlab body) {
  if (axis == box.size())
    return body(box);
  ::attn::Interval<Value> all = box[axis];
  visit.loop(all.lo, all.hi, parts[axis], [&](Value lo) {
    box[axis] = {lo, index.min(index.add(lo, parts[axis]), all.hi)};
    forSlabs(axis + 1, box, parts, body);
  });
}
