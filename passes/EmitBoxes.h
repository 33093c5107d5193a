//===- EmitBoxes.h - the planner inside a kernel ----------------*- C++ -*-===//
//
// The domain of SSA values for dialect/expr/BoxSolver.h, and the loops over the
// key boxes that it solves for. Static shapes fold; dynamic lengths are planned
// where they are known, by the same solver.
//
//===----------------------------------------------------------------------===//

#ifndef ATTN_PASSES_EMITBOXES_H
#define ATTN_PASSES_EMITBOXES_H

#include "dialect/expr/BoxSolver.h"
#include "passes/EmitExpr.h"

namespace mlir::attn {

/// Bounds that are SSA index values.
class EmittedBoxes {
public:
  using Num = Value;
  using Flag = Value;
  using Carried = ::attn::Carried<Value>;

  /// `tables` by their numbers.
  EmittedBoxes(IndexBuilder &index, ValueRange tables)
      : index(index), tables(tables) {}

  Num constant(int64_t value) { return index.constant(value); }
  Num add(Num x, Num y) { return index.add(x, y); }
  Num negate(Num x) { return index.negate(x); }
  Num mul(Num x, int64_t y) { return index.mul(x, index.constant(y)); }
  Num floorDiv(Num x, int64_t y) { return index.floorDiv(x, y); }
  Num mod(Num x, int64_t y) { return sub(x, mul(floorDiv(x, y), y)); }
  Num min(Num x, Num y) { return index.min(x, y); }
  Num max(Num x, Num y) { return index.max(x, y); }
  Num select(Flag c, Num x, Num y) { return index.select(c, x, y); }
  Flag flag(bool value) { return index.flag(value); }
  Flag less(Num x, Num y) { return index.less(x, y); }
  Flag both(Flag x, Flag y) { return index.both(x, y); }
  Flag either(Flag x, Flag y) { return index.either(x, y); }
  void setRange(::attn::Expr var, Num lo, Num hi) {
    ranges[var->value] = {lo, hi};
  }
  std::pair<Num, Num> bounds(::attn::Expr integer);
  std::pair<Flag, Flag> certainty(::attn::Expr truth);
  Num valueAt(::attn::Expr integer, ::attn::Expr var, Num value);
  Num load(int64_t table, Num at);
  Num size(int64_t table);
  Carried fold(Num begin, Num end, int64_t step, Carried init,
               function_ref<Carried(Num, ArrayRef<Num>)> body);
  ::attn::Interval<Num> search(::attn::Expr truth, ::attn::Expr key, Num from,
                               Num to);

  IndexBuilder &index;

private:
  Num sub(Num x, Num y) { return index.sub(x, y); }

  SmallVector<Value> tables;
  DenseMap<int64_t, IntervalDomain::Int> ranges; ///< by variable number
};

/// IndexSpace::extent of `tokens` queries or keys; of residue 0 without one.
Value emitExtent(IndexBuilder &index, const ::attn::IndexSpace &space,
                 unsigned axis, Value tokens, Value residue = Value());

using EmittedBox = ::attn::Box<Value>;

/// Emits loops that run `body` for disjoint boxes of keys within `within`,
/// which hold all keys that a query in the ranges of `domain` may attend to.
void emitKeyBoxes(EmittedBoxes &domain, const ::attn::SpacePredicate &predicate,
                  EmittedBox within,
                  function_ref<void(const EmittedBox &)> body);

} // namespace mlir::attn

#endif // ATTN_PASSES_EMITBOXES_H
