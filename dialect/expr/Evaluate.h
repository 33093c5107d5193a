//===- Evaluate.h - one evaluator, many domains ---------------*- C++ -*-===//
//
// A domain says what a value is. The evaluator walks an expression and asks the
// domain for every operation:
//
//   struct Domain {
//     using Int = ...; using Bool = ...;
//     Int variable(const ExprNode &var);
//     Int constant(int64_t);
//     Int add(Int, Int);   Int scale(Int, int64_t);  Int mul(Int, Int);
//     Int floorDiv(Int, Int);  Int mod(Int, Int);  Int min(Int, Int);
//     Int max(Int, Int);  Int select(Bool, Int, Int);
//     Int bitAnd(Int, Int);  Int bitOr(Int, Int);  Int bitXor(Int, Int);
//     Int load(const ExprNode &load, Int index);
//     Int search(const ExprNode &search, Int x);
//     Bool truth(bool);  Bool geZero(Int);  Bool eqZero(Int);
//     Bool powerOfTwo(Int);  Bool notPowerOfTwo(Int);
//     Bool both(Bool, Bool);  Bool either(Bool, Bool);
//   };
//
// ConcreteDomain evaluates, RangeDomain classifies; the passes add the domain
// of SSA values (passes/EmitExpr.h). Values that are known already stand in a
// memo, by default one that lives as long as the evaluator.
//
//===----------------------------------------------------------------------===//

#ifndef ATTN_DIALECT_EXPR_EVALUATE_H
#define ATTN_DIALECT_EXPR_EVALUATE_H

#include "dialect/expr/Expr.h"

namespace attn {

template <typename Int, typename Bool> class MapMemo {
public:
  const Int *integer(const ExprNode &node) const { return find(ints, node); }
  const Bool *truth(const ExprNode &node) const { return find(bools, node); }
  void keep(const ExprNode &node, const Int &value) {
    ints.insert({&node, value});
  }
  void keepTruth(const ExprNode &node, const Bool &value) {
    bools.insert({&node, value});
  }

private:
  template <typename T>
  static const T *find(const llvm::DenseMap<const ExprNode *, T> &map,
                       const ExprNode &node) {
    auto known = map.find(&node);
    return known == map.end() ? nullptr : &known->second;
  }

  llvm::DenseMap<const ExprNode *, Int> ints;
  llvm::DenseMap<const ExprNode *, Bool> bools;
};

template <typename Domain,
          typename Memo = MapMemo<typename Domain::Int, typename Domain::Bool>>
class Evaluator {
public:
  using Int = typename Domain::Int;
  using Bool = typename Domain::Bool;

  explicit Evaluator(Domain &domain, Memo memo = Memo())
      : domain(domain), memo(std::move(memo)) {}

  Int integer(Expr expr) {
    if (const Int *known = memo.integer(*expr.get()))
      return *known;
    Int value = computeInteger(*expr.get());
    memo.keep(*expr.get(), value);
    return value;
  }

  Bool truth(Expr expr) {
    if (const Bool *known = memo.truth(*expr.get()))
      return *known;
    Bool value = computeTruth(*expr.get());
    memo.keepTruth(*expr.get(), value);
    return value;
  }

private:
  Int computeInteger(const ExprNode &node) {
    switch (node.kind) {
    case ExprKind::Var:
      return domain.variable(node);
    case ExprKind::Sum:
      return computeSum(node);
    case ExprKind::Mul:
      return domain.mul(integer(node.operands[0]), integer(node.operands[1]));
    case ExprKind::FloorDiv:
      return domain.floorDiv(integer(node.operands[0]),
                             integer(node.operands[1]));
    case ExprKind::Mod:
      return domain.mod(integer(node.operands[0]), integer(node.operands[1]));
    case ExprKind::Min:
      return domain.min(integer(node.operands[0]), integer(node.operands[1]));
    case ExprKind::Max:
      return domain.max(integer(node.operands[0]), integer(node.operands[1]));
    case ExprKind::Select:
      return domain.select(truth(node.operands[0]), integer(node.operands[1]),
                           integer(node.operands[2]));
    case ExprKind::BitAnd:
      return domain.bitAnd(integer(node.operands[0]),
                           integer(node.operands[1]));
    case ExprKind::BitOr:
      return domain.bitOr(integer(node.operands[0]), integer(node.operands[1]));
    case ExprKind::BitXor:
      return domain.bitXor(integer(node.operands[0]),
                           integer(node.operands[1]));
    case ExprKind::Load:
      return domain.load(node, integer(node.operands[0]));
    case ExprKind::Search:
      return domain.search(node, integer(node.operands[0]));
    default:
      llvm_unreachable("a truth where an integer was expected");
    }
  }

  Int computeSum(const ExprNode &node) {
    if (node.operands.empty())
      return domain.constant(node.value);
    auto term = [&](unsigned k) {
      Int value = integer(node.operands[k]);
      return node.coefficients[k] == 1
                 ? value
                 : domain.scale(value, node.coefficients[k]);
    };
    Int total = term(0);
    for (unsigned k = 1; k < node.operands.size(); ++k)
      total = domain.add(total, term(k));
    return node.value == 0 ? total
                           : domain.add(total, domain.constant(node.value));
  }

  Bool computeTruth(const ExprNode &node) {
    switch (node.kind) {
    case ExprKind::Bool:
      return domain.truth(node.value);
    case ExprKind::GeZero:
      return domain.geZero(integer(node.operands[0]));
    case ExprKind::EqZero:
      return domain.eqZero(integer(node.operands[0]));
    case ExprKind::PowerOfTwo:
      return domain.powerOfTwo(integer(node.operands[0]));
    case ExprKind::NotPowerOfTwo:
      return domain.notPowerOfTwo(integer(node.operands[0]));
    case ExprKind::All:
    case ExprKind::Any: {
      Bool value = truth(node.operands[0]);
      for (Expr operand : llvm::ArrayRef<Expr>(node.operands).drop_front())
        value = node.kind == ExprKind::All
                    ? domain.both(value, truth(operand))
                    : domain.either(value, truth(operand));
      return value;
    }
    default:
      llvm_unreachable("an integer where a truth was expected");
    }
  }

