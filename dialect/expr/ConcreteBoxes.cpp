//===- ConcreteBoxes.cpp - key boxes known in the compiler ----------------===//

#include "dialect/expr/ConcreteBoxes.h"
#include "llvm/ADT/SmallVectorExtras.h"
#include "llvm/ADT/bit.h"

using namespace attn;

//===----------------------------------------------------------------------===//
// Ranges
//===----------------------------------------------------------------------===//

static int64_t ceilDivide(int64_t a, int64_t b) { return -floorDivide(-a, b); }

void NarrowedRanges::set(Expr var, int64_t lo, int64_t hi) {
  size_t number = var->value;
  if (number >= ranges.size())
    ranges.resize(number + 1);
  std::optional<Range> &range = ranges[number];
  if (range && range->lo == lo && range->hi == hi)
    return;
  range = Range(lo, hi);
  changes[number % 64] = ++time;
}

const Range &NarrowedRanges::of(const ExprNode &var) const {
  size_t number = var.value;
  bool isSet = number < ranges.size() && ranges[number];
  return isSet ? *ranges[number] : var.range;
}

const std::vector<Interval<int64_t>> &
NarrowedRanges::blocksOf(const ExprNode &load) {
  if (size_t(load.value) >= tables.size())
    tables.resize(load.value + 1);
  std::vector<Interval<int64_t>> &blocks = tables[load.value];
  const ExprTable &table = tableOf(load);
  int64_t size = table.values.size();
  if (!blocks.empty() || table.isSorted || size < 4 * tableBlock)
    return blocks;
  for (int64_t first = 0; first < size; first += tableBlock) {
    auto [least, greatest] = std::minmax_element(
        table.values.begin() + first,
        table.values.begin() + std::min(first + tableBlock, size));
    blocks.push_back({*least, *greatest});
  }
  return blocks;
}

Range NarrowedRanges::elements(const ExprNode &load, int64_t lo, int64_t hi) {
  const ExprTable &table = tableOf(load);
  const std::vector<Interval<int64_t>> &blocks = blocksOf(load);
  int64_t last = int64_t(table.values.size()) - 1;
  // Whole blocks in the middle, elements at both ends.
  int64_t first = ceilDivide(std::max<int64_t>(lo, 0), tableBlock);
  int64_t end = floorDivide(std::min(hi, last) + 1, tableBlock);
  if (blocks.empty() || first >= end)
    return table.range(lo, hi);
  auto [least, greatest] = blocks[first];
  for (int64_t n = first + 1; n < end; ++n) {
    least = std::min(least, blocks[n].lo);
    greatest = std::max(greatest, blocks[n].hi);
  }
  Range result(least, greatest);
  if (lo < first * tableBlock)
    result = Range::join(result, table.range(lo, first * tableBlock - 1));
  if (hi >= end * tableBlock)
    result = Range::join(result, table.range(end * tableBlock, hi));
  return result;
}

const NarrowedRanges::Answer *NarrowedRanges::find(const ExprNode &node) const {
  if (node.number >= answers.size() || !answers[node.number].time)
    return nullptr;
  const Answer &answer = answers[node.number];
  if (answer.time == time)
    return &answer;
  for (uint64_t rest = node.variables; rest; rest &= rest - 1)
    if (changes[llvm::countr_zero(rest)] > answer.time)
      return nullptr;
  return &answer;
}

NarrowedRanges::Answer &NarrowedRanges::answer(const ExprNode &node) {
  if (node.number >= answers.size())
    answers.resize(node.number + 64);
  answers[node.number].time = time;
  return answers[node.number];
}

const Range *NarrowedRanges::integer(const ExprNode &node) const {
  const Answer *known = find(node);
  return known ? &known->range : nullptr;
}

const Truth *NarrowedRanges::truth(const ExprNode &node) const {
  const Answer *known = find(node);
  return known ? &known->truth : nullptr;
}

void NarrowedRanges::keep(const ExprNode &node, const Range &range) {
  answer(node).range = range;
}

void NarrowedRanges::keepTruth(const ExprNode &node, Truth truth) {
  answer(node).truth = truth;
}

namespace {

struct NarrowedDomain : RangeDomain {
  NarrowedRanges &ranges;

  explicit NarrowedDomain(NarrowedRanges &ranges) : ranges(ranges) {}
  Range variable(const ExprNode &var) { return ranges.of(var); }
  Range load(const ExprNode &load, const Range &index) {
    return ranges.elements(load, index.lo, index.hi);
  }
};

/// Answers that outlive the evaluator.
struct SharedMemo {
  NarrowedRanges *ranges;

  const Range *integer(const ExprNode &node) { return ranges->integer(node); }
  const Truth *truth(const ExprNode &node) { return ranges->truth(node); }
  void keep(const ExprNode &node, const Range &range) {
    ranges->keep(node, range);
  }
  void keepTruth(const ExprNode &node, Truth truth) {
    ranges->keepTruth(node, truth);
  }
};

using RangeEvaluator = Evaluator<NarrowedDomain, SharedMemo>;

} // namespace

//===----------------------------------------------------------------------===//
// Bounds
//===----------------------------------------------------------------------===//

