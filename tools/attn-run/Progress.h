//===- Progress.h - a line about work that takes long -----------*- C++ -*-===//
//
// Says on stderr how far something is, once it has taken a few seconds: on a
// terminal in one line that disappears in the end, elsewhere in a new line now
// and then.
//
//===----------------------------------------------------------------------===//

#ifndef ATTN_TOOLS_ATTNRUN_PROGRESS_H
#define ATTN_TOOLS_ATTNRUN_PROGRESS_H

#include "llvm/ADT/StringRef.h"

#include <chrono>
#include <string>

namespace attnrun {

class Progress {
public:
  explicit Progress(llvm::StringRef what);
  ~Progress();

  /// `share` of the work is done. From one thread at a time.
  void update(double share);

private:
  using Clock = std::chrono::steady_clock;

  std::string what;
  Clock::time_point next;
  bool isTerminal;
  bool isShown = false;
};

} // namespace attnrun

#endif // ATTN_TOOLS_ATTNRUN_PROGRESS_H
