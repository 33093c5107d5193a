//===- SimplifyMasks.cpp - masks in canonical form, equal masks once ------===//

#include "dialect/AttnOps.h"
#include "passes/Passes.h"

#include "mlir/IR/Dominance.h"
#include "mlir/IR/PatternMatch.h"
#include "mlir/Rewrite/FrozenRewritePatternSet.h"
#include "mlir/Transforms/CSE.h"
#include "mlir/Transforms/GreedyPatternRewriteDriver.h"

namespace mlir::attn {

#define GEN_PASS_DEF_SIMPLIFYMASKS
#include "passes/Passes.h.inc"

namespace {

struct SimplifyMasks : impl::SimplifyMasksBase<SimplifyMasks> {
  LogicalResult initialize(MLIRContext *context) override {
    RewritePatternSet set(context);
    auto *dialect = context->getOrLoadDialect<AttnDialect>();
    for (RegisteredOperationName op : context->getRegisteredOperations())
      if (&op.getDialect() == dialect)
        op.getCanonicalizationPatterns(set, context);
    patterns = FrozenRewritePatternSet(std::move(set));
    return success();
  }

  void runOnOperation() override {
    getOperation().walk([](AttentionOp op) { op.keepTokens(); });
    if (failed(applyPatternsGreedily(getOperation(), patterns))) {
      getOperation().emitError("masks do not reach a canonical form");
      return signalPassFailure();
    }
    IRRewriter rewriter(&getContext());
    DominanceInfo dominance(getOperation());
    eliminateCommonSubExpressions(rewriter, dominance, getOperation());
  }

  FrozenRewritePatternSet patterns;
};

} // namespace

} // namespace mlir::attn
