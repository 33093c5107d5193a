//===- ExprTest.cpp - the normal form of expressions ----------------------===//
//
// Folds written by hand, then random expressions beside a plain tree of the
// same operations that is evaluated independently.
//
//===----------------------------------------------------------------------===//

#include "dialect/expr/Evaluate.h"
#include "gtest/gtest.h"

#include <limits>
#include <ostream>

using namespace attn;

namespace attn {
/// How GoogleTest prints an expression.
static void PrintTo(Expr expr, std::ostream *os) { *os << expr.str(); }
} // namespace attn

namespace {

class ExprFold : public testing::Test {
protected:
  ExprContext context;
  Expr x = context.variable("x", 0, 79);
  Expr y = context.variable("y", 0, 47);
  Expr z = context.variable("z", 0, 29);
  Expr n = context.variable("n", 1, 1000);
  Expr free = context.variable("free", -Range::maximum);

  Expr constant(int64_t value) { return context.constant(value); }
};

TEST_F(ExprFold, Sums) {
  EXPECT_EQ(x + y, y + x);
  EXPECT_EQ(x + y - x, y);
  EXPECT_EQ((x + 3) * 2 - x * 2, constant(6));
  EXPECT_EQ(x - x, constant(0));
  EXPECT_EQ((x * 3 - y + 2 + y * 4).str(), "3*x + 3*y + 2");
  EXPECT_EQ((y - x - 1).str(), "y - x - 1");
}

TEST_F(ExprFold, Products) {
  EXPECT_EQ((x + 1) * y, x * y + y);
  EXPECT_EQ(x * y * z, z * (y * x));
  EXPECT_EQ((x * 2) * (y * 3), (y * x) * 6);
}

TEST_F(ExprFold, DivisionByConstants) {
  Expr token = z * 3840 + y * 80 + x;
  EXPECT_EQ(floorDiv(y * 80 + x, 80), y);
  EXPECT_EQ(mod(y * 80 + x, 80), x);
  EXPECT_EQ(floorDiv(token, 80), z * 48 + y);
  EXPECT_EQ(floorDiv(token, 3840), z);
  EXPECT_EQ(mod(floorDiv(token, 80), 48), y);
  EXPECT_EQ(mod(token, 3840), y * 80 + x);
  EXPECT_EQ(floorDiv(free * 80 + x, 3840), floorDiv(free, 48));
  EXPECT_EQ(mod(free * 80 + x, 3840), mod(free, 48) * 80 + x);
  EXPECT_EQ(floorDiv(free * 7 + n, 7), free + floorDiv(n, 7));
  EXPECT_EQ(floorDiv(free + 23, 10), floorDiv(free + 3, 10) + 2);
  EXPECT_EQ(floorDiv(free * 6 + 5, 15), floorDiv(free * 2 + 1, 5));
  EXPECT_EQ(floorDiv(floorDiv(free, 4), 3), floorDiv(free, 12));
  EXPECT_EQ(floorDiv(mod(free, 12), 4), mod(floorDiv(free, 4), 3));
  EXPECT_EQ(mod(mod(free, 12) + x, 4), mod(free + x, 4));
  EXPECT_EQ(mod(free * 80 - 3, 80), constant(77));
  EXPECT_EQ(floorDiv(x - 80, 80), constant(-1));
}

TEST_F(ExprFold, DivisionBySymbols) {
  Expr d = n + 80;
  EXPECT_EQ(context.floorDiv(n * y + free, n), y + context.floorDiv(free, n));
  EXPECT_EQ(context.floorDiv(n * y * z + n, n), y * z + 1);
  EXPECT_EQ(context.mod(n * y + free, n), context.mod(free, n));
  EXPECT_EQ(context.floorDiv(x, d), constant(0));
  EXPECT_EQ(context.mod(x, d), x);
  EXPECT_EQ(context.mod(d, d), constant(0));
}

// Bounds of bounds: each level doubles what could be compared.
TEST_F(ExprFold, NestedChoices) {
  auto larger = [&](Expr a, Expr b) {
    return context.select(lessEqual(b, a), a, b);
  };
  Expr u = free;
  for (int64_t n = 1; n <= 24; ++n)
    u = min(larger(u, x + n), larger(u, y - n));
  EXPECT_GE(u->range.lo, -24);
  EXPECT_EQ(larger(x, y), max(x, y));
}

TEST_F(ExprFold, Choices) {
  EXPECT_EQ(min(x, constant(79)), x);
  EXPECT_EQ(max(min(x - 3, constant(90)), constant(-3)), x - 3);
  EXPECT_EQ(min(free, free + 1), free);
  EXPECT_EQ(min(min(x, free), min(free, y)), min(x, min(y, free)));
  EXPECT_EQ(max(free, min(free, x)), free);
  EXPECT_EQ(context.abs(x), x);
  EXPECT_EQ(context.abs(-x), x);
  Expr condition = lessEqual(x, y);
  EXPECT_EQ(context.select(context.truth(false), x, y), y);
  EXPECT_EQ(context.select(condition, x, x), x);
  EXPECT_EQ(context.select(condition, context.select(condition, z, y), x),
            context.select(condition, z, x));
  EXPECT_EQ(context.select(condition, x, y), min(x, y));
  EXPECT_EQ(context.select(lessThan(y, x), x, y), max(x, y));
  EXPECT_EQ(context.abs(free - 5)->range.lo, 0);
  EXPECT_EQ(min(free - 3, -free)->range.hi, -2);
  EXPECT_EQ(context.select(context.geZero(free), free, -free),
            max(free, -free));
  EXPECT_EQ(context.select(lessThan(free, constant(0)), -free, free),
            max(free, -free));
  EXPECT_EQ(context.select(lessThan(constant(0), free), -free, free),
            min(free, -free));
  EXPECT_EQ(context.select(lessThan(constant(1), free), free, -free).str(),
            "select(free - 2 >= 0, free, -free)");
}

TEST_F(ExprFold, Atoms) {
  EXPECT_TRUE(lessThan(x, constant(80)).isTrue());
  EXPECT_TRUE(lessThan(y + 79, x).isFalse());
  EXPECT_TRUE(equal(x, y - 100).isFalse());
  EXPECT_TRUE(equal(free * 2, y * 4 + 1).isFalse());
  EXPECT_EQ(lessEqual(y * 80, x * 40 + 79), lessEqual(y * 2, x + 1));
  EXPECT_EQ(equal(x, y), equal(y, x));
  EXPECT_EQ(lessEqual(x, constant(0)), equal(x, constant(0)));
  EXPECT_EQ(lessEqual(constant(3), floorDiv(x, 16)),
            lessEqual(constant(48), x));
  EXPECT_EQ(equal(floorDiv(free, 4), constant(2)),
            lessEqual(constant(8), free) && lessEqual(free, constant(11)));
  EXPECT_EQ(equal(mod(free, 7), mod(n, 7)),
            equal(mod(free - n, 7), constant(0)));
  EXPECT_EQ(equal(mod(-free, 7), constant(0)),
            equal(mod(free, 7), constant(0)));
  EXPECT_EQ(equal(mod(x - y, 100), constant(0)), equal(x, y));
  EXPECT_NE(equal(mod(x - y, 79), constant(0)), equal(x, y));
  // The remainder that has the sign of what is divided.
  Expr isPositive = context.geZero(free);
  Expr rest = context.select(isPositive, mod(free, 7), -mod(-free, 7));
  EXPECT_EQ(equal(rest, constant(0)), equal(mod(free, 7), constant(0)));
  EXPECT_EQ(equal(rest, constant(3)),
            isPositive && equal(mod(free, 7), constant(3)));
  EXPECT_EQ(lessEqual(context.select(isPositive, x, y), n),
            (isPositive && lessEqual(x, n)) ||
                (!isPositive && lessEqual(y, n)));
  EXPECT_EQ(equal(mod(free, 7), mod(n, 8)).str().find("mod(free - n"),
            std::string::npos);
  // Of choices within choices without end only a few are taken apart.
  Expr chain = free;
  for (int64_t k = 0; k < 60; ++k)
    chain = context.select(context.geZero(free - k * k), chain + k, chain);
  EXPECT_EQ(lessEqual(chain, n)->kind, ExprKind::GeZero);
  // A clamp that the comparison makes idle.
  EXPECT_EQ(lessEqual(max(free, constant(0)), x), lessEqual(free, x));
}

TEST_F(ExprFold, Junctions) {
  Expr a = lessEqual(x, y), b = lessEqual(y, z), c = lessEqual(z, n);
  EXPECT_EQ(a && (b && c), c && (a && b));
  EXPECT_EQ(a && a, a);
  EXPECT_EQ(a && (a || b), a);
  EXPECT_EQ(a || (a && b), a);
  EXPECT_EQ(a && context.truth(true), a);
  EXPECT_TRUE((a && !a).isFalse());
  EXPECT_TRUE((a || !a).isTrue());
  EXPECT_EQ(!(a && b), !a || !b);
  EXPECT_EQ(!!(a && (b || c)), a && (b || c));
  EXPECT_EQ(!!equal(x, y), equal(x, y));
  EXPECT_EQ(lessEqual(x, y + 3) && a, a);
  EXPECT_EQ(a || lessEqual(x, y + 3), lessEqual(x, y + 3));
  EXPECT_EQ(a && lessEqual(y, x), equal(x, y));
  EXPECT_EQ(lessThan(x, y) || equal(x, y), a);
  EXPECT_TRUE(context.all({}).isTrue());
  EXPECT_TRUE(context.any({}).isFalse());
  EXPECT_TRUE(context.exclusiveOr(a, a).isFalse());
  EXPECT_TRUE(context.exclusiveOr(a, !a).isTrue());
  EXPECT_EQ((a && b).str(), "(y - x >= 0 && z - y >= 0)");
}

TEST_F(ExprFold, AlternativesWithin) {
  Expr a = lessEqual(x, y), b = lessEqual(y, z), c = lessEqual(z, n);
  Expr d = equal(mod(free, 3), constant(1));
  EXPECT_EQ(context.within((a && d) || b, !(a && d)), b && (!a || !d));
  EXPECT_EQ(context.within((a && d) || b, a && d), a && d);
  EXPECT_EQ(context.within(a || b, !a), !a && b);
  EXPECT_EQ(context.within(a || (b && !c), c), a && c);
  // What one drops of the other drops more of the first.
  EXPECT_EQ(context.within((a || !b) && (c || !a), b), a && b && c);
  EXPECT_TRUE(context.within(a || b, !a && !b).isFalse());
  EXPECT_EQ(context.within(a, b), a && b);
}

TEST_F(ExprFold, NumbersThatLeaveSixtyFourBits) {
  int64_t most = std::numeric_limits<int64_t>::max();
  Expr huge = constant(most) + constant(1);
  EXPECT_EQ(huge - 1, constant(most) + constant(1) - 1);
  EXPECT_FALSE(huge.isConstant());
  Expr steep = free * (most / 2);
  EXPECT_NE(steep * 3, steep);
  EXPECT_EQ(floorDiv(floorDiv(free, most), most)->kind, ExprKind::FloorDiv);
  EXPECT_EQ(truthOf(lessEqual(steep * 3, x)), Truth::Unknown);
}

TEST(MaskVars, NumbersAreFixed) {
  for (int64_t length : {-1, 0, 1, 7}) {
    ExprContext context;
    MaskVars vars(context, length, length);
    Expr inOrder[] = {vars.b, vars.h, vars.i, vars.j};
    for (int64_t number = 0; number < 4; ++number) {
      EXPECT_EQ(inOrder[number]->kind, ExprKind::Var);
      EXPECT_EQ(inOrder[number]->value, number);
    }
    EXPECT_EQ(context.numVariables(), 8u);
    EXPECT_EQ(vars.numKeys.isConstant(), length >= 0);
    int64_t last = length < 0 ? (int64_t(1) << 30) - 1 : length - (length > 0);
    EXPECT_EQ(rangeOf(vars.i).hi, last);
  }
}

} // namespace
