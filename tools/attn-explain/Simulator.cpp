//===- Simulator.cpp - what tiles make of a neighborhood ------------------===//

#include "tools/attn-explain/Simulator.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/MathExtras.h"

#include <limits>
#include <tuple>

using namespace llvm;

namespace attnexplain {

/// As the dialect has it; squares of it fit 64 bits.
static constexpr int64_t kLengthLimit = int64_t(1) << 30;
static constexpr size_t kMaxRank = 4;

//===----------------------------------------------------------------------===//
// Problems
//===----------------------------------------------------------------------===//

int64_t Neighborhood::tokens() const {
  int64_t tokens = 1;
  for (const Axis &axis : axes)
    tokens *= axis.extent;
  return tokens;
}

Shape Neighborhood::strides() const {
  Shape strides;
  for (const Axis &axis : axes)
    strides.push_back(axis.stride);
  return strides;
}

Neighborhood Neighborhood::withStrides(ArrayRef<int64_t> strides) const {
  Neighborhood result = *this;
  for (auto [axis, stride] : zip_equal(result.axes, strides))
    axis.stride = stride;
  return result;
}

static Error verifyPositive(StringRef name, int64_t value, size_t axis) {
  if (value >= 1)
    return Error::success();
  return createStringError("expected " + name + " of at least 1 on axis " +
                           Twine(axis) + ", got " + Twine(value));
}

static Error verifyAxis(const Axis &a, size_t axis) {
  std::pair<StringRef, int64_t> parameters[] = {
      {"window", a.window}, {"stride", a.stride}, {"dilation", a.dilation}};
  for (auto [name, value] : parameters)
    if (Error error = verifyPositive(name, value, axis))
      return error;
  if (a.dilation > a.extent)
    return createStringError("expected dilation of at most the extent " +
                             Twine(a.extent) + " on axis " + Twine(axis) +
                             ", got " + Twine(a.dilation));
  if (a.stride <= a.largestStride())
    return Error::success();
  std::string clamped;
  if (a.window > a.longestGroup())
    clamped = (" (" + Twine(a.window) + ", clamped to the axis)").str();
  return createStringError("expected stride of at most the window " +
                           Twine(a.largestStride()) + clamped + " on axis " +
                           Twine(axis) + ", got " + Twine(a.stride));
}

Error Neighborhood::verify() const {
  if (axes.empty() || axes.size() > kMaxRank)
    return createStringError("expected a layout of 1 to 4 axes, got " +
                             Twine(axes.size()));
  int64_t tokens = 1;
  for (auto [number, axis] : enumerate(axes)) {
    if (Error error = verifyPositive("layout", axis.extent, number))
      return error;
    if (axis.extent >= kLengthLimit || (tokens *= axis.extent) >= kLengthLimit)
      return createStringError("expected a layout of fewer than " +
                               Twine(kLengthLimit) + " tokens, got more");
  }
  for (auto [number, axis] : enumerate(axes))
    if (Error error = verifyAxis(axis, number))
      return error;
  return Error::success();
}

static Error verifyTile(StringRef name, ArrayRef<int64_t> tile) {
  for (auto [axis, side] : enumerate(tile)) {
    if (Error error = verifyPositive(name, side, axis))
      return error;
    if (side >= kLengthLimit)
      return createStringError("expected " + name + " below " +
                               Twine(kLengthLimit) + " on axis " + Twine(axis) +
                               ", got " + Twine(side));
  }
  return Error::success();
}

Error Tiling::verify() const {
  if (Error error = verifyTile("query tile", queryTile))
    return error;
  return verifyTile("key tile", keyTile);
}

//===----------------------------------------------------------------------===//
// One axis
//===----------------------------------------------------------------------===//

namespace {

/// One dilation group of an axis, in coordinates of the group.
class Group {
public:
  Group(const Axis &axis, int64_t length)
      : length(length), window(std::min(axis.window, length)),
        stride(axis.stride), isCausal(axis.isCausal) {}

  /// The keys [start, end) of a query. Neither falls from a query to the next,
  /// and the windows of neighbouring queries overlap or touch.
  int64_t start(int64_t query) const {
    int64_t first = query / stride * stride;
    if (isCausal) {
      int64_t leader = std::min(first + stride - 1, length - 1);
      return std::max<int64_t>(0, leader - (window - 1));
    }
    int64_t leader = std::min(first + stride / 2, length - 1);
    return std::clamp<int64_t>(leader - window / 2, 0, length - window);
  }
  int64_t end(int64_t query) const {
    return isCausal ? query + 1 : start(query) + window;
  }

  int64_t countKeptPairs() const {
    if (!isCausal)
      return length * window;
    int64_t pairs = 0;
    for (int64_t query = 0; query < length; ++query)
      pairs += end(query) - start(query);
    return pairs;
  }

