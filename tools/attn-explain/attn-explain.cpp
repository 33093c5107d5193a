//===- attn-explain.cpp - what sparsity can gain, and why -----------------===//

#include "tools/attn-explain/Explain.h"
#include "tools/attn-explain/SimulatorOptions.h"
#include "tools/attn-run/CommandLine.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/CommandLine.h"
#include "llvm/Support/InitLLVM.h"

#include <optional>
#include <string>

using namespace llvm;

static constexpr char kOverview[] = R"(what sparsity can gain, and why

With SPEC.mlir: what the compiler makes of a spec, without running it. A picture
of the mask, its density, the plan, the pairs that a kernel visits, the speedup
to expect, and how long some machines take at least.

    attn-explain causal.mlir --size=N=4096
  One place of a long mask, pair by pair, and all of it in files:
    ... --queries=100000:100064 --keys=99000:99064 --svg=m.svg --png=m.png
  Another machine, by its peak and memory bandwidth:
    ... --peak-gflops=60000 --bandwidth-gbs=2000

Without: simulates a neighborhood. Counts the key tiles that every query tile
visits under the exact mask, and says by how much a kernel with such tiles can
be faster than full attention. Lists have one number for each axis of the
layout, from the slowest to the fastest.

  How fast can this be?
    attn-explain --layout=30,48,80 --window=18,24,24 \
                 --query-tile=4,8,8 --key-tile=2,8,8
  Which strides make it faster?
    ... --sweep-strides
  Which tiles suit it? Of as many tokens as those given, or of so many:
    ... --suggest-tiles [--query-tile-tokens=256 --key-tile-tokens=128]
  What is in it for a model that spends 60.7 % of its time in attention, with
  the first 15 of 50 diffusion steps left dense?
    ... --attention-share=0.607 --dense-share=15/50

An ideal speedup far above the worst speedup tells that tiles cut the windows
badly: try a stride or other tiles. A mean speedup above the worst speedup is
there for kernels that spread query tiles evenly over processors.
)";

static cl::OptionCategory category("Options"),
    specCategory("Options with a spec"),
    simulatorCategory("Options without a spec");

/// Takes names of ours away from options that live in LLVM's shared library, at
/// a time when those are registered and ours are not.
[[maybe_unused]] static const bool namesAreFree = [] {
  auto &options = cl::getRegisteredOptions();
  for (StringRef name : {"layout",
                         "window",
                         "stride",
                         "dilation",
                         "causal",
                         "query-tile",
                         "key-tile",
                         "dynamic",
                         "sweep-strides",
                         "suggest-tiles",
                         "query-tile-tokens",
                         "key-tile-tokens",
                         "attention-share",
                         "dense-share",
                         "json",
                         "entry",
                         "size",
                         "in",
                         "target-cpu",
                         "attention",
                         "head",
                         "queries",
                         "keys",
                         "picture",
                         "svg",
                         "png",
                         "peak-gflops",
                         "bandwidth-gbs"})
    if (auto found = options.find(name); found != options.end())
      found->second->removeArgument();
  return true;
}();

static cl::opt<std::string> specPath(cl::Positional, cl::desc("[SPEC.mlir]"),
                                     cl::init(""), cl::cat(category));

static cl::opt<std::string>
    entry("entry", cl::value_desc("name"), cl::cat(specCategory),
          cl::desc("The function (default: main, or the only one)"));
static cl::list<std::string>
    sizes("size", cl::value_desc("name=size"), cl::cat(specCategory),
          cl::desc("A dynamic size: B (batch), H (heads of q), Hkv (of k and\n"
                   "v), Nq (queries), Nk (keys) or N (both; default: 4096)"));
static cl::list<std::string> numberValues(
    "number", cl::value_desc("arg:value"), cl::cat(specCategory),
    cl::desc("The value of an argument that is a number (default: 0)"));
static cl::list<std::string>
    in("in", cl::value_desc("file"), cl::cat(specCategory),
       cl::desc("An .npy file for the next argument of the function, for its\n"
                "sizes and the contents of tables"));
