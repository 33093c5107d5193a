//===- ReferenceMask.h - masks by formulas of the reference -----*- C++ -*-===//
//
// What the oracle of --verify takes a mask to be: the formulas of the op
// descriptions (dialect/MaskOps.td, PatternOps.td, TableOps.td), written anew
// on plain integers. Shares nothing with the compiler but the classes of the
// ops.
//
//===----------------------------------------------------------------------===//

#ifndef ATTN_TOOLS_ATTNRUN_REFERENCEMASK_H
#define ATTN_TOOLS_ATTNRUN_REFERENCEMASK_H

#include "mlir/IR/Value.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/Support/Error.h"

#include <functional>
#include <vector>

namespace attnrun {

/// What a mask is about: sizes, the elements of its run-time tables, and which
/// element of the batch.
struct MaskProblem {
  int64_t numQueries, numKeys, queryHeads = 1, kvHeads = 1;
  llvm::DenseMap<mlir::Value, std::vector<int64_t>> tables{};
  int64_t batch = 0;
};

/// Whether query i of query head h attends to key j.
using Keeps = std::function<bool(int64_t h, int64_t i, int64_t j)>;

/// Reads a mask; a null value keeps every pair. Fails on ops that it does not
/// know.
llvm::Expected<Keeps> readMask(mlir::Value mask, const MaskProblem &problem);

} // namespace attnrun

#endif // ATTN_TOOLS_ATTNRUN_REFERENCEMASK_H