void ConcreteBoxes::setRange(Expr var, Num lo, Num hi) {
  ranges.set(var, lo, std::max(lo, hi));
}

std::pair<int64_t, int64_t> ConcreteBoxes::bounds(Expr integer) {
  NarrowedDomain domain(ranges);
  Range range = RangeEvaluator(domain, {&ranges}).integer(integer);
  return {range.lo, range.hi};
}

std::pair<bool, bool> ConcreteBoxes::certainty(Expr truth) {
  NarrowedDomain domain(ranges);
  Truth known = RangeEvaluator(domain, {&ranges}).truth(truth);
  return {known != Truth::False, known == Truth::True};
}

int64_t ConcreteBoxes::valueAt(Expr integer, Expr var, Num value) {
  Range before = ranges.of(*var.get());
  ranges.set(var, value, value);
  int64_t result = bounds(integer).first;
  ranges.set(var, before.lo, before.hi);
  return result;
}

Carried<int64_t> ConcreteBoxes::fold(
    Num begin, Num end, int64_t step, Carried<Num> init,
    llvm::function_ref<Carried<Num>(Num, llvm::ArrayRef<Num>)> body) {
  for (; begin < end; begin += step)
    init = body(begin, init);
  return init;
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

/// Fixes one axis after the other. What holds for one residue says little of
/// the next.
class Sweep {
public:
  /// An axis of more segments than `most` has samples of them.
  Sweep(ConcreteBoxes &domain, const SpacePredicate &predicate,
        size_t most = SIZE_MAX)
      : solver(domain, predicate.keys, predicate.firstJoined()),
        truth(predicate.truth), numResidues(predicate.numResidues), most(most) {
  }

  void run(unsigned axis, Box<int64_t> box, double weight = 1) {
    if (axis == box.size()) {
      boxes.push_back({box, weight});
      return;
    }
    auto segments = solver.segments(truth, axis, box, /*isOneOfAll=*/true);
    Interval<int64_t> all = box[axis];
    auto list = [&](int64_t begin, int64_t end, size_t limit) {
      llvm::SmallVector<Interval<int64_t>> found;
      for (int64_t position = begin; position < end && found.size() < limit;) {
        box[axis] = all;
        auto [lo, hi] =
            solver.next(segments, axis, box, position, axis < numResidues);
        if (lo >= end)
          break;
        found.push_back({lo, std::min(hi, end)});
        position = hi;
      }
      return found;
    };
    auto go = [&](llvm::ArrayRef<Interval<int64_t>> found, double weightOfOne) {
      for (Interval<int64_t> one : found) {
        box[axis] = one;
        run(axis + 1, box, weight * weightOfOne);
      }
    };
    auto found = list(all.lo, all.hi, most == SIZE_MAX ? most : most + 1);
    if (found.size() <= most)
      return go(found, 1);
    constexpr int64_t stretches = 8;
    constexpr size_t few = 3;
    int64_t length = all.hi - all.lo;
    for (int64_t n = 0; n < stretches; ++n) {
      int64_t end = all.lo + length * (n + 1) / stretches;
      found = list(all.lo + length * n / stretches, end, few + 1);
      double weightOfOne = weightOfFew(found, few, end);
      go(found, weightOfOne);
    }
  }

  llvm::SmallVector<SampledBox> boxes;

private:
  BoxSolver<ConcreteBoxes> solver;
  Expr truth;
  unsigned numResidues;
  size_t most;
};

} // namespace

llvm::SmallVector<Box<int64_t>> attn::keyBoxes(ConcreteBoxes &domain,
                                               const SpacePredicate &predicate,
                                               const Box<int64_t> &within) {
  Sweep sweep(domain, predicate);
  sweep.run(0, within);
  return llvm::map_to_vector(sweep.boxes,
                             [](const SampledBox &one) { return one.keys; });
}

llvm::SmallVector<SampledBox>
attn::sampleKeyBoxes(ConcreteBoxes &domain, const SpacePredicate &predicate,
                     const Box<int64_t> &within) {
  constexpr size_t many = 24;
  Sweep sweep(domain, predicate, many);
  sweep.run(0, within);
  return std::move(sweep.boxes);
}

double attn::weightOfFew(llvm::SmallVectorImpl<Interval<int64_t>> &found,
                         size_t few, int64_t end) {
  if (found.size() <= few)
    return 1;
  int64_t first = found.front().lo, next = found.pop_back_val().lo;
  double distance = double(next - first) / few;
  return ((end - first) / distance + 0.5) / few;
}

KeyRuns::KeyRuns(ConcreteBoxes &domain, const SpacePredicate &predicate,
                 Interval<int64_t> all)
    : solver(domain, predicate.keys, predicate.firstJoined()), all({all}),
      segments(solver.segments(predicate.truth, 0, this->all)) {}

llvm::SmallVector<Interval<int64_t>> KeyRuns::first(size_t limit,
                                                    Interval<int64_t> within) {
  llvm::SmallVector<Interval<int64_t>> runs;
  int64_t position = within.lo;
  while (position < within.hi && runs.size() < limit) {
    auto [lo, hi] = solver.next(segments, 0, all, position);
    if (lo >= within.hi)
      break;
    runs.push_back({lo, std::min(hi, within.hi)});
    position = hi;
  }
  return runs;
}
