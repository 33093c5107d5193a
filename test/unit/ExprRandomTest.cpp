//===- ExprRandomTest.cpp - random expressions ----------------------------===//
//
// Random trees of operations, evaluated plainly here and built as expressions:
// folds, programs, substitution and ranges agree with the plain values, and the
// nodes are in normal form.
//
//===----------------------------------------------------------------------===//

#include "dialect/expr/Evaluate.h"
#include "llvm/ADT/STLExtras.h"
#include "gtest/gtest.h"

#include <numeric>
#include <random>
#include <set>
#include <vector>

using namespace attn;

namespace {

/// A variable 'v', a constant 'c', or an operation named by its first letter.
struct Tree {
  char op;
  int64_t value;
  std::vector<Tree> operands;
};

int64_t evaluate(const Tree &tree, const std::vector<int64_t> &values) {
  std::vector<int64_t> x;
  for (const Tree &operand : tree.operands)
    x.push_back(evaluate(operand, values));
  auto quotient = [&] {
    int64_t result = x[0] / x[1];
    while (result * x[1] > x[0])
      --result;
    return result;
  };
  switch (tree.op) {
  case 'v':
    return values[tree.value];
  case 'c':
    return tree.value;
  case '+':
    return x[0] + x[1];
  case '-':
    return x[0] - x[1];
  case '*':
    return x[0] * x[1];
  case '/':
    return quotient();
  case '%':
    return x[0] - quotient() * x[1];
  case '<':
    return std::min(x[0], x[1]);
  case '>':
    return std::max(x[0], x[1]);
  case 'a':
    return x[0] < 0 ? -x[0] : x[0];
  case '?':
    return x[0] ? x[1] : x[2];
  case 'l':
    return x[0] <= x[1];
  case 'e':
    return x[0] == x[1];
  case '&':
    return x[0] & x[1];
  case '|':
    return x[0] | x[1];
  case '^':
    return x[0] ^ x[1];
  default:
    return !x[0];
  }
}

Expr build(const Tree &tree, ExprContext &context,
           const std::vector<Expr> &variables) {
  std::vector<Expr> x;
  for (const Tree &operand : tree.operands)
    x.push_back(build(operand, context, variables));
  switch (tree.op) {
  case 'v':
    return variables[tree.value];
  case 'c':
    return context.constant(tree.value);
  case '+':
    return x[0] + x[1];
  case '-':
    return x[0] - x[1];
  case '*':
    return x[0] * x[1];
  case '/':
    return context.floorDiv(x[0], x[1]);
  case '%':
    return context.mod(x[0], x[1]);
  case '<':
    return min(x[0], x[1]);
  case '>':
    return max(x[0], x[1]);
  case 'a':
    return context.abs(x[0]);
  case '?':
    return context.select(x[0], x[1], x[2]);
  case 'l':
    return lessEqual(x[0], x[1]);
  case 'e':
    return equal(x[0], x[1]);
  case '&':
    return x[0] && x[1];
  case '|':
    return x[0] || x[1];
  case '^':
    return context.exclusiveOr(x[0], x[1]);
  default:
    return !x[0];
  }
}

/// What the normal form of Expr.h promises of one node.
void expectNormal(Expr expr) {
  auto operands = llvm::ArrayRef<Expr>(expr->operands);
  for (Expr operand : operands)
    EXPECT_LT(operand->number, expr->number);
  auto inOrder = [](Expr a, Expr b) { return a->number < b->number; };
  int64_t factor = 0;
  switch (expr->kind) {
  case ExprKind::Sum:
    EXPECT_TRUE(llvm::is_sorted(operands, inOrder)) << expr.str();
    EXPECT_FALSE(llvm::is_contained(expr->coefficients, 0)) << expr.str();
    for (Expr operand : operands)
      EXPECT_NE(operand->kind, ExprKind::Sum) << expr.str();
    return;
  case ExprKind::GeZero:
  case ExprKind::EqZero:
    for (int64_t coefficient : operands[0]->coefficients)
      factor = std::gcd(factor, coefficient);
    EXPECT_LE(factor, 1) << expr.str();
    return;
  case ExprKind::All:
  case ExprKind::Any:
    EXPECT_GE(operands.size(), 2u);
    EXPECT_TRUE(llvm::is_sorted(operands, inOrder)) << expr.str();
    for (Expr operand : operands)
      EXPECT_TRUE(operand->kind != expr->kind &&
                  operand->kind != ExprKind::Bool)
          << expr.str();
    return;
  default:
    return;
  }
}

void collect(Expr expr, std::set<const ExprNode *> &nodes) {
  if (nodes.insert(expr.get()).second)
    for (Expr operand : expr->operands)
      collect(operand, nodes);
}

class ExprRandom : public testing::TestWithParam<int> {
protected:
  int64_t uniform(int64_t lo, int64_t hi) {
    return std::uniform_int_distribution<int64_t>(lo, hi)(random);
  }
  char oneOf(const std::string &ops) { return ops[uniform(0, ops.size() - 1)]; }

