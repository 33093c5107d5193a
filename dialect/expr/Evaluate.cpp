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

/// Builds what depends on a replaced variable anew, each node once.
class Substitution {
public:
  Substitution(ExprContext &context, llvm::ArrayRef<Expr> values)
      : context(context), values(values) {
    for (auto [number, value] : llvm::enumerate(values))
      if (value)
        replaced |= uint64_t(1) << number % 64;
  }

  Expr of(Expr expr) {
    if (!(expr->variables & replaced))
      return expr;
    if (expr->kind == ExprKind::Var)
      return ofVariable(expr);
    auto known = done.find(expr.get());
    if (known != done.end())
      return known->second;
    Expr result = build(*expr.get());
    done.insert({expr.get(), result});
    return result;
  }

private:
  Expr ofVariable(Expr var) {
    size_t number = var->value;
    return number < values.size() && values[number] ? values[number] : var;
  }

  Expr build(const ExprNode &node) {
    llvm::SmallVector<Expr, 4> x;
    for (Expr operand : node.operands)
      x.push_back(of(operand));
    switch (node.kind) {
    case ExprKind::Sum:
      return context.sum(node.value, x, node.coefficients);
    case ExprKind::Mul:
      return context.mul(x[0], x[1]);
    case ExprKind::FloorDiv:
      return context.floorDiv(x[0], x[1]);
    case ExprKind::Mod:
      return context.mod(x[0], x[1]);
    case ExprKind::Min:
      return context.min(x[0], x[1]);
    case ExprKind::Max:
      return context.max(x[0], x[1]);
    case ExprKind::Select:
      return context.select(x[0], x[1], x[2]);
    case ExprKind::BitAnd:
      return context.bitAnd(x[0], x[1]);
    case ExprKind::BitOr:
      return context.bitOr(x[0], x[1]);
    case ExprKind::BitXor:
      return context.bitXor(x[0], x[1]);
    case ExprKind::Load:
      return context.load(node.value, x[0]);
    case ExprKind::Search:
      return context.search(node.value, x[0]);
    case ExprKind::GeZero:
      return context.geZero(x[0]);
    case ExprKind::EqZero:
      return context.eqZero(x[0]);
    case ExprKind::PowerOfTwo:
      return context.powerOfTwo(x[0]);
    case ExprKind::NotPowerOfTwo:
      return context.notPowerOfTwo(x[0]);
    case ExprKind::All:
      return context.all(x);
    case ExprKind::Any:
      return context.any(x);
    case ExprKind::Var:
    case ExprKind::Bool:
      break;
    }
    llvm_unreachable("neither has operands");
  }

  ExprContext &context;
  llvm::ArrayRef<Expr> values;
  uint64_t replaced = 0; ///< a bit for each variable, as in ExprNode
  llvm::DenseMap<const ExprNode *, Expr> done;
};

} // namespace

Expr ExprContext::substitute(Expr expr, llvm::ArrayRef<Expr> values) {
  return Substitution(*this, values).of(expr);
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
