//===- CommandLine.h - reads the command line of a tool ---------*- C++ -*-===//
//
// By LLVM's options, with complaints of one line in our spelling.
//
//===----------------------------------------------------------------------===//

#ifndef ATTN_TOOLS_ATTN_RUN_COMMANDLINE_H
#define ATTN_TOOLS_ATTN_RUN_COMMANDLINE_H

#include "llvm/Support/CommandLine.h"
#include "llvm/Support/Error.h"

namespace attnrun {

using OptionCategories = llvm::ArrayRef<const llvm::cl::OptionCategory *>;

/// Sets the options of `categories`, the only ones that --help lists. An error
/// where one is unknown, or takes one value and is given twice. --help ends the
/// program, as a value does that is not of the option's type.
llvm::Error parseCommandLine(int argc, char **argv, llvm::StringRef overview,
                             OptionCategories categories);

/// The first option of `categories`, by name, for which `isIt` holds.
const llvm::cl::Option *
findOption(OptionCategories categories,
           llvm::function_ref<bool(const llvm::cl::Option &)> isIt);

} // namespace attnrun

#endif // ATTN_TOOLS_ATTN_RUN_COMMANDLINE_H