  Tree leaf() {
    return uniform(0, 2) ? Tree{'v', uniform(0, 4), {}}
                         : Tree{'c', uniform(-9, 12), {}};
  }

  Tree divisor() {
    return uniform(0, 3) ? Tree{'c', uniform(1, 12), {}} : Tree{'v', 4, {}};
  }

  Tree integer(int depth) {
    if (depth == 0)
      return leaf();
    Tree a = integer(depth - 1);
    char op = oneOf("++--****//%%<>a?");
    switch (op) {
    case '*':
      return {
          op, 0, {a, uniform(0, 7) ? Tree{'c', uniform(-12, 12), {}} : leaf()}};
    case '/':
    case '%':
      return {op, 0, {a, divisor()}};
    case 'a':
      return {op, 0, {a}};
    case '?':
      return {op, 0, {truth(depth - 1), a, integer(depth - 1)}};
    default:
      return {op, 0, {a, integer(depth - 1)}};
    }
  }

  Tree truth(int depth) {
    char op = depth == 0 ? oneOf("le") : oneOf("lle&&||^!");
    if (op == 'l' || op == 'e')
      return {op, 0, {integer(depth), integer(depth)}};
    if (op == '!')
      return {op, 0, {truth(depth - 1)}};
    return {op, 0, {truth(depth - 1), truth(depth - 1)}};
  }

  ExprContext context;
  const std::vector<std::pair<int64_t, int64_t>> ranges = {
      {0, 15}, {-5, 7}, {0, 3}, {0, 11}, {1, 6}};
  std::vector<Expr> variables;
  std::mt19937 random;

  ExprRandom() : random(GetParam()) {
    for (auto [lo, hi] : ranges)
      variables.push_back(
          context.variable("v" + std::to_string(variables.size()), lo, hi));
  }

  std::vector<int64_t> somewhere() {
    std::vector<int64_t> values;
    for (auto [lo, hi] : ranges)
      values.push_back(uniform(lo, hi));
    return values;
  }

  /// What is known of the value holds for it.
  static void expectKnown(Expr expr, int64_t value) {
    if (expr.isTruth())
      EXPECT_NE(truthOf(expr), value ? Truth::False : Truth::True)
          << expr.str();
    else
      EXPECT_TRUE(rangeOf(expr).contains(value))
          << expr.str() << " is " << value;
  }
};

TEST_P(ExprRandom, AgreesWithPlainEvaluation) {
  for (int n = 0; n < 250; ++n) {
    Tree tree = n % 2 ? truth(3) : integer(4);
    Expr expr = build(tree, context, variables);
    EXPECT_EQ(context.substitute(expr, {}), expr) << expr.str();
    // v0 = 4 * v2 + mod(v3, 4), which is in its range.
    std::vector<Expr> replaced = {variables[2] * 4 + mod(variables[3], 4)};
    Expr substituted = context.substitute(expr, replaced);
    ExprProgram program({expr, substituted});
    for (int point = 0; point < 40; ++point) {
      std::vector<int64_t> values = somewhere();
      int64_t outputs[2];
      program.run(values, outputs);
      ASSERT_EQ(outputs[0], evaluate(tree, values)) << expr.str();
      expectKnown(expr, outputs[0]);
      expectKnown(substituted, outputs[1]);
      values[0] = values[2] * 4 + values[3] % 4;
      ASSERT_EQ(outputs[1], evaluate(tree, values)) << substituted.str();
      ConcreteDomain domain{values};
      Evaluator<ConcreteDomain> evaluator(domain);
      ASSERT_EQ(expr.isTruth() ? evaluator.truth(expr)
                               : evaluator.integer(expr),
                outputs[1]);
    }
    std::set<const ExprNode *> nodes;
    collect(expr, nodes);
    for (const ExprNode *node : nodes)
      expectNormal(Expr(node));
  }
}

TEST_P(ExprRandom, BoxesContainTheirPoints) {
  for (int n = 0; n < 250; ++n) {
    Expr expr = build(truth(3), context, variables);
    std::vector<Range> box;
    std::vector<int64_t> corner = somewhere(), other = somewhere(), values;
    for (auto [a, b] : llvm::zip_equal(corner, other))
      box.push_back(Range(std::min(a, b), std::max(a, b)));
    RangeDomain domain{box};
    Truth known = Evaluator<RangeDomain>(domain).truth(expr);
    ExprProgram program(expr);
    for (int point = 0; point < 40; ++point) {
      values.clear();
      for (const Range &range : box)
        values.push_back(uniform(range.lo, range.hi));
      int64_t value;
      program.run(values, value);
      ASSERT_NE(known, value ? Truth::False : Truth::True) << expr.str();
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Seeds, ExprRandom, testing::Range(0, 20));

} // namespace
