//===- TileVerifiers.h - what steps of tiles ask of scratch -----*- C++ -*-===//
//
// Shared by the verifiers of the tile and diagonal ops; each says what it
// expected and got.
//
//===----------------------------------------------------------------------===//

#ifndef ATTN_DIALECT_TILEVERIFIERS_H
#define ATTN_DIALECT_TILEVERIFIERS_H

#include "dialect/AttnOps.h"

namespace mlir::attn {

/// Scratch whose last dimension is lanes: 16, 32 or 64, as many as `lanes`.
/// That is 0 before the first.
LogicalResult verifyLanes(Operation *op, StringRef name, MemRefType type,
                          int64_t &lanes);

/// Outputs, `ot`: a row for each value or, by query, one for each lane.
LogicalResult verifyOutput(Operation *op, MemRefType type, bool byQuery,
                           int64_t &lanes);

} // namespace mlir::attn

#endif // ATTN_DIALECT_TILEVERIFIERS_H
