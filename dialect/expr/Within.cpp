//===- Within.cpp - alternatives that a conjunction decides ---------------===//

#include "dialect/expr/Expr.h"
#include "llvm/ADT/STLExtras.h"

using namespace attn;

/// The operands of a conjunction.
static llvm::ArrayRef<Expr> operandsOf(const Expr &all) {
  if (all->kind == ExprKind::All)
    return all->operands;
  return all;
}

/// a && (a || b) is a, a && (!a || b) is a && b, and so are those with a && c,
/// or !a && c, for the alternative. Null if no alternative of `all` is decided.
static Expr dropDecided(Expr all) {
  constexpr size_t few = 4;
  ExprContext &context = all.context();
  llvm::ArrayRef<Expr> facts = operandsOf(all);
  llvm::SmallVector<Expr> refuted, left;
  for (Expr fact : facts)
    if (fact->operands.size() <= few)
      refuted.push_back(context.negate(fact));
  bool isChanged = false;
  for (Expr operand : facts) {
    if (operand->kind != ExprKind::Any) {
      left.push_back(operand);
      continue;
    }
    auto holds = [&](Expr part) { return llvm::is_contained(facts, part); };
    auto fails = [&](Expr part) { return llvm::is_contained(refuted, part); };
    bool isDecided = false;
    llvm::SmallVector<Expr> alternatives;
    for (Expr alternative : operand->operands) {
      llvm::ArrayRef<Expr> parts = operandsOf(alternative);
      isDecided |= llvm::all_of(parts, holds);
      if (!fails(alternative) && llvm::none_of(parts, fails))
        alternatives.push_back(alternative);
    }
    isChanged |= isDecided || alternatives.size() < operand->operands.size();
    if (!isDecided)
      left.push_back(context.any(alternatives));
  }
  return isChanged ? context.all(left) : Expr();
}

Expr ExprContext::within(Expr truth, Expr other) {
  Expr all = truth && other;
  while (Expr simpler = dropDecided(all))
    all = simpler;
  return all;
}
