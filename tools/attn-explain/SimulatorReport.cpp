//===- SimulatorReport.cpp - what the simulator has found -----------------===//

#include "tools/attn-explain/SimulatorReport.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/JSON.h"

using namespace llvm;

namespace attnexplain {

static double endToEnd(double speedup, const SimulatorReport::Shares &shares) {
  return boundEndToEnd(speedup, shares.attention, shares.dense);
}

//===----------------------------------------------------------------------===//
// Text
//===----------------------------------------------------------------------===//

static std::string text(ArrayRef<int64_t> shape) {
  return join(map_range(shape, [](int64_t n) { return std::to_string(n); }),
              "x");
}

template <typename Get>
static Shape axisValues(const Neighborhood &neighborhood, Get get) {
  Shape values;
  for (const Axis &axis : neighborhood.axes)
    values.push_back(get(axis));
  return values;
}

/// Parameters that are not the default, in the words of attn.neighborhood.
static std::string text(const Neighborhood &neighborhood) {
  auto values = [&](int64_t Axis::*field) {
    return axisValues(neighborhood, [&](const Axis &a) { return a.*field; });
  };
  std::string result = text(values(&Axis::extent)) + ", window " +
                       text(values(&Axis::window)) + ", stride " +
                       text(values(&Axis::stride));
  if (any_of(neighborhood.axes, [](const Axis &a) { return a.dilation != 1; }))
    result += ", dilation " + text(values(&Axis::dilation));
  if (any_of(neighborhood.axes, [](const Axis &a) { return a.isCausal; })) {
    result += ", causal ";
    result += text(axisValues(
        neighborhood, [](const Axis &a) { return int64_t(a.isCausal); }));
  }
  return result;
}

static StringRef text(KeyTiling keyTiling) {
  return keyTiling == KeyTiling::Dynamic ? "dynamic" : "static";
}

static std::string count(int64_t value) {
  return formatv("{0:N0}", value).str();
}
static std::string speedup(double value) {
  return formatv("{0:F2}", value).str();
}
static std::string percent(double share) {
  return formatv("{0:F1} %", 100 * share).str();
}
/// A share that someone wrote.
static std::string plainPercent(double share) {
  std::string result;
  raw_string_ostream(result) << format("%.3g %%", 100 * share);
  return result;
}

/// Columns wide enough for what is in them: words to the left, figures to the
/// right.
static void printColumns(ArrayRef<SmallVector<std::string>> rows,
                         size_t wordColumns, raw_ostream &stream) {
  SmallVector<size_t> widths(rows[0].size(), 0);
  for (const auto &row : rows)
    for (auto [width, cell] : zip_equal(widths, row))
      width = std::max(width, cell.size());
  for (const auto &row : rows) {
    for (auto [column, cell] : enumerate(row)) {
      stream << (column ? "  " : "");
      if (column < wordColumns)
        stream << left_justify(cell, widths[column]);
      else
        stream << right_justify(cell, widths[column]);
    }
    stream << "\n";
  }
}

static void addHeadings(SmallVector<std::string> &row,
                        const SimulatorReport &report) {
  append_values(row, "worst", "mean", "full");
  if (report.shares)
    row.push_back("end to end");
}

static void addFigures(SmallVector<std::string> &row, const Figures &f,
                       const SimulatorReport &report) {
  append_values(row, speedup(f.speedupWorst()), speedup(f.speedupMean()),
                percent(f.fullShare()));
  if (report.shares)
    row.push_back(speedup(endToEnd(f.speedupWorst(), *report.shares)));
}

static void printFigures(const SimulatorReport &report, raw_ostream &stream) {
  const Figures &f = report.figures;
  auto row = [&](StringRef name, StringRef value, const Twine &meaning) {
    stream << left_justify(name, 16) << right_justify(value, 7) << "  "
           << meaning << "\n";
  };
  row("ideal speedup", speedup(f.idealSpeedup()),
      "all pairs / kept pairs: " + count(f.allPairs) + " / " +
          count(f.keptPairs));
  row("worst speedup", speedup(f.speedupWorst()),
      "all key tiles / those that the busiest query tile visits: " +
          count(f.keyTiles) + " / " + count(f.visitedMax));
  row("mean speedup", speedup(f.speedupMean()),
      "all key tiles / those that a query tile visits on average: " +
          count(f.keyTiles) + " / " + formatv("{0:F1}", f.visitedMean()).str());
  row("full share", percent(f.fullShare()),
      "of the tile pairs visited, those that need no mask: " +
          count(f.fullTilePairs) + " of " + count(f.visitedTilePairs));
  if (!report.shares)
    return;
  auto bound = [&](double value) {
    return speedup(endToEnd(value, *report.shares));
  };
  std::string steps =
      report.shares->dense > 0
          ? " in all steps but " + plainPercent(report.shares->dense)
          : "";
  row("end to end", bound(f.speedupWorst()),
      "if " + plainPercent(report.shares->attention) +
          " of the time is attention and gets faster by worst speedup" + steps);
  row("", bound(f.speedupMean()), "by mean speedup");
  row("", bound(f.idealSpeedup()), "by ideal speedup");
}

static void printStrides(const SimulatorReport &report, raw_ostream &stream) {
  double tried = 1;
  for (const Axis &axis : report.neighborhood.axes)
    tried *= double(axis.largestStride());
  stream << "\nStrides that gain, of " << formatv("{0:N0}", int64_t(tried))
         << " tried: each is the smallest with its worst speedup.\n";
  SmallVector<SmallVector<std::string>> rows{{"stride"}};
  addHeadings(rows[0], report);
  for (const StrideFigures &s : *report.strides) {
    rows.push_back({text(s.stride)});
    addFigures(rows.back(), s.figures, report);
  }
  printColumns(rows, 1, stream);
}

static void printTilings(const SimulatorReport &report, raw_ostream &stream) {
  stream << "\nTiles of as many tokens, those with the best worst speedup "
            "first.\n";
  SmallVector<SmallVector<std::string>> rows{{"query tile", "key tile"}};
  addHeadings(rows[0], report);
  for (const TilingFigures &t : *report.tilings) {
    rows.push_back({text(t.tiling.queryTile), text(t.tiling.keyTile)});
    addFigures(rows.back(), t.figures, report);
  }
  printColumns(rows, 2, stream);
}

void printText(const SimulatorReport &report, raw_ostream &stream) {
  stream << left_justify("neighborhood", 18) << text(report.neighborhood)
         << "\n"
         << left_justify("tiles", 18) << "query "
         << text(report.tiling.queryTile) << ", key "
         << text(report.tiling.keyTile) << ", " << text(report.tiling.keyTiling)
         << " key tiling\n\n";
  printFigures(report, stream);
  if (report.strides)
    printStrides(report, stream);
  if (report.tilings)
    printTilings(report, stream);
}

//===----------------------------------------------------------------------===//
// JSON
//===----------------------------------------------------------------------===//

/// The figures that a list entry has too.
static json::Object object(const Figures &f) {
  return json::Object{{"speedup_worst", f.speedupWorst()},
                      {"speedup_mean", f.speedupMean()},
                      {"full_share", f.fullShare()}};
}

void printJson(const SimulatorReport &report, raw_ostream &stream) {
  const Figures &f = report.figures;
  auto values = [&](auto get) {
    return json::Array(axisValues(report.neighborhood, get));
  };
  json::Object result = object(f);
  result["layout"] = values([](const Axis &a) { return a.extent; });
  result["window"] = values([](const Axis &a) { return a.window; });
  result["stride"] = values([](const Axis &a) { return a.stride; });
  result["dilation"] = values([](const Axis &a) { return a.dilation; });
  result["causal"] = values([](const Axis &a) { return int64_t(a.isCausal); });
  result["query_tile"] = json::Array(report.tiling.queryTile);
  result["key_tile"] = json::Array(report.tiling.keyTile);
  result["key_tiling"] = text(report.tiling.keyTiling);
  result["all_pairs"] = f.allPairs;
  result["kept_pairs"] = f.keptPairs;
  result["density"] = f.density();
  result["ideal_speedup"] = f.idealSpeedup();
  result["query_tiles"] = f.queryTiles;
  result["key_tiles"] = f.keyTiles;
  result["visited_max"] = f.visitedMax;
  result["visited_mean"] = f.visitedMean();
  if (report.shares)
    result["end_to_end"] =
        json::Object{{"attention_share", report.shares->attention},
                     {"dense_share", report.shares->dense},
                     {"ideal", endToEnd(f.idealSpeedup(), *report.shares)},
                     {"worst", endToEnd(f.speedupWorst(), *report.shares)},
                     {"mean", endToEnd(f.speedupMean(), *report.shares)}};
  if (report.strides) {
    json::Array strides;
    for (const StrideFigures &s : *report.strides) {
      json::Object entry = object(s.figures);
      entry["stride"] = json::Array(s.stride);
      strides.push_back(std::move(entry));
    }
    result["strides"] = std::move(strides);
  }
  if (report.tilings) {
    json::Array tilings;
    for (const TilingFigures &t : *report.tilings) {
      json::Object entry = object(t.figures);
      entry["query_tile"] = json::Array(t.tiling.queryTile);
      entry["key_tile"] = json::Array(t.tiling.keyTile);
      tilings.push_back(std::move(entry));
    }
    result["tiles"] = std::move(tilings);
  }
  stream << json::Value(std::move(result)) << "\n";
}

} // namespace attnexplain
