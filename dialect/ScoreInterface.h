//===- ScoreInterface.h - what modifies scores ------------------*- C++ -*-===//
//
// What a score op is given to state its formula, and what it says of its
// tables. Implemented by the ops of ScoreOps.td, used where kernels are made.
//
//===----------------------------------------------------------------------===//

#ifndef ATTN_DIALECT_SCOREINTERFACE_H
#define ATTN_DIALECT_SCOREINTERFACE_H

#include "mlir/IR/Builders.h"
#include "mlir/IR/Value.h"

#include <functional>

namespace mlir::attn {

/// Where a score stands: i32 values.
struct ScorePoint {
  Value batch, head, query, key;
  Value numQueries, numKeys, numHeads;
  /// Whether a mask that is an operand of the score op keeps the pair: i1.
  std::function<Value(Value mask)> keeps;
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
