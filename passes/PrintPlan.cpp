//===- PrintPlan.cpp - tiles, key boxes, density, predicted speedup -------===//

#include "passes/ChoosePlan.h"
#include "passes/Passes.h"
#include "passes/PlanAnalysis.h"
#include "passes/PlanStatistics.h"
#include "passes/PredictCycles.h"
#include "passes/SlidingVisit.h"

#include "llvm/Support/Format.h"

namespace mlir::attn {

#define GEN_PASS_DEF_PRINTPLAN
#include "passes/Passes.h.inc"

namespace {

struct PrintPlan : impl::PrintPlanBase<PrintPlan> {
  using PrintPlanBase::PrintPlanBase;

  void runOnOperation() override {
    MachineModel machine{vectorLanes, l1Bytes,       l2Bytes,    pairSpeed,
                         pairLanes,   farLineCycles, permuteCost};
    std::string fault = machine.fault();
    if (length < 0 || length >= ::attn::MaskVars::lengthLimit)
      fault = "expected a 'length' of 0 or more, below 2^30, got " +
              std::to_string(length);
    if (tiles < 0)
      fault = "expected 'tiles' of 0 or more, got " + std::to_string(tiles);
    if (!fault.empty()) {
      getOperation()->emitError(fault);
      return signalPassFailure();
    }
    WalkResult result = getOperation().walk([&](AttentionOp op) {
      if (failed(verifyMadeByMaskOps(op, op.getMask())) ||
          failed(verifyMadeByMaskOps(op, op.getFirst())))
        return WalkResult::interrupt();
      bool hadPlan = op.hasPlan();
      if (!hadPlan)
        planAttention(op, machine);
      print(op, machine, llvm::errs());
      if (!hadPlan)
        op.dropPlan();
      return WalkResult::advance();
    });
    if (result.wasInterrupted())
      signalPassFailure();
  }

  int64_t orAssumed(int64_t size, int64_t assumed) {
    return ShapedType::isDynamic(size) ? assumed : size;
  }

  void print(AttentionOp op, const MachineModel &machine, raw_ostream &os) {
    SmallVector<PlanPart> parts = op.getPlanParts();
    int64_t tokens = length;
    for (const PlanPart &part : parts)
      tokens = part.plan.getSpace().numTokens().value_or(tokens);
    MaskSizes sizes = {orAssumed(op.getNumQueries(), tokens),
                       orAssumed(op.getNumKeys(), tokens),
                       orAssumed(op.getQueryHeads(), 1),
                       orAssumed(op.getKvHeads(), 1)};
    auto function = op->getParentOfType<func::FuncOp>();
    os << "plan in @" << (function ? function.getName() : "") << ": "
       << describeMask(op.getMask()) << "\n";
    if (std::string assumed = describeTables(op.getMask()); !assumed.empty())
      os << "  assumed: " << assumed << "\n";
    for (const PlanPart &part : parts) {
      os << "  " << part.plan;
      if (std::string text = describePart(part); !text.empty())
        os << " for " << text;
      os << "\n";
    }
    PlanStatistics s =
        computePlanStatistics(op, orAssumed(op.getBatch(), 1), sizes,
                              /*contents=*/nullptr, kMostReportedBoxes);
    if (s.countedTiles < s.tiles)
      os << "  pairs as in " << s.countedTiles << " of " << s.tiles
         << " tiles\n";
    auto figure = [&](StringRef name, double value, const char *format) {
      os << "  " << name << ": " << llvm::format(format, value) << "\n";
    };
    figure("all pairs", s.allPairs, "%.0f");
    figure("kept pairs", s.keptPairs, "%.0f");
    figure("visited pairs", s.visitedPairs, "%.0f");
    figure("density", s.density(), "%.6f");
    figure("full share", s.fullShare, "%.4f");
    figure("ideal speedup", s.idealSpeedup(), "%.4g");
    figure("predicted speedup", predictSpeedup(op, machine, sizes), "%.4g");
    for (const PlanPart &part : parts)
      printTiles(part, sizes, op.getMaskSizes(), os);
  }

  void printBox(const IndexBox &box, raw_ostream &os) {
    llvm::interleave(
        box, os,
        [&](const auto &x) { os << "[" << x.lo << ", " << x.hi << ")"; },
        " x ");
  }

  void printTiles(const PlanPart &part, MaskSizes sizes, MaskSizes ofKernel,
                  raw_ostream &os) {
    PlanAttr plan = part.plan;
    PlanAnalysis analysis(part.mask, plan.getSpace(), sizes,
                          /*contents=*/nullptr, /*known=*/{}, ofKernel);
    int64_t count = analysis.numTiles(plan.getTile());
    os << "  query tiles: " << count << "\n";
    int64_t shown = std::min<int64_t>(tiles, count);
    for (int64_t n = 0; n < shown; ++n) {
      IndexBox tile = analysis.tile(plan.getTile(), n * count / shown);
      os << "  queries ";
      printBox(tile, os);
      os << "\n";
      if (volume(tile) == 0)
        continue;
      for (const KeyBox &box : analysis.keyBoxes(tile))
        for (const Visit &visit : visitsOf(analysis, plan, tile, box))
          printVisit(visit, plan, os);
    }
  }

  void printVisit(const Visit &visit, PlanAttr plan, raw_ostream &os) {
    const KeyBox &box = visit.box;
    os << (plan.getDiagonals() ? "    diagonals " : "    keys ");
    printBox(box.keys, os);
    if (visit.half)
      os << (*visit.half ? " for the upper half" : " for the lower half");
    if (box.isFull()) {
      os << " full\n";
      return;
    }
    os << " partial";
    if (volume(box.core) > 0) {
      os << ", full in ";
      printBox(box.core, os);
    }
    os << "\n";
  }
};

} // namespace

} // namespace mlir::attn
