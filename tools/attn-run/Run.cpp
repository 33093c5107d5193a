//===- Run.cpp - compile a spec, run it, check it -------------------------===//

#include "tools/attn-run/Run.h"

#include "tools/attn-run/Files.h"
#include "tools/attn-run/Npy.h"
#include "tools/attn-run/Progress.h"
#include "tools/attn-run/Spec.h"

#include "codegen/TargetDescription.h"
#include "passes/PlanStatistics.h"
#include "passes/ProveClaims.h"

#include "mlir/IR/MLIRContext.h"
#include "llvm/Support/Format.h"

#include <deque>

using namespace llvm;
using mlir::MLIRContext;
using mlir::ModuleOp;
using mlir::OwningOpRef;
using mlir::attn::AttentionOp;
using mlir::attn::CompiledSpec;
using mlir::func::FuncOp;

namespace attnrun {

/// Multiply-adds that --verify may spend on one attention op: a few seconds.
static constexpr double kVerifyBudget = 2e9;

namespace {

/// The arrays of one attention op.
struct Operands {
  Array *q, *k, *v, *o, *lse;
  DenseMap<mlir::Value, std::vector<int64_t>> tables{}; ///< of the mask
  DenseMap<mlir::Value, const Array *> scoreTables{};
};

class Session {
public:
  explicit Session(const RunOptions &options) : options(options) {}

  Error prepare();
  Error bind();
  Error bindDense();
  Error measureAll();
  void addStatistics();
  Error verifyAll();
  Error writeOutputs();

  Figures figures;

private:
  Error checkOutputs();
  Expected<std::unique_ptr<CompiledSpec>> compile(ModuleOp module);
  Expected<Array *> allocate(attn_type type, ArrayRef<int64_t> shape);

