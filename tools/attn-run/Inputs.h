//===- Inputs.h - the arguments of the entry function -----------*- C++ -*-===//

#ifndef ATTN_TOOLS_ATTNRUN_INPUTS_H
#define ATTN_TOOLS_ATTNRUN_INPUTS_H

#include "tools/attn-run/Array.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"

#include <optional>
#include <string>
#include <vector>

namespace attnrun {

struct InputOptions {
  /// .npy files, one for each argument; or else
  std::vector<std::string> files;
  /// random numbers, and what they need where the spec leaves sizes open:
  /// NAME=N and ARG:1x8x4096x64; ARG:VALUE for arguments that are numbers.
  std::optional<uint64_t> seed;
  std::vector<std::string> sizes, shapes, numbers;
};

/// ARG:VALUE: an argument that is a number, and its value.
using GivenNumber = std::pair<unsigned, double>;
llvm::Expected<std::vector<GivenNumber>>
readNumbers(mlir::func::FuncOp entry, llvm::ArrayRef<std::string> texts);

/// An array for each argument, of its type and a shape that fits.
llvm::Expected<std::vector<Array>> makeInputs(mlir::func::FuncOp entry,
                                              const InputOptions &options);

/// Fills arrays in order with numbers that are the same on every machine: each
/// is the sum of twelve uniform ones with 16 bits, less its mean, which is unit
/// normal for all that matters here and takes integers alone.
void fillRandom(llvm::MutableArrayRef<Array> arrays, uint64_t seed);

} // namespace attnrun

#endif // ATTN_TOOLS_ATTNRUN_INPUTS_H
