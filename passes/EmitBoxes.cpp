//===- EmitBoxes.cpp - the planner inside a kernel ------------------------===//

#include "passes/EmitBoxes.h"

#include "passes/EmitTable.h"

#include "mlir/Dialect/SCF/IR/SCF.h"

using namespace mlir;
using namespace mlir::attn;
using ::attn::BoxSolver;
using ::attn::Evaluator;
using ::attn::Expr;
using ::attn::IndexSpace;
using ::attn::Interval;
using ::attn::SpacePredicate;

std::pair<Value, Value> EmittedBoxes::bounds(Expr integer) {
  IntervalDomain domain{index, ranges, tables};
  IntervalDomain::Int range =
      Evaluator<IntervalDomain>(domain).integer(integer);
  return {range.lo, range.hi};
}

std::pair<Value, Value> EmittedBoxes::certainty(Expr truth) {
  IntervalDomain domain{index, ranges, tables};
  IntervalDomain::Bool known = Evaluator<IntervalDomain>(domain).truth(truth);
  return {known.may, known.must};
}

Value EmittedBoxes::load(int64_t table, Value at) {
  return emitTableLoad(index, tables[table], at);
}

Value EmittedBoxes::size(int64_t table) {
  return emitTableSize(index, tables[table]);
}

Value EmittedBoxes::valueAt(Expr integer, Expr var, Value value) {
  auto before = ranges.lookup(var->value);
  setRange(var, value, value);
  Value result = bounds(integer).first;
  ranges[var->value] = before;
  return result;
}

EmittedBoxes::Carried
EmittedBoxes::fold(Value begin, Value end, int64_t step, Carried init,
                   function_ref<Carried(Value, ArrayRef<Value>)> body) {
  ImplicitLocOpBuilder &b = index.b;
  auto loop = scf::ForOp::create(b, begin, end, index.constant(step), init);
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToStart(loop.getBody());
  Carried carried(loop.getRegionIterArgs());
  scf::YieldOp::create(b, body(loop.getInductionVar(), carried));
  return Carried(loop.getResults());
}

/// As ConcreteBoxes::search, from block to block in a loop.
Interval<Value> EmittedBoxes::search(Expr truth, Expr key, Value from,
                                     Value to) {
  ImplicitLocOpBuilder &b = index.b;
  constexpr int64_t block = ::attn::searchBlock;
  Type type = b.getIndexType();
  auto loop = scf::WhileOp::create(b, TypeRange{type, type},
                                   ValueRange{from, index.constant(block)});
  OpBuilder::InsertionGuard guard(b);
  Block *before = b.createBlock(&loop.getBefore(), {}, {type, type},
                                {b.getLoc(), b.getLoc()});
  Value begin = before->getArgument(0), size = before->getArgument(1);
  Value end = index.min(to, mul(floorDiv(add(begin, size), block), block));
  setRange(key, begin, sub(end, index.constant(1)));
  Value may = certainty(truth).first;
  Value isLast = index.both(may, index.less(size, index.constant(block + 1)));
  Value isOver =
      index.either(isLast, index.less(sub(to, index.constant(1)), begin));
  Value nextBegin = index.select(may, begin, end);
  Value nextSize = index.select(may, floorDiv(size, 2), mul(size, 2));
  // What was found stays in place; what was not moves on.
  Value goesOn = index.b.createOrFold<arith::XOrIOp>(isOver, index.flag(true));
  scf::ConditionOp::create(b, goesOn,
                           ValueRange{index.select(isOver, begin, nextBegin),
                                      index.select(isOver, end, nextSize)});
  Block *after = b.createBlock(&loop.getAfter(), {}, {type, type},
                               {b.getLoc(), b.getLoc()});
  scf::YieldOp::create(b, after->getArguments());
  return {loop.getResult(0), loop.getResult(1)};
}

Value mlir::attn::emitExtent(IndexBuilder &index, const IndexSpace &space,
                             unsigned axis, Value tokens, Value residue) {
  const IndexSpace::Axis &a = space.axes()[axis];
  bool isOpen = a.extent == IndexSpace::open;
  if (!isOpen && (!residue || !space.isRagged(axis)))
    return index.constant(a.extent);
  if (a.residue < 0)
    return tokens;
  if (!residue)
    residue = index.constant(0);
  Value length =
      isOpen ? tokens : index.constant(space.getLayout()[a.layoutAxis]);
  int64_t d = space.getDilation()[a.layoutAxis];
  Value roundUp = index.sub(index.constant(d - 1), residue);
  return index.floorDiv(index.add(length, roundUp), d);
}

namespace {

class EmitSweep {
public:
  EmitSweep(EmittedBoxes &domain, const SpacePredicate &predicate,
            function_ref<void(const EmittedBox &)> body)
      : domain(domain), index(domain.index), predicate(predicate),
        solver(domain, predicate.keys, predicate.firstJoined()), body(body) {}

  void run(unsigned axis, EmittedBox box) {
    if (axis == box.size()) {
      body(box);
      return;
    }
    auto segments =
        solver.segments(predicate.truth, axis, box, /*isOneOfAll=*/true);
    if (segments.empty())
      return;
    bool isOne = segments.size() == 1 && !segments.front().period &&
                 segments.front().searched == Expr();
    if (isOne)
      one(axis, box, {segments.front().lo, segments.front().hi});
    else
      several(axis, box, segments);
  }

private:
  void one(unsigned axis, EmittedBox box, Interval<Value> segment) {
    Value exists = index.less(segment.lo, segment.hi);
    box[axis] = segment;
    if (IndexBuilder::known(exists)) {
      if (*IndexBuilder::known(exists))
        run(axis + 1, box);
      return;
    }
    auto ifOp = scf::IfOp::create(index.b, exists, /*withElseRegion=*/false);
    OpBuilder::InsertionGuard guard(index.b);
    index.b.setInsertionPointToStart(ifOp.thenBlock());
    run(axis + 1, box);
  }

  /// From one position to the next.
  void several(unsigned axis, EmittedBox box,
               ArrayRef<::attn::Segment<Value>> segments) {
    ImplicitLocOpBuilder &b = index.b;
    Interval<Value> all = box[axis];
    auto loop = scf::WhileOp::create(
        b, TypeRange{b.getIndexType(), b.getIndexType()}, ValueRange{all.lo});
    OpBuilder::InsertionGuard guard(b);
    Block *before =
        b.createBlock(&loop.getBefore(), {}, {b.getIndexType()}, {b.getLoc()});
    Interval<Value> found =
        solver.next(segments, axis, box, before->getArgument(0),
                    axis < predicate.numResidues);
    scf::ConditionOp::create(b, index.less(found.lo, all.hi),
                             ValueRange{found.lo, found.hi});
    Block *after = b.createBlock(&loop.getAfter(), {},
                                 {b.getIndexType(), b.getIndexType()},
                                 {b.getLoc(), b.getLoc()});
    box[axis] = {after->getArgument(0), after->getArgument(1)};
    run(axis + 1, box);
    b.setInsertionPointToEnd(after);
    scf::YieldOp::create(b, ValueRange{after->getArgument(1)});
  }

  EmittedBoxes &domain;
  IndexBuilder &index;
  const SpacePredicate &predicate;
  BoxSolver<EmittedBoxes> solver;
  function_ref<void(const EmittedBox &)> body;
};

} // namespace

void mlir::attn::emitKeyBoxes(EmittedBoxes &domain,
                              const SpacePredicate &predicate,
                              EmittedBox within,
                              function_ref<void(const EmittedBox &)> body) {
  EmitSweep(domain, predicate, body).run(0, within);
}
