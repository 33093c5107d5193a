//===- Evaluate.cpp - readings of an expression ---------------------------===//

#include "dialect/expr/Evaluate.h"
#include "llvm/ADT/STLExtras.h"

using namespace attn;

Range attn::rangeOf(Expr expr) { return expr->range; }

Truth attn::truthOf(Expr expr) {
  RangeDomain domain;
  return Evaluator<RangeDomain>(domain).truth(expr);
}

//===----------------------------------------------------------------------===//
// Substitution
//===----------------------------------------------------------------------===//

namespace {

/// Expressions: builds the expression anew from replaced variables.
struct ExprDomain {
  using Int = Expr;
  using Bool = Expr;
  ExprContext &context;
  llvm::ArrayRef<Expr> values;

  Int variable(const ExprNode &var) {
    bool isReplaced =
        static_cast<size_t>(var.value) < values.size() && values[var.value];
    return isReplaced ? values[var.value] : Expr(&var);
  }
  Int constant(int64_t value) { return context.constant(value); }
  Int add(Int a, Int b) { return a + b; }
  Int scale(Int a, int64_t factor) { return a * factor; }
  Int mul(Int a, Int b) { return a * b; }
  Int floorDiv(Int a, Int b) { return context.floorDiv(a, b); }
  Int mod(Int a, Int b) { return context.mod(a, b); }
  Int min(Int a, Int b) { return context.min(a, b); }
  Int max(Int a, Int b) { return context.max(a, b); }
  Int select(Bool c, Int a, Int b) { return context.select(c, a, b); }
  Int bitAnd(Int a, Int b) { return context.bitAnd(a, b); }
  Int bitOr(Int a, Int b) { return context.bitOr(a, b); }
  Int bitXor(Int a, Int b) { return context.bitXor(a, b); }
  Int load(const ExprNode &load, Int index) {
    return context.load(load.value, index);
  }
  Int search(const ExprNode &search, Int x) {
    return context.search(search.value, x);
  }
  Bool truth(bool value) { return context.truth(value); }
  Bool geZero(Int a) { return context.geZero(a); }
  Bool eqZero(Int a) { return context.eqZero(a); }
  Bool powerOfTwo(Int a) { return context.powerOfTwo(a); }
  Bool notPowerOfTwo(Int a) { return context.negate(context.powerOfTwo(a)); }
  Bool both(Bool a, Bool b) { return a && b; }
  Bool either(Bool a, Bool b) { return a || b; }
};

} // namespace

Expr ExprContext::substitute(Expr expr, llvm::ArrayRef<Expr> values) {
  ExprDomain domain{*this, values};
  Evaluator<ExprDomain> evaluator(domain);
  return expr.isTruth() ? evaluator.truth(expr) : evaluator.integer(expr);
}

//===----------------------------------------------------------------------===//
// Programs
//===----------------------------------------------------------------------===//

ExprProgram::ExprProgram(llvm::ArrayRef<Expr> outputs) {
  llvm::SmallVector<const ExprNode *> pending;
  auto visit = [&](Expr expr) {
    if (slots.insert({expr.get(), 0}).second)
      pending.push_back(expr.get());
  };
  llvm::for_each(outputs, visit);
  while (!pending.empty()) {
    steps.push_back(pending.pop_back_val());
    llvm::for_each(steps.back()->operands, visit);
  }
  llvm::sort(steps, [](const ExprNode *a, const ExprNode *b) {
    return a->number < b->number;
  });
  for (auto [slot, node] : llvm::enumerate(steps)) {
    slots[node] = slot;
    auto &operands = operandSlots.emplace_back();
    for (Expr operand : node->operands)
      operands.push_back(slots[operand.get()]);
  }
  store.resize(steps.size());
  for (Expr output : outputs)
    results.push_back(slots[output.get()]);
}

void ExprProgram::run(llvm::ArrayRef<int64_t> values,
                      llvm::MutableArrayRef<int64_t> outputs) {
  for (auto [slot, node] : llvm::enumerate(steps)) {
    llvm::ArrayRef<unsigned> operands = operandSlots[slot];
    auto operand = [&](unsigned k) { return store[operands[k]]; };
    auto isSet = [&](unsigned index) { return store[index] != 0; };
    int64_t &result = store[slot];
    switch (node->kind) {
    case ExprKind::Sum:
      result = node->value;
      for (auto [k, coefficient] : llvm::enumerate(node->coefficients))
        result += coefficient * operand(k);
      break;
    case ExprKind::Var:
      result = values[node->value];
      break;
    case ExprKind::Mul:
      result = operand(0) * operand(1);
      break;
    case ExprKind::FloorDiv:
      result = floorDivide(operand(0), operand(1));
      break;
    case ExprKind::Mod:
      result = floorModulo(operand(0), operand(1));
      break;
    case ExprKind::Min:
      result = std::min(operand(0), operand(1));
      break;
    case ExprKind::Max:
      result = std::max(operand(0), operand(1));
      break;
    case ExprKind::Select:
      result = operand(0) ? operand(1) : operand(2);
      break;
    case ExprKind::BitAnd:
      result = operand(0) & operand(1);
      break;
    case ExprKind::BitOr:
      result = operand(0) | operand(1);
      break;
    case ExprKind::BitXor:
      result = operand(0) ^ operand(1);
      break;
    case ExprKind::Load:
      result = tableOf(*node).at(operand(0));
      break;
    case ExprKind::Search:
      result = tableOf(*node).search(operand(0));
      break;
    case ExprKind::Bool:
      result = node->value;
      break;
    case ExprKind::GeZero:
      result = operand(0) >= 0;
      break;
    case ExprKind::EqZero:
      result = operand(0) == 0;
      break;
    case ExprKind::PowerOfTwo:
    case ExprKind::NotPowerOfTwo:
      result = ConcreteDomain().powerOfTwo(operand(0)) ==
               (node->kind == ExprKind::PowerOfTwo);
      break;
    case ExprKind::All:
      result = llvm::all_of(operands, isSet);
      break;
    case ExprKind::Any:
      result = llvm::any_of(operands, isSet);
      break;
    }
  }
  for (auto [output, slot] : llvm::zip_equal(outputs, results))
    output = store[slot];
}
