//===- Linear.cpp - a sum taken apart -------------------------------------===//

#include "dialect/expr/Linear.h"
#include "llvm/ADT/STLExtras.h"
#include <numeric>

using namespace attn;

void Linear::add(Expr expr, int64_t factor) {
  if (expr->kind != ExprKind::Sum)
    return addAtom(expr, factor);
  add(expr->value, factor);
  for (auto [operand, coefficient] :
       llvm::zip_equal(expr->operands, expr->coefficients)) {
    int64_t product;
    exact &= !__builtin_mul_overflow(coefficient, factor, &product);
    // A sum within a sum is one that left int64 when it was made.
    add(operand, product);
  }
}

void Linear::add(int64_t value, int64_t factor) {
  int64_t product;
  exact &= !__builtin_mul_overflow(value, factor, &product);
  exact &= !__builtin_add_overflow(constant, product, &constant);
}

void Linear::addAtom(Expr atom, int64_t coefficient) {
  if (coefficient == 0)
    return;
  if (atom->range.isConstant())
    return add(atom->range.lo, coefficient);
  auto *at = llvm::lower_bound(terms, atom, [](const Term &term, Expr atom) {
    return term.atom->number < atom->number;
  });
  if (at == terms.end() || at->atom != atom) {
    terms.insert(at, {atom, coefficient});
    return;
  }
  exact &=
      !__builtin_add_overflow(at->coefficient, coefficient, &at->coefficient);
  if (at->coefficient == 0)
    terms.erase(at);
}

void Linear::add(const Linear &other, int64_t factor) {
  exact &= other.exact;
  add(other.constant, factor);
  for (const Term &term : other.terms) {
    int64_t product;
    exact &= !__builtin_mul_overflow(term.coefficient, factor, &product);
    addAtom(term.atom, product);
  }
}

void Linear::divide(int64_t factor) {
  constant = floorDivide(constant, factor);
  for (Term &term : terms)
    term.coefficient /= factor;
}

int64_t Linear::commonFactor() const {
  int64_t factor = 0;
  for (const Term &term : terms)
    factor = std::gcd(factor, term.coefficient);
  return factor;
}

Linear Linear::withAtom(unsigned term, Expr atom) const {
  Linear result = *this;
  Term old = result.terms[term];
  result.terms.erase(result.terms.begin() + term);
  result.add(atom, old.coefficient);
  return result;
}

Range Linear::range() const {
  if (!exact)
    return Range();
  Range result = Range::constant(constant);
  for (const Term &term : terms)
    result = result + term.atom->range.scaled(term.coefficient);
  return result;
}

Expr Linear::build(ExprContext &context) const {
  llvm::SmallVector<Expr> operands;
  llvm::SmallVector<int64_t> coefficients;
  for (const Term &term : terms) {
    operands.push_back(term.atom);
    coefficients.push_back(term.coefficient);
  }
  return context.sum(constant, operands, coefficients);
}

bool attn::liesInOneBlock(const Range &range, int64_t m, int64_t &q) {
  if (range.lo == -Range::maximum || range.hi == Range::maximum)
    return false;
  q = floorDivide(range.lo, m);
  return q == floorDivide(range.hi, m);
}

ExprNode attn::makeNode(ExprKind kind, llvm::ArrayRef<Expr> operands,
                        int64_t value) {
  ExprNode node;
  node.kind = kind;
  node.value = value;
  node.operands.assign(operands.begin(), operands.end());
  return node;
}
