//===- Expr.cpp - handles, uniquing and printing of expressions -----------===//

#include "dialect/expr/Expr.h"
#include "dialect/expr/Linear.h"
#include "llvm/ADT/DenseSet.h"
#include "llvm/ADT/Hashing.h"
#include "llvm/ADT/STLExtras.h"

using namespace attn;

//===----------------------------------------------------------------------===//
// Handles
//===----------------------------------------------------------------------===//

bool Expr::isTruth() const { return node->kind >= ExprKind::Bool; }

bool Expr::isConstant() const {
  return node->kind == ExprKind::Sum && node->operands.empty();
}

llvm::SmallVector<Expr> attn::collectNodes(llvm::ArrayRef<Expr> exprs) {
  llvm::DenseSet<const ExprNode *> seen;
  llvm::SmallVector<Expr> nodes;
  auto add = [&](llvm::ArrayRef<Expr> found) {
    for (Expr expr : found)
      if (seen.insert(expr.get()).second)
        nodes.push_back(expr);
  };
  add(exprs);
  for (size_t n = 0; n < nodes.size(); ++n)
    add(nodes[n]->operands);
  llvm::sort(nodes, [](Expr a, Expr b) { return a->number < b->number; });
  return nodes;
}

bool Expr::isConstant(int64_t value) const {
  return isConstant() && node->value == value;
}

bool Expr::isTrue() const {
  return node->kind == ExprKind::Bool && node->value;
}

bool Expr::isFalse() const {
  return node->kind == ExprKind::Bool && !node->value;
}

Expr attn::operator+(Expr a, Expr b) {
  return a.context().sum(0, {a, b}, {1, 1});
}
Expr attn::operator-(Expr a, Expr b) {
  return a.context().sum(0, {a, b}, {1, -1});
}
Expr attn::operator*(Expr a, Expr b) { return a.context().mul(a, b); }
Expr attn::operator-(Expr a) { return a * -1; }
Expr attn::operator+(Expr a, int64_t b) { return a.context().sum(b, a, 1); }
Expr attn::operator-(Expr a, int64_t b) { return a + -b; }
Expr attn::operator*(Expr a, int64_t b) { return a.context().sum(0, a, b); }
Expr attn::floorDiv(Expr a, int64_t b) {
  return a.context().floorDiv(a, a.context().constant(b));
}
Expr attn::mod(Expr a, int64_t b) {
  return a.context().mod(a, a.context().constant(b));
}
Expr attn::min(Expr a, Expr b) { return a.context().min(a, b); }
Expr attn::max(Expr a, Expr b) { return a.context().max(a, b); }
Expr attn::lessEqual(Expr a, Expr b) { return a.context().geZero(b - a); }
Expr attn::lessThan(Expr a, Expr b) {
  return a.context().geZero(a.context().sum(-1, {b, a}, {1, -1}));
}
Expr attn::equal(Expr a, Expr b) { return a.context().eqZero(a - b); }
Expr attn::operator&&(Expr a, Expr b) { return a.context().all({a, b}); }
Expr attn::operator||(Expr a, Expr b) { return a.context().any({a, b}); }
Expr attn::operator!(Expr a) { return a.context().negate(a); }

//===----------------------------------------------------------------------===//
// Uniquing
//===----------------------------------------------------------------------===//

static size_t hashOf(const ExprNode &node) {
  // With a call for each of them planning LongNet takes 15 % longer.
  llvm::SmallVector<uint64_t, 16> words = {static_cast<uint64_t>(node.kind),
                                           static_cast<uint64_t>(node.value)};
  words.append(node.coefficients.begin(), node.coefficients.end());
  for (Expr operand : node.operands)
    words.push_back(operand->number);
  // The greatest numbers are keys that DenseMap keeps for itself.
  return static_cast<size_t>(llvm::hash_combine_range(words)) >> 1;
}

static bool isSame(const ExprNode &a, const ExprNode &b) {
  return a.kind == b.kind && a.value == b.value && a.operands == b.operands &&
         a.coefficients == b.coefficients;
}

