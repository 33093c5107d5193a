//===- RuntimeTest.cpp - launches of a kernel made by hand ----------------===//

#include "test/unit/FakeKernel.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <cfenv>
#include <chrono>
#include <cstring>
#include <filesystem>
#include <map>
#include <mutex>
#include <set>
#include <thread>
#include <vector>

using namespace attntest;
using std::chrono::milliseconds;
using std::chrono::steady_clock;

extern "C" attn_status launch_from_c(char *message, size_t message_size);

// Scratch that cannot be had is a status here, not the end of the process.
extern "C" const char *__asan_default_options() {
  return "allocator_may_return_null=1";
}
extern "C" const char *__tsan_default_options() {
  return "allocator_may_return_null=1";
}

namespace {

/// What a run saw, for kernels that cannot tell in their outputs.
struct Log {
  std::mutex mutex;
  std::map<std::thread::id, std::set<void *>> scratch;
  std::vector<int64_t> units;
  std::set<int> roundings;
  size_t threads = 1;
  steady_clock::time_point end = steady_clock::now() + std::chrono::seconds(60);

  /// Waits until `threads` of them have come, so that none can do it all.
  void meet() {
    for (size_t came = 0; came < threads && steady_clock::now() < end;) {
      std::this_thread::yield();
      std::lock_guard<std::mutex> lock(mutex);
      came = scratch.size();
    }
  }
};
Log *currentLog;

void runLogged(void **, int64_t begin, int64_t, void *scratch) {
  {
    std::lock_guard<std::mutex> lock(currentLog->mutex);
    currentLog->scratch[std::this_thread::get_id()].insert(scratch);
    currentLog->units.push_back(begin);
    currentLog->roundings.insert(std::fegetround());
  }
  memset(scratch, 1, rowScratch(nullptr));
  currentLog->meet();
}

void runSlowly(void **, int64_t, int64_t, void *) {
  std::this_thread::sleep_for(milliseconds(3));
}

} // namespace

// Stands first: later ones leave threads of oneTBB that come and go.
TEST(Launch, OneThreadStartsNoOther) {
  auto countThreads = [] {
    std::filesystem::directory_iterator tasks("/proc/self/task");
    return std::distance(begin(tasks), end(tasks));
  };
  auto before = countThreads();
  Problem p;
  EXPECT_EQ(p.launch(makeKernel(), {1, 0, nullptr, nullptr}), ATTN_OK);
  EXPECT_EQ(countThreads(), before);
  p.expectRows(40);
}

TEST(Launch, EveryUnitOnce) {
  for (int threads : {0, 1, 2, 3, 8, 1000})
    for (int64_t maxUnits : {0, 1, 39, 1000}) {
      Problem p;
      attn_launch_options options{threads, maxUnits, nullptr, nullptr};
      ASSERT_EQ(p.launch(makeKernel(), options), ATTN_OK) << p.message;
      p.expectRows(maxUnits ? maxUnits : 40);
    }
}

TEST(Launch, ScratchAndThreads) {
  for (size_t threads : {1, 2, 4}) {
    Problem p(50);
    Log log;
    log.threads = threads;
    currentLog = &log;
    std::fesetround(FE_UPWARD);
    EXPECT_EQ(p.launch(makeKernel(runLogged), {int32_t(threads), 0, 0, 0}),
              ATTN_OK);
    std::fesetround(FE_TONEAREST);

    // Each thread has one scratch for all its units, and no other has it.
    EXPECT_EQ(log.scratch.size(), threads);
    EXPECT_EQ(log.scratch.count(std::this_thread::get_id()), 1u);
    std::set<void *> all;
    for (auto &[thread, scratch] : log.scratch) {
      EXPECT_EQ(scratch.size(), 1u);
      EXPECT_EQ(reinterpret_cast<uintptr_t>(*scratch.begin()) % 64, 0u);
      all.insert(*scratch.begin());
    }
    EXPECT_EQ(all.size(), threads);
    EXPECT_EQ(log.roundings, std::set<int>{FE_UPWARD});
    EXPECT_EQ(log.units.size(), 200u);
    EXPECT_TRUE(threads > 1 ||
                std::is_sorted(log.units.begin(), log.units.end()));
  }
}

