//===- Truth.cpp - the normal form of truths ------------------------------===//
//
// The constructors of truths: atoms, conjunctions and disjunctions. Negation is
// pushed down to the atoms when it is built.
//
//===----------------------------------------------------------------------===//

#include "dialect/expr/Linear.h"
#include "llvm/ADT/STLExtras.h"

using namespace attn;

//===----------------------------------------------------------------------===//
// Atoms
//===----------------------------------------------------------------------===//

/// The divisor if the sum is floordiv(x, divisor) + constant, up to its sign.
static int64_t matchOneQuotient(const Linear &linear) {
  if (linear.terms.size() != 1)
    return 0;
  auto [atom, coefficient] = linear.terms[0];
  if (atom->kind != ExprKind::FloorDiv || !atom->operands[1].isConstant() ||
      (coefficient != 1 && coefficient != -1))
    return 0;
  int64_t divisor = atom->operands[1]->value, product;
  bool fits = !__builtin_mul_overflow(linear.constant, divisor, &product) &&
              !__builtin_add_overflow(product, divisor, &product);
  return fits ? divisor : 0;
}

/// floordiv(x, m) + c >= 0 is x + c * m >= 0, and the reverse likewise.
static Expr compareQuotient(ExprContext &context, const Linear &linear,
                            int64_t divisor) {
  auto [atom, coefficient] = linear.terms[0];
  Expr x = atom->operands[0];
  int64_t offset = linear.constant * divisor;
  return context.geZero(coefficient == 1 ? x + offset
                                         : -x + (offset + divisor - 1));
}

/// A minimum or maximum of which one operand decides `linear >= 0`, or has no
/// say: max(x, 0) <= j is x <= j where j cannot be negative. Null if none.
static Expr dropIdleChoice(ExprContext &context, const Linear &linear) {
  for (auto [k, term] : llvm::enumerate(linear.terms)) {
    ExprKind kind = term.atom->kind;
    if (kind != ExprKind::Min && kind != ExprKind::Max)
      continue;
    bool needsBoth = (kind == ExprKind::Min) == (term.coefficient > 0);
    for (unsigned choice : {0, 1}) {
      Linear chosen = linear.withAtom(k, term.atom->operands[choice]);
      Truth truth = chosen.range().geZero();
      if (truth == Truth::Unknown)
        continue;
      if ((truth == Truth::True) != needsBoth)
        return context.truth(truth == Truth::True);
      return context.geZero(
          linear.withAtom(k, term.atom->operands[1 - choice]).build(context));
    }
  }
  return Expr();
}

/// x where the sum is `x & (x - 1)`, which is zero for zero and the powers of
/// two.
static Expr matchLowestBitCleared(const Linear &linear) {
  if (linear.terms.size() != 1 || linear.constant != 0)
    return Expr();
  Expr atom = linear.terms[0].atom;
  if (atom->kind != ExprKind::BitAnd)
    return Expr();
  auto [x, y] = std::pair(atom->operands[0], atom->operands[1]);
  if (x->range.lo == -Range::maximum || y->range.lo == -Range::maximum)
    return Expr();
  return x - 1 == y ? x : y - 1 == x ? y : Expr();
}

/// mod(x, m) == 0, and mod(x, m) == mod(y, m), which is mod(x - y, m) == 0:
/// with one of both signs of what is divided, and without the remainder where
/// only zero has none. Null for other sums.
static Expr compareRemainders(ExprContext &context, const Linear &linear) {
  if (linear.constant != 0 || linear.terms.empty() || linear.terms.size() > 2)
    return Expr();
  Expr divisor = linear.terms[0].atom->operands.size() == 2
                     ? linear.terms[0].atom->operands[1]
                     : Expr();
  Linear divided;
  int64_t sum = 0;
  for (const Linear::Term &term : linear.terms) {
    if (term.atom->kind != ExprKind::Mod || !divisor.isConstant() ||
        term.atom->operands[1] != divisor || std::abs(term.coefficient) != 1)
      return Expr();
    divided.add(term.atom->operands[0], term.coefficient);
    sum += term.coefficient;
  }
  bool isOne = linear.terms.size() == 1;
  if ((!isOne && sum != 0) || !divided.exact || divided.terms.empty())
    return Expr();
  bool isTurned = divided.terms[0].coefficient < 0;
  Linear turned;
  turned.add(divided, isTurned ? -1 : 1);
  if (!turned.exact)
    return Expr();
  Range range = turned.range();
  Expr x = turned.build(context);
  if (-divisor->value < range.lo && range.hi < divisor->value)
    return context.eqZero(x);
  if (isOne && !isTurned)
    return Expr();
  return context.eqZero(attn::mod(x, divisor->value));
}