static cl::opt<std::string> targetCpu(
    "target-cpu", cl::value_desc("name"), cl::init("host"),
    cl::cat(specCategory),
    cl::desc(
        "What to plan for: amx, avx512, avx512bf16, avx2, generic or host\n"
        "(default)"));
static cl::opt<std::string>
    attention("attention", cl::value_desc("n"), cl::cat(specCategory),
              cl::desc("One attention op of several, counted from 0"));
static cl::opt<std::string>
    head("head", cl::value_desc("h"), cl::cat(specCategory),
         cl::desc("The head in the picture (default: 0)"));
static cl::opt<std::string> queries("queries", cl::value_desc("lo:hi"),
                                    cl::cat(specCategory),
                                    cl::desc("Draw these only"));
static cl::opt<std::string> keys("keys", cl::value_desc("lo:hi"),
                                 cl::cat(specCategory),
                                 cl::desc("Draw these only"));
static cl::opt<std::string>
    picture("picture", cl::value_desc("rowsxcolumns"), cl::cat(specCategory),
            cl::desc("Cells of the picture at most (default: 64x64, in files\n"
                     "256x256)"));
static cl::opt<std::string> svg("svg", cl::value_desc("file"),
                                cl::cat(specCategory),
                                cl::desc("Draw the mask into an SVG file"));
static cl::opt<std::string> png("png", cl::value_desc("file"),
                                cl::cat(specCategory),
                                cl::desc("Draw the mask into a PNG file"));
static cl::opt<std::string>
    peakGflops("peak-gflops", cl::value_desc("p"), cl::cat(specCategory),
               cl::desc("Predict for a machine of this peak too"));
static cl::opt<std::string>
    bandwidthGbs("bandwidth-gbs", cl::value_desc("b"), cl::cat(specCategory),
                 cl::desc("Its memory bandwidth in GB/s"));

static cl::opt<std::string> layout("layout", cl::value_desc("30,48,80"),
                                   cl::cat(simulatorCategory),
                                   cl::desc("Tokens on each of 1 to 4 axes"));
static cl::opt<std::string>
    window("window", cl::value_desc("18,24,24"), cl::cat(simulatorCategory),
           cl::desc("Keys that a query attends to on each axis"));
static cl::opt<std::string>
    stride("stride", cl::value_desc("2,1,8"), cl::cat(simulatorCategory),
           cl::desc("Neighbouring queries that share a window (default: 1)"));
static cl::opt<std::string>
    dilation("dilation", cl::value_desc("1,1,1"), cl::cat(simulatorCategory),
             cl::desc("Distance of the keys in a window (default: 1). Tiles\n"
                      "consist of tokens that many apart; full attention to\n"
                      "compare with has tiles of neighbouring tokens"));
static cl::opt<std::string>
    causal("causal", cl::value_desc("0,0,0"), cl::cat(simulatorCategory),
           cl::desc("1 for an axis that looks back only (default: 0)"));
static cl::opt<std::string>
    queryTile("query-tile", cl::value_desc("4,8,8"), cl::cat(simulatorCategory),
              cl::desc("Queries that a kernel handles at a time"));
static cl::opt<std::string> keyTile("key-tile", cl::value_desc("2,8,8"),
                                    cl::cat(simulatorCategory),
                                    cl::desc("Keys that it reads at a time"));
static cl::opt<bool>
    dynamic("dynamic", cl::cat(simulatorCategory),
            cl::desc("Key tiles start where the windows of a query tile do,\n"
                     "not on a grid that is the same for all"));
static cl::opt<bool> sweepStrides(
    "sweep-strides", cl::cat(simulatorCategory),
    cl::desc("Try all strides up to the window, list those that gain"));
static cl::opt<bool>
    suggestTiles("suggest-tiles", cl::cat(simulatorCategory),
                 cl::desc("List the best tiles with sides of powers of two, "
                          "of\nthose that cover the layout with few tiles"));
