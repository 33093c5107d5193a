//===- Fold.cpp - the normal form of integers -----------------------------===//
//
// The constructors of integers. Every rewrite is exact for all values of the
// variables within their ranges; where a number would leave int64, the
// operation is kept as it is.
//
//===----------------------------------------------------------------------===//

#include "dialect/expr/Linear.h"
#include "llvm/ADT/STLExtras.h"
#include <numeric>

using namespace attn;

/// The number of terms up to which a product of sums is multiplied out.
static constexpr size_t kMaxProductTerms = 16;

static bool isEarlier(Expr a, Expr b) { return a->number < b->number; }

//===----------------------------------------------------------------------===//
// Sums and products
//===----------------------------------------------------------------------===//

Expr ExprContext::sum(int64_t constant, llvm::ArrayRef<Expr> operands,
                      llvm::ArrayRef<int64_t> coefficients) {
  Linear linear;
  linear.add(constant);
  for (auto [operand, coefficient] : llvm::zip_equal(operands, coefficients))
    linear.add(operand, coefficient);
  if (!linear.exact) {
    ExprNode node = makeNode(ExprKind::Sum, operands, constant);
    node.coefficients.assign(coefficients.begin(), coefficients.end());
    return unique(std::move(node));
  }
  if (linear.constant == 0 && linear.terms.size() == 1 &&
      linear.terms[0].coefficient == 1)
    return linear.terms[0].atom;
  ExprNode node = makeNode(ExprKind::Sum, {}, linear.constant);
  for (const Linear::Term &term : linear.terms) {
    node.operands.push_back(term.atom);
    node.coefficients.push_back(term.coefficient);
  }
  return unique(std::move(node));
}

/// The factors of an atom. A product of three is a product of a product.
static void collectFactors(Expr atom, llvm::SmallVectorImpl<Expr> &factors) {
  if (atom->kind != ExprKind::Mul)
    return factors.push_back(atom);
  for (Expr operand : atom->operands)
    collectFactors(operand, factors);
}

Expr ExprContext::mul(Expr a, Expr b) {
  if (a.isConstant())
    std::swap(a, b);
  if (b.isConstant())
    return a * b->value;
  auto asOneAtom = [&] {
    Expr operands[] = {a, b};
    llvm::sort(operands, isEarlier);
    return unique(makeNode(ExprKind::Mul, operands));
  };
  Linear left(a), right(b), product;
  size_t numTerms = (left.terms.size() + 1) * (right.terms.size() + 1);
  if (!left.exact || !right.exact || numTerms > kMaxProductTerms)
    return asOneAtom();
  product.add(right, left.constant);
  for (const Linear::Term &x : left.terms) {
    Linear row;
    row.add(x.atom, right.constant);
    for (const Linear::Term &y : right.terms) {
      llvm::SmallVector<Expr> factors;
      collectFactors(x.atom, factors);
      collectFactors(y.atom, factors);
      llvm::sort(factors, isEarlier);
      Expr atom = factors[0];
      for (Expr factor : llvm::ArrayRef<Expr>(factors).drop_front())
        atom = unique(makeNode(ExprKind::Mul, {atom, factor}));
      row.add(atom, y.coefficient);
    }
    product.add(row, x.coefficient);
  }
  return product.exact ? product.build(*this) : asOneAtom();
}

//===----------------------------------------------------------------------===//
// Division
//===----------------------------------------------------------------------===//

namespace {

/// A sum as g * multiple + rest, with rest in [0, g).
struct Split {
  int64_t g = 0;
  Linear multiple, rest;
};

} // namespace

/// Splits by the greatest g that divides m, if there is one besides 1: what is
/// left over must lie in one block of g.
static Split splitByFactorOf(const Linear &linear, int64_t m) {
  llvm::SmallVector<int64_t> factors;
  for (const Linear::Term &term : linear.terms)
    factors.push_back(std::gcd(term.coefficient, m));
  llvm::sort(factors, std::greater<int64_t>());
  for (int64_t g : factors) {
    if (g == 1)
      break;
    Split split;
    split.rest.constant = linear.constant;
    for (const Linear::Term &term : linear.terms) {
      bool divides = term.coefficient % g == 0;
      (divides ? split.multiple : split.rest)
          .addAtom(term.atom,
                   divides ? term.coefficient / g : term.coefficient);
    }
    int64_t block;
    if (!liesInOneBlock(split.rest.range(), g, block))
      continue;
    split.multiple.add(block);
    split.rest.add(-block, g);
    if (!split.multiple.exact || !split.rest.exact)
      continue;
    split.g = g;
    return split;
  }
  return Split();
}

/// x if the atom is `kind` of x by a constant, and the constant.
static Expr matchByConstant(Expr atom, ExprKind kind, int64_t &divisor) {
  if (atom->kind != kind || !atom->operands[1].isConstant())
    return Expr();
  divisor = atom->operands[1]->value;
  return atom->operands[0];
}

