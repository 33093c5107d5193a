//===- attn-run.cpp - run a spec on arrays --------------------------------===//

#include "tools/attn-run/CommandLine.h"
#include "tools/attn-run/Run.h"

#include "llvm/Support/CommandLine.h"
#include "llvm/Support/InitLLVM.h"

#include <thread>

using namespace llvm;

static constexpr char kOverview[] = R"(runs a pattern spec on arrays

Compiles the entry function of SPEC.mlir, calls it with .npy arrays (f32 as <f4,
f16 as <f2, bf16 as <u2) in the order of its arguments, writes its results, and
says how sparse the pattern is and how fast it ran beside the same problem
without a mask. Exit code 0 means that all that was asked for held; otherwise
no output is written.

  attn-run causal.mlir --in=q.npy --in=k.npy --in=v.npy --out=o.npy --verify
  attn-run causal.mlir --random=1 --size=N=4096 --repeat=7 --json
)";

/// As the runtime has it.
static constexpr unsigned kMaxThreads = 1024;

static cl::OptionCategory category("Options");

/// Takes names of ours away from options that live in LLVM's shared library, at
/// a time when those are registered and ours are not.
[[maybe_unused]] static const bool namesAreFree = [] {
  auto &options = cl::getRegisteredOptions();
  for (StringRef name : {"threads", "target", "entry", "in", "out", "size"})
    if (auto found = options.find(name); found != options.end())
      found->second->removeArgument();
  return true;
}();

static cl::opt<std::string> specPath(cl::Positional, cl::desc("SPEC.mlir"),
                                     cl::init(""), cl::cat(category));
static cl::opt<std::string>
    entry("entry", cl::value_desc("name"), cl::cat(category),
          cl::desc("The function to run (default: main, or the only one)"));
static cl::list<std::string>
    in("in", cl::value_desc("file"), cl::cat(category),
       cl::desc("An .npy file for the next argument of the function"));
static cl::list<std::string>
    out("out", cl::value_desc("file"), cl::cat(category),
        cl::desc("Where the next result goes. For each result or for none"));
static cl::opt<uint64_t>
    seed("random", cl::value_desc("seed"), cl::cat(category),
         cl::desc("Unit normal numbers instead of files, the same everywhere"));
static cl::list<std::string>
    sizes("size", cl::value_desc("name=size"), cl::cat(category),
          cl::desc("With --random, a dynamic size: B (batch), H (heads of q),\n"
                   "Hkv (of k and v), Nq (queries), Nk (keys) or N (both)"));
static cl::list<std::string>
    shapes("shape", cl::value_desc("arg:1x8x4096x64"), cl::cat(category),
           cl::desc("With --random, the shape of an argument, counted from 0"));
static cl::list<std::string> numberValues(
    "number", cl::value_desc("arg:value"), cl::cat(category),
    cl::desc("With --random, the value of an argument that is a number"));
static cl::opt<bool> verify(
    "verify", cl::cat(category),
    cl::desc("Compare with an f64 reference. Allowed, relative to the\n"
             "largest output of a row: 2e-6 for f32, 2e-3 for f16, 1.6e-2\n"
             "for bf16. A sample of rows where all would take long"));
static cl::opt<unsigned>
    repeat("repeat", cl::value_desc("n"), cl::init(1), cl::cat(category),
           cl::desc("Run n times and take the median time (default: 1)"));
static cl::opt<unsigned>
    threads("threads", cl::value_desc("n"), cl::init(0), cl::cat(category),
            cl::desc("Threads that run the kernel (0, the default: one for "
                     "each core); up to four compile it"));
static cl::opt<std::string> target("target", cl::value_desc("cpu|gpu"),
                                   cl::init("cpu"), cl::cat(category),
                                   cl::desc("Where to run (default: cpu)"));
static cl::opt<std::string> targetCpu(
    "target-cpu", cl::value_desc("name"), cl::init("host"), cl::cat(category),
    cl::desc("Instructions: amx, avx512, avx512bf16, avx2, generic or host\n"
             "(default)"));
static cl::opt<bool>
    noDense("no-dense", cl::cat(category),
            cl::desc("Do not time the same problem without a mask"));
static cl::opt<bool>
    json("json", cl::cat(category),
         cl::desc("Print the figures as one JSON object, not as a table"));

static Expected<attnrun::RunOptions> readOptions() {
  if (specPath.empty())
    return createStringError("expected a spec, got none: attn-run --help says "
                             "how to call it");
  if (target == "gpu")
    return createStringError("expected --target=cpu, got gpu: there is no GPU "
                             "target yet");
  if (target != "cpu")
    return createStringError("expected --target=cpu, got " + Twine(target));
  if (repeat == 0)
    return createStringError("expected --repeat of at least 1, got 0");
  if (threads > kMaxThreads)
    return createStringError("expected at most " + Twine(kMaxThreads) +
                             " threads, got " + Twine(threads));
  attnrun::RunOptions options;
  options.spec = specPath;
  options.entry = entry;
  options.inputs.files = in;
  if (seed.getNumOccurrences())
    options.inputs.seed = seed;
  options.inputs.sizes = sizes;
  options.inputs.shapes = shapes;
  options.inputs.numbers = numberValues;
  options.outputs = out;
  options.targetCpu = targetCpu;
  options.threads = threads ? unsigned(threads)
                            : std::max(1u, std::thread::hardware_concurrency());
  options.repeat = repeat;
  options.verify = verify;
  options.dense = !noDense;
  return options;
}

int main(int argc, char **argv) {
  auto start = std::chrono::steady_clock::now();
  InitLLVM init(argc, argv);
  auto fail = [](Error error) {
    errs() << "attn-run: error: " << toString(std::move(error)) << "\n";
    return EXIT_FAILURE;
  };
  if (Error error =
          attnrun::parseCommandLine(argc, argv, kOverview, {&category}))
    return fail(std::move(error));
  Expected<attnrun::RunOptions> options = readOptions();
  if (!options)
    return fail(options.takeError());
  options->start = start;
  Error error = attnrun::run(*options, [](const attnrun::Figures &figures) {
    if (json)
      printJson(figures, outs());
    else
      printTable(figures, outs());
    outs().flush();
  });
  return error ? fail(std::move(error)) : EXIT_SUCCESS;
}
