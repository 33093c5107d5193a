//===- Program.cpp - kernels with their arrays, and their times -----------===//

#include "tools/attn-run/Program.h"

#include "tools/attn-run/Progress.h"
#include "tools/attn-run/Spec.h"

#include "dialect/AttnOps.h"

#include "mlir/IR/Matchers.h"
#include "llvm/ADT/DenseMap.h"

#include <algorithm>
#include <chrono>
#include <cstring>

using namespace llvm;
using mlir::Operation;
using mlir::ValueRange;
using mlir::attn::CompiledSpec;
using mlir::attn::LaunchOp;
using mlir::func::FuncOp;

namespace attnrun {

//===----------------------------------------------------------------------===//
// Binding
//===----------------------------------------------------------------------===//

/// The shape of parameter `index`, an output, by the inputs that share its
/// sizes.
static Expected<SmallVector<int64_t>>
shapeOfOutput(const attn_kernel &kernel, int32_t index,
              ArrayRef<attn_array> inputs) {
  const attn_parameter &output = kernel.parameters[index];
  SmallVector<int64_t> shape;
  for (int32_t d = 0; d < output.rank; ++d) {
    int32_t wanted = output.sizes[d];
    int64_t size = kernel.sizes[wanted].value;
    for (auto [k, input] : enumerate(inputs)) {
      const attn_parameter &parameter = kernel.parameters[k];
      for (int32_t e = 0; e < std::min(input.rank, parameter.rank); ++e)
        if (size < 0 && parameter.sizes[e] == wanted)
          size = input.sizes[e];
    }
    if (size < 0)
      return createStringError("expected an argument of kernel '" +
                               Twine(kernel.name) +
                               "' with the size of dimension " + Twine(d) +
                               " of '" + output.name + "', got none");
    shape.push_back(size);
  }
  return shape;
}

static Expected<Launch> bindLaunch(const attn_kernel &kernel,
                                   ArrayRef<Array *> arguments,
                                   Allocate allocate,
                                   SmallVectorImpl<Array *> &results) {
  Launch launch;
  launch.kernel = &kernel;
  for (Array *argument : arguments)
    launch.arrays.push_back(argument->view());
  for (int32_t k = arguments.size(); k < kernel.num_parameters; ++k) {
    auto shape = shapeOfOutput(
        kernel, k, ArrayRef(launch.arrays).take_front(arguments.size()));
    if (!shape)
      return shape.takeError();
    Expected<Array *> array = allocate(kernel.parameters[k].type, *shape);
    if (!array)
      return array.takeError();
    results.push_back(*array);
    launch.arrays.push_back((*array)->view());
  }
  char message[256];
  if (attn_check(&kernel, launch.arrays.data(), launch.arrays.size(),
                 &launch.units, message, sizeof(message)))
    return createStringError(Twine(message));
  return launch;
}

/// What the runtime says, with the number of an argument of the function for
/// that of an argument of the kernel.
static std::string inOrderOf(FuncOp function, LaunchOp launch,
                             StringRef message) {
  constexpr StringRef prefix = "argument ";
  StringRef rest = message;
  unsigned number;
  if (!rest.consume_front(prefix) || rest.consumeInteger(10, number) ||
      number >= launch.getArguments().size())
    return message.str();
  auto argument = dyn_cast<mlir::BlockArgument>(launch.getArguments()[number]);
  if (!argument)
    return rest.ltrim().str();
  return (prefix + Twine(argument.getArgNumber()) + rest).str();
}

Expected<Array *> makeConstant(Operation &constant, Allocate allocate) {
  mlir::DenseElementsAttr elements;
  auto type = elementTypeOf(constant.getResult(0));
  if (!type || !matchPattern(&constant, mlir::m_Constant(&elements)))
    return createStringError(locationText(constant.getLoc()) +
                             ": expected a constant of f32, bf16, f16 or i32 "
                             "that gives its elements, got another");
  Expected<Array *> array = allocate(*type, elements.getType().getShape());
  if (!array)
    return array;
  char *at = (*array)->bytes();
  auto append = [&](const APInt &bits) {
    uint64_t word = bits.getZExtValue();
    std::memcpy(at, &word, elementSize(*type));
    at += elementSize(*type);
  };
  if (*type == ATTN_I32)
    for (const APInt &element : elements.getValues<APInt>())
      append(element);
  else
    for (const APFloat &element : elements.getValues<APFloat>())
      append(element.bitcastToAPInt());
  return array;
}

Expected<SmallVector<Array *>>
bindFunction(FuncOp function, const CompiledSpec &compiled,
             ArrayRef<Array *> arguments, Allocate allocate, Program &program) {
  DenseMap<mlir::Value, Array *> arrays;
  auto look = [&](ValueRange values) {
    return map_to_vector(
        values, [&](mlir::Value value) { return arrays.lookup(value); });
  };
  for (auto [value, array] : zip_equal(function.getArguments(), arguments))
    arrays[value] = array;
  for (Operation &op : function.front().without_terminator()) {
    auto launch = dyn_cast<LaunchOp>(op);
    if (!launch && mlir::isMemoryEffectFree(&op) && op.use_empty())
      continue;
    if (op.hasTrait<mlir::OpTrait::ConstantLike>()) {
      Expected<Array *> constant = makeConstant(op, allocate);
      if (!constant)
        return constant.takeError();
      arrays[op.getResult(0)] = *constant;
      continue;
    }
    const attn_kernel *kernel =
        launch ? compiled.kernel(launch.getKernel()) : nullptr;
    if (!kernel)
      return createStringError(
          locationText(op.getLoc()) + ": expected an op that launches a " +
          "kernel, got '" + op.getName().getStringRef() + "'");
    SmallVector<Array *> results;
    Expected<Launch> bound =
        bindLaunch(*kernel, look(launch.getArguments()), allocate, results);
    if (!bound)
      return createStringError(
          inOrderOf(function, launch, toString(bound.takeError())));
    for (auto [value, array] : zip_equal(launch.getResults(), results))
      arrays[value] = array;
    program.push_back(std::move(*bound));
  }
  return look(function.front().getTerminator()->getOperands());
}

//===----------------------------------------------------------------------===//
// Timing
//===----------------------------------------------------------------------===//

namespace {

/// Runs launches and says how many are done when that takes long.
class Runner {
public:
  Runner(unsigned threads, size_t steps) : threads(threads), steps(steps) {}

