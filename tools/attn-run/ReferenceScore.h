//===- ReferenceScore.h - score modifications of the reference --*- C++ -*-===//
//
// What the oracle of --verify takes a modification to be: the formulas of
// dialect/ScoreOps.td in f64.
//
//===----------------------------------------------------------------------===//

#ifndef ATTN_TOOLS_ATTNRUN_REFERENCESCORE_H
#define ATTN_TOOLS_ATTNRUN_REFERENCESCORE_H

#include "tools/attn-run/Array.h"
#include "tools/attn-run/ReferenceMask.h"

#include "mlir/IR/Value.h"
#include "llvm/ADT/DenseMap.h"

#include <functional>

namespace attnrun {

struct ScoreProblem {
  int64_t numQueries, numKeys, queryHeads, kvHeads, batch = 0;
};

/// The new score of query i and key j in batch b and query head h.
using Modify = std::function<double(double score, int64_t b, int64_t h,
                                    int64_t i, int64_t j)>;

/// Reads one modification. Fails on ops that it does not know.
llvm::Expected<Modify>
readScore(mlir::Value modification, const ScoreProblem &problem,
          const llvm::DenseMap<mlir::Value, const Array *> &tables);

} // namespace attnrun

#endif // ATTN_TOOLS_ATTNRUN_REFERENCESCORE_H