  Domain &domain;
  Memo memo;
};

/// The table that a load or search reads.
inline const ExprTable &tableOf(const ExprNode &node) {
  return node.context->table(node.value);
}

/// Concrete integers: evaluation.
struct ConcreteDomain {
  using Int = int64_t;
  using Bool = bool;
  llvm::ArrayRef<int64_t> values; ///< by variable number

  Int variable(const ExprNode &var) { return values[var.value]; }
  Int constant(int64_t value) { return value; }
  Int add(Int a, Int b) { return a + b; }
  Int scale(Int a, int64_t factor) { return a * factor; }
  Int mul(Int a, Int b) { return a * b; }
  Int floorDiv(Int a, Int b) { return floorDivide(a, b); }
  Int mod(Int a, Int b) { return floorModulo(a, b); }
  Int min(Int a, Int b) { return a < b ? a : b; }
  Int max(Int a, Int b) { return a < b ? b : a; }
  Int select(Bool c, Int a, Int b) { return c ? a : b; }
  Int bitAnd(Int a, Int b) { return a & b; }
  Int bitOr(Int a, Int b) { return a | b; }
  Int bitXor(Int a, Int b) { return a ^ b; }
  Int load(const ExprNode &load, Int index) { return tableOf(load).at(index); }
  Int search(const ExprNode &search, Int x) {
    return tableOf(search).search(x);
  }
  Bool truth(bool value) { return value; }
  Bool geZero(Int a) { return a >= 0; }
  Bool eqZero(Int a) { return a == 0; }
  Bool powerOfTwo(Int a) { return a > 0 && (a & (a - 1)) == 0; }
  Bool notPowerOfTwo(Int a) { return !powerOfTwo(a); }
  Bool both(Bool a, Bool b) { return a && b; }
  Bool either(Bool a, Bool b) { return a || b; }
};

/// Intervals with congruences: classification. Always sound; Unknown is the
/// answer when the truth differs within the box, or is not known.
struct RangeDomain {
  using Int = Range;
  using Bool = Truth;
  llvm::ArrayRef<Range> values; ///< by variable number; none: the default range

  Int variable(const ExprNode &var) {
    return values.empty() ? var.range : values[var.value];
  }
  Int constant(int64_t value) { return Range::constant(value); }
  Int add(const Int &a, const Int &b) { return a + b; }
  Int scale(const Int &a, int64_t factor) { return a.scaled(factor); }
  Int mul(const Int &a, const Int &b) { return a * b; }
  Int floorDiv(const Int &a, const Int &b) { return a.floorDiv(b); }
  Int mod(const Int &a, const Int &b) { return a.mod(b); }
  Int min(const Int &a, const Int &b) { return Range::min(a, b); }
  Int max(const Int &a, const Int &b) { return Range::max(a, b); }
  Int select(Bool c, const Int &a, const Int &b) {
    return c == Truth::True ? a : c == Truth::False ? b : Range::join(a, b);
  }
  Int bitAnd(const Int &a, const Int &b) { return Range::bitAnd(a, b); }
  Int bitOr(const Int &a, const Int &b) { return Range::bitOr(a, b); }
  Int bitXor(const Int &a, const Int &b) { return Range::bitXor(a, b); }
  Int load(const ExprNode &load, const Int &index) {
    return tableOf(load).range(index.lo, index.hi);
  }
  Int search(const ExprNode &search, const Int &x) {
    const ExprTable &table = tableOf(search);
    return Range(table.search(x.lo), table.search(x.hi));
  }
  Bool truth(bool value) { return value ? Truth::True : Truth::False; }
  Bool geZero(const Int &a) { return a.geZero(); }
  Bool eqZero(const Int &a) { return a.eqZero(); }
  Bool powerOfTwo(const Int &a) { return a.powerOfTwo(); }
  Bool notPowerOfTwo(const Int &a) {
    Truth is = a.powerOfTwo();
    return is == Truth::Unknown ? is
           : is == Truth::True  ? Truth::False
                                : Truth::True;
  }
  Bool both(Bool a, Bool b) {
    if (a == Truth::False || b == Truth::False)
      return Truth::False;
    return a == Truth::True ? b : a;
  }
  Bool either(Bool a, Bool b) {
    if (a == Truth::True || b == Truth::True)
      return Truth::True;
    return a == Truth::False ? b : a;
  }
};

/// What is known of an integer for all values of its variables.
Range rangeOf(Expr expr);
/// The same of a truth.
Truth truthOf(Expr expr);

/// Several expressions compiled to one straight list of steps, for evaluating
/// them at many points.
class ExprProgram {
public:
  explicit ExprProgram(llvm::ArrayRef<Expr> outputs);
  /// `values` by variable number; truths come out as 0 and 1.
  void run(llvm::ArrayRef<int64_t> values,
           llvm::MutableArrayRef<int64_t> outputs);
  unsigned numOutputs() const { return results.size(); }

private:
  llvm::SmallVector<const ExprNode *> steps; ///< operands before users
  llvm::DenseMap<const ExprNode *, unsigned> slots;
  llvm::SmallVector<llvm::SmallVector<unsigned, 3>> operandSlots;
  llvm::SmallVector<int64_t> store;
  llvm::SmallVector<unsigned> results;
};

} // namespace attn

#endif // ATTN_DIALECT_EXPR_EVALUATE_H