TEST(Launch, NoMemoryForScratch) {
  Problem p;
  attn_kernel kernel = makeKernel();
  kernel.scratch_bytes = [](void **) { return int64_t(1) << 60; };
  EXPECT_EQ(p.launch(kernel, {}), ATTN_OUT_OF_MEMORY);
  EXPECT_STREQ(p.message, "expected 1152921504606846976 bytes of scratch for "
                          "thread 0, got none");
  p.expectRows(0);
}

TEST(Launch, NoScratchAtAll) {
  Problem p;
  attn_kernel kernel = makeKernel();
  kernel.scratch_bytes = [](void **) { return int64_t(0); };
  EXPECT_EQ(p.launch(kernel, {}), ATTN_OK);
  p.expectRows(40);
}

TEST(Launch, Empty) {
  // Without a query there is nothing to write, and the kernel is left alone.
  attn_kernel absent = makeKernel(nullptr);
  absent.units = absent.scratch_bytes = nullptr;
  for (auto [queries, keys, heads] :
       {std::array<int64_t, 3>{0, 6, 4}, {0, 0, 4}, {10, 6, 0}}) {
    Problem p(queries, keys, heads, heads / 2);
    for (attn_array &array : p.arrays)
      if (std::count(array.sizes, array.sizes + array.rank, 0))
        array.data = nullptr;
    EXPECT_EQ(p.launch(absent, {}), ATTN_OK) << p.message;
    int64_t units = -1;
    EXPECT_EQ(attn_check(&absent, p.arrays, 5, &units, nullptr, 0), ATTN_OK);
    EXPECT_EQ(units, 0);
  }
  // Without a key there is.
  Problem p(10, 0);
  EXPECT_EQ(p.launch(makeKernel(), {}), ATTN_OK) << p.message;
  p.expectRows(40);
}

TEST(Launch, Strided) {
  // q and o lie as [query, head, width] with a gap after each row, and all keys
  // are the same one.
  Problem p(5, 6, 2, 2);
  constexpr int64_t pitch = kWidth + 3;
  std::vector<float> q(5 * 2 * pitch, 1.f), o(5 * 2 * pitch, 0.f);
  for (int k : {0, 3}) {
    p.arrays[k].data = k ? o.data() : q.data();
    p.arrays[k].strides[0] = -77;
    p.arrays[k].strides[1] = pitch;
    p.arrays[k].strides[2] = 2 * pitch;
  }
  p.arrays[1].strides[2] = p.arrays[2].strides[2] = 0;
  p.arrays[2].data = p.arrays[1].data;
  ASSERT_EQ(p.launch(makeKernel(), {}), ATTN_OK) << p.message;
  for (int64_t e = 0; e < int64_t(o.size()); ++e) {
    int64_t row = e / pitch, unit = row % 2 * 5 + row / 2;
    EXPECT_EQ(o[e], e % pitch < kWidth ? 2.f + float(unit) : 0.f) << e;
  }
}

TEST(Launch, Progress) {
  struct Calls {
    std::vector<int64_t> done;
    std::atomic<int> inside{0};
  } calls;
  auto note = [](void *user, int64_t done, int64_t total) {
    auto &calls = *static_cast<Calls *>(user);
    EXPECT_EQ(calls.inside++, 0);
    EXPECT_EQ(total, 300);
    calls.done.push_back(done);
    --calls.inside;
  };
  for (int threads : {1, 3}) {
    calls.done.clear();
    Problem p(100);
    auto start = steady_clock::now();
    ASSERT_EQ(p.launch(makeKernel(runSlowly), {threads, 300, note, &calls}),
              ATTN_OK);
    auto periods = (steady_clock::now() - start) / milliseconds(100);
    EXPECT_GE(calls.done.size(), 2u);
    EXPECT_LE(int64_t(calls.done.size()), periods + 1);
    EXPECT_EQ(calls.done.back(), 300);
    for (size_t c = 1; c < calls.done.size(); ++c)
      EXPECT_LT(calls.done[c - 1], calls.done[c]);
  }
}

TEST(Launch, TwoCallers) {
  auto call = [](int threads) {
    for (int repeat = 0; repeat < 50; ++repeat) {
      Problem p(37);
      ASSERT_EQ(p.launch(makeKernel(), {threads, 0, nullptr, nullptr}),
                ATTN_OK);
      p.expectRows(4 * 37);
    }
  };
  std::thread one(call, 2), other(call, 5);
  one.join();
  other.join();
}

TEST(Launch, FromC) {
  char message[100] = "?";
  EXPECT_EQ(launch_from_c(message, sizeof(message)), ATTN_OK);
  EXPECT_STREQ(message, "");
}
