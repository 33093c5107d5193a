//===- Npy.h - arrays in .npy files -----------------------------*- C++ -*-===//
//
// The format of NumPy, versions 1.0 to 3.0, as far as arrays of this project
// go: little-endian, row-major, <f4 for f32, <f2 for f16, and <u2 for bf16,
// which NumPy does not know.
//
//===----------------------------------------------------------------------===//

#ifndef ATTN_TOOLS_ATTNRUN_NPY_H
#define ATTN_TOOLS_ATTNRUN_NPY_H

#include "tools/attn-run/Array.h"

#include <utility>
#include <vector>

namespace attnrun {

/// Reads a file of exactly one array.
llvm::Expected<Array> readNpy(llvm::StringRef path);

/// Writes all files or, on an error, none, as writeFiles does.
llvm::Error
writeNpy(llvm::ArrayRef<std::pair<std::string, const Array *>> files);

} // namespace attnrun

#endif // ATTN_TOOLS_ATTNRUN_NPY_H
