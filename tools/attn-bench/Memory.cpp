//===- Memory.cpp - the memory that something takes -----------------------===//

#include "tools/attn-bench/Memory.h"

#include <algorithm>
#include <fstream>
#include <malloc.h>
#include <string>

namespace attnbench {

/// A line of /proc/self/status, in bytes.
static int64_t readStatus(const std::string &name) {
  std::ifstream status("/proc/self/status");
  for (std::string word; status >> word;)
    if (word == name + ":") {
      int64_t kilobytes = 0;
      status >> kilobytes;
      return kilobytes << 10;
    }
  return 0;
}

int64_t measurePeakMemory(llvm::function_ref<void()> body) {
  // Memory that is free already would hide what is taken.
  malloc_trim(0);
  std::ofstream("/proc/self/clear_refs") << "5"; // the peak begins anew
  int64_t before = readStatus("VmRSS");
  body();
  return std::max<int64_t>(0, readStatus("VmHWM") - before);
}

} // namespace attnbench
