//===- Report.h - the figures of a run --------------------------*- C++ -*-===//

#ifndef ATTN_TOOLS_ATTNRUN_REPORT_H
#define ATTN_TOOLS_ATTNRUN_REPORT_H

#include "tools/attn-run/Program.h"
#include "tools/attn-run/Reference.h"

#include "llvm/Support/raw_ostream.h"

#include <optional>
#include <string>

namespace attnrun {

/// Sums over the attention ops of the entry.
struct Figures {
  std::string pattern, target;
  unsigned threads = 1, repeat = 1;

  double allPairs = 0, keptPairs = 0, visitedPairs = 0;
  /// Visited pairs that need no mask code.
  double fullPairs = 0;
  /// Pairs up to the causal line, if every mask is causal.
  std::optional<double> trianglePairs;
  double flopsKept = 0;

  Timing timing;
  double compileSeconds = 0;

  struct Verified {
    /// Of the op that comes closest to its bound, or exceeds it most.
    double maxError = 0, bound = 1;
    int64_t rowsChecked = 0, rows = 0;
    bool holds() const { return maxError <= bound; }
  };
  std::optional<Verified> verified;

  double density() const { return keptPairs / allPairs; }
  double idealSpeedup() const { return allPairs / keptPairs; }
  double gflopsKept() const { return flopsKept / timing.seconds / 1e9; }
  std::optional<double> speedup() const;
};

void printTable(const Figures &figures, llvm::raw_ostream &stream);

/// One JSON object in one line; null stands for what was not asked for or has
/// no finite value.
void printJson(const Figures &figures, llvm::raw_ostream &stream);

} // namespace attnrun

#endif // ATTN_TOOLS_ATTNRUN_REPORT_H
