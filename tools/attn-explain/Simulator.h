//===- Simulator.h - what tiles make of a neighborhood ----------*- C++ -*-===//
//
// The simulator that the paper on Generalized Neighborhood Attention describes
// as NATTENSim (arXiv 2504.16922). It counts the key tiles that every query
// tile visits under the exact mask, and so bounds from above what a tiled
// kernel gains over full attention, before there is a kernel.
//
// A mask, a tile and a window are boxes, so every count is a product of counts
// on one axis, and those cost one step for each query tile on the axis.
//
//===----------------------------------------------------------------------===//

#ifndef ATTN_TOOLS_ATTNEXPLAIN_SIMULATOR_H
#define ATTN_TOOLS_ATTNEXPLAIN_SIMULATOR_H

#include "llvm/ADT/SmallVector.h"
#include "llvm/Support/Error.h"

#include <algorithm>
#include <cstdint>
#include <vector>

namespace attnexplain {

/// One number for each axis.
using Shape = llvm::SmallVector<int64_t, 4>;

/// One axis of a layout, with the parameters of attn.neighborhood that apply to
/// it; the boundary is shift. dialect/MaskOps.td has the definition.
struct Axis {
  int64_t extent, window, stride = 1, dilation = 1;
  bool isCausal = false;

  /// Tokens that are a multiple of the dilation apart form a group.
  int64_t longestGroup() const {
    return extent / dilation + (extent % dilation != 0);
  }
  /// The largest stride that means anything: windows of neighbouring stride
  /// groups still touch.
  int64_t largestStride() const { return std::min(window, longestGroup()); }
};

struct Neighborhood {
  /// From the slowest to the fastest: token numbers are row-major.
  llvm::SmallVector<Axis, 4> axes;

  size_t rank() const { return axes.size(); }
  int64_t tokens() const;
  Shape strides() const;
  Neighborhood withStrides(llvm::ArrayRef<int64_t> strides) const;
  /// Fails on what the verifier of attn.neighborhood refuses.
  llvm::Error verify() const;
};

/// Static key tiles lie on a grid that starts at key 0. Dynamic ones start at
/// the first key that the query tile attends to; the last one may hold keys
/// that none of its queries attends to.
enum class KeyTiling { Static, Dynamic };

/// On a dilated axis tiles consist of tokens of one dilation group, whose
/// coordinates are counted within the group: the groups are problems of their
/// own, as after NATTEN's token permutation, which makes them part of the
/// batch. A tile that sticks out of its group holds the tokens that are there.
struct Tiling {
  Shape queryTile, keyTile;
  KeyTiling keyTiling = KeyTiling::Static;

  llvm::Error verify() const;
};

struct Figures {
  int64_t allPairs = 0, keptPairs = 0;
  /// Tiles of the queries, over all dilation groups.
  int64_t queryTiles = 0;
  /// What a query tile visits in full attention: key tiles of the whole layout,
  /// whatever the dilation.
  int64_t keyTiles = 0;
  /// Key tiles that the busiest query tile visits.
  int64_t visitedMax = 0;
  /// (query tile, key tile) pairs: visited, and those of them where every query
  /// attends to every key, so that they need no mask.
  int64_t visitedTilePairs = 0, fullTilePairs = 0;

  double density() const { return double(keptPairs) / double(allPairs); }
  double visitedMean() const {
    return double(visitedTilePairs) / double(queryTiles);
  }
  /// All pairs / kept pairs: the bound that operation counts give.
  double idealSpeedup() const { return double(allPairs) / double(keptPairs); }
  /// The bound of the paper: all query tiles wait for the busiest one, as they
  /// do where each has a processor of its own.
  double speedupWorst() const { return double(keyTiles) / double(visitedMax); }
  /// The bound where processors share the query tiles evenly.
  double speedupMean() const { return double(keyTiles) / visitedMean(); }
  double fullShare() const {
    return double(fullTilePairs) / double(visitedTilePairs);
  }
};

/// Of verified arguments of one rank, as all that follows.
Figures simulate(const Neighborhood &neighborhood, const Tiling &tiling);

struct StrideFigures {
  Shape stride;
  Figures figures;
};

/// The strides that gain: of all strides from 1 to the window on every axis, in
/// order of their product (then lexicographically), those whose speedupWorst
/// exceeds that of all before. So it rises along the list, from stride 1 on.
/// The strides of the neighborhood itself do not matter.
std::vector<StrideFigures> sweepStrides(const Neighborhood &neighborhood,
                                        const Tiling &tiling);

struct TilingFigures {
  Tiling tiling;
  Figures figures;
};

/// The tilings with power-of-two sides, `queryTokens` and `keyTokens` tokens to
/// a tile, in falling order of speedupWorst, then of the tile pairs visited, at
/// most `limit` of them.
///
/// Tiles that cover much that is not there look better than they are, so key
/// tiles must cover the layout with as few as possible, which gives all tilings
/// the same full attention to compare with, and query tiles with at most an
/// eighth more than that.
std::vector<TilingFigures> suggestTiles(const Neighborhood &neighborhood,
                                        int64_t queryTokens, int64_t keyTokens,
                                        KeyTiling keyTiling, size_t limit);

/// By how much a whole model gets faster if attention, `attentionShare` of its
/// time, gets faster by `speedup` in all diffusion steps but `denseShare` of
/// them. Shares are from 0 to 1.
double boundEndToEnd(double speedup, double attentionShare, double denseShare);

} // namespace attnexplain

#endif // ATTN_TOOLS_ATTNEXPLAIN_SIMULATOR_H
