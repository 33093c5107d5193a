//===- Memory.h - the memory that something takes ---------------*- C++ -*-===//

#ifndef ATTN_TOOLS_ATTNBENCH_MEMORY_H
#define ATTN_TOOLS_ATTNBENCH_MEMORY_H

#include "llvm/ADT/STLFunctionalExtras.h"

#include <cstdint>

namespace attnbench {

/// Runs `body`; returns by how many bytes the memory of the process exceeded
/// at most what it was before. 0 where the system does not tell.
int64_t measurePeakMemory(llvm::function_ref<void()> body);

} // namespace attnbench

#endif // ATTN_TOOLS_ATTNBENCH_MEMORY_H