static cl::opt<std::string>
    queryTileTokens("query-tile-tokens", cl::value_desc("256"),
                    cl::cat(simulatorCategory),
                    cl::desc("Their queries (default: as --query-tile)"));
static cl::opt<std::string>
    keyTileTokens("key-tile-tokens", cl::value_desc("128"),
                  cl::cat(simulatorCategory),
                  cl::desc("Their keys (default: as --key-tile)"));
static cl::opt<std::string>
    attentionShare("attention-share", cl::value_desc("0.607"),
                   cl::cat(simulatorCategory),
                   cl::desc("Of the time of a model: bound its speedup too"));
static cl::opt<std::string>
    denseShare("dense-share", cl::value_desc("15/50"),
               cl::cat(simulatorCategory),
               cl::desc("Of its diffusion steps, which stay dense"));
static cl::opt<bool> json("json", cl::cat(category),
                          cl::desc("Print one JSON object, not a report"));

static int fail(const Twine &message) {
  errs() << "attn-explain: error: " << message << "\n";
  return EXIT_FAILURE;
}

/// What is wrong with the options as a whole; empty: nothing.
static std::string complain() {
  bool hasSpec = !specPath.empty();
  const cl::Option *unwanted = attnrun::findOption(
      {hasSpec ? &simulatorCategory : &specCategory},
      [](const cl::Option &option) { return option.getNumOccurrences() > 0; });
  if (!unwanted)
    return "";
  if (hasSpec)
    return ("expected no --" + unwanted->ArgStr + " with a spec, got '" +
            specPath + "'")
        .str();
  return ("expected a spec with --" + unwanted->ArgStr +
          ", got none: attn-explain --help says how to call it")
      .str();
}

/// As it was written; nothing of an option that was not.
static std::optional<std::string> given(const cl::opt<std::string> &option) {
  if (!option.getNumOccurrences())
    return std::nullopt;
  return option.getValue();
}

static int explainSpec() {
  attnexplain::ExplainOptions options;
  options.source = {specPath, entry, in, sizes, numberValues};
  options.targetCpu = targetCpu;
  options.attention = given(attention);
  options.hasPictures = !json;
  options.head = given(head);
  options.queries = given(queries);
  options.keys = given(keys);
  options.picture = given(picture);
  options.svg = given(svg);
  options.png = given(png);
  options.peakGflops = given(peakGflops);
  options.bandwidthGbs = given(bandwidthGbs);
  Expected<attnexplain::SpecReport> report = attnexplain::explain(options);
  if (!report)
    return fail(toString(report.takeError()));
  if (json)
    printJson(*report, outs());
  else
    printText(*report, outs());
  return EXIT_SUCCESS;
}

static int simulate() {
  attnexplain::SimulatorOptions options;
  options.layout = given(layout);
  options.window = given(window);
  options.stride = given(stride);
  options.dilation = given(dilation);
  options.causal = given(causal);
  options.queryTile = given(queryTile);
  options.keyTile = given(keyTile);
  options.queryTileTokens = given(queryTileTokens);
  options.keyTileTokens = given(keyTileTokens);
  options.attentionShare = given(attentionShare);
  options.denseShare = given(denseShare);
  options.isDynamic = dynamic;
  options.sweepsStrides = sweepStrides;
  options.suggestsTiles = suggestTiles;
  Expected<attnexplain::SimulatorReport> report =
      attnexplain::simulate(options);
  if (!report)
    return fail(toString(report.takeError()));
  if (json)
    printJson(*report, outs());
  else
    printText(*report, outs());
  return EXIT_SUCCESS;
}

int main(int argc, char **argv) {
  InitLLVM init(argc, argv);
  if (Error error = attnrun::parseCommandLine(
          argc, argv, kOverview,
          {&category, &specCategory, &simulatorCategory}))
    return fail(toString(std::move(error)));
  std::string wrong = complain();
  if (!wrong.empty())
    return fail(wrong);
  return specPath.empty() ? simulate() : explainSpec();
}