/// floordiv(rest, m) where no term of rest is a multiple of m; null if it stays
/// as it is.
static Expr foldFloorDiv(ExprContext &context, const Linear &rest, int64_t m) {
  int64_t block;
  if (liesInOneBlock(rest.range(), m, block))
    return context.constant(block);
  Split split = splitByFactorOf(rest, m);
  if (split.g)
    return floorDiv(split.multiple.build(context), m / split.g);
  if (rest.terms.size() != 1 || rest.terms[0].coefficient != 1)
    return Expr();
  int64_t divisor, product, offset;
  Expr atom = rest.terms[0].atom;
  if (Expr x = matchByConstant(atom, ExprKind::FloorDiv, divisor))
    if (!__builtin_mul_overflow(divisor, m, &product) &&
        !__builtin_mul_overflow(divisor, rest.constant, &offset))
      return floorDiv(x + offset, product);
  if (Expr x = matchByConstant(atom, ExprKind::Mod, divisor))
    if (divisor % m == 0 && rest.constant == 0)
      return mod(floorDiv(x, m), divisor / m);
  return Expr();
}

/// The factor besides b of a product with b; 1 for b itself, else null.
static Expr divideExactly(Expr atom, Expr b) {
  if (atom == b)
    return b.context().constant(1);
  if (atom->kind != ExprKind::Mul)
    return Expr();
  auto [x, y] = std::pair(atom->operands[0], atom->operands[1]);
  if (Expr quotient = divideExactly(x, b))
    return quotient * y;
  if (Expr quotient = divideExactly(y, b))
    return x * quotient;
  return Expr();
}

/// Takes the multiples of b out of a: a = quotient * b + rest.
static void takeMultiples(Expr a, Expr b, Linear &quotient, Linear &rest) {
  Linear whole(a);
  quotient.exact = rest.exact = whole.exact;
  rest.add(whole.constant);
  for (const Linear::Term &term : whole.terms)
    if (Expr factor = divideExactly(term.atom, b))
      quotient.add(factor, term.coefficient);
    else
      rest.addAtom(term.atom, term.coefficient);
}

Expr ExprContext::floorDiv(Expr a, Expr b) {
  if (a == b)
    return constant(1);
  Linear quotient, rest;
  Expr folded;
  if (b.isConstant()) {
    int64_t m = b->value;
    assert(m > 0 && "expected a positive divisor");
    Linear whole(a);
    quotient.exact = rest.exact = whole.exact;
    quotient.constant = floorDivide(whole.constant, m);
    rest.constant = floorModulo(whole.constant, m);
    for (const Linear::Term &term : whole.terms)
      if (term.coefficient % m == 0)
        quotient.addAtom(term.atom, term.coefficient / m);
      else
        rest.addAtom(term.atom, term.coefficient);
    if (rest.exact)
      folded = foldFloorDiv(*this, rest, m);
  } else {
    takeMultiples(a, b, quotient, rest);
    Range range = rest.range();
    if (range.lo >= 0 && range.hi < b->range.lo)
      folded = constant(0);
  }
  if (!quotient.exact || !rest.exact)
    return unique(makeNode(ExprKind::FloorDiv, {a, b}));
  if (folded)
    quotient.add(folded, 1);
  else
    quotient.add(unique(makeNode(ExprKind::FloorDiv, {rest.build(*this), b})),
                 1);
  if (!quotient.exact)
    return unique(makeNode(ExprKind::FloorDiv, {a, b}));
  return quotient.build(*this);
}

/// mod(rest, m); null if it stays as it is.
static Expr foldMod(ExprContext &context, const Linear &rest, int64_t m) {
  int64_t block, divisor;
  if (liesInOneBlock(rest.range(), m, block)) {
    Linear result = rest;
    result.add(-block, m);
    return result.exact ? result.build(context) : Expr();
  }
  for (auto [k, term] : llvm::enumerate(rest.terms))
    if (Expr x = matchByConstant(term.atom, ExprKind::Mod, divisor))
      if (divisor % m == 0)
        return mod(rest.withAtom(k, x).build(context), m);
  Split split = splitByFactorOf(rest, m);
  if (split.g)
    return mod(split.multiple.build(context), m / split.g) * split.g +
           split.rest.build(context);
  return Expr();
}