/// The minimum of two is at most their mean, rounded down, and the maximum at
/// least: that of x and -x is not negative.
static Range rangeOfMean(const ExprNode &node) {
  Linear sum(node.operands[0]);
  sum.add(node.operands[1], 1);
  return sum.exact ? sum.range().floorDiv(Range::constant(2)) : Range();
}

/// The range of an operation, from those of its operands.
static Range computeRange(const ExprNode &node) {
  auto range = [&](unsigned k) -> const Range & {
    return node.operands[k]->range;
  };
  switch (node.kind) {
  case ExprKind::Sum: {
    Range result = Range::constant(node.value);
    for (unsigned k = 0; k < node.operands.size(); ++k)
      result = result + range(k).scaled(node.coefficients[k]);
    return result;
  }
  case ExprKind::Mul:
    return range(0) * range(1);
  case ExprKind::FloorDiv:
    return range(0).floorDiv(range(1));
  case ExprKind::Mod:
    return range(0).mod(range(1));
  case ExprKind::Min: {
    Range least = Range::min(range(0), range(1));
    least.hi = std::min(least.hi, rangeOfMean(node).hi);
    return least;
  }
  case ExprKind::Max: {
    Range most = Range::max(range(0), range(1));
    most.lo = std::max(most.lo, rangeOfMean(node).lo);
    return most;
  }
  case ExprKind::Select:
    return Range::join(range(1), range(2));
  case ExprKind::BitAnd:
    return Range::bitAnd(range(0), range(1));
  case ExprKind::BitOr:
    return Range::bitOr(range(0), range(1));
  case ExprKind::BitXor:
    return Range::bitXor(range(0), range(1));
  default:
    return node.range;
  }
}

Expr ExprContext::unique(ExprNode node) {
  const ExprNode *&first = known[hashOf(node)];
  for (const ExprNode *same = first; same; same = same->next)
    if (isSame(*same, node))
      return Expr(same);
  node.range = computeRange(node);
  bool isOperation = node.kind != ExprKind::Var && node.kind < ExprKind::Bool &&
                     !node.operands.empty();
  if (isOperation && node.range.isConstant())
    return constant(node.range.lo);
  if (node.kind == ExprKind::Var)
    node.variables = uint64_t(1) << node.value % 64;
  for (Expr operand : node.operands)
    node.variables |= operand->variables;
  node.context = this;
  node.number = nodes.size();
  node.next = first;
  nodes.push_back(std::move(node));
  first = &nodes.back();
  return Expr(first);
}

Expr ExprContext::variable(llvm::StringRef name, int64_t lo, int64_t hi) {
  ExprNode node = makeNode(ExprKind::Var, {}, names.size());
  node.range = Range(lo, hi);
  names.push_back(name.str());
  return unique(std::move(node));
}

llvm::StringRef ExprContext::variableName(int64_t number) const {
  return names[number];
}

Expr ExprContext::constant(int64_t value) {
  return unique(makeNode(ExprKind::Sum, {}, value));
}

Expr ExprContext::truth(bool value) {
  return unique(makeNode(ExprKind::Bool, {}, value));
}

//===----------------------------------------------------------------------===//
// Printing
//===----------------------------------------------------------------------===//

static void printSum(const ExprNode &node, llvm::raw_ostream &os) {
  bool isFirst = true;
  auto print = [&](bool isNegative, auto printMagnitude) {
    os << (isFirst ? (isNegative ? "-" : "") : (isNegative ? " - " : " + "));
    printMagnitude();
    isFirst = false;
  };
  auto magnitude = [](int64_t value) {
    return value < 0 ? -static_cast<uint64_t>(value) : value;
  };
  for (bool isNegative : {false, true})
    for (auto [operand, coefficient] :
         llvm::zip_equal(node.operands, node.coefficients))
      if ((coefficient < 0) == isNegative)
        print(isNegative, [&, operand = operand, factor = coefficient] {
          if (magnitude(factor) != 1)
            os << magnitude(factor) << "*";
          bool isNested = operand->kind == ExprKind::Sum;
          os << (isNested ? "(" : "") << operand << (isNested ? ")" : "");
        });
  if (node.value != 0 || node.operands.empty())
    print(node.value < 0, [&] { os << magnitude(node.value); });
}

