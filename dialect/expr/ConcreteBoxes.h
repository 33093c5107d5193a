//===- ConcreteBoxes.h - key boxes known in the compiler --------*- C++ -*-===//
//
// The solver of BoxSolver.h on plain integers: what plans, statistics and
// pictures are made of.
//
//===----------------------------------------------------------------------===//

#ifndef ATTN_DIALECT_EXPR_CONCRETEBOXES_H
#define ATTN_DIALECT_EXPR_CONCRETEBOXES_H

#include "dialect/expr/BoxSolver.h"

namespace attn {

/// Ranges of variables, and what they make of the ranges of expressions. Most
/// questions are asked of ranges that hardly changed: an answer holds until the
/// range of a variable in it does.
class NarrowedRanges {
public:
  void set(Expr var, int64_t lo, int64_t hi);
  /// That of a variable; the default one if none was set.
  const Range &of(const ExprNode &var) const;

  /// What the elements [lo, hi] of the table of a load are.
  Range elements(const ExprNode &load, int64_t lo, int64_t hi);

  const Range *integer(const ExprNode &node) const;
  const Truth *truth(const ExprNode &node) const;
  void keep(const ExprNode &node, const Range &range);
  void keepTruth(const ExprNode &node, Truth truth);

private:
  struct Answer {
    uint64_t time = 0; ///< 0: none
    Truth truth;
    Range range;
  };
  const Answer *find(const ExprNode &node) const;
  Answer &answer(const ExprNode &node);

  /// The least and the greatest of every `tableBlock` elements, or none if the
  /// table is short or sorted.
  static constexpr int64_t tableBlock = 64;
  const std::vector<Interval<int64_t>> &blocksOf(const ExprNode &load);

  std::vector<std::optional<Range>> ranges;           ///< by variable number
  std::vector<std::vector<Interval<int64_t>>> tables; ///< by table number
  std::vector<Answer> answers;                        ///< by node number
  uint64_t time = 1;
  uint64_t changes[64] = {}; ///< when, by bit of ExprNode::variables
};

/// Bounds known in the compiler.
class ConcreteBoxes {
public:
  using Num = int64_t;
  using Flag = bool;

  /// `context` has the tables.
  explicit ConcreteBoxes(const ExprContext &context) : context(context) {}

  Num constant(int64_t value) { return value; }
  Num add(Num a, Num b) { return a + b; }
  Num negate(Num a) { return -a; }
  Num mul(Num a, int64_t b) { return a * b; }
  Num floorDiv(Num a, int64_t b) { return floorDivide(a, b); }
  Num mod(Num a, int64_t b) { return floorModulo(a, b); }
  Num min(Num a, Num b) { return std::min(a, b); }
  Num max(Num a, Num b) { return std::max(a, b); }
  Num select(Flag c, Num a, Num b) { return c ? a : b; }
  Flag flag(bool value) { return value; }
  Flag less(Num a, Num b) { return a < b; }
  Flag both(Flag a, Flag b) { return a && b; }
  Flag either(Flag a, Flag b) { return a || b; }
  void setRange(Expr var, Num lo, Num hi);
  std::pair<Num, Num> bounds(Expr integer);
  std::pair<Flag, Flag> certainty(Expr truth);
  Num valueAt(Expr integer, Expr var, Num value);
  Num load(int64_t table, Num index) { return context.table(table).at(index); }
  Num size(int64_t table) { return context.table(table).values.size(); }
  Carried<Num>
  fold(Num begin, Num end, int64_t step, Carried<Num> init,
       llvm::function_ref<Carried<Num>(Num, llvm::ArrayRef<Num>)> body);
  Interval<Num> search(Expr truth, Expr key, Num from, Num to);

private:
  const ExprContext &context;
  NarrowedRanges ranges;
};

/// Disjoint boxes of keys, within `within`, that hold all keys to which a query
/// in the ranges of `domain` may attend: along each axis in turn, the union of
/// the segments of the predicate.
llvm::SmallVector<Box<int64_t>> keyBoxes(ConcreteBoxes &domain,
                                         const SpacePredicate &predicate,
                                         const Box<int64_t> &within);

/// A box that stands for `weight` of them, those beside it.
struct SampledBox {
  Box<int64_t> keys;
  double weight;
};

/// Some of the same boxes. An axis with many segments has a few listed at the
/// beginning of each of some stretches.
llvm::SmallVector<SampledBox> sampleKeyBoxes(ConcreteBoxes &domain,
                                             const SpacePredicate &predicate,
                                             const Box<int64_t> &within);

/// How many segments each of the first `few` stands for, if those up to `end`
/// go on at their distance. `found` are `few` and the next one, which is
/// dropped, or as many as there are.
double weightOfFew(llvm::SmallVectorImpl<Interval<int64_t>> &found, size_t few,
                   int64_t end);

/// The same where there is one axis, solved once and listed from any place on.
/// The ranges of queries in the domain must not change meanwhile.
class KeyRuns {
public:
  KeyRuns(ConcreteBoxes &domain, const SpacePredicate &predicate,
          Interval<int64_t> all);

  /// At most the first `limit` within a part of all keys, cut off at its ends.
  llvm::SmallVector<Interval<int64_t>> first(size_t limit,
                                             Interval<int64_t> within);

private:
  BoxSolver<ConcreteBoxes> solver;
  Box<int64_t> all;
  BoxSolver<ConcreteBoxes>::Parts segments;
};

} // namespace attn

#endif // ATTN_DIALECT_EXPR_CONCRETEBOXES_H
