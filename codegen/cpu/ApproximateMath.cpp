//===- ApproximateMath.cpp - functions become arithmetic ------------------===//

#include "codegen/Passes.h"

#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Math/Transforms/Passes.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/Transforms/GreedyPatternRewriteDriver.h"

namespace mlir::attn {

#define GEN_PASS_DEF_APPROXIMATEMATH
#include "codegen/Passes.h.inc"

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
    RewritePatternSet patterns(&getContext());
    // Powers become exponentials, which are approximated in turn.
    math::populateExpansionPatterns(patterns, {"exp2", "powf"});
    populateMathPolynomialApproximationPatterns(patterns);
    (void)applyOpPatternsGreedily(ops, std::move(patterns));
  }
};

} // namespace

} // namespace mlir::attn
