//===- OutlineTiles.cpp - every tile op becomes a call --------------------===//

#include "codegen/Passes.h"
#include "codegen/cpu/PairProducts.h"
#include "dialect/AttnOps.h"
#include "passes/Outline.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/IR/OperationSupport.h"

namespace mlir::attn {

#define GEN_PASS_DEF_OUTLINETILES
#include "codegen/Passes.h.inc"

/// A function with AMX tiles configures them when it begins and after every
/// call, so they stay in one.
static bool usesMatrixTiles(func::FuncOp function,
                            const TargetDescription &target) {
  auto stopAtPairs = [](TileBeginOp begin) {
    return isPairs(begin.getQt()) ? WalkResult::interrupt()
                                  : WalkResult::advance();
  };
  return target.hasTiles && function.walk(stopAtPairs).wasInterrupted();
}

static bool doTheSame(func::FuncOp a, func::FuncOp b) {
  return a.getFunctionType() == b.getFunctionType() &&
         OperationEquivalence::isRegionEquivalentTo(
             &a.getBody(), &b.getBody(), OperationEquivalence::IgnoreLocations);
}

namespace {

struct OutlineTiles : impl::OutlineTilesBase<OutlineTiles> {
  using OutlineTilesBase::OutlineTilesBase;

  void runOnOperation() override {
    auto target = lookupTarget(targetName);
    if (!target) {
      getOperation().emitError(llvm::toString(target.takeError()));
      return signalPassFailure();
    }
    functions.clear();
    SmallVector<Operation *> steps;
    for (auto function : getOperation().getOps<func::FuncOp>())
      if (!usesMatrixTiles(function, *target))
        function.walk([&](Operation *op) {
          if (op->hasTrait<TileStep>())
            steps.push_back(op);
        });
    for (Operation *step : steps)
      replace(step);
  }

private:
  void replace(Operation *step) {
    ImplicitLocOpBuilder b(step->getLoc(), step);
    auto copy = [&] {
      return SmallVector<Value>(b.clone(*step)->getResults());
    };
    func::CallOp call = outline(b, step->getResultTypes(),
                                step->getName().stripDialect(), copy);
    step->replaceAllUsesWith(call);
    step->erase();
    shareFunction(call);
  }

  /// Lets `call` call the first function that does the same.
  void shareFunction(func::CallOp call) {
    auto function = getOperation().lookupSymbol<func::FuncOp>(call.getCallee());
    auto *same = llvm::find_if(functions, [&](func::FuncOp other) {
      return doTheSame(other, function);
    });
    if (same == functions.end()) {
      functions.push_back(function);
      return;
    }
    call.setCallee(same->getName());
    function.erase();
  }

  SmallVector<func::FuncOp> functions;
};

} // namespace

} // namespace mlir::attn
