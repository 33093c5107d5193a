//===- Files.h - reading files, writing all or none -------------*- C++ -*-===//

#ifndef ATTN_TOOLS_ATTNRUN_FILES_H
#define ATTN_TOOLS_ATTNRUN_FILES_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"
#include "llvm/Support/raw_ostream.h"

#include <functional>
#include <string>

namespace attnrun {

struct OutputFile {
  std::string path;
  std::function<void(llvm::raw_ostream &)> write;
};

/// Writes all files or, on an error, none: each goes to a temporary file beside
/// it first, and takes its name when all of them are complete.
llvm::Error writeFiles(llvm::ArrayRef<OutputFile> files);

/// Whether both name the same file, however they are spelled.
bool isSameFile(llvm::StringRef a, llvm::StringRef b);

/// An error if `path` is a device: reading one may never end.
llvm::Error checkReadable(llvm::StringRef path);

/// An error if `path` can be seen now to be no place to write a file.
llvm::Error checkWritable(llvm::StringRef path);

} // namespace attnrun

#endif // ATTN_TOOLS_ATTNRUN_FILES_H
