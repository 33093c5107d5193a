//===- OutlineKernels.cpp - every attention op becomes a kernel -----------===//

#include "passes/KernelBuilder.h"
#include "passes/Passes.h"

namespace mlir::attn {

#define GEN_PASS_DEF_OUTLINEKERNELS
#include "passes/Passes.h.inc"

namespace {

struct OutlineKernels : impl::OutlineKernelsBase<OutlineKernels> {
  void runOnOperation() override {
    SymbolTable symbols(getOperation());
    SmallVector<AttentionOp> ops;
    getOperation().walk([&](AttentionOp op) { ops.push_back(op); });
    for (AttentionOp op : ops) {
      auto function = op->getParentOfType<func::FuncOp>();
      if (!function || function->getParentOp() != getOperation()) {
        op.emitOpError("expected to be in a function of the outermost module");
        return signalPassFailure();
      }
      if (!op.hasPlan()) {
        op.emitOpError("expected a plan, got none; run attn-plan-attention");
        return signalPassFailure();
      }
      if (failed(verifyMadeByMaskOps(op, op.getMask())) ||
          failed(verifyMadeByMaskOps(op, op.getFirst())))
        return signalPassFailure();
      outline(op, symbols);
    }
  }

  void outline(AttentionOp op, SymbolTable &symbols) {
    auto function = op->getParentOfType<func::FuncOp>();
    std::string name;
    do
      name = (function.getName() + "_attention_" + Twine(counter++)).str();
    while (symbols.lookup(name) || symbols.lookup(name + "_units") ||
           symbols.lookup(name + "_scratch_bytes"));
    buildKernel(op, getOperation(), name);

    ImplicitLocOpBuilder b(op.getLoc(), op);
    SmallVector<Value> inputs = {op.getQ(), op.getK(), op.getV()};
    for (const MaskTable &table : collectTables(op.getMask()))
      inputs.push_back(table.values);
    for (const ScoreTable &table : collectScoreTables(op))
      inputs.push_back(table.values);
    auto launch = LaunchOp::create(b, op->getResultTypes(), name, inputs);
    Block *block = op->getBlock();
    op.replaceAllUsesWith(launch.getResults());
    op.erase();
    eraseUnusedMasksAndScores(*block);
  }

  unsigned counter = 0;
};

} // namespace

} // namespace mlir::attn
