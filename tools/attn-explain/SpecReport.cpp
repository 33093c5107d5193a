//===- SpecReport.cpp - what a spec will cost -----------------------------===//

#include "tools/attn-explain/SpecReport.h"

#include "tools/attn-explain/Drawing.h"
#include "tools/attn-run/Numbers.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/JSON.h"

using namespace llvm;
using attnrun::count;
using attnrun::duration;
using attnrun::jsonNumber;
using attnrun::number;
using attnrun::plural;
using mlir::attn::PlanStatistics;

namespace attnexplain {

//===----------------------------------------------------------------------===//
// Text
//===----------------------------------------------------------------------===//

/// An open extent is below zero.
static std::string text(ArrayRef<int64_t> shape) {
  return join(
      map_range(shape,
                [](int64_t n) { return n < 0 ? "?" : std::to_string(n); }),
      "x");
}

static std::string text(const PlanFigures &plan) {
  if (plan.diagonals)
    return "tile " + text(plan.tile) + ", group " + text(plan.group) +
           " tiles, by diagonals, " + plural(plan.slab, "key") +
           " of a query at a time";
  std::string result = "tile " + text(plan.tile) + ", group " +
                       text(plan.group) + " tiles, " +
                       plural(plan.lanes, "lane") +
                       (plan.halves   ? " in halves"
                        : plan.slides ? ", sliding"
                                      : "") +
                       ", slab " + plural(plan.slab, "key");
  if (!plan.layout.empty())
    result += ", along " + text(plan.layout);
  if (any_of(plan.dilation, [](int64_t d) { return d != 1; }))
    result += " dilated " + text(plan.dilation);
  if (plan.pairs)
    result += ", in pairs of bf16";
  if (!plan.order.empty())
    result += ", axis " + Twine(plan.order.back()).str() + " last";
  return result;
}

static std::string describeSizes(const SpecSection &s) {
  std::string heads = plural(s.sizes.heads, "head");
  if (s.sizes.kvHeads != s.sizes.heads)
    heads += " of q, " + std::to_string(s.sizes.kvHeads) + " of k and v";
  std::string widths = s.headSize == s.valueSize
                           ? "D = Dv = " + std::to_string(s.headSize)
                           : "D = " + std::to_string(s.headSize) +
                                 ", Dv = " + std::to_string(s.valueSize);
  return "batch " + std::to_string(s.batch) + ", " + heads + ", " +
         count(s.sizes.queries) + " queries, " + count(s.sizes.keys) +
         " keys, " + widths + ", " + s.elementType;
}

static std::string percent(double share) { return number(100 * share) + " %"; }

static void printFigures(const SpecSection &s, StringRef target,
                         raw_ostream &stream) {
  auto row = [&](StringRef name, const Twine &value) {
    stream << left_justify(name, 19) << value << "\n";
  };
  const PlanStatistics &f = s.statistics;
  row("pattern", f.pattern);
  row("sizes", describeSizes(s));
  if (!s.assumed.empty())
    row("assumed", join(s.assumed, ", "));
  std::string triangle = f.trianglePairs
                             ? ", " + number(f.keptPairs / *f.trianglePairs) +
                                   " of those in the causal triangle"
                             : "";
  double idealSpeedup = f.allPairs / f.keptPairs;
  row("density", number(f.keptPairs / f.allPairs) + " of all pairs" + triangle);
  row("ideal speedup", number(idealSpeedup));
  for (auto [n, plan] : llvm::enumerate(s.plans)) {
    std::string of = plan.of.empty() ? "" : plan.of + ": ";
    row(n ? "" : "plan", of + text(plan));
  }
  double full = s.fullPairs() / f.visitedPairs;
  row("visited pairs", count(f.visitedPairs) + " for " + count(f.keptPairs) +
                           " kept: " + number(f.visitedPairs / f.keptPairs) +
                           " times; " + percent(full) + " full, " +
                           percent(1 - full) + " partial");
  row("predicted speedup", number(s.predictedSpeedup) + " over dense, " +
                               number(s.predictedSpeedup / idealSpeedup) +
                               " of the ideal, on " + target);
}

static void printRoofline(const SpecSection &s, raw_ostream &stream) {
  std::vector<std::vector<std::string>> rows = {
      {"roofline", "GFLOP/s", "GB/s", "bound by", "at least", "predicted",
       "of peak", "speedup"}};
  for (const RooflineEntry &e : s.roofline) {
    bool isKnown = e.prediction.has_value();
    rows.push_back(
        {e.machine.name, number(e.machine.peakGflops),
         number(e.machine.bandwidthGbs),
         e.isBoundByMemory() ? "memory" : "compute", duration(e.boundSeconds()),
         isKnown ? duration(*e.predictedSeconds()) : "-",
         isKnown ? percent(*e.predictedGflops() / e.machine.peakGflops) : "-",
         isKnown ? number(e.prediction->speedup) : "-"});
  }
  constexpr size_t space = 2;
  std::vector<size_t> widths(rows.front().size());
  for (const auto &row : rows)
    for (auto [cell, width] : zip(row, widths))
      width = std::max(width, cell.size());
  for (const auto &row : rows) {
    stream << left_justify(row[0], widths[0]);
    for (auto [cell, width] : drop_begin(zip(row, widths)))
      stream << right_justify(cell, width + space);
    stream << "\n";
  }
  stream << "A target stands for one core at " << number(kAssumedGhz)
         << " GHz with " << number(kAssumedGbs)
         << " GB/s. At least: all visited pairs at the\n"
            "peak, or every array once through memory; predicted: with the "
            "plan for the target.\n";
}

void printText(const SpecReport &report, raw_ostream &stream) {
  for (auto [n, s] : enumerate(report.sections)) {
    if (report.sections.size() > 1)
      stream << (n ? "\n" : "") << "== attention " << n << " of '"
             << report.entry << "' ==\n\n";
    printFigures(s, report.target, stream);
    if (s.picture) {
      stream << "\nmask"
             << (s.pictureHead ? " of head " + std::to_string(*s.pictureHead)
                               : "")
             << ": " << describeAxes(*s.picture) << "\n";
      printPicture(*s.picture, stream);
    }
    stream << "\n";
    printRoofline(s, stream);
  }
}

//===----------------------------------------------------------------------===//
// JSON
//===----------------------------------------------------------------------===//

static json::Object object(const PlanFigures &plan) {
  json::Array layout;
  for (int64_t extent : plan.layout)
    layout.push_back(extent < 0 ? json::Value(nullptr) : json::Value(extent));
  return json::Object{{"layout", std::move(layout)},
                      {"dilation", json::Array(plan.dilation)},
                      {"order", json::Array(plan.order)},
                      {"products", plan.pairs ? "bf16" : "f32"},
                      {"tile", json::Array(plan.tile)},
                      {"group", json::Array(plan.group)},
                      {"lanes", plan.lanes},
                      {"slab", plan.slab},
                      {"diagonals", plan.diagonals},
                      {"halves", plan.halves},
                      {"slides", plan.slides}};
}

static json::Object object(const RooflineEntry &e) {
  std::optional<double> share, speedup;
  if (e.prediction) {
    share = *e.predictedGflops() / e.machine.peakGflops;
    speedup = e.prediction->speedup;
  }
  return json::Object{{"target", e.machine.name},
                      {"peak_gflops", e.machine.peakGflops},
                      {"bandwidth_gbs", e.machine.bandwidthGbs},
                      {"flops_kept", e.work.keptFlops},
                      {"flops_visited", e.work.visitedFlops},
                      {"bytes", e.work.bytes},
                      {"bound_seconds", jsonNumber(e.boundSeconds())},
                      {"bound_by", e.isBoundByMemory() ? "memory" : "compute"},
                      {"predicted_seconds", jsonNumber(e.predictedSeconds())},
                      {"predicted_gflops", jsonNumber(e.predictedGflops())},
                      {"predicted_share", jsonNumber(share)},
                      {"predicted_speedup", jsonNumber(speedup)}};
}

/// The entries of several attention ops, one after the other.
static RooflineEntry sum(const RooflineEntry &a, const RooflineEntry &b) {
  RooflineEntry result = a;
  result.work.keptFlops += b.work.keptFlops;
  result.work.visitedFlops += b.work.visitedFlops;
  result.work.bytes += b.work.bytes;
  if (!a.prediction || !b.prediction)
    return result;
  double seconds = *a.predictedSeconds() + *b.predictedSeconds();
  double dense = *a.predictedSeconds() * a.prediction->speedup +
                 *b.predictedSeconds() * b.prediction->speedup;
  result.prediction =
      Prediction{a.prediction->peakFlops + b.prediction->peakFlops,
                 seconds ? dense / seconds : 1};
  return result;
}

static SpecSection sum(ArrayRef<SpecSection> sections) {
  SpecSection total = sections[0];
  double dense = 0, masked = 0;
  SmallVector<std::string> patterns;
  for (auto [n, s] : enumerate(sections)) {
    if (!is_contained(patterns, s.statistics.pattern))
      patterns.push_back(s.statistics.pattern);
    double work = s.statistics.allPairs * double(s.headSize + s.valueSize);
    dense += work;
    masked += work / s.predictedSpeedup;
    if (n == 0)
      continue;
    PlanStatistics &t = total.statistics;
    double full = total.fullPairs() + s.fullPairs();
    t.allPairs += s.statistics.allPairs;
    t.keptPairs += s.statistics.keptPairs;
    t.visitedPairs += s.statistics.visitedPairs;
    t.flopsKept += s.statistics.flopsKept;
    t.fullShare = t.visitedPairs ? full / t.visitedPairs : 0;
    if (t.trianglePairs && s.statistics.trianglePairs)
      *t.trianglePairs += *s.statistics.trianglePairs;
    else
      t.trianglePairs.reset();
    for (const std::string &assumed : s.assumed)
      if (!is_contained(total.assumed, assumed))
        total.assumed.push_back(assumed);
    for (auto [to, from] : zip_equal(total.roofline, s.roofline))
      to = sum(to, from);
  }
  total.statistics.pattern = join(patterns, "; ");
  total.predictedSpeedup = masked ? dense / masked : 1;
  return total;
}

static json::Object figures(const SpecSection &s) {
  const PlanStatistics &f = s.statistics;
  std::optional<double> triangle;
  if (f.trianglePairs)
    triangle = f.keptPairs / *f.trianglePairs;
  json::Array roofline;
  for (const RooflineEntry &entry : s.roofline)
    roofline.push_back(object(entry));
  json::Object result{
      {"pattern", f.pattern},
      {"assumed", json::Array(s.assumed)},
      {"density", jsonNumber(f.keptPairs / f.allPairs)},
      {"density_of_triangle", jsonNumber(triangle)},
      {"ideal_speedup", jsonNumber(f.allPairs / f.keptPairs)},
      {"all_pairs", jsonNumber(f.allPairs)},
      {"visited_pairs", jsonNumber(f.visitedPairs)},
      {"kept_pairs", jsonNumber(f.keptPairs)},
      {"full_share", jsonNumber(s.fullPairs() / f.visitedPairs)},
      {"predicted_speedup", jsonNumber(s.predictedSpeedup)},
      {"plan", s.plans.size() == 1 ? json::Value(object(s.plans[0]))
                                   : json::Value(nullptr)},
      {"roofline", std::move(roofline)}};
  if (s.plans.size() == 1)
    return result;
  json::Array plans;
  for (const PlanFigures &plan : s.plans)
    plans.push_back(object(plan));
  result[s.arePartsOfMask ? "part_plans" : "head_plans"] = std::move(plans);
  return result;
}

void printJson(const SpecReport &report, raw_ostream &stream) {
  json::Object result = figures(sum(report.sections));
  if (report.sections.size() > 1)
    result["plan"] = nullptr;
  result["entry"] = report.entry;
  result["target"] = report.target;
  json::Array sections;
  for (const SpecSection &s : report.sections) {
    json::Object section = figures(s);
    section["batch"] = s.batch;
    section["heads"] = s.sizes.heads;
    section["kv_heads"] = s.sizes.kvHeads;
    section["queries"] = s.sizes.queries;
    section["keys"] = s.sizes.keys;
    section["head_size"] = s.headSize;
    section["value_size"] = s.valueSize;
    section["type"] = s.elementType;
    sections.push_back(std::move(section));
  }
  result["sections"] = std::move(sections);
  stream << json::Value(std::move(result)) << "\n";
}

} // namespace attnexplain
