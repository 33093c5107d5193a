//===- SimulatorOptions.cpp - asking the simulator by options -------------===//

#include "tools/attn-explain/SimulatorOptions.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/MathExtras.h"

using namespace llvm;

namespace attnexplain {

/// What was written for an option.
using Text = std::optional<std::string>;

/// How many suggestions are worth reading.
static constexpr size_t kSuggestions = 10;
/// As long as a layout may be.
static constexpr int64_t kMaxTileTokens = int64_t(1) << 29;

//===----------------------------------------------------------------------===//
// Numbers
//===----------------------------------------------------------------------===//

static Expected<Shape> readShape(StringRef option, StringRef text) {
  Shape shape;
  SmallVector<StringRef> pieces;
  text.split(pieces, ',');
  for (StringRef piece : pieces) {
    int64_t number;
    if (piece.getAsInteger(10, number))
      return createStringError("expected --" + option +
                               " as whole numbers with commas between them, "
                               "such as 30,48,80, got '" +
                               text + "'");
    shape.push_back(number);
  }
  return shape;
}

static Expected<Shape> readAxes(StringRef option, const Text &text, size_t rank,
                                int64_t standard) {
  if (!text)
    return Shape(rank, standard);
  Expected<Shape> shape = readShape(option, *text);
  if (shape && shape->size() != rank)
    return createStringError("expected " + Twine(rank) +
                             (rank == 1 ? " value" : " values") + " for --" +
                             option + ", one for each axis of --layout, got " +
                             Twine(shape->size()));
  return shape;
}

static Expected<double> readShare(StringRef option, StringRef text) {
  auto [above, below] = text.split('/');
  double share, whole = 1;
  if (!above.getAsDouble(share) &&
      (!text.contains('/') || !below.getAsDouble(whole)) && whole > 0 &&
      share >= 0 && share <= whole)
    return share / whole;
  return createStringError("expected --" + option +
                           " from 0 to 1, such as 0.3 or 15/50, got '" + text +
                           "'");
}

static Expected<int64_t> readTileTokens(StringRef option, StringRef text) {
  int64_t tokens;
  if (!text.getAsInteger(10, tokens) && tokens >= 1 &&
      tokens <= kMaxTileTokens && isPowerOf2_64(tokens))
    return tokens;
  return createStringError("expected --" + option +
                           " of a power of two, got '" + text + "'");
}

//===----------------------------------------------------------------------===//
// Parts of the question
//===----------------------------------------------------------------------===//

static Error missing(StringRef option) {
  return createStringError("expected --" + option + ", got none: " +
                           "attn-explain --help says how to call it");
}

static Expected<Neighborhood> readNeighborhood(const SimulatorOptions &o) {
  std::pair<StringRef, const Text *> needed[] = {{"layout", &o.layout},
                                                 {"window", &o.window}};
  for (auto [option, text] : needed)
    if (!*text)
      return missing(option);
  Expected<Shape> layout = readShape("layout", *o.layout);
  if (!layout)
    return layout.takeError();
  Neighborhood neighborhood;
  for (int64_t extent : *layout)
    neighborhood.axes.push_back({extent, 0});

  auto read = [&](StringRef option, const Text &text, int64_t standard,
                  auto set) -> Error {
    Expected<Shape> values =
        readAxes(option, text, neighborhood.rank(), standard);
    if (!values)
      return values.takeError();
    for (auto [axis, value] : zip_equal(neighborhood.axes, *values))
      set(axis, value);
    return Error::success();
  };
  if (Error error = read("window", o.window, 0,
                         [](Axis &a, int64_t value) { a.window = value; }))
    return error;
  if (Error error = read("stride", o.stride, 1,
                         [](Axis &a, int64_t value) { a.stride = value; }))
    return error;
  if (Error error = read("dilation", o.dilation, 1,
                         [](Axis &a, int64_t value) { a.dilation = value; }))
    return error;
  std::optional<int64_t> notBoolean;
  if (Error error = read("causal", o.causal, 0, [&](Axis &a, int64_t value) {
        a.isCausal = value == 1;
        if (value != 0 && value != 1)
          notBoolean = value;
      }))
    return error;
  if (notBoolean)
    return createStringError("expected 0 or 1 for each axis of --causal, got " +
                             Twine(*notBoolean));
  if (Error error = neighborhood.verify())
    return error;
  return neighborhood;
}

/// The given tiles; an empty one if it was left out.
static Expected<Tiling> readTiling(const SimulatorOptions &o, size_t rank) {
  Tiling tiling;
  tiling.keyTiling = o.isDynamic ? KeyTiling::Dynamic : KeyTiling::Static;
  auto read = [&](StringRef option, const Text &text, Shape &tile) -> Error {
    if (!text) {
      if (o.suggestsTiles)
        return Error::success();
      return missing(option);
    }
    Expected<Shape> shape = readAxes(option, text, rank, 1);
    if (!shape)
      return shape.takeError();
    tile = *shape;
    return Error::success();
  };
  if (Error error = read("query-tile", o.queryTile, tiling.queryTile))
    return error;
  if (Error error = read("key-tile", o.keyTile, tiling.keyTile))
    return error;
  if (Error error = tiling.verify())
    return error;
  return tiling;
}

/// The tokens of the tiles to suggest: as the option says, or as many as the
/// tile has.
static Expected<int64_t> chooseTileTokens(StringRef option, const Text &text,
                                          ArrayRef<int64_t> tile) {
  if (text)
    return readTileTokens((option + "-tokens").str(), *text);
  if (tile.empty())
    return createStringError("expected --" + option + " or --" + option +
                             "-tokens, got neither");
  int64_t tokens = 1;
  for (int64_t side : tile)
    if (!isPowerOf2_64(side) || (tokens *= side) > kMaxTileTokens)
      return createStringError("expected --" + option +
                               " with sides of powers of two to suggest " +
                               "tiles as large, got " + Twine(side) + ": --" +
                               option + "-tokens says how large");
  return tokens;
}

static Error checkTogether(const SimulatorOptions &o) {
  std::pair<StringRef, const Text *> tokens[] = {{"query", &o.queryTileTokens},
                                                 {"key", &o.keyTileTokens}};
  for (auto [tile, text] : tokens)
    if (*text && !o.suggestsTiles)
      return createStringError("expected --suggest-tiles with --" + tile +
                               "-tile-tokens, got the latter alone");
  if (!o.attentionShare && o.denseShare)
    return createStringError("expected --attention-share with --dense-share, "
                             "got the latter alone");
  return Error::success();
}

Expected<SimulatorReport> simulate(const SimulatorOptions &o) {
  if (Error error = checkTogether(o))
    return error;
  SimulatorReport report;
  Expected<Neighborhood> neighborhood = readNeighborhood(o);
  if (!neighborhood)
    return neighborhood.takeError();
  report.neighborhood = std::move(*neighborhood);
  Expected<Tiling> tiling = readTiling(o, report.neighborhood.rank());
  if (!tiling)
    return tiling.takeError();
  report.tiling = std::move(*tiling);

  if (o.attentionShare) {
    Expected<double> share = readShare("attention-share", *o.attentionShare);
    if (!share)
      return share.takeError();
    report.shares = SimulatorReport::Shares{*share};
  }
  if (o.denseShare) {
    Expected<double> share = readShare("dense-share", *o.denseShare);
    if (!share)
      return share.takeError();
    report.shares->dense = *share;
  }

  if (o.suggestsTiles) {
    Expected<int64_t> queryTokens = chooseTileTokens(
        "query-tile", o.queryTileTokens, report.tiling.queryTile);
    if (!queryTokens)
      return queryTokens.takeError();
    Expected<int64_t> keyTokens =
        chooseTileTokens("key-tile", o.keyTileTokens, report.tiling.keyTile);
    if (!keyTokens)
      return keyTokens.takeError();
    report.tilings = suggestTiles(report.neighborhood, *queryTokens, *keyTokens,
                                  report.tiling.keyTiling, kSuggestions);
    if (report.tiling.queryTile.empty() || report.tiling.keyTile.empty())
      report.tiling = report.tilings->front().tiling;
  }
  report.figures = simulate(report.neighborhood, report.tiling);
  if (o.sweepsStrides)
    report.strides = sweepStrides(report.neighborhood, report.tiling);
  return report;
}

} // namespace attnexplain
