//===- CompileTime.h - from a spec to a callable kernel ---------*- C++ -*-===//

#ifndef ATTN_TOOLS_ATTNBENCH_COMPILETIME_H
#define ATTN_TOOLS_ATTNBENCH_COMPILETIME_H

#include "tools/attn-bench/Cases.h"

#include "llvm/Support/Error.h"

namespace attnbench {

/// Compiles a case in new processes of `program` and prints the median of the
/// time from the start of the process to a kernel that can be called.
llvm::Error runCompileCase(llvm::StringRef program, const Case &c,
                           unsigned rounds);

/// What such a process does: prints when the kernel was there.
llvm::Error compileOnce(const Case &c);

} // namespace attnbench

#endif // ATTN_TOOLS_ATTNBENCH_COMPILETIME_H
