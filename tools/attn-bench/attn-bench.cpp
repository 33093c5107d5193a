//===- attn-bench.cpp - measures the cases of docs/rationale.md -----------===//
//
// One thread. In every round a case, the same problem without its mask, the
// multiply-add peak and sgemm take turns, so that a drift of the machine meets
// all of them; medians over the rounds. A kernel that takes less than a turn
// runs again until that is over: the arrays of its first run come from memory,
// where the others have left them.
//
//===----------------------------------------------------------------------===//

#include "codegen/Compile.h"
#include "codegen/cpu/Pipeline.h"
#include "passes/PlanStatistics.h"
#include "passes/PredictCycles.h"
#include "tools/attn-bench/Cases.h"
#include "tools/attn-bench/CompileTime.h"
#include "tools/attn-bench/Peak.h"
#include "tools/attn-bench/Planning.h"
#include "tools/attn-run/Array.h"

#include "mlir/IR/MLIRContext.h"
#include "mlir/Parser/Parser.h"
#include "llvm/Support/CommandLine.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/InitLLVM.h"

#include <chrono>
#include <cstdlib>
#include <random>

using namespace llvm;
using namespace attnbench;
using mlir::attn::CompiledSpec;

static cl::OptionCategory category("Options");
static cl::list<std::string> names(cl::Positional, cl::desc("[CASE ...]"),
                                   cl::cat(category));
static cl::opt<unsigned> rounds("rounds", cl::init(9), cl::cat(category),
                                cl::desc("Rounds of a case (default: 9)"));
static cl::opt<bool> noSgemm("no-sgemm", cl::cat(category),
                             cl::desc("Leave sgemm out"));

static cl::opt<bool>
    planning("planning", cl::cat(category),
             cl::desc("Measure what planning costs at 1,048,576 tokens"));
static cl::opt<bool>
    compileTime("compile-time", cl::cat(category),
                cl::desc("Measure the time from a spec to a callable kernel, "
                         "each in a new process"));
static cl::opt<std::string> once("compile-once", cl::Hidden);

static ExitOnError check("attn-bench: error: ");

namespace {

/// Numbers of unit variance.
attnrun::Array randomArray(const Problem &p, unsigned seed) {
  attnrun::Array array = check(attnrun::Array::create(
      p.type == "f32" ? ATTN_F32 : ATTN_BF16, {1, p.heads, p.length, p.depth}));
  std::minstd_rand random(seed);
  std::uniform_real_distribution<float> uniform(-1.7320508f, 1.7320508f);
  for (int64_t n = 0; n < array.numElements(); ++n)
    array.store(n, uniform(random));
  return array;
}

/// A compiled kernel and how fast it was in each round.
class Contender {
public:
  Contender(mlir::MLIRContext &context, const std::string &text,
            const Problem &p) {
    auto module = mlir::parseSourceString<mlir::ModuleOp>(text, &context);
    compiled = check(mlir::attn::compileSpec(*module, "host"));
    compiled->host().walk([&](mlir::attn::LaunchOp op) {
      kernel = compiled->kernel(op.getKernel());
      attention = compiled->attention(op.getKernel());
    });
    auto contents = tableContents(attention, p);
    mlir::attn::MaskSizes sizes = {p.length, p.length, p.heads, p.heads};
    statistics =
        mlir::attn::computePlanStatistics(attention, 1, sizes, &contents);
    mlir::attn::MachineModel machine =
        mlir::attn::machineModel(mlir::attn::hostTarget());
    predicted = mlir::attn::predictCycles(attention, machine, sizes, &contents)
                    .speedup();
  }

  /// Runs at most `maxUnits` units, 0 for all, for a turn, and adds the speed
  /// on the kept pairs; units of a part are taken as equally long.
  void run(ArrayRef<attn_array> arrays, int threads, int64_t maxUnits,
           std::vector<double> &speeds) {
    char message[200];
    int64_t units = 0;
    attn_launch_options options = {};
    options.threads = threads;
    options.max_units = maxUnits;
    if (attn_check(kernel, arrays.data(), arrays.size(), &units, message,
                   sizeof message))
      report_fatal_error(message);
    constexpr double turn = 0.05;
    double seconds = 0, runs = 0;
    auto start = std::chrono::steady_clock::now();
    for (; seconds < turn; ++runs) {
      if (attn_launch(kernel, arrays.data(), arrays.size(), &options, message,
                      sizeof message))
        report_fatal_error(message);
      std::chrono::duration<double> passed =
          std::chrono::steady_clock::now() - start;
      seconds = passed.count();
    }
    double share = maxUnits ? double(std::min(maxUnits, units)) / units : 1;
    speeds.push_back(statistics.flopsKept * share * runs / seconds / 1e9);
  }

  mlir::attn::PlanStatistics statistics;
  mlir::attn::AttentionOp attention;
  double predicted = 1; ///< speedup over the same problem without its mask

private:
  std::unique_ptr<CompiledSpec> compiled;
  const attn_kernel *kernel = nullptr;
};

} // namespace

static double median(std::vector<double> values) {
  llvm::sort(values);
  return values[values.size() / 2];
}

