//===- EmitBoxes.cpp - the planner inside a kernel ------------------------===//

#include "passes/EmitBoxes.h"

#include "mlir/Dialect/SCF/IR/SCF.h"

using namespace mlir;
using namespace mlir::attn;
using ::attn::BoxSolver;
using ::attn::Evaluator;
using ::attn::Expr;
using ::attn::Interval;
using ::attn::SpacePredicate;

std::pair<Value, Value> EmittedBoxes::bounds(Expr integer) {
  IntervalDomain domain{index, ranges};
  IntervalDomain::Int range =
      Evaluator<IntervalDomain>(domain).integer(integer);
  return {range.lo, range.hi};
}

std::pair<Value, Value> EmittedBoxes::certainty(Expr truth) {
  IntervalDomain domain{index, ranges};
  IntervalDomain::Bool known = Evaluator<IntervalDomain>(domain).truth(truth);
  return {known.may, known.must};
}

namespace {

class EmitSweep {
public:
  EmitSweep(EmittedBoxes &domain, const SpacePredicate &predicate,
            function_ref<void(const EmittedBox &)> body)
      : domain(domain), index(domain.index), predicate(predicate),
        solver(domain, predicate.keys), body(body) {}

  void run(unsigned axis, EmittedBox box) {
    if (axis == box.size()) {
      body(box);
      return;
    }
    auto segments = solver.segments(predicate.truth, axis, box);
    if (segments.empty())
      return;
    if (segments.size() == 1)
      one(axis, box, segments.front());
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

  /// From one position to the next: the first key at or after it that a segment
  /// holds, up to where all segments that hold it end.
  void several(unsigned axis, EmittedBox box,
               ArrayRef<Interval<Value>> segments) {
    ImplicitLocOpBuilder &b = index.b;
    Interval<Value> all = box[axis];
    auto loop = scf::WhileOp::create(
        b, TypeRange{b.getIndexType(), b.getIndexType()}, ValueRange{all.lo});
    OpBuilder::InsertionGuard guard(b);
    Block *before =
        b.createBlock(&loop.getBefore(), {}, {b.getIndexType()}, {b.getLoc()});
    Value position = before->getArgument(0);
    Value begin = all.hi;
    for (const Interval<Value> &s : segments) {
      Value first = index.max(s.lo, position);
      begin =
          index.select(index.less(first, s.hi), index.min(begin, first), begin);
    }
    Value end = begin;
    for (const Interval<Value> &s : segments) {
      // Those that hold the key before `end` too: longer boxes are fewer.
      Value holds = index.both(index.less(s.lo, index.add(end, one_())),
                               index.less(begin, s.hi));
      end = index.select(holds, index.max(end, s.hi), end);
    }
    scf::ConditionOp::create(b, index.less(begin, all.hi),
                             ValueRange{begin, end});
    Block *after = b.createBlock(&loop.getAfter(), {},
                                 {b.getIndexType(), b.getIndexType()},
                                 {b.getLoc(), b.getLoc()});
    box[axis] = {after->getArgument(0), after->getArgument(1)};
    run(axis + 1, box);
    b.setInsertionPointToEnd(after);
    scf::YieldOp::create(b, ValueRange{after->getArgument(1)});
  }

  Value one_() { return index.constant(1); }

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
