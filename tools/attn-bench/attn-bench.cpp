//===- attn-bench.cpp - measures the cases of docs/rationale.md -----------===//
//
// One thread. In every round a case, the same problem without its mask, the
// multiply-add peak and sgemm take turns, so that a drift of the machine meets
// all of them; medians over the rounds.
//
//===----------------------------------------------------------------------===//

#include "codegen/Compile.h"
#include "passes/PlanStatistics.h"
#include "tools/attn-bench/Cases.h"
#include "tools/attn-bench/Peak.h"

#include "mlir/IR/MLIRContext.h"
#include "mlir/Parser/Parser.h"
#include "llvm/Support/CommandLine.h"
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

static ExitOnError check("attn-bench: ");

namespace {

/// Arrays with numbers of unit variance, that start at a cache line.
class Tensor {
public:
  Tensor(const Case &c, unsigned seed)
      : data(static_cast<char *>(std::aligned_alloc(
                 64, (c.length * c.depth * 4 + 63) / 64 * 64)),
             std::free) {
    array.data = data.get();
    array.type = c.type == "f32" ? ATTN_F32 : ATTN_BF16;
    array.rank = 4;
    int64_t sizes[] = {1, 1, c.length, c.depth};
    int64_t strides[] = {c.length * c.depth, c.length * c.depth, c.depth, 1};
    std::copy_n(sizes, 4, array.sizes);
    std::copy_n(strides, 4, array.strides);
    std::minstd_rand random(seed);
    std::uniform_real_distribution<float> uniform(-1.7320508f, 1.7320508f);
    for (int64_t n = 0; n < c.length * c.depth; ++n) {
      float value = uniform(random);
      if (array.type == ATTN_F32)
        std::memcpy(data.get() + 4 * n, &value, 4);
      else
        std::memcpy(data.get() + 2 * n, reinterpret_cast<char *>(&value) + 2,
                    2);
    }
  }

  attn_array array = {};

private:
  std::unique_ptr<char, void (*)(void *)> data;
};

/// A compiled kernel and how fast it was in each round.
class Contender {
public:
  Contender(mlir::MLIRContext &context, const std::string &text, const Case &c)
      : length(c.length) {
    auto module = mlir::parseSourceString<mlir::ModuleOp>(text, &context);
    compiled = check(mlir::attn::compileSpec(*module, "host"));
    compiled->host().walk([&](mlir::attn::LaunchOp op) {
      kernel = compiled->kernel(op.getKernel());
      attention = compiled->attention(op.getKernel());
    });
    statistics =
        mlir::attn::computePlanStatistics(attention, 1, {length, length});
  }

  /// Runs at most `maxUnits` units, 0 for all, and adds the speed on the kept
  /// pairs; units of a part are taken as equally long.
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
    auto start = std::chrono::steady_clock::now();
    if (attn_launch(kernel, arrays.data(), arrays.size(), &options, message,
                    sizeof message))
      report_fatal_error(message);
    double seconds =
        std::chrono::duration<double>(std::chrono::steady_clock::now() - start)
            .count();
    double share = maxUnits ? double(std::min(maxUnits, units)) / units : 1;
    speeds.push_back(statistics.flopsKept * share / seconds / 1e9);
  }

  mlir::attn::PlanStatistics statistics;
  mlir::attn::AttentionOp attention;

private:
  std::unique_ptr<CompiledSpec> compiled;
  const attn_kernel *kernel = nullptr;
  int64_t length;
};

} // namespace

static double median(std::vector<double> values) {
  llvm::sort(values);
  return values[values.size() / 2];
}

static void runCase(mlir::MLIRContext &context, const Case &c) {
  Tensor q(c, 1), k(c, 2), v(c, 3), o(c, 4);
  attn_array arrays[] = {q.array, k.array, v.array, o.array};
  Contender masked(context, c.spec(), c), dense(context, c.denseSpec(), c);
  std::vector<double> speeds, twoThreads, denseSpeeds, peaks, dots, gemms;
  // Long dense problems are measured on a part.
  int64_t denseUnits = c.length > 20000 ? 2 : 0;
  for (unsigned round = 0; round < rounds; ++round) {
    peaks.push_back(measureF32Peak());
    if (c.type == "bf16")
      dots.push_back(measureBf16Peak());
    masked.run(arrays, 1, 0, speeds);
    if (c.yardstick == Yardstick::Ideal)
      dense.run(arrays, 1, denseUnits, denseSpeeds);
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
    outs() << format("   dense %.1f   speedup %.2f of %.2f: %.3f", denseSpeed,
                     share * masked.statistics.idealSpeedup(),
                     masked.statistics.idealSpeedup(), share);
    break;
  }
  }
  outs() << format("   (target %.3f, one unit %.3f)", c.target,
                   c.targetOneUnit);
  if (!twoThreads.empty())
    outs() << format("   two threads %.2f times", median(twoThreads) / speed);
  outs() << "\n    " << *masked.attention.getPlan()
         << format("   visited %.3f of kept, full %.3f\n",
                   masked.statistics.visitedPairs / masked.statistics.keptPairs,
                   masked.statistics.fullShare);
  outs().flush();
}

int main(int argc, char **argv) {
  InitLLVM init(argc, argv);
  cl::HideUnrelatedOptions(category);
  cl::ParseCommandLineOptions(
      argc, argv,
      "measures the speed of kernels beside the peak of the core and sgemm\n");
  for (const std::string &name : names)
    if (llvm::none_of(allCases(),
                      [&](const Case &c) { return c.name == name; })) {
      errs() << "attn-bench: error: expected one of";
      for (const Case &c : allCases())
        errs() << " " << c.name;
      errs() << ", got " << name << "\n";
      return EXIT_FAILURE;
    }
  mlir::DialectRegistry registry;
  mlir::attn::registerCompileDialects(registry);
  mlir::MLIRContext context(registry, mlir::MLIRContext::Threading::DISABLED);
  for (const Case &c : allCases())
    if (names.empty() || llvm::is_contained(names, c.name))
      runCase(context, c);
  return EXIT_SUCCESS;
}
