//===- ApproximateMath.cpp - functions become arithmetic ------------------===//

#include "codegen/Passes.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Math/Transforms/Passes.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/IR/ImplicitLocOpBuilder.h"
#include "mlir/Transforms/GreedyPatternRewriteDriver.h"

#include <limits>

namespace mlir::attn {

#define GEN_PASS_DEF_APPROXIMATEMATH
#include "codegen/Passes.h.inc"

/// An angle of f32 that differs from `x` by whole turns, from -pi to pi; NaN
/// beyond 2^48, where f64 no longer tells turns apart. The polynomials that
/// come next take turns from f32, which costs a place for each factor of ten.
static Value reduceAngle(ImplicitLocOpBuilder &b, Value x) {
  Type type = b.getF64Type();
  if (auto vector = dyn_cast<VectorType>(x.getType()))
    type = vector.clone(type);
  auto constant = [&](double value) -> Value {
    TypedAttr one = b.getF64FloatAttr(value);
    if (auto vector = dyn_cast<VectorType>(type))
      one = DenseElementsAttr::get(vector, one);
    return arith::ConstantOp::create(b, one);
  };
  constexpr double turn = 6.283185307179586, rest = 2.4492935982947064e-16;
  Value wide = arith::ExtFOp::create(b, type, x);
  // Adding 1.5 * 2^52 rounds to an integer.
  Value magic = constant(0x1.8p52);
  Value turns = arith::MulFOp::create(b, wide, constant(1 / turn));
  turns =
      arith::SubFOp::create(b, arith::AddFOp::create(b, turns, magic), magic);
  Value back = arith::NegFOp::create(b, turns);
  Value angle = math::FmaOp::create(b, back, constant(turn), wide);
  angle = math::FmaOp::create(b, back, constant(rest), angle);
  Value isNear =
      arith::CmpFOp::create(b, arith::CmpFPredicate::OLT,
                            math::AbsFOp::create(b, wide), constant(0x1p48));
  Value nan = constant(std::numeric_limits<double>::quiet_NaN());
  angle = arith::SelectOp::create(b, isNear, angle, nan);
  return arith::TruncFOp::create(b, x.getType(), angle);
}

namespace {

struct ApproximateMath : impl::ApproximateMathBase<ApproximateMath> {
  void runOnOperation() override {
    // Kernels without modifications have none of these ops, and no time to
    // lose.
    SmallVector<Operation *> ops;
    getOperation().walk([&](Operation *op) {
      if (isa<math::MathDialect>(op->getDialect()))
        ops.push_back(op);
    });
    if (ops.empty())
      return;
    for (Operation *op : ops)
      if (isa<math::SinOp, math::CosOp>(op)) {
        ImplicitLocOpBuilder b(op->getLoc(), op);
        op->setOperand(0, reduceAngle(b, op->getOperand(0)));
      }
    RewritePatternSet patterns(&getContext());
    // It becomes an exponential, which is approximated in turn.
    math::populateExpansionPatterns(patterns, {"exp2"});
    populateMathPolynomialApproximationPatterns(patterns);
    (void)applyOpPatternsGreedily(ops, std::move(patterns));
  }
};

} // namespace

} // namespace mlir::attn
