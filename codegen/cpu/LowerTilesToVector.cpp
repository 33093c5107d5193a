//===- LowerTilesToVector.cpp - tile ops become microkernels --------------===//

#include "codegen/Passes.h"
#include "codegen/cpu/LowerTiles.h"
#include "codegen/cpu/PairProducts.h"

#include "mlir/Dialect/AMX/AMXDialect.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "llvm/ADT/TypeSwitch.h"

namespace mlir::attn {

#define GEN_PASS_DEF_LOWERTILESTOVECTOR
#include "codegen/Passes.h.inc"

/// Emits the code of `op` where the builder stands; false if it is no tile op.
static bool lower(Operation *op, TileBuilder &b) {
  return llvm::TypeSwitch<Operation *, bool>(op)
      .Case([&](TileBeginOp op) { return lowerTileBegin(op, b), true; })
      .Case([&](StageKeysOp op) { return lowerStageKeys(op, b), true; })
      .Case([&](ListAheadOp op) { return lowerListAhead(op, b), true; })
      .Case([&](TileSlideOp op) { return lowerTileSlide(op, b), true; })
      .Case([&](TileScoresOp op) { return lowerTileScores(op, b), true; })
      .Case([&](TileModifyOp op) { return lowerTileModify(op, b), true; })
      .Case([&](TileMaskOp op) { return lowerTileMask(op, b), true; })
      .Case([&](TileSoftmaxOp op) { return lowerTileSoftmax(op, b), true; })
      .Case(
          [&](TileAccumulateOp op) { return lowerTileAccumulate(op, b), true; })
      .Case([&](TileEndOp op) { return lowerTileEnd(op, b), true; })
      .Case([&](TileResumeOp op) { return lowerTileResume(op, b), true; })
      .Case([&](TileKeepOp op) { return lowerTileKeep(op, b), true; })
      .Case([&](DiagonalBeginOp op) { return lowerDiagonalBegin(op, b), true; })
      .Case([&](DiagonalKeysOp op) { return lowerDiagonalKeys(op, b), true; })
      .Case(
          [&](DiagonalScoresOp op) { return lowerDiagonalScores(op, b), true; })
      .Case(
          [&](DiagonalModifyOp op) { return lowerDiagonalModify(op, b), true; })
      .Case([&](DiagonalMaskOp op) { return lowerDiagonalMask(op, b), true; })
      .Case([&](DiagonalAccumulateOp op) {
        return lowerDiagonalAccumulate(op, b), true;
      })
      .Default(false);
}

namespace {

struct LowerTilesToVector : impl::LowerTilesToVectorBase<LowerTilesToVector> {
  using LowerTilesToVectorBase::LowerTilesToVectorBase;

  void runOnOperation() override {
    auto target = lookupTarget(targetName);
    if (!target) {
      getOperation().emitError(llvm::toString(target.takeError()));
      return signalPassFailure();
    }
    if (getOperation().isExternal())
      return;

    // New ops hold no tile ops, so the list is complete.
    SmallVector<Operation *> ops;
    getOperation().walk([&](Operation *op) { ops.push_back(op); });
    TileBuilder b(getOperation(), *target);
    for (Operation *op : ops) {
      auto begin = dyn_cast<TileBeginOp>(op);
      if (begin && isPairs(begin.getQt()) && !target->pairSpeed()) {
        op->emitError("expected a target that multiplies pairs of bf16 for "
                      "'products' of bf16, got '")
            << targetName << "'";
        return signalPassFailure();
      }
      b.setInsertionPoint(op);
      b.setLoc(op->getLoc());
      if (lower(op, b))
        op->erase();
    }
  }
};

} // namespace

} // namespace mlir::attn