/// Whether choices of `x` hold choices of their own, more than `depth` deep.
static bool nestsChoices(Expr x, int depth) {
  if (x->kind == ExprKind::Sum)
    return llvm::any_of(x->operands, [&](Expr operand) {
      return nestsChoices(operand, depth);
    });
  if (x->kind != ExprKind::Select)
    return false;
  return depth == 0 || nestsChoices(x->operands[1], depth - 1) ||
         nestsChoices(x->operands[2], depth - 1);
}

/// A choice that is compared is a choice of comparisons, if it is the only one:
/// two for each, so there must be few within each other.
static Expr compareChoice(ExprContext &context, const Linear &linear,
                          llvm::function_ref<Expr(const Linear &)> compare) {
  std::optional<unsigned> choice;
  for (auto [k, term] : llvm::enumerate(linear.terms)) {
    if (term.atom->kind != ExprKind::Select)
      continue;
    if (choice)
      return Expr();
    choice = k;
  }
  constexpr int deepest = 3;
  if (!choice || nestsChoices(linear.terms[*choice].atom, deepest))
    return Expr();
  llvm::ArrayRef<Expr> of = linear.terms[*choice].atom->operands;
  Linear first = linear.withAtom(*choice, of[1]),
         second = linear.withAtom(*choice, of[2]);
  if (!first.exact || !second.exact)
    return Expr();
  Expr ifTrue = compare(first), ifFalse = compare(second);
  if (ifTrue == ifFalse)
    return ifTrue;
  return (of[0] && ifTrue) || (!of[0] && ifFalse);
}

Expr ExprContext::geZero(Expr a) {
  if (a->range.geZero() != Truth::Unknown)
    return truth(a->range.geZero() == Truth::True);
  Linear linear(a);
  if (!linear.exact)
    return unique(makeNode(ExprKind::GeZero, a));
  if (linear.terms.empty())
    return truth(linear.constant >= 0);
  linear.divide(linear.commonFactor());
  Range range = linear.range();
  if (range.geZero() != Truth::Unknown)
    return truth(range.geZero() == Truth::True);
  if (range.hi == 0)
    return eqZero(linear.build(*this));
  if (int64_t divisor = matchOneQuotient(linear))
    return compareQuotient(*this, linear, divisor);
  if (Expr simpler = dropIdleChoice(*this, linear))
    return simpler;
  if (Expr choice = compareChoice(*this, linear, [&](const Linear &chosen) {
        return geZero(chosen.build(*this));
      }))
    return choice;
  return unique(makeNode(ExprKind::GeZero, linear.build(*this)));
}

Expr ExprContext::eqZero(Expr a) {
  if (a->range.eqZero() != Truth::Unknown)
    return truth(a->range.eqZero() == Truth::True);
  Linear linear(a);
  if (!linear.exact)
    return unique(makeNode(ExprKind::EqZero, a));
  if (linear.terms.empty())
    return truth(linear.constant == 0);
  int64_t factor = linear.commonFactor();
  if (linear.constant % factor != 0)
    return truth(false);
  linear.divide(factor);
  if (linear.terms[0].coefficient < 0) {
    Linear opposite;
    opposite.add(linear, -1);
    if (opposite.exact)
      linear = opposite;
  }
  Truth known = linear.range().eqZero();
  if (known != Truth::Unknown)
    return truth(known == Truth::True);
  if (Expr x = matchLowestBitCleared(linear))
    return powerOfTwo(x) || eqZero(x);
  if (Expr same = compareRemainders(*this, linear))
    return same;
  if (Expr choice = compareChoice(*this, linear, [&](const Linear &chosen) {
        return eqZero(chosen.build(*this));
      }))
    return choice;
  if (int64_t divisor = matchOneQuotient(linear)) {
    Expr atLeast = compareQuotient(*this, linear, divisor);
    linear.terms[0].coefficient = -1;
    linear.constant = -linear.constant;
    return atLeast && compareQuotient(*this, linear, divisor);
  }
  return unique(makeNode(ExprKind::EqZero, linear.build(*this)));
}

