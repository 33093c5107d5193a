//===- PairCounter.h - counting the pairs of a box one by one ---*- C++ -*-===//
//
// What the solver leaves of a mask is counted by evaluating its predicate for
// every pair, many keys at a time. What the ranges of a box decide is not
// computed at all, what depends on the key alone once for all queries of a box,
// what does not depend on it once for each query; and a branch that a query
// rules out is not computed for its keys.
//
//===----------------------------------------------------------------------===//

#ifndef ATTN_PASSES_PAIRCOUNTER_H
#define ATTN_PASSES_PAIRCOUNTER_H

#include "dialect/expr/ConcreteBoxes.h"
#include "mlir/Support/LLVM.h"

namespace mlir::attn {

class PairCounter {
public:
  /// `predicate` must outlive the counter.
  explicit PairCounter(const ::attn::SpacePredicate &predicate);

  /// Gives a variable that is no axis its value.
  void set(::attn::Expr var, int64_t value) { values[var->value] = value; }

  /// How many pairs of the box the predicate keeps. `domain` has the ranges of
  /// variables that are no axes.
  int64_t count(::attn::ConcreteBoxes &domain,
                const ::attn::Box<int64_t> &queries,
                const ::attn::Box<int64_t> &keys);

private:
  using Node = ::attn::ExprNode;
  /// Keys of the last axis that are evaluated together, at most.
  static constexpr int64_t width = 256;

  /// An integer, or a truth as 0 or 1, of one query and some keys.
  struct Slot {
    const Node *node;
    SmallVector<unsigned, 3> operands;
    bool dependsOnKey, dependsOnRest;
    uint64_t time = 0;      ///< when it was computed
    bool isDecided = false; ///< for the whole box
    bool isUniform = true;  ///< all lanes have the value `uniform`
    int32_t uniform = 0;
    std::vector<int32_t> lanes = {};
  };

  unsigned addSlot(::attn::Expr expr);
  void decide(::attn::ConcreteBoxes &domain);
  const Slot &compute(unsigned number);
  void computeSum(Slot &slot);
  void computeJunction(Slot &slot);
  void computeLanes(Slot &slot);
  int64_t countQueries(unsigned axis, const ::attn::Box<int64_t> &queries,
                       const ::attn::Box<int64_t> &keys);
  int64_t countKeys();

  const ::attn::SpacePredicate &predicate;
  ::attn::Expr key;            ///< of the last axis
  SmallVector<int64_t> values; ///< by variable number
  /// If numbers may not fit 32 bits: for every pair alone.
  std::optional<::attn::ExprProgram> program;
  std::vector<Slot> slots; ///< operands before users
  llvm::DenseMap<const Node *, unsigned> numbers;
  uint64_t now = 0, keysSince = 0;
  int64_t firstKey = 0, lastKey = 0, lanes = 0;
};

} // namespace mlir::attn

#endif // ATTN_PASSES_PAIRCOUNTER_H
