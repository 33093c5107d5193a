//===- ConcreteBoxes.cpp - key boxes known in the compiler ----------------===//

#include "dialect/expr/ConcreteBoxes.h"

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

/// Ever larger blocks while they are empty, ever smaller ones where they may
/// not be; ends of blocks are multiples of their smallest size.
Interval<int64_t> ConcreteBoxes::search(Expr truth, Expr key, int64_t from,
                                        int64_t to) {
  int64_t size = searchBlock;
  while (from < to) {
    int64_t end = std::min(to, (from + size) / searchBlock * searchBlock);
    setRange(key, from, end - 1);
    bool may = certainty(truth).first;
    if (may && size == searchBlock)
      return {from, end};
    from = may ? from : end;
    size = may ? size / 2 : size * 2;
  }
  return {to, to};
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
    Interval<int64_t> all = box[axis];
    for (int64_t position = all.lo; position < all.hi;) {
      box[axis] = all;
      Interval<int64_t> found = solver.next(segments, axis, box, position);
      if (found.lo >= all.hi)
        return;
      box[axis] = found;
      run(axis + 1, box);
      position = found.hi;
    }
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
