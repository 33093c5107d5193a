//===- Report.cpp - the figures of a run ----------------------------------===//

#include "tools/attn-run/Report.h"

#include "llvm/Support/Format.h"
#include "llvm/Support/JSON.h"

#include <cmath>

using namespace llvm;

namespace attnrun {

std::optional<double> Figures::speedup() const {
  if (!timing.denseSeconds)
    return std::nullopt;
  return *timing.denseSeconds / timing.seconds;
}

//===----------------------------------------------------------------------===//
// Text
//===----------------------------------------------------------------------===//

template <typename... Values>
static std::string text(const char *pattern, Values... values) {
  std::string result;
  raw_string_ostream(result) << format(pattern, values...);
  return result;
}

/// Three significant digits, without an exponent where that is readable.
static std::string number(double value) {
  if (!std::isfinite(value))
    return std::isnan(value) ? "-" : "infinite";
  if (std::fabs(value) < 1e-4 && value != 0)
    return text("%.3g", value);
  int digits = value == 0 ? 2 : 2 - int(std::floor(std::log10(value)));
  return text("%.*f", std::max(digits, 0), value);
}

static std::string duration(double seconds) {
  if (seconds >= 1)
    return number(seconds) + " s";
  if (seconds >= 1e-3)
    return number(seconds * 1e3) + " ms";
  return number(seconds * 1e6) + " us";
}

/// Whole numbers with a comma between thousands.
static std::string count(double value) {
  std::string digits = text("%.0f", value);
  for (int at = int(digits.size()) - 3; at > 0; at -= 3)
    digits.insert(at, ",");
  return digits;
}

static std::string plural(int64_t number, StringRef noun) {
  return (Twine(number) + " " + noun + (number == 1 ? "" : "s")).str();
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
        text("%.2g", f.verified->maxError) + " in " +
            (isAll ? "all " : count(f.verified->rowsChecked) + " of ") +
            count(f.verified->rows) + " rows; bound " +
            text("%.2g", f.verified->bound));
  }
  row("compile time", duration(f.compileSeconds));
}

//===----------------------------------------------------------------------===//
// JSON
//===----------------------------------------------------------------------===//

static json::Value value(std::optional<double> number) {
  if (!number || !std::isfinite(*number))
    return nullptr;
  return *number;
}

void printJson(const Figures &f, raw_ostream &stream) {
  json::Object object{
      {"pattern", f.pattern},
      {"target", f.target},
      {"threads", int64_t(f.threads)},
      {"repeat", int64_t(f.repeat)},
      {"density", value(f.density())},
      {"ideal_speedup", value(f.idealSpeedup())},
      {"visited_pairs", value(f.visitedPairs)},
      {"kept_pairs", value(f.keptPairs)},
      {"full_share", value(f.fullPairs / f.visitedPairs)},
      {"gflops_kept", value(f.gflopsKept())},
      {"seconds", value(f.timing.seconds)},
      {"dense_seconds", value(f.timing.denseSeconds)},
      {"dense_units", f.timing.denseUnits},
      {"dense_units_of", f.timing.allDenseUnits},
      {"speedup", value(f.speedup())},
      {"max_error", nullptr},
      {"compile_seconds", value(f.compileSeconds)},
  };
  if (f.verified) {
    object["max_error"] = value(f.verified->maxError);
    object["error_bound"] = f.verified->bound;
    object["verified"] = f.verified->holds();
    object["rows_checked"] = f.verified->rowsChecked;
    object["rows"] = f.verified->rows;
  }
  stream << json::Value(std::move(object)) << "\n";
}

} // namespace attnrun