static void printCall(llvm::StringRef name, const ExprNode &node,
                      llvm::raw_ostream &os) {
  os << name << "(";
  llvm::interleaveComma(node.operands, os);
  os << ")";
}

void Expr::print(llvm::raw_ostream &os) const {
  if (!node) {
    os << "<null>";
    return;
  }
  switch (node->kind) {
  case ExprKind::Sum:
    return printSum(*node, os);
  case ExprKind::Var:
    os << context().variableName(node->value);
    return;
  case ExprKind::Mul:
    return printCall("mul", *node, os);
  case ExprKind::FloorDiv:
    return printCall("floordiv", *node, os);
  case ExprKind::Mod:
    return printCall("mod", *node, os);
  case ExprKind::Min:
    return printCall("min", *node, os);
  case ExprKind::Max:
    return printCall("max", *node, os);
  case ExprKind::Select:
    return printCall("select", *node, os);
  case ExprKind::BitAnd:
    return printCall("and", *node, os);
  case ExprKind::BitOr:
    return printCall("or", *node, os);
  case ExprKind::BitXor:
    return printCall("xor", *node, os);
  case ExprKind::Load:
  case ExprKind::Search:
    os << context().table(node->value).name
       << (node->kind == ExprKind::Load ? "[" : ".search[") << node->operands[0]
       << "]";
    return;
  case ExprKind::PowerOfTwo:
    return printCall("powerOfTwo", *node, os);
  case ExprKind::NotPowerOfTwo:
    return printCall("!powerOfTwo", *node, os);
  case ExprKind::Bool:
    os << (node->value ? "true" : "false");
    return;
  case ExprKind::GeZero:
    os << node->operands[0] << " >= 0";
    return;
  case ExprKind::EqZero:
    os << node->operands[0] << " == 0";
    return;
  case ExprKind::All:
  case ExprKind::Any:
    os << "(";
    llvm::interleave(node->operands, os,
                     node->kind == ExprKind::All ? " && " : " || ");
    os << ")";
    return;
  }
}

std::string Expr::str() const {
  std::string text;
  llvm::raw_string_ostream os(text);
  print(os);
  return text;
}

//===----------------------------------------------------------------------===//
// The variables of a predicate
//===----------------------------------------------------------------------===//

/// Tokens of a sequence; one for an empty sequence, where nobody asks.
static Expr makeToken(ExprContext &context, llvm::StringRef name,
                      int64_t length) {
  int64_t count =
      length < 0 ? MaskVars::lengthLimit : std::max<int64_t>(length, 1);
  return context.variable(name, 0, count - 1);
}

/// The variable is made either way, so that its number is always the same.
static Expr makeLength(ExprContext &context, llvm::StringRef name,
                       int64_t length) {
  Expr variable = context.variable(name, 0, MaskVars::lengthLimit);
  return length < 0 ? variable : context.constant(length);
}

MaskVars::MaskVars(ExprContext &context, int64_t numQueries, int64_t numKeys,
                   int64_t numHeads, int64_t numKvHeads, int64_t batch)
    : context(context), b(makeToken(context, "b", batch)),
      h(makeToken(context, "h", numHeads)),
      i(makeToken(context, "i", numQueries)),
      j(makeToken(context, "j", numKeys)),
      numQueries(makeLength(context, "numQueries", numQueries)),
      numKeys(makeLength(context, "numKeys", numKeys)),
      numHeads(makeLength(context, "numHeads", numHeads)),
      numKvHeads(makeLength(context, "numKvHeads", numKvHeads)) {}

Expr MaskVars::kvHead() {
  // Heads are a multiple of kv heads, and there is one at least.
  Expr one = context.constant(1);
  Expr shared = context.max(
      context.floorDiv(numHeads, context.max(numKvHeads, one)), one);
  return context.floorDiv(h, shared);
}

Expr MaskVars::headGroup(int64_t count) {
  if (count == 1)
    return context.constant(0);
  Expr one = context.constant(1);
  return context.floorDiv(h * count, context.max(numHeads, one));
}
