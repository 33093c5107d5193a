//===- Run.h - compile a spec, run it, check it -----------------*- C++ -*-===//

#ifndef ATTN_TOOLS_ATTNRUN_RUN_H
#define ATTN_TOOLS_ATTNRUN_RUN_H

#include "tools/attn-run/Inputs.h"
#include "tools/attn-run/Report.h"

#include <chrono>

namespace attnrun {

struct RunOptions {
  std::string spec, entry;
  InputOptions inputs;
  std::vector<std::string> outputs;
  std::string targetCpu = "host";
  unsigned threads = 1, repeat = 1;
  bool verify = false, dense = true;
  /// When the process began.
  std::chrono::steady_clock::time_point start;
};

/// Does all that is asked for but write the table, which gets its figures also
/// when the results are too far from the reference. Outputs are written last,
/// and only if all else went well.
llvm::Error run(const RunOptions &options,
                llvm::function_ref<void(const Figures &)> report);

} // namespace attnrun

#endif // ATTN_TOOLS_ATTNRUN_RUN_H
