//===- PairProducts.h - tile ops on pairs of bf16 ---------------*- C++ -*-===//
//
// The lowerings of the ops whose scratch is bf16 (dialect/TileOps.td), called
// by those in LowerTiles.h. A register holds a pair for each of 16 lanes. AMX
// multiplies tiles of 16 keys, or value columns, by 16 lanes, 32 numbers deep;
// vdpbf16ps multiplies a pair in every lane.
//
//===----------------------------------------------------------------------===//

#ifndef ATTN_CODEGEN_CPU_PAIRPRODUCTS_H
#define ATTN_CODEGEN_CPU_PAIRPRODUCTS_H

#include "codegen/cpu/LowerTiles.h"

namespace mlir::attn {

/// Numbers of a register of pairs.
constexpr int64_t pairRegister = 32;

/// Whether the scratch of an op is in pairs.
inline bool isPairs(Value memref) {
  return cast<MemRefType>(memref.getType()).getElementType().isBF16();
}

/// Queries [16 lanes of `rows`], features as pairs.
void emitQueryPairs(TileBeginOp op, TileBuilder &b, Value rows);
void stagePairs(StageKeysOp op, TileBuilder &b);
/// The exponentials of a visit as pairs of weights; returns their sums.
SmallVector<Value> emitWeightPairs(TileSoftmaxOp op, TileBuilder &b,
                                   ArrayRef<Value> lanes,
                                   ArrayRef<Value> shift);
void emitPairScores(TileScoresOp op, TileBuilder &b);
void accumulatePairs(TileAccumulateOp op, TileBuilder &b);

} // namespace mlir::attn

#endif // ATTN_CODEGEN_CPU_PAIRPRODUCTS_H
