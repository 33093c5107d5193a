//===- LowerTiles.h - one microkernel for each op ---------------*- C++ -*-===//
//
// Each function emits the code of one op before it (the builder's insertion
// point) and leaves the op in place. What the ops mean is in
// dialect/TileOps.td, StageOps.td and DiagonalOps.td; how the code is blocked
// is said at each definition.
//
//===----------------------------------------------------------------------===//

#ifndef ATTN_CODEGEN_CPU_LOWERTILES_H
#define ATTN_CODEGEN_CPU_LOWERTILES_H

#include "codegen/cpu/TileBuilder.h"
#include "dialect/AttnOps.h"

namespace mlir::attn {

void lowerTileBegin(TileBeginOp op, TileBuilder &b);
void lowerStageKeys(StageKeysOp op, TileBuilder &b);
void lowerListAhead(ListAheadOp op, TileBuilder &b);
void lowerTileSlide(TileSlideOp op, TileBuilder &b);
void lowerTileScores(TileScoresOp op, TileBuilder &b);
void lowerTileModify(TileModifyOp op, TileBuilder &b);
void lowerTileMask(TileMaskOp op, TileBuilder &b);
void lowerTileSoftmax(TileSoftmaxOp op, TileBuilder &b);
void lowerTileAccumulate(TileAccumulateOp op, TileBuilder &b);
void lowerTileEnd(TileEndOp op, TileBuilder &b);
void lowerTileResume(TileResumeOp op, TileBuilder &b);
void lowerTileKeep(TileKeepOp op, TileBuilder &b);

void lowerDiagonalBegin(DiagonalBeginOp op, TileBuilder &b);
void lowerDiagonalKeys(DiagonalKeysOp op, TileBuilder &b);
void lowerDiagonalScores(DiagonalScoresOp op, TileBuilder &b);
void lowerDiagonalModify(DiagonalModifyOp op, TileBuilder &b);
void lowerDiagonalMask(DiagonalMaskOp op, TileBuilder &b);
void lowerDiagonalAccumulate(DiagonalAccumulateOp op, TileBuilder &b);

/// What a tile that slides does for TileScoresOp and TileAccumulateOp.
void slideScores(TileScoresOp op, TileBuilder &b);
void slideAccumulate(TileAccumulateOp op, TileBuilder &b);

/// Clears the state of a tile, but for its outputs.
void clearState(TileBuilder &b, Value sink, Value max, Value sum);
/// The inverse sums of all lanes, 0 where there was no key: on the stack, to be
/// read element by element or, without that, a register at a time.
Value emitInverses(TileBuilder &b, Value sum, bool forElements = true);
/// Stores the natural logarithms of the sums of exponentials of all lanes, from
/// those to base 2.
void storeLse(TileBuilder &b, Value max, Value sum, Value rows, Value lse,
              Value batch, Value head);

/// A score that the modification `body` gave, as exp2 takes it: times log2(e).
/// Where the body has tables or large constants, one that is finite and
/// negative stays finite, since users write the least number of f32 for "not
/// this one", and a row of nothing else has equal weights.
Value emitForExp2(TileBuilder &b, Value score, Region &body);

/// i_a of the lanes that begin at `lane`, for each axis: a register of i32.
SmallVector<Value> laneCoordinates(TileBuilder &b, ArrayRef<int64_t> tile,
                                   ValueRange origin, ValueRange extent,
                                   int64_t lane);

/// i_a of all lanes, a row for each axis: i32 on the stack.
Value emitCoordinates(TileBuilder &b, int64_t lanes, ArrayRef<int64_t> tile,
                      ValueRange origin, ValueRange extent);
/// Of these, axis `a` of the registers of lanes that begin at `lanes`.
SmallVector<Value> loadCoordinates(TileBuilder &b, Value coordinates, int64_t a,
                                   ArrayRef<Value> lanes);

/// Where the keys of the registers of lanes begin in a tile that slides; none
/// without `starts`.
SmallVector<Value> startsOf(TileBuilder &b, Value starts,
                            ArrayRef<Value> lanes);
/// j_{r-1} of those registers, or of all if there are none, for a key that has
/// `key` where a row begins.
SmallVector<Value> keyCoordinates(TileBuilder &b, Value key,
                                  ArrayRef<Value> starts);

/// The row number of each lane: i32 on the stack.
Value emitRowNumbers(TileBuilder &b, int64_t lanes, ArrayRef<int64_t> tile,
                     ArrayRef<int64_t> strides, ValueRange origin,
                     ValueRange extent);
/// Of these, that of `lane`.
Value rowOf(TileBuilder &b, Value rows, Value lane);
/// Whether a tile has queries within the extents.
Value isInside(TileBuilder &b, ValueRange origin, ValueRange extent);

/// Calls `block` for each square of lanes and elements of a row of `depth`,
/// which is at least a register, with the first element, the first lane and the
/// rows of the lanes.
void forSquares(
    TileBuilder &b, int64_t lanes, int64_t depth, Value rows,
    function_ref<void(Value first, Value lane, ArrayRef<Value> rows)> block);
/// The same element by element.
void forElements(TileBuilder &b, int64_t lanes, int64_t depth, Value rows,
                 function_ref<void(Value element, Value lane, Value row)> body);

/// Transposes a square of registers of 32-bit elements.
SmallVector<Value> transposeSquare(TileBuilder &b, ArrayRef<Value> rows);
/// The square of an operand that begins at element `first` of some rows, as f32
/// and transposed.
SmallVector<Value> loadTransposed(TileBuilder &b, Value operand, Value batch,
                                  Value head, ArrayRef<Value> rows,
                                  Value first);

/// Scores of `keys` keys and of registers of lanes: `body` adds feature `first`
/// + n. Many features are summed in parts; what earlier ones gave is kept after
/// the part of s in use, since in registers it would be in the way of the
/// loops.
SmallVector<Value> sumFeatures(
    TileScoresOp op, TileBuilder &b, int64_t keys, ArrayRef<Value> lanes,
    function_ref<SmallVector<Value>(Value first, int64_t n, ValueRange)> body);

/// Emits a loop over the keys of a visit, in chunks of contiguous ones,
/// `chunks` at a time: `body` gets their first slots and their places in s. The
/// last chunk of a row may stick out past its end, and the last of all comes
/// again to fill the last step.
void forKeyChunks(
    TileScoresOp op, TileBuilder &b, int64_t chunk, int64_t chunks,
    function_ref<void(ArrayRef<Value> slots, ArrayRef<Value> positions)> body);

} // namespace mlir::attn

#endif // ATTN_CODEGEN_CPU_LOWERTILES_H