static void runCase(mlir::MLIRContext &context, const Case &c) {
  const Problem &p = c.problem;
  attnrun::Array q = randomArray(p, 1), k = randomArray(p, 2),
                 v = randomArray(p, 3), o = randomArray(p, 4);
  std::vector<std::vector<int32_t>> tables;
  for (const Table &table : p.tables)
    tables.push_back(table.make(p.length));
  SmallVector<attn_array> denseArrays = {q.view(), k.view(), v.view(),
                                         o.view()};
  SmallVector<attn_array> arrays = {q.view(), k.view(), v.view()};
  for (std::vector<int32_t> &table : tables) {
    attn_array array = {
        table.data(), ATTN_I32, 1, {int64_t(table.size())}, {1}};
    arrays.push_back(array);
  }
  arrays.push_back(o.view());
  Contender masked(context, p.spec(), p), dense(context, p.denseSpec(), p);
  std::vector<double> speeds, twoThreads, denseSpeeds, peaks, dots, gemms;
  // Long dense problems are measured on a part.
  int64_t denseUnits = p.length > 20000 ? 2 : 0;
  for (unsigned round = 0; round < rounds; ++round) {
    peaks.push_back(measureF32Peak());
    if (p.type == "bf16")
      dots.push_back(measureBf16Peak());
    masked.run(arrays, 1, 0, speeds);
    if (c.yardstick == Yardstick::Ideal)
      dense.run(denseArrays, 1, denseUnits, denseSpeeds);
    if (c.name == "window")
      masked.run(arrays, 2, 0, twoThreads);
    if (!noSgemm && c.yardstick == Yardstick::F32Peak)
      gemms.push_back(measureSgemm());
    peaks.push_back(measureF32Peak());
  }
  double speed = median(speeds), peak = median(peaks), share = 0;
  outs() << left_justify(c.name, 26)
         << format("%8.1f GFLOP/s   peak %.1f", speed, peak);
  if (!dots.empty())
    outs() << format("   bf16 peak %.1f", median(dots));
  if (!gemms.empty())
    outs() << format("   sgemm %.1f", median(gemms));
  switch (c.yardstick) {
  case Yardstick::F32Peak:
    share = speed / peak;
    outs() << format("   %.3f of the peak", share);
    break;
  case Yardstick::Bf16Peak:
    share = median(dots) ? speed / median(dots) : 0;
    outs() << format("   %.3f of the bf16 peak", share);
    break;
  case Yardstick::Ideal: {
    double denseSpeed = median(denseSpeeds);
    share = speed / denseSpeed;
    double ideal = masked.statistics.idealSpeedup();
    outs() << format("   dense %.1f   speedup %.2f (predicted %.2f) of %.2f: "
                     "%.3f",
                     denseSpeed, share * ideal, masked.predicted, ideal, share);
    break;
  }
  }
  outs() << format("   (target %.3f, one unit %.3f)", c.target,
                   c.targetOneUnit);
  if (!twoThreads.empty())
    outs() << format("   two threads %.2f times", median(twoThreads) / speed);
  for (const mlir::attn::PlanPart &part : masked.attention.getPlanParts())
    outs() << "\n    " << part.plan;
  outs() << format("   visited %.3f of kept, full %.3f\n",
                   masked.statistics.visitedPairs / masked.statistics.keptPairs,
                   masked.statistics.fullShare);
  outs().flush();
}

/// The cases that were asked for, or all.
template <typename T> static std::vector<T> selectCases(ArrayRef<T> cases) {
  auto isNamed = [](const T &c) { return is_contained(names, c.name); };
  for (const std::string &name : names) {
    if (any_of(cases, [&](const T &c) { return c.name == name; }))
      continue;
    errs() << "attn-bench: error: expected one of";
    for (const T &c : cases)
      errs() << " " << c.name;
    errs() << ", got " << name << "\n";
    std::exit(EXIT_FAILURE);
  }
  std::vector<T> selected;
  copy_if(cases, std::back_inserter(selected),
          [&](const T &c) { return names.empty() || isNamed(c); });
  return selected;
}

int main(int argc, char **argv) {
  InitLLVM init(argc, argv);
  cl::HideUnrelatedOptions(category);
  cl::ParseCommandLineOptions(
      argc, argv,
      "measures the speed of kernels beside the peak of the core and sgemm\n");
  if (rounds == 0)
    check(createStringError("expected at least one round, got 0"));
  if (planning && compileTime)
    check(createStringError("expected --planning or --compile-time, got both"));
  if (!once.empty()) {
    names.push_back(once);
    check(compileOnce(selectCases(allCases()).front()));
    return EXIT_SUCCESS;
  }
  if (compileTime) {
    std::string program =
        sys::fs::getMainExecutable(argv[0], reinterpret_cast<void *>(&runCase));
    for (const Case &c : selectCases(allCases()))
      check(runCompileCase(program, c, rounds));
    return EXIT_SUCCESS;
  }
  mlir::DialectRegistry registry;
  mlir::attn::registerCompileDialects(registry);
  mlir::MLIRContext context(registry, mlir::MLIRContext::Threading::DISABLED);
  if (planning) {
    printPlanningTitle();
    for (const PlanningCase &c : selectCases(allPlanningCases()))
      check(runPlanningCase(context, c, rounds));
    return EXIT_SUCCESS;
  }
  for (const Case &c : selectCases(allCases()))
    runCase(context, c);
  return EXIT_SUCCESS;
}
