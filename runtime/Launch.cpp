//===- Launch.cpp - the units of a kernel on threads ----------------------===//

#include "runtime/Check.h"

#include <tbb/global_control.h>
#include <tbb/info.h>
#include <tbb/parallel_for.h>
#include <tbb/task_arena.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cinttypes>
#include <exception>
#include <memory>
#include <mutex>
#include <new>
#include <optional>
#include <vector>

#if defined(__linux__) && defined(__x86_64__)
#include <sys/syscall.h>
#include <unistd.h>
#endif

using namespace attn;

namespace {

constexpr int32_t kMaxThreads = 1024;
constexpr std::align_val_t kScratchAlignment{64};
constexpr std::chrono::milliseconds kProgressPeriod{100};

/// The strided memref descriptors of checked arrays.
class Descriptors {
public:
  Descriptors(const attn_array *arrays, int32_t numArrays)
      : descriptors(numArrays) {
    for (int32_t k = 0; k < numArrays; ++k)
      pointers.push_back(fill(descriptors[k], arrays[k]));
  }

  void **get() { return pointers.data(); }

private:
  struct Descriptor {
    void *allocated, *aligned;
    int64_t offset;
    int64_t sizesAndStrides[2 * ATTN_MAX_RANK];
  };

  static void *fill(Descriptor &descriptor, const attn_array &array) {
    descriptor = {array.data, array.data, 0, {}};
    for (int32_t d = 0; d < array.rank; ++d) {
      // The stride of a single element means nothing and was not checked.
      int64_t size = array.sizes[d], stride = size > 1 ? array.strides[d] : 1;
      descriptor.sizesAndStrides[d] = size;
      descriptor.sizesAndStrides[array.rank + d] = stride;
    }
    return &descriptor;
  }

  std::vector<Descriptor> descriptors;
  std::vector<void *> pointers;
};

/// Tells the caller how many units are done, not too often.
class Progress {
public:
  Progress(const attn_launch_options &options, int64_t total)
      : options(options), total(total) {}

  void unitDone() {
    if (!options.progress)
      return;
    ++done;
    std::unique_lock<std::mutex> lock(mutex, std::try_to_lock);
    if (!lock || Clock::now() < next)
      return;
    // Everything done is for allDone to say.
    if (int64_t now = done; now < total)
      options.progress(options.user, now, total);
    next = Clock::now() + kProgressPeriod;
  }

  void allDone() {
    if (options.progress && total)
      options.progress(options.user, total, total);
  }

private:
  using Clock = std::chrono::steady_clock;

  const attn_launch_options &options;
  const int64_t total;
  std::atomic<int64_t> done{0};
  std::mutex mutex;
  Clock::time_point next = Clock::now() + kProgressPeriod;
};

/// The units of one launch. A worker takes them one at a time, in order.
class Launch {
public:
  Launch(const attn_kernel &kernel, void **descriptors, int64_t units,
         const attn_launch_options &options)
      : kernel(kernel), descriptors(descriptors), units(units),
        progress(options, units) {}

  /// All memory is there before the first unit runs: a launch that fails has
  /// written nothing.
  attn_status allocate(int32_t threads, const Message &message) {
    int64_t bytes = threads ? kernel.scratch_bytes(descriptors) : 0;
    for (int32_t t = 0; t < threads; ++t) {
      scratch.emplace_back(::operator new(std::max<int64_t>(bytes, 1),
                                          kScratchAlignment, std::nothrow));
      if (!scratch.back())
        return message.fail(ATTN_OUT_OF_MEMORY,
                            "expected %" PRId64 " bytes of scratch for thread "
                            "%d, got none",
                            bytes, t);
    }
    return ATTN_OK;
  }

  void run() {
    if (scratch.size() == 1)
      work(scratch[0].get());
    else if (!scratch.empty())
      runInParallel(scratch.size());
    progress.allDone();
  }

private:
  struct FreeScratch {
    void operator()(void *data) const {
      ::operator delete(data, kScratchAlignment);
    }
  };

  void work(void *scratch) {
    for (int64_t unit = next++; unit < units; unit = next++) {
      kernel.run(descriptors, unit, unit + 1, scratch);
      progress.unitDone();
    }
  }