Expr ExprContext::powerOfTwo(Expr a) {
  if (a->range.powerOfTwo() != Truth::Unknown)
    return truth(a->range.powerOfTwo() == Truth::True);
  return unique(makeNode(ExprKind::PowerOfTwo, a));
}

Expr ExprContext::notPowerOfTwo(Expr a) {
  if (a->range.powerOfTwo() != Truth::Unknown)
    return truth(a->range.powerOfTwo() == Truth::False);
  return unique(makeNode(ExprKind::NotPowerOfTwo, a));
}

//===----------------------------------------------------------------------===//
// Junctions
//===----------------------------------------------------------------------===//

namespace {

/// What the atoms of a junction say of one sum s without constant. All of them
/// hold, or for a disjunction none of them, just where s is in [lo, hi]; a
/// disjunction has single values of s besides.
struct Bounds {
  Expr s;
  int64_t lo = -Range::maximum, hi = Range::maximum;
  llvm::SmallVector<int64_t, 2> points;
};

/// The operands of a conjunction or disjunction while it is being built.
class JunctionBuilder {
public:
  JunctionBuilder(ExprContext &context, ExprKind kind)
      : context(context), isAll(kind == ExprKind::All), kind(kind) {}

  void add(Expr operand);
  void mergeBounds();
  void dropAbsorbed();

  bool isDecided = false; ///< one operand decides the result
  llvm::SmallVector<Expr> operands;

private:
  bool take(Expr atom, llvm::SmallVectorImpl<Bounds> &all);
  void absorbPoints(Bounds &bounds);
  void emit(const Bounds &bounds);

  ExprContext &context;
  bool isAll;
  ExprKind kind;
};

} // namespace

void JunctionBuilder::add(Expr operand) {
  if (operand->kind == ExprKind::Bool)
    isDecided |= operand->value != isAll;
  else if (operand->kind == kind)
    llvm::for_each(operand->operands, [&](Expr inner) { add(inner); });
  else
    operands.push_back(operand);
}

/// Reads one atom into the bounds of its sum.
bool JunctionBuilder::take(Expr atom, llvm::SmallVectorImpl<Bounds> &all) {
  if (atom->kind != ExprKind::GeZero && atom->kind != ExprKind::EqZero)
    return false;
  Linear linear(atom->operands[0]);
  int64_t constant = linear.constant;
  if (!linear.exact || std::abs(constant) >= Range::maximum / 2)
    return false;
  linear.constant = 0;
  bool isNegative = linear.terms[0].coefficient < 0;
  Linear positive;
  positive.add(linear, isNegative ? -1 : 1);
  if (!positive.exact)
    return false;
  Expr s = positive.build(context);
  auto *bounds = llvm::find_if(all, [s](Bounds &b) { return b.s == s; });
  if (bounds == all.end()) {
    bounds = &all.emplace_back();
    bounds->s = s;
  }
  if (atom->kind == ExprKind::EqZero) {
    bounds->points.push_back(isNegative ? constant : -constant);
    return true;
  }
  // s >= -constant or s <= constant; a disjunction wants the opposite.
  if (isNegative == isAll)
    bounds->hi = std::min(bounds->hi, isAll ? constant : -constant - 1);
  else
    bounds->lo = std::max(bounds->lo, isAll ? -constant : constant + 1);
  return true;
}

/// Points narrow a conjunction; in a disjunction they vanish outside of the
/// bounds, and shorten them at the ends.
void JunctionBuilder::absorbPoints(Bounds &bounds) {
  llvm::sort(bounds.points);
  if (isAll) {
    for (int64_t point : bounds.points) {
      bounds.lo = std::max(bounds.lo, point);
      bounds.hi = std::min(bounds.hi, point);
    }
    bounds.points.clear();
    return;
  }
  for (int64_t point : bounds.points)
    if (point == bounds.lo)
      ++bounds.lo;
  for (int64_t point : llvm::reverse(bounds.points))
    if (point == bounds.hi)
      --bounds.hi;
  llvm::erase_if(bounds.points, [&](int64_t point) {
    return point < bounds.lo || point > bounds.hi;
  });
}