  /// The seconds that the first `units` units take; 0: all.
  Expected<double> run(const Launch &launch, int64_t units = 0);
  void stepDone() { ++step; }

  const unsigned threads;

private:
  static void hear(void *user, int64_t done, int64_t total) {
    auto *self = static_cast<Runner *>(user);
    self->progress.update((self->step + double(done) / total) / self->steps);
  }

  Progress progress{"running"};
  size_t step = 0, steps;
};

} // namespace

Expected<double> Runner::run(const Launch &launch, int64_t units) {
  attn_launch_options options = {};
  options.threads = threads;
  options.max_units = units;
  options.progress = hear;
  options.user = this;
  char message[256];
  auto begin = std::chrono::steady_clock::now();
  if (attn_launch(launch.kernel, launch.arrays.data(), launch.arrays.size(),
                  &options, message, sizeof(message)))
    return createStringError(Twine(message));
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin)
      .count();
}

/// How many units take about `budget` seconds. Begins with one for each thread
/// and tries more as long as that is quick.
static Expected<int64_t> chooseUnits(Runner &runner, const Launch &launch,
                                     double budget) {
  int64_t step = runner.threads, units = std::min(step, launch.units);
  while (true) {
    Expected<double> seconds = runner.run(launch, units);
    if (!seconds || units == launch.units)
      return seconds ? Expected<int64_t>(units) : seconds.takeError();
    bool isSure = *seconds > budget / 8;
    double more = isSure ? budget / *seconds : 4;
    units = std::max<int64_t>(units * more / step, 1) * step;
    units = std::min(units, launch.units);
    if (isSure)
      return units;
  }
}

static double median(std::vector<double> values) {
  llvm::sort(values);
  size_t half = values.size() / 2;
  return values.size() % 2 ? values[half]
                           : (values[half - 1] + values[half]) / 2;
}

/// The seconds of all launches, each from some of its units (0: all).
static Expected<double> runOnce(Runner &runner, const Program &program,
                                ArrayRef<int64_t> units) {
  double total = 0;
  for (auto [launch, part] : zip_equal(program, units)) {
    Expected<double> seconds = runner.run(launch, part);
    if (!seconds)
      return seconds.takeError();
    runner.stepDone();
    total += part ? *seconds * launch.units / part : *seconds;
  }
  return total;
}

Expected<Timing> measure(const Program &program, const Program &dense,
                         unsigned repeat, unsigned threads) {
  Runner runner(threads, repeat * (program.size() + dense.size()));
  Timing timing;
  // All repetitions share two seconds, but none gets less than a fifth of one.
  double budget = std::clamp(2.0 / repeat, 0.2, 1.0);
  std::vector<int64_t> someUnits, allUnits(program.size());
  for (const Launch &launch : dense) {
    Expected<int64_t> units =
        chooseUnits(runner, launch, budget / dense.size());
    if (!units)
      return units.takeError();
    someUnits.push_back(*units);
    timing.denseUnits += *units;
    timing.allDenseUnits += launch.units;
  }

  std::vector<double> times, denseTimes;
  for (unsigned r = 0; r < repeat; ++r) {
    Expected<double> denseSeconds = runOnce(runner, dense, someUnits);
    if (!denseSeconds)
      return denseSeconds.takeError();
    denseTimes.push_back(*denseSeconds);
    Expected<double> seconds = runOnce(runner, program, allUnits);
    if (!seconds)
      return seconds.takeError();
    times.push_back(*seconds);
  }
  timing.seconds = median(times);
  if (!dense.empty())
    timing.denseSeconds = median(denseTimes);
  return timing;
}

} // namespace attnrun