  void runInParallel(int32_t threads) {
    std::optional<tbb::global_control> moreThanCores;
    if (threads > tbb::info::default_concurrency())
      moreThanCores.emplace(tbb::global_control::max_allowed_parallelism,
                            threads);
    // Isolated: a caller that is a cancelled task still gets all its units.
    // fp_settings: workers round as the caller does.
    tbb::task_group_context context(tbb::task_group_context::isolated,
                                    tbb::task_group_context::fp_settings);
    tbb::task_arena arena(threads);
    arena.execute([&] {
      tbb::parallel_for(
          0, threads, [&](int32_t t) { work(scratch[t].get()); },
          tbb::simple_partitioner(), context);
    });
  }

  const attn_kernel &kernel;
  void **descriptors;
  const int64_t units;
  Progress progress;
  std::vector<std::unique_ptr<void, FreeScratch>> scratch;
  std::atomic<int64_t> next{0};
};

} // namespace

/// Kernels may use AMX tiles, whose state Linux gives to processes that ask for
/// it once. Where there are none, no kernel that was compiled for the machine
/// uses them.
static void askForTiles() {
#if defined(__linux__) && defined(__x86_64__)
  constexpr long requestPermission = 0x1023, tileData = 18;
  static const long answer =
      syscall(SYS_arch_prctl, requestPermission, tileData);
  static_cast<void>(answer);
#endif
}

static attn_status checkOptions(const attn_launch_options &options,
                                const Message &message) {
  if (options.threads < 0 || options.threads > kMaxThreads)
    return message.fail(ATTN_INVALID_ARGUMENT,
                        "expected 0 to %d threads, got %d", kMaxThreads,
                        options.threads);
  if (options.max_units < 0)
    return message.fail(ATTN_INVALID_ARGUMENT,
                        "expected at least 0 for max_units, got %" PRId64,
                        options.max_units);
  return ATTN_OK;
}

/// The units of a kernel. Without an element to write it is not asked, so that
/// it need not think of sizes of 0.
static int64_t countUnits(const attn_kernel &kernel, const attn_array *arrays,
                          void **descriptors) {
  for (int32_t k = 0; k < kernel.num_parameters; ++k)
    if (kernel.parameters[k].is_output && !isEmpty(arrays[k]))
      return std::max<int64_t>(kernel.units(descriptors), 0);
  return 0;
}

/// Runs `body`; what it throws becomes a status.
template <typename Body>
static attn_status guard(const Message &message, Body body) {
  try {
    return body();
  } catch (const std::exception &error) {
    return message.fail(ATTN_OUT_OF_MEMORY,
                        "expected memory and threads, got '%s'", error.what());
  } catch (...) {
    return message.fail(ATTN_OUT_OF_MEMORY,
                        "expected memory and threads, got an exception");
  }
}

attn_status attn_launch(const attn_kernel *kernel, const attn_array *arrays,
                        int32_t num_arrays, const attn_launch_options *options,
                        char *message, size_t message_size) {
  const attn_launch_options defaults{};
  if (!options)
    options = &defaults;
  const Message problem(message, message_size);
  return guard(problem, [&] {
    if (attn_status status = checkOptions(*options, problem))
      return status;
    if (attn_status status =
            checkArguments(kernel, arrays, num_arrays, problem))
      return status;

    Descriptors descriptors(arrays, num_arrays);
    int64_t units = countUnits(*kernel, arrays, descriptors.get());
    if (options->max_units)
      units = std::min(units, options->max_units);
    int64_t threads =
        options->threads ? options->threads : tbb::info::default_concurrency();
    threads = std::min(threads, units);

    Launch launch(*kernel, descriptors.get(), units, *options);
    if (attn_status status = launch.allocate(threads, problem))
      return status;
    askForTiles();
    launch.run();
    return ATTN_OK;
  });
}

attn_status attn_check(const attn_kernel *kernel, const attn_array *arrays,
                       int32_t num_arrays, int64_t *units, char *message,
                       size_t message_size) {
  const Message problem(message, message_size);
  return guard(problem, [&] {
    if (attn_status status =
            checkArguments(kernel, arrays, num_arrays, problem))
      return status;
    Descriptors descriptors(arrays, num_arrays);
    if (units)
      *units = countUnits(*kernel, arrays, descriptors.get());
    return ATTN_OK;
  });
}
