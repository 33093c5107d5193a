//===- ScoreInterface.h - what a modification of scores computes -*- C++
//-*-===//

#ifndef ATTN_DIALECT_SCOREINTERFACE_H
#define ATTN_DIALECT_SCOREINTERFACE_H

#include "mlir/IR/Builders.h"
#include "mlir/IR/Value.h"

namespace mlir::attn {

/// Where a score stands: i32 values.
struct ScorePoint {
  Value batch, head, query, key;
  Value numQueries, numKeys, numHeads;
};

/// A run-time table of a modification: f32, its sizes by the names that the
/// runtime uses; empty where a dimension is broadcast or of any size.
struct ScoreTable {
  Value values;
  StringRef name;
  SmallVector<StringRef, 4> sizes;
};

} // namespace mlir::attn

#endif // ATTN_DIALECT_SCOREINTERFACE_H