Expr ExprContext::mod(Expr a, Expr b) {
  if (a == b)
    return constant(0);
  if (!b.isConstant()) {
    Linear quotient, rest;
    takeMultiples(a, b, quotient, rest);
    if (!rest.exact)
      return unique(makeNode(ExprKind::Mod, {a, b}));
    Range range = rest.range();
    Expr remainder = rest.build(*this);
    if (range.lo >= 0 && range.hi < b->range.lo)
      return remainder;
    return unique(makeNode(ExprKind::Mod, {remainder, b}));
  }
  int64_t m = b->value;
  assert(m > 0 && "expected a positive divisor");
  Linear whole(a), rest;
  if (!whole.exact)
    return unique(makeNode(ExprKind::Mod, {a, b}));
  if (Expr folded = foldMod(*this, whole, m))
    return folded;
  rest.constant = floorModulo(whole.constant, m);
  for (const Linear::Term &term : whole.terms)
    rest.addAtom(term.atom, term.coefficient % m);
  if (Expr folded = foldMod(*this, rest, m))
    return folded;
  return unique(makeNode(ExprKind::Mod, {rest.build(*this), b}));
}

//===----------------------------------------------------------------------===//
// Choices
//===----------------------------------------------------------------------===//

/// a <= b for all values of the variables, as far as ranges tell and choices
/// are no more than `depth` within each other: each doubles the work.
static bool isLessEqual(Expr a, Expr b, int depth = 5) {
  Linear difference(b);
  difference.add(a, -1);
  if (difference.exact && difference.range().geZero() == Truth::True)
    return true;
  if (depth-- == 0)
    return false;
  auto operands = [](Expr x) { return llvm::ArrayRef<Expr>(x->operands); };
  auto isBelow = [&](Expr x) { return isLessEqual(x, b, depth); };
  auto isAbove = [&](Expr x) { return isLessEqual(a, x, depth); };
  return (a->kind == ExprKind::Min && llvm::any_of(operands(a), isBelow)) ||
         (a->kind == ExprKind::Max && llvm::all_of(operands(a), isBelow)) ||
         (b->kind == ExprKind::Max && llvm::any_of(operands(b), isAbove)) ||
         (b->kind == ExprKind::Min && llvm::all_of(operands(b), isAbove));
}

static void collectChoices(ExprKind kind, Expr expr,
                           llvm::SmallVectorImpl<Expr> &choices) {
  if (expr->kind == kind)
    for (Expr operand : expr->operands)
      collectChoices(kind, operand, choices);
  else if (!llvm::is_contained(choices, expr))
    choices.push_back(expr);
}

/// The operands of a minimum or maximum that may decide it, in order.
static llvm::SmallVector<Expr> choicesOf(ExprKind kind, Expr a, Expr b) {
  llvm::SmallVector<Expr> choices;
  collectChoices(kind, a, choices);
  collectChoices(kind, b, choices);
  llvm::sort(choices, isEarlier);
  for (size_t k = choices.size(); k-- > 0;) {
    Expr choice = choices[k];
    bool isIdle = llvm::any_of(choices, [&](Expr other) {
      if (other == choice)
        return false;
      return kind == ExprKind::Min ? isLessEqual(other, choice)
                                   : isLessEqual(choice, other);
    });
    if (isIdle)
      choices.erase(choices.begin() + k);
  }
  return choices;
}

Expr ExprContext::min(Expr a, Expr b) {
  llvm::SmallVector<Expr> choices = choicesOf(ExprKind::Min, a, b);
  Expr result = choices[0];
  for (Expr choice : llvm::ArrayRef<Expr>(choices).drop_front())
    result = unique(makeNode(ExprKind::Min, {result, choice}));
  return result;
}

Expr ExprContext::max(Expr a, Expr b) {
  llvm::SmallVector<Expr> choices = choicesOf(ExprKind::Max, a, b);
  Expr result = choices[0];
  for (Expr choice : llvm::ArrayRef<Expr>(choices).drop_front())
    result = unique(makeNode(ExprKind::Max, {result, choice}));
  return result;
}

Expr ExprContext::abs(Expr a) { return max(a, -a); }

/// x >= y ? x : y and the like, as the maximum or minimum of both.
static Expr matchBound(Expr condition, Expr a, Expr b) {
  if (condition->kind != ExprKind::GeZero)
    return Expr();
  auto isAtLeast = [&](Expr x, Expr y) {
    return lessEqual(y, x) == condition || lessThan(y, x) == condition;
  };
  if (isAtLeast(a, b))
    return max(a, b);
  if (isAtLeast(b, a))
    return min(a, b);
  return Expr();
}

Expr ExprContext::select(Expr condition, Expr a, Expr b) {
  if (a->kind == ExprKind::Select && a->operands[0] == condition)
    a = a->operands[1];
  if (b->kind == ExprKind::Select && b->operands[0] == condition)
    b = b->operands[2];
  if (condition.isTrue() || a == b)
    return a;
  if (condition.isFalse())
    return b;
  if (Expr bound = matchBound(condition, a, b))
    return bound;
  return unique(makeNode(ExprKind::Select, {condition, a, b}));
}
