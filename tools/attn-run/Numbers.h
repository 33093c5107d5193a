//===- Numbers.h - how reports write figures --------------------*- C++ -*-===//

#ifndef ATTN_TOOLS_ATTNRUN_NUMBERS_H
#define ATTN_TOOLS_ATTNRUN_NUMBERS_H

#include "llvm/Support/JSON.h"

#include <optional>
#include <string>

namespace attnrun {

/// Three significant digits, without an exponent where that is readable.
std::string number(double value);
/// Two significant digits.
std::string shortNumber(double value);
/// In s, ms or us.
std::string duration(double seconds);
/// Whole numbers with a comma between thousands.
std::string count(double value);
/// 1 thread, 2 threads.
std::string plural(int64_t number, llvm::StringRef noun);

/// null for what is not there or has no finite value.
llvm::json::Value jsonNumber(std::optional<double> number);

} // namespace attnrun

#endif // ATTN_TOOLS_ATTNRUN_NUMBERS_H