  const RunOptions &options;
  mlir::DialectRegistry registry;
  std::unique_ptr<MLIRContext> context;
  std::optional<Spec> spec;
  std::vector<Array> inputs;
  /// A deque, as its elements do not move.
  std::deque<Array> computed;
  std::unique_ptr<CompiledSpec> compiled, compiledDense;
  Program program, dense;
  SmallVector<Array *> results;
  std::vector<Operands> operands;
};

} // namespace

//===----------------------------------------------------------------------===//
// Before the run
//===----------------------------------------------------------------------===//

/// What can be known to fail before anything is computed.
Error Session::checkOutputs() {
  size_t expected = spec->entry().getNumResults();
  ArrayRef<std::string> paths = options.outputs;
  if (!paths.empty() && paths.size() != expected)
    return createStringError(
        "expected " + Twine(expected) + " --out, one for each result of '" +
        spec->entry().getName() + "', got " + Twine(paths.size()));
  for (auto [i, path] : enumerate(paths)) {
    if (any_of(paths.take_front(i),
               [&](StringRef other) { return isSameFile(path, other); }))
      return createStringError("expected another file for each --out, got '" +
                               path + "' twice");
    if (Error error = checkWritable(path))
      return error;
  }
  return Error::success();
}

Error Session::prepare() {
  Expected<mlir::attn::TargetDescription> target =
      mlir::attn::lookupTarget(options.targetCpu);
  if (!target)
    return target.takeError();
  figures.target = target->name;
  figures.threads = options.threads;
  figures.repeat = options.repeat;

  mlir::attn::registerCompileDialects(registry);
  context = std::make_unique<MLIRContext>(registry);
  context->printOpOnDiagnostic(false);
  Expected<Spec> read = Spec::read(options.spec, options.entry, context.get());
  if (!read)
    return read.takeError();
  spec = std::move(*read);
  FirstError errors(context.get());
  if (failed(mlir::attn::proveClaims(spec->wholeModule())))
    return errors.take(createStringError("cannot decide the spec's claims"));
  if (Error error = checkOutputs())
    return error;

  auto pause = std::chrono::steady_clock::now();
  Expected<std::vector<Array>> arrays =
      makeInputs(spec->entry(), options.inputs);
  if (!arrays)
    return arrays.takeError();
  inputs = std::move(*arrays);

  auto resume = std::chrono::steady_clock::now();
  OwningOpRef<ModuleOp> module = spec->exposeAttention();
  Expected<std::unique_ptr<CompiledSpec>> result = compile(*module);
  if (!result)
    return result.takeError();
  compiled = std::move(*result);
  figures.compileSeconds =
      std::chrono::duration<double>((pause - options.start) +
                                    (std::chrono::steady_clock::now() - resume))
          .count();
  return Error::success();
}

Expected<std::unique_ptr<CompiledSpec>> Session::compile(ModuleOp module) {
  FirstError errors(context.get());
  auto result = mlir::attn::compileSpec(module, options.targetCpu);
  if (!result)
    return errors.take(result.takeError());
  return result;
}

Expected<Array *> Session::allocate(attn_type type, ArrayRef<int64_t> shape) {
  Expected<Array> array = Array::create(type, shape);
  if (!array)
    return array.takeError();
  computed.push_back(std::move(*array));
  return &computed.back();
}

Error Session::bind() {
  StringRef name = spec->entry().getName();
  auto entry = compiled->host().lookupSymbol<FuncOp>(name);
  if (!entry)
    return createStringError("expected a compiled function '" + name +
                             "', got none");
  SmallVector<Array *> arguments;
  for (Array &input : inputs)
    arguments.push_back(&input);
  auto make = [&](attn_type type, ArrayRef<int64_t> shape) {
    return allocate(type, shape);
  };
  auto bound = bindFunction(entry, *compiled, arguments, make, program);
  if (!bound)
    return bound.takeError();

  // The results of the entry, then those of all attention ops.
  results = std::move(*bound);
  DenseMap<mlir::Value, Array *> arrays;
  for (auto [value, array] : zip_equal(spec->entry().getArguments(), arguments))
    arrays[value] = array;
  for (mlir::Operation &op : spec->entry().front()) {
    bool isArray = op.hasTrait<mlir::OpTrait::ConstantLike>() &&
                   isa<mlir::ShapedType>(op.getResult(0).getType());
    if (!isArray || op.use_empty())
      continue;
    Expected<Array *> constant = makeConstant(op, make);
    if (!constant)
      return constant.takeError();
    arrays[op.getResult(0)] = *constant;
  }
  size_t next = spec->entry().getNumResults();
  for (AttentionOp op : spec->attentions()) {
    for (mlir::Value result : op->getResults())
      arrays[result] = results[next++];
    operands.push_back({arrays[op.getQ()], arrays[op.getK()], arrays[op.getV()],
                        arrays[op.getO()],
                        op.getLse() ? arrays[op.getLse()] : nullptr});
    for (const mlir::attn::ScoreTable &table :
         mlir::attn::collectScoreTables(op))
      operands.back().scoreTables[table.values] = arrays[table.values];
    for (const mlir::attn::MaskTable &table :
         mlir::attn::collectTables(op.getMask()))
      operands.back().tables[table.values] = arrays[table.values]->integers();
  }
  results.truncate(spec->entry().getNumResults());
  return Error::success();
}

/// The same problems without masks, on the same arrays.
Error Session::bindDense() {
  SmallVector<std::string> names;
  OwningOpRef<ModuleOp> module = spec->makeDense(names);
  Expected<std::unique_ptr<CompiledSpec>> result = compile(*module);
  if (!result)
    return result.takeError();
  compiledDense = std::move(*result);
  for (auto [name, arrays] : zip_equal(names, operands)) {
    auto function = compiledDense->host().lookupSymbol<FuncOp>(name);
    SmallVector<Array *> outputs{arrays.lse, arrays.o};
    auto reuse = [&](attn_type, ArrayRef<int64_t>) -> Expected<Array *> {
      return outputs.pop_back_val();
    };
    auto bound = bindFunction(function, *compiledDense,
                              {arrays.q, arrays.k, arrays.v}, reuse, dense);
    if (!bound)
      return bound.takeError();
  }
  return Error::success();
}

Error Session::measureAll() {
  Expected<Timing> timing =
      measure(program, dense, options.repeat, options.threads);
  if (!timing)
    return timing.takeError();
  figures.timing = *timing;
  return Error::success();
}

//===----------------------------------------------------------------------===//
// After the run
//===----------------------------------------------------------------------===//

void Session::addStatistics() {
  SmallVector<std::string> patterns;
  double triangle = 0;
  bool isCausal = true;
  for (const Launch &launch : program) {
    AttentionOp op = compiled->attention(launch.kernel->name);
    const attn_array &q = launch.arrays[0], &k = launch.arrays[1];
    int64_t batch = q.sizes[0], heads = q.sizes[op.getHeadDimension()];
    int64_t numQueries = q.sizes[op.getTokenDimension()];
    int64_t numKeys = k.sizes[op.getTokenDimension()];
    ::attn::MaskVars::TableContents contents;
    for (const mlir::attn::MaskTable &table :
         mlir::attn::collectTables(op.getMask()))
      if (auto argument = dyn_cast<mlir::BlockArgument>(table.values))
        contents[argument.getAsOpaquePointer()] =
            inputs[argument.getArgNumber()].integers();
    mlir::attn::PlanStatistics statistics = mlir::attn::computePlanStatistics(
        op, batch, {numQueries, numKeys, heads, k.sizes[op.getHeadDimension()]},
        &contents);
    figures.allPairs += statistics.allPairs;
    figures.keptPairs += statistics.keptPairs;
    figures.visitedPairs += statistics.visitedPairs;
    figures.fullPairs += statistics.fullShare * statistics.visitedPairs;
    figures.flopsKept += statistics.flopsKept;
    if (!is_contained(patterns, statistics.pattern))
      patterns.push_back(statistics.pattern);
    isCausal &= statistics.trianglePairs.has_value();
    triangle += statistics.trianglePairs.value_or(0);
  }
  figures.pattern = join(patterns, "; ");
  if (isCausal)
    figures.trianglePairs = triangle;
}

Error Session::verifyAll() {
  Progress progress("comparing with the reference");
  Figures::Verified total;
  total.maxError = 0;
  for (auto [n, pair] : enumerate(zip_equal(spec->attentions(), operands))) {
    auto [op, arrays] = pair;
    Expected<Reference> reference = Reference::create(
        op, *arrays.q, *arrays.k, *arrays.v, arrays.tables, arrays.scoreTables);
    if (!reference)
      return reference.takeError();
    Comparison result =
        compare(*reference, *arrays.o, arrays.lse, kVerifyBudget,
                [&, n = n](double share) {
                  progress.update((n + share) / operands.size());
                });
    double bound = errorBound(arrays.o->type());
    if (n == 0 || result.maxError / bound > total.maxError / total.bound) {
      total.maxError = result.maxError;
      total.bound = bound;
    }
    total.rowsChecked += result.rowsChecked;
    total.rows += result.rows;
  }
  figures.verified = total;
  return Error::success();
}

Error Session::writeOutputs() {
  std::vector<std::pair<std::string, const Array *>> files;
  for (auto [path, array] : zip(options.outputs, results))
    files.emplace_back(path, array);
  return writeNpy(files);
}

Error run(const RunOptions &options,
          function_ref<void(const Figures &)> report) {
  Session session(options);
  if (Error error = session.prepare())
    return error;
  if (Error error = session.bind())
    return error;
  if (options.dense)
    if (Error error = session.bindDense())
      return error;
  if (Error error = session.measureAll())
    return error;
  session.addStatistics();
  if (options.verify)
    if (Error error = session.verifyAll())
      return error;

  std::optional<Figures::Verified> &verified = session.figures.verified;
  if (!verified || verified->holds())
    if (Error error = session.writeOutputs())
      return error;
  report(session.figures);
  if (verified && !verified->holds()) {
    std::string text;
    raw_string_ostream(text) << format(
        "expected a max error of at most %.2g, got %.2g: nothing is written",
        verified->bound, verified->maxError);
    return createStringError(text);
  }
  return Error::success();
}

} // namespace attnrun
