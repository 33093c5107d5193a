//===- Progress.cpp - a line about work that takes long -------------------===//

#include "tools/attn-run/Progress.h"

#include "llvm/Support/Format.h"
#include "llvm/Support/Process.h"
#include "llvm/Support/raw_ostream.h"

using namespace llvm;
using namespace std::chrono_literals;

namespace attnrun {

static constexpr StringLiteral kEraseLine = "\r\x1b[K";

Progress::Progress(StringRef what)
    : what(what), next(Clock::now() + 3s),
      isTerminal(sys::Process::StandardErrIsDisplayed()) {}

Progress::~Progress() {
  if (isShown && isTerminal)
    errs() << kEraseLine;
}

void Progress::update(double share) {
  Clock::time_point now = Clock::now();
  if (now < next)
    return;
  next = now + (isTerminal ? 200ms : 10s);
  isShown = true;
  if (isTerminal)
    errs() << kEraseLine;
  errs() << "attn-run: " << what << ": " << format("%.0f %%", 100 * share);
  if (!isTerminal)
    errs() << "\n";
}

} // namespace attnrun
