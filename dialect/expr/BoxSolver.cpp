//===- BoxSolver.cpp - solving a predicate for boxes of keys --------------===//

#include "dialect/expr/BoxSolver.h"

using namespace attn;

namespace {

/// Ranges that were narrowed, and the default ones.
struct NarrowedDomain : RangeDomain {
  const llvm::DenseMap<int64_t, Range> &narrowed;

  explicit NarrowedDomain(const llvm::DenseMap<int64_t, Range> &narrowed)
      : narrowed(narrowed) {}
  Range variable(const ExprNode &var) {
    auto known = narrowed.find(var.value);
    return known == narrowed.end() ? var.range : known->second;
  }
};

} // namespace

void ConcreteBoxes::setRange(Expr var, Num lo, Num hi) {
  ranges[var->value] = Range(lo, std::max(lo, hi));
}

std::pair<int64_t, int64_t> ConcreteBoxes::bounds(Expr integer) {
  NarrowedDomain domain(ranges);
  Range range = Evaluator<NarrowedDomain>(domain).integer(integer);
  return {range.lo, range.hi};
}

std::pair<bool, bool> ConcreteBoxes::certainty(Expr truth) {
  NarrowedDomain domain(ranges);
  Truth known = Evaluator<NarrowedDomain>(domain).truth(truth);
  return {known != Truth::False, known == Truth::True};
}

namespace {

/// Fixes one axis after the other.
class Sweep {
public:
  Sweep(ConcreteBoxes &domain, const SpacePredicate &predicate)
      : solver(domain, predicate.keys), truth(predicate.truth) {}

  void run(unsigned axis, Box<int64_t> box) {
    if (axis == box.size()) {
      boxes.push_back(box);
      return;
    }
    auto segments = solver.segments(truth, axis, box);
    llvm::sort(segments, [](auto &a, auto &b) { return a.lo < b.lo; });
    int64_t begin = 0, end = 0;
    auto flush = [&] {
      if (begin >= end)
        return;
      box[axis] = {begin, end};
      run(axis + 1, box);
    };
    for (Interval<int64_t> segment : segments) {
      if (segment.lo >= segment.hi)
        continue;
      if (segment.lo > end || begin >= end) {
        flush();
        begin = segment.lo;
        end = segment.hi;
      } else {
        end = std::max(end, segment.hi);
      }
    }
    flush();
  }

  llvm::SmallVector<Box<int64_t>> boxes;

private:
  BoxSolver<ConcreteBoxes> solver;
  Expr truth;
};

} // namespace

llvm::SmallVector<Box<int64_t>> attn::keyBoxes(ConcreteBoxes &domain,
                                               const SpacePredicate &predicate,
                                               const Box<int64_t> &within) {
  Sweep sweep(domain, predicate);
  sweep.run(0, within);
  return sweep.boxes;
}
