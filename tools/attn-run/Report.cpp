//===- Report.cpp - the figures of a run ----------------------------------===//

#include "tools/attn-run/Report.h"

#include "tools/attn-run/Numbers.h"

using namespace llvm;

namespace attnrun {

std::optional<double> Figures::speedup() const {
  if (!timing.denseSeconds)
    return std::nullopt;
  return *timing.denseSeconds / timing.seconds;
}

void printTable(const Figures &f, raw_ostream &stream) {
  auto row = [&](StringRef name, const Twine &value) {
    stream << left_justify(name, 18) << value << "\n";
  };
  row("pattern", f.pattern);
  row("target", "cpu (" + f.target + "), " + plural(f.threads, "thread"));
  std::string triangle = f.trianglePairs
                             ? ", " + number(f.keptPairs / *f.trianglePairs) +
                                   " of those in the causal triangle"
                             : "";
  row("density", number(f.density()) + " of all pairs" + triangle);
  row("ideal speedup", number(f.idealSpeedup()));
  row("visited pairs",
      count(f.visitedPairs) + " for " + count(f.keptPairs) +
          " kept: " + number(f.visitedPairs / f.keptPairs) + " times; " +
          number(100 * f.fullPairs / f.visitedPairs) + " % without mask code");
  row("time", duration(f.timing.seconds) +
                  (f.repeat > 1 ? ", median of " + Twine(f.repeat) : "").str());
  row("speed", number(f.gflopsKept()) + " GFLOP/s on kept pairs");
  if (f.timing.denseSeconds) {
    bool isPart = f.timing.denseUnits < f.timing.allDenseUnits;
    row("dense time",
        duration(*f.timing.denseSeconds) +
            (isPart ? ", estimated from " + count(f.timing.denseUnits) +
                          " of " + count(f.timing.allDenseUnits) + " units"
                    : ""));
    row("realised speedup", number(*f.speedup()) + ", " +
                                number(*f.speedup() / f.idealSpeedup()) +
                                " of the ideal");
  }
  if (f.verified) {
    bool isAll = f.verified->rowsChecked == f.verified->rows;
    row("max error",
        shortNumber(f.verified->maxError) + " in " +
            (isAll ? "all " : count(f.verified->rowsChecked) + " of ") +
            count(f.verified->rows) + " rows; bound " +
            shortNumber(f.verified->bound));
  }
  row("compile time", duration(f.compileSeconds));
}

void printJson(const Figures &f, raw_ostream &stream) {
  json::Object object{
      {"pattern", f.pattern},
      {"target", f.target},
      {"threads", int64_t(f.threads)},
      {"repeat", int64_t(f.repeat)},
      {"density", jsonNumber(f.density())},
      {"ideal_speedup", jsonNumber(f.idealSpeedup())},
      {"visited_pairs", jsonNumber(f.visitedPairs)},
      {"kept_pairs", jsonNumber(f.keptPairs)},
      {"full_share", jsonNumber(f.fullPairs / f.visitedPairs)},
      {"gflops_kept", jsonNumber(f.gflopsKept())},
      {"seconds", jsonNumber(f.timing.seconds)},
      {"dense_seconds", jsonNumber(f.timing.denseSeconds)},
      {"dense_units", f.timing.denseUnits},
      {"dense_units_of", f.timing.allDenseUnits},
      {"speedup", jsonNumber(f.speedup())},
      {"max_error", nullptr},
      {"compile_seconds", jsonNumber(f.compileSeconds)},
  };
  if (f.verified) {
    object["max_error"] = jsonNumber(f.verified->maxError);
    object["error_bound"] = f.verified->bound;
    object["verified"] = f.verified->holds();
    object["rows_checked"] = f.verified->rowsChecked;
    object["rows"] = f.verified->rows;
  }
  stream << json::Value(std::move(object)) << "\n";
}

} // namespace attnrun