  const int64_t length;

private:
  const int64_t window, stride;
  const bool isCausal;
};

/// Tiles along one axis.
struct AxisTiling {
  int64_t queryTile, keyTile;
  KeyTiling keyTiling;
};

/// The key tiles that one query tile visits.
struct TileVisits {
  int64_t visited, full;

  /// Of the query tile that begins with query `first`.
  TileVisits(const Group &group, const AxisTiling &tiling, int64_t first);
};

/// Counts on one axis, over all its dilation groups.
struct AxisVisits {
  int64_t queryTiles = 0, visitedMax = 0, visitedSum = 0, fullSum = 0;
};

} // namespace

TileVisits::TileVisits(const Group &group, const AxisTiling &tiling,
                       int64_t first) {
  int64_t last = std::min(first + tiling.queryTile, group.length) - 1;
  // Some query attends to the keys [start, end), every one to [lo, hi).
  int64_t start = group.start(first), end = group.end(last);
  int64_t lo = group.start(last), hi = group.end(first);
  int64_t origin = tiling.keyTiling == KeyTiling::Dynamic ? start : 0;
  auto tilesUpTo = [&](int64_t key) -> int64_t {
    return divideCeil(uint64_t(key - origin), uint64_t(tiling.keyTile));
  };
  visited = tilesUpTo(end) - (start - origin) / tiling.keyTile;
  // A tile that the group cuts short is full if what is left of it is.
  int64_t fullEnd =
      hi == group.length ? tilesUpTo(hi) : (hi - origin) / tiling.keyTile;
  full = std::max<int64_t>(0, fullEnd - tilesUpTo(lo));
}

/// Calls `visit(group, count)` for each length that dilation groups have.
template <typename Visit>
static void visitGroups(const Axis &axis, Visit visit) {
  int64_t longer = axis.extent % axis.dilation;
  if (longer)
    visit(Group(axis, axis.longestGroup()), longer);
  visit(Group(axis, axis.extent / axis.dilation), axis.dilation - longer);
}

static AxisVisits countVisits(const Axis &axis, const AxisTiling &tiling) {
  AxisVisits visits;
  visitGroups(axis, [&](const Group &group, int64_t count) {
    for (int64_t first = 0; first < group.length; first += tiling.queryTile) {
      TileVisits tile(group, tiling, first);
      visits.queryTiles += count;
      visits.visitedMax = std::max(visits.visitedMax, tile.visited);
      visits.visitedSum += count * tile.visited;
      visits.fullSum += count * tile.full;
    }
  });
  return visits;
}

/// What the busiest query tile visits; `enough` if it visits as many. Tiles in
/// the middle come first: windows are cut short at the ends.
static int64_t countVisitedMax(const Axis &axis, const AxisTiling &tiling,
                               int64_t enough) {
  int64_t most = 0;
  visitGroups(axis, [&](const Group &group, int64_t) {
    int64_t tiles = divideCeil(group.length, tiling.queryTile);
    for (int64_t n = 0; n < tiles && most < enough; ++n) {
      int64_t tile = (tiles / 2 + n) % tiles;
      TileVisits visits(group, tiling, tile * tiling.queryTile);
      most = std::max(most, visits.visited);
    }
  });
  return std::min(most, enough);
}

static int64_t countKeptPairs(const Axis &axis) {
  int64_t pairs = 0;
  visitGroups(axis, [&](const Group &group, int64_t count) {
    pairs += count * group.countKeptPairs();
  });
  return pairs;
}

//===----------------------------------------------------------------------===//
// All axes
//===----------------------------------------------------------------------===//

Figures simulate(const Neighborhood &neighborhood, const Tiling &tiling) {
  Figures f{1, 1, 1, 1, 1, 1, 1};
  for (auto [axis, queryTile, keyTile] :
       zip_equal(neighborhood.axes, tiling.queryTile, tiling.keyTile)) {
    AxisVisits visits =
        countVisits(axis, {queryTile, keyTile, tiling.keyTiling});
    f.allPairs *= axis.extent * axis.extent;
    f.keptPairs *= countKeptPairs(axis);
    f.queryTiles *= visits.queryTiles;
    f.keyTiles *= divideCeil(uint64_t(axis.extent), uint64_t(keyTile));
    f.visitedMax *= visits.visitedMax;
    f.visitedTilePairs *= visits.visitedSum;
    f.fullTilePairs *= visits.fullSum;
  }
  return f;
}

namespace {

/// Strides of the first axes, and what they make the busiest query tile visit.
struct StrideChoice {
  Shape stride;
  int64_t product = 1, visitedMax = 1;