void JunctionBuilder::emit(const Bounds &bounds) {
  auto [s, lo, hi, points] = bounds;
  if (lo > hi) {
    isDecided = true;
    return;
  }
  if (isAll && lo == hi) {
    add(context.eqZero(s - lo));
    return;
  }
  if (lo != -Range::maximum)
    add(context.geZero(isAll ? s - lo : -s + (lo - 1)));
  if (hi != Range::maximum)
    add(context.geZero(isAll ? -s + hi : s - (hi + 1)));
  for (int64_t point : points)
    add(context.eqZero(s - point));
}

void JunctionBuilder::mergeBounds() {
  llvm::SmallVector<Bounds> all;
  llvm::erase_if(operands, [&](Expr operand) { return take(operand, all); });
  for (Bounds &bounds : all) {
    absorbPoints(bounds);
    emit(bounds);
  }
  llvm::sort(operands, [](Expr a, Expr b) { return a->number < b->number; });
  operands.erase(llvm::unique(operands), operands.end());
}

/// a && (a || b) is a.
void JunctionBuilder::dropAbsorbed() {
  llvm::SmallVector<Expr> all = operands;
  llvm::erase_if(operands, [&](Expr operand) {
    bool isJunction =
        operand->kind == ExprKind::All || operand->kind == ExprKind::Any;
    return isJunction && llvm::any_of(operand->operands, [&](Expr inner) {
             return llvm::is_contained(all, inner);
           });
  });
}

Expr ExprContext::junction(ExprKind kind, llvm::ArrayRef<Expr> operands) {
  JunctionBuilder builder(*this, kind);
  for (Expr operand : operands)
    builder.add(operand);
  if (!builder.isDecided)
    builder.mergeBounds();
  if (builder.isDecided)
    return truth(kind == ExprKind::Any);
  builder.dropAbsorbed();
  if (builder.operands.empty())
    return truth(kind == ExprKind::All);
  if (builder.operands.size() == 1)
    return builder.operands[0];
  return unique(makeNode(kind, builder.operands));
}

Expr ExprContext::all(llvm::ArrayRef<Expr> operands) {
  return junction(ExprKind::All, operands);
}

Expr ExprContext::any(llvm::ArrayRef<Expr> operands) {
  return junction(ExprKind::Any, operands);
}

//===----------------------------------------------------------------------===//
// Negation
//===----------------------------------------------------------------------===//

static Expr negateOnce(Expr expr,
                       llvm::DenseMap<const ExprNode *, Expr> &known) {
  if (Expr result = known.lookup(expr.get()))
    return result;
  ExprContext &context = expr.context();
  Expr result;
  switch (expr->kind) {
  case ExprKind::Bool:
    result = context.truth(!expr->value);
    break;
  case ExprKind::GeZero:
    result = context.geZero(context.sum(-1, expr->operands[0], -1));
    break;
  case ExprKind::EqZero: {
    Expr x = expr->operands[0];
    result = context.geZero(x - 1) || context.geZero(context.sum(-1, x, -1));
    break;
  }
  case ExprKind::PowerOfTwo:
    result = context.notPowerOfTwo(expr->operands[0]);
    break;
  case ExprKind::NotPowerOfTwo:
    result = context.powerOfTwo(expr->operands[0]);
    break;
  case ExprKind::All:
  case ExprKind::Any: {
    llvm::SmallVector<Expr> operands;
    for (Expr operand : expr->operands)
      operands.push_back(negateOnce(operand, known));
    result = expr->kind == ExprKind::All ? context.any(operands)
                                         : context.all(operands);
    break;
  }
  default:
    llvm_unreachable("an integer where a truth was expected");
  }
  known[expr.get()] = result;
  return result;
}

Expr ExprContext::negate(Expr a) {
  llvm::DenseMap<const ExprNode *, Expr> known;
  return negateOnce(a, known);
}

Expr ExprContext::exclusiveOr(Expr a, Expr b) { return (a && !b) || (!a && b); }
