//===- Numbers.cpp - how reports write figures ----------------------------===//

#include "tools/attn-run/Numbers.h"

#include "llvm/Support/Format.h"
#include "llvm/Support/raw_ostream.h"

#include <cmath>

using namespace llvm;

namespace attnrun {

template <typename... Values>
static std::string text(const char *pattern, Values... values) {
  std::string result;
  raw_string_ostream(result) << format(pattern, values...);
  return result;
}

std::string number(double value) {
  if (!std::isfinite(value))
    return std::isnan(value) ? "-" : "infinite";
  if (std::fabs(value) < 1e-4 && value != 0)
    return text("%.3g", value);
  int digits = value == 0 ? 2 : 2 - int(std::floor(std::log10(value)));
  return text("%.*f", std::max(digits, 0), value);
}

std::string shortNumber(double value) { return text("%.2g", value); }

std::string duration(double seconds) {
  if (!std::isfinite(seconds))
    return number(seconds);
  if (seconds >= 1)
    return number(seconds) + " s";
  if (seconds >= 1e-3)
    return number(seconds * 1e3) + " ms";
  return number(seconds * 1e6) + " us";
}

std::string count(double value) {
  std::string digits = text("%.0f", value);
  for (int at = int(digits.size()) - 3; at > 0; at -= 3)
    digits.insert(at, ",");
  return digits;
}

std::string plural(int64_t number, StringRef noun) {
  return (Twine(number) + " " + noun + (number == 1 ? "" : "s")).str();
}

json::Value jsonNumber(std::optional<double> number) {
  if (!number || !std::isfinite(*number))
    return nullptr;
  return *number;
}

} // namespace attnrun