  bool operator<(const StrideChoice &other) const {
    return std::tie(product, stride) < std::tie(other.product, other.stride);
  }
};

} // namespace

/// Leaves those that visit less than all before them in order.
static void keepGains(std::vector<StrideChoice> &choices) {
  llvm::sort(choices);
  int64_t least = std::numeric_limits<int64_t>::max();
  erase_if(choices, [&](const StrideChoice &choice) {
    bool gains = choice.visitedMax < least;
    least = std::min(least, choice.visitedMax);
    return !gains;
  });
}

std::vector<StrideFigures> sweepStrides(const Neighborhood &neighborhood,
                                        const Tiling &tiling) {
  // What does not gain on the first axes does not with more axes: the same
  // strides there follow the one that was as good.
  std::vector<StrideChoice> choices(1);
  for (auto [axis, queryTile, keyTile] :
       zip_equal(neighborhood.axes, tiling.queryTile, tiling.keyTile)) {
    std::vector<StrideChoice> onAxis;
    int64_t least = std::numeric_limits<int64_t>::max();
    for (int64_t stride = 1; stride <= axis.largestStride(); ++stride) {
      Axis strided = axis;
      strided.stride = stride;
      int64_t most = countVisitedMax(
          strided, {queryTile, keyTile, tiling.keyTiling}, least);
      if (most == least)
        continue;
      onAxis.push_back({{stride}, stride, most});
      least = most;
    }
    std::vector<StrideChoice> longer;
    for (const StrideChoice &before : choices)
      for (const StrideChoice &next : onAxis) {
        longer.push_back(before);
        longer.back().stride.push_back(next.stride[0]);
        longer.back().product *= next.product;
        longer.back().visitedMax *= next.visitedMax;
      }
    keepGains(longer);
    choices = std::move(longer);
  }
  std::vector<StrideFigures> result;
  for (const StrideChoice &choice : choices)
    result.push_back(
        {choice.stride,
         simulate(neighborhood.withStrides(choice.stride), tiling)});
  return result;
}

//===----------------------------------------------------------------------===//
// Tiles
//===----------------------------------------------------------------------===//

/// The number of tiles that cover the layout, group by group.
static int64_t countTiles(const Neighborhood &neighborhood,
                          ArrayRef<int64_t> tile) {
  int64_t tiles = 1;
  for (auto [axis, side] : zip_equal(neighborhood.axes, tile)) {
    int64_t onAxis = 0;
    visitGroups(axis, [&, side = side](const Group &group, int64_t count) {
      onAxis += count * divideCeil(uint64_t(group.length), uint64_t(side));
    });
    tiles *= onAxis;
  }
  return tiles;
}

/// All shapes with power-of-two sides and the given number of tokens.
static std::vector<Shape> powerOfTwoShapes(int64_t tokens, size_t rank) {
  if (rank == 1)
    return {{tokens}};
  std::vector<Shape> shapes;
  for (int64_t side = 1; side <= tokens; side *= 2)
    for (const Shape &rest : powerOfTwoShapes(tokens / side, rank - 1)) {
      shapes.push_back({side});
      shapes.back().append(rest);
    }
  return shapes;
}

/// The shapes for which `count` is at most `slack` more than the least.
static std::vector<Shape>
coveringShapes(int64_t tokens, size_t rank, double slack,
               function_ref<int64_t(const Shape &)> count) {
  std::vector<Shape> shapes = powerOfTwoShapes(tokens, rank);
  int64_t least = std::numeric_limits<int64_t>::max();
  for (const Shape &shape : shapes)
    least = std::min(least, count(shape));
  erase_if(shapes, [&](const Shape &shape) {
    return double(count(shape)) > double(least) * (1 + slack);
  });
  return shapes;
}

std::vector<TilingFigures> suggestTiles(const Neighborhood &neighborhood,
                                        int64_t queryTokens, int64_t keyTokens,
                                        KeyTiling keyTiling, size_t limit) {
  // Full attention knows no dilation groups.
  Neighborhood dense = neighborhood;
  for (Axis &axis : dense.axes)
    axis.dilation = 1;
  std::vector<Shape> queryTiles = coveringShapes(
      queryTokens, neighborhood.rank(), 1.0 / 8,
      [&](const Shape &tile) { return countTiles(neighborhood, tile); });
  std::vector<Shape> keyTiles =
      coveringShapes(keyTokens, neighborhood.rank(), 0, [&](const Shape &tile) {
        return countTiles(dense, tile);
      });

  std::vector<TilingFigures> result;
  for (const Shape &queryTile : queryTiles)
    for (const Shape &keyTile : keyTiles) {
      Tiling tiling{queryTile, keyTile, keyTiling};
      result.push_back({tiling, simulate(neighborhood, tiling)});
    }
  auto rank = [](const TilingFigures &f) {
    return std::tuple(f.figures.visitedMax, f.figures.visitedTilePairs,
                      -f.figures.fullTilePairs, f.tiling.queryTile,
                      f.tiling.keyTile);
  };
  llvm::sort(result, [&](const TilingFigures &a, const TilingFigures &b) {
    return rank(a) < rank(b);
  });
  result.resize(std::min(limit, result.size()));
  return result;
}

double boundEndToEnd(double speedup, double attentionShare, double denseShare) {
  double sparse = attentionShare * (1 - denseShare);
  return 1 / (1 - sparse + sparse / speedup);
}

} // namespace attnexplain
