//===- EmitExpr.h - predicates as code --------------------------*- C++ -*-===//
//
// Two domains of SSA values for the evaluator of dialect/expr/Evaluate.h:
// scalars of i32, for mask code, and intervals of index values, for planners.
//
//===----------------------------------------------------------------------===//

#ifndef ATTN_PASSES_EMITEXPR_H
#define ATTN_PASSES_EMITEXPR_H

#include "dialect/expr/Evaluate.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/IR/Builders.h"

#include <array>
#include <optional>

namespace mlir::attn {

/// The truth of `predicate` as mask code where `b` stands: i32 arithmetic on
/// the values of its variables and the tables. `level` of a variable says how
/// often it changes: 0 never, 1 from tile to tile, 2 from row to row, 3 from
/// key to key; what changes seldom is added up first, so that it leaves the
/// inner loops.
struct MaskVariable {
  Value value;
  unsigned level;
};
Value emitMask(ImplicitLocOpBuilder &b, ::attn::Expr predicate,
               const DenseMap<int64_t, MaskVariable> &variables,
               ValueRange tables);

/// Index arithmetic that folds constants.
class IndexBuilder {
public:
  explicit IndexBuilder(ImplicitLocOpBuilder &b) : b(b) {}

  Value constant(int64_t value);
  Value add(Value x, Value y);
  Value sub(Value x, Value y);
  Value negate(Value x) { return sub(constant(0), x); }
  Value mul(Value x, Value y);
  Value floorDiv(Value x, int64_t y);
  Value ceilDiv(Value x, Value y); ///< x >= 0, y > 0
  Value min(Value x, Value y);
  Value max(Value x, Value y);
  Value select(Value condition, Value x, Value y);
  Value flag(bool value);
  Value less(Value x, Value y);
  Value both(Value x, Value y);
  Value either(Value x, Value y);
  Value toI32(Value x) {
    return b.createOrFold<arith::IndexCastOp>(b.getI32Type(), x);
  }

  /// The value where it is a constant.
  static std::optional<int64_t> known(Value value);

  ImplicitLocOpBuilder &b;
};

/// [lo, hi], both inclusive, of SSA index values: classification at run time.
struct IntervalDomain {
  struct Int {
    Value lo, hi;
  };
  struct Bool {
    Value may, must;
  };

  IndexBuilder &index;
  const DenseMap<int64_t, Int> &values; ///< by variable number
  ValueRange tables;                    ///< by number

  Int variable(const ::attn::ExprNode &var);
  Int constant(int64_t value);
  Int add(Int x, Int y);
  Int scale(Int x, int64_t factor);
  Int mul(Int x, Int y);
  Int floorDiv(Int x, Int y);
  Int mod(Int x, Int y);
  Int min(Int x, Int y);
  Int max(Int x, Int y);
  Int select(Bool c, Int x, Int y);
  Int bitAnd(Int x, Int y);
  Int bitOr(Int x, Int y);
  Int bitXor(Int x, Int y);
  Int load(const ::attn::ExprNode &load, Int at);
  Int search(const ::attn::ExprNode &search, Int x);
  Bool truth(bool value);
  Bool geZero(Int x);
  Bool eqZero(Int x);
  Bool powerOfTwo(Int x);
  Bool notPowerOfTwo(Int x);
  Bool both(Bool x, Bool y);
  Bool either(Bool x, Bool y);

private:
  /// The bits that the ends of an interval share decide; of numbers that may be
  /// negative nothing is known.
  template <typename Op> Int bits(Int x, Int y);
  Value onesBelowHighest(Value x);
};

} // namespace mlir::attn

#endif // ATTN_PASSES_EMITEXPR_H
