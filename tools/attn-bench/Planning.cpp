//===- Planning.cpp - what planning costs ---------------------------------===//

#include "tools/attn-bench/Planning.h"

#include "tools/attn-bench/Memory.h"
#include "tools/attn-bench/Planner.h"

#include "codegen/TargetDescription.h"
#include "codegen/cpu/Pipeline.h"
#include "passes/Pipelines.h"
#include "passes/PlanStatistics.h"

#include "mlir/IR/BuiltinOps.h"
#include "mlir/Parser/Parser.h"
#include "mlir/Pass/PassManager.h"
#include "llvm/Support/Format.h"

#include <chrono>

using namespace llvm;
using mlir::ModuleOp;
using mlir::OwningOpRef;
using mlir::attn::AttentionOp;

namespace attnbench {

static constexpr double kMost = 100e-3, kMostClosed = 1e-3,
                        kMostMemory = 64 << 20;

void printPlanningTitle() {
  outs() << "One core, 1,048,576 tokens. Plan: choosing tiles and groups in "
            "the compiler, and the\nmemory that it takes on top. Boxes: the "
            "planner of the kernel lists the key boxes of all\nquery tiles of "
            "all heads, which a kernel does while it computes; it stores "
            "nothing.\n~: by some of the tiles.\n\n"
         << "mask                      plan     memory          boxes       "
            "number     a box\n";
}

static double median(std::vector<double> values) {
  llvm::sort(values);
  return values[values.size() / 2];
}

/// The median of the seconds that the plan stage takes; the last module stays.
static Expected<double> timePlans(ModuleOp spec, unsigned rounds,
                                  OwningOpRef<ModuleOp> &planned,
                                  int64_t &bytes) {
  mlir::attn::MachineModel machine =
      mlir::attn::machineModel(mlir::attn::hostTarget());
  std::vector<double> times;
  for (unsigned round = 0; round < rounds; ++round) {
    planned = spec.clone();
    mlir::PassManager passes(spec.getContext());
    passes.enableVerifier(false);
    mlir::attn::buildPlanPipeline(passes, machine);
    bool ok = false;
    auto body = [&] {
      auto start = std::chrono::steady_clock::now();
      ok = succeeded(passes.run(*planned));
      times.push_back(std::chrono::duration<double>(
                          std::chrono::steady_clock::now() - start)
                          .count());
    };
    if (round == 0)
      bytes = measurePeakMemory(body);
    else
      body();
    if (!ok)
      return createStringError("cannot plan");
  }
  return median(times);
}

/// The pairs that the same solver finds in the compiler.
static int64_t expectedPairs(ModuleOp planned, const Problem &p) {
  AttentionOp attention;
  planned.walk([&](AttentionOp op) { attention = op; });
  auto contents = tableContents(attention, p);
  return mlir::attn::countVisitedPairs(
             attention, 1, {p.length, p.length, p.heads, p.heads}, &contents)
      .all;
}

Error runPlanningCase(mlir::MLIRContext &context, const PlanningCase &c,
                      unsigned rounds) {
  auto spec = mlir::parseSourceString<ModuleOp>(c.problem.spec(), &context);
  if (!spec)
    return createStringError("cannot read the spec of " + c.name);
  OwningOpRef<ModuleOp> planned;
  int64_t bytes = 0;
  Expected<double> seconds = timePlans(*spec, rounds, planned, bytes);
  if (!seconds)
    return seconds.takeError();
  outs() << left_justify(c.name, 22)
         << format("%8.2f ms %6.1f MiB", *seconds * 1e3,
                   double(bytes) / (1 << 20));
  outs().flush();

  std::vector<std::vector<int32_t>> tables;
  for (const Table &table : c.problem.tables)
    tables.push_back(table.make(c.problem.length));
  Expected<Planner> planner = Planner::create(*planned);
  if (!planner)
    return planner.takeError();
  // All tiles where that is quick, or else some of them.
  constexpr int64_t some = 61;
  int64_t step = std::max<int64_t>(1, planner->units(tables) / some);
  // The quickest of a few turns: an interruption would count for all tiles.
  Listing listing = planner->run(tables, step);
  for (int turn = 0; turn < 2; ++turn)
    listing.seconds =
        std::min(listing.seconds, planner->run(tables, step).seconds);
  bool isExact = listing.seconds < 0.25;
  std::vector<double> times = {listing.seconds};
  if (isExact) {
    times.clear();
    for (unsigned round = 0; round < rounds; ++round) {
      listing = planner->run(tables);
      times.push_back(listing.seconds);
    }
  }
  if (isExact)
    if (int64_t expected = expectedPairs(*planned, c.problem);
        listing.pairs != expected)
      return createStringError("expected " + Twine(expected) +
                               " pairs in the boxes of " + c.name + ", got " +
                               Twine(listing.pairs));
  double boxes = median(times);
  outs() << format("  %s%9.2f ms %12lld %7.1f ns", isExact ? " " : "~",
                   boxes * 1e3, (long long)listing.boxes,
                   boxes * 1e9 / listing.boxes);
  bool fits =
      *seconds <= (c.isClosed ? kMostClosed : kMost) && bytes <= kMostMemory;
  outs() << (fits ? "\n" : "   more than asked for\n");
  outs().flush();
  return Error::success();
}

} // namespace attnbench
