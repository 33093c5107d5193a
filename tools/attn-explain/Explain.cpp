//===- Explain.cpp - what a spec will cost, without running it ------------===//

#include "tools/attn-explain/Explain.h"

#include "tools/attn-explain/Drawing.h"
#include "tools/attn-run/Files.h"
#include "tools/attn-run/Numbers.h"

#include "codegen/cpu/Pipeline.h"
#include "passes/ChoosePlan.h"
#include "passes/PredictCycles.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/ScopeExit.h"

#include <cmath>
#include <type_traits>

using namespace llvm;
using mlir::attn::AttentionOp;
using mlir::attn::MachineModel;
using mlir::attn::MaskTable;
using mlir::attn::TargetDescription;

namespace attnexplain {

/// Cells on a side: on a terminal and in a file.
static constexpr int64_t kTextCells = 64, kFileCells = 256, kMostCells = 4096;

//===----------------------------------------------------------------------===//
// Options
//===----------------------------------------------------------------------===//

static Expected<Interval> readInterval(StringRef option,
                                       const std::optional<std::string> &text,
                                       int64_t length) {
  if (!text)
    return Interval{0, length};
  auto [lo, hi] = StringRef(*text).split(':');
  Interval interval;
  if (lo.getAsInteger(10, interval.lo) || hi.getAsInteger(10, interval.hi))
    return createStringError("expected --" + option +
                             "=LO:HI, such as 0:256, got '" + *text + "'");
  if (interval.lo < 0 || interval.lo >= interval.hi || interval.hi > length)
    return createStringError("expected --" + option + " in 0:" + Twine(length) +
                             ", the first below the second, got '" + *text +
                             "'");
  return interval;
}

struct CellCounts {
  int64_t rows, columns;
};

static Expected<CellCounts> readCells(const std::optional<std::string> &text,
                                      int64_t standard) {
  if (!text)
    return CellCounts{standard, standard};
  auto [rows, columns] = StringRef(*text).split('x');
  CellCounts cells;
  if (!rows.getAsInteger(10, cells.rows) &&
      !columns.getAsInteger(10, cells.columns) && cells.rows >= 1 &&
      cells.columns >= 1 && cells.rows <= kMostCells &&
      cells.columns <= kMostCells)
    return cells;
  return createStringError("expected --picture=ROWSxCOLUMNS of 1 to " +
                           Twine(kMostCells) + ", such as 32x64, got '" +
                           *text + "'");
}

template <typename Number>
static Expected<Number> readNumber(StringRef option, StringRef text) {
  Number number = 0;
  bool isBad;
  constexpr bool isReal = std::is_floating_point_v<Number>;
  if constexpr (isReal)
    isBad = text.getAsDouble(number) || !(number > 0) || !std::isfinite(number);
  else
    isBad = text.getAsInteger(10, number) || number < 0;
  if (!isBad)
    return number;
  return createStringError("expected a " +
                           Twine(isReal ? "number above 0" : "whole number") +
                           " for --" + option + ", got '" + text + "'");
}

/// Leaves `value` alone if nothing was written.
template <typename Number, typename Value>
static Error readInto(Value &value, StringRef option,
                      const std::optional<std::string> &text) {
  if (!text)
    return Error::success();
  Expected<Number> number = readNumber<Number>(option, *text);
  if (!number)
    return number.takeError();
  value = *number;
  return Error::success();
}

namespace {

class Explainer {
public:
  explicit Explainer(const ExplainOptions &options) : options(options) {}

  Expected<SpecReport> run();

private:
  Error prepare();
  Error readNumbers();
  Expected<SpecSection> explain(AttentionOp op);
  Error addRoofline(AttentionOp op, SpecSection &section);
  Error draw(AttentionOp op, SpecSection &section);
  void describeTables(AttentionOp op, SpecSection &section);

  const ExplainOptions &options;
  TargetDescription target;
  PlannedSpec spec;
  std::optional<Machine> machine;  ///< beside the targets
  std::optional<size_t> attention; ///< the only one
  int64_t head = 0;
  std::vector<attnrun::OutputFile> files;
};

} // namespace

Error Explainer::readNumbers() {
  if (options.peakGflops.has_value() != options.bandwidthGbs.has_value())
    return createStringError(
        "expected --peak-gflops and --bandwidth-gbs together, got one of them");
  Machine given{"given", 0, 0};
  if (Error error =
          readInto<double>(given.peakGflops, "peak-gflops", options.peakGflops))
    return error;
  if (Error error = readInto<double>(given.bandwidthGbs, "bandwidth-gbs",
                                     options.bandwidthGbs))
    return error;
  if (options.peakGflops)
    machine = given;
  if (Error error =
          readInto<int64_t>(attention, "attention", options.attention))
    return error;
  return readInto<int64_t>(head, "head", options.head);
}

Error Explainer::prepare() {
  if (Error error = readNumbers())
    return error;
  for (const std::optional<std::string> &path : {options.svg, options.png})
    if (path)
      if (Error error = attnrun::checkWritable(*path))
        return error;
  if (options.svg && options.png &&
      attnrun::isSameFile(*options.svg, *options.png))
    return createStringError(
        "expected another file for --svg and --png, got '" + *options.svg +
        "' twice");
  Expected<TargetDescription> found =
      mlir::attn::lookupTarget(options.targetCpu);
  if (!found)
    return found.takeError();
  target = *found;
  return spec.read(options.source, target);
}

//===----------------------------------------------------------------------===//
// One attention op
//===----------------------------------------------------------------------===//

void Explainer::describeTables(AttentionOp op, SpecSection &section) {
  for (const MaskTable &table : mlir::attn::collectTables(op.getMask()))
    if (!spec.tables().contains(table.values.getAsOpaquePointer()) &&
        !mlir::attn::constantElements(table.values))
      section.assumed.push_back(mlir::attn::describeAssumed(table));
}

Expected<SpecSection> Explainer::explain(AttentionOp op) {
  ArrayRef<int64_t> q = spec.shapeOf(op.getQ()), k = spec.shapeOf(op.getK());
  SpecSection section;
  section.batch = q[0];
  section.headSize = op.getHeadSize();
  section.valueSize = op.getValueSize();
  section.sizes = {q[op.getTokenDimension()], k[op.getTokenDimension()],
                   q[op.getHeadDimension()], k[op.getHeadDimension()],
                   op.getBatch()};
  raw_string_ostream(section.elementType) << op.getElementType();
  section.assumed = spec.assumedSizes();
  describeTables(op, section);
  for (const mlir::attn::PlanPart &part : op.getPlanParts()) {
    mlir::attn::PlanAttr plan = part.plan;
    section.plans.push_back(
        {to_vector(plan.getLayout()), to_vector(plan.getDilation()),
         to_vector(plan.getOrder()), to_vector(plan.getTile()),
         to_vector(plan.getGroup()), plan.getLanes(), plan.getSlab(),
         plan.getDiagonals(), plan.getHalves(), plan.getSlides(),
         plan.multipliesPairs(), mlir::attn::describePart(part)});
  }
  section.arePartsOfMask = bool(op.getPartPlans());
  section.statistics = mlir::attn::computePlanStatistics(
      op, section.batch, section.sizes, &spec.tables(),
      mlir::attn::kMostReportedBoxes);
  const mlir::attn::PlanStatistics &statistics = section.statistics;
  if (statistics.countedTiles < statistics.tiles)
    section.assumed.push_back("pairs as in " +
                              attnrun::count(statistics.countedTiles) + " of " +
                              attnrun::count(statistics.tiles) + " tiles");
  section.predictedSpeedup =
      mlir::attn::predictCycles(op, mlir::attn::machineModel(target),
                                section.sizes, &spec.tables())
          .speedup();
  if (Error error = draw(op, section))
    return error;
  if (Error error = addRoofline(op, section))
    return error;
  return section;
}

/// The targets, each with a plan of its own, and the machine of the options.
Error Explainer::addRoofline(AttentionOp op, SpecSection &section) {
  const mlir::attn::PlanStatistics &statistics = section.statistics;
  double flopsPerPair = 2.0 * (section.headSize + section.valueSize);
  double elements = 0;
  for (mlir::Value value : {op.getQ(), op.getK(), op.getV(), op.getO()})
    elements += product_of(map_range(
        spec.shapeOf(value), [](int64_t size) { return double(size); }));
  double bytes = elements * op.getElementType().getIntOrFloatBitWidth() / 8;
  if (op.getLse())
    bytes += 4.0 * section.batch * section.sizes.heads * section.sizes.queries;

  auto workWith = [&](double visitedPairs) {
    return Work{statistics.flopsKept, flopsPerPair * visitedPairs, bytes};
  };
  auto chosen = [&]() -> mlir::Attribute {
    if (op.getPlan())
      return op.getPlanAttr();
    return op.getHeadPlans() ? op.getHeadPlansAttr() : op.getPartPlansAttr();
  };
  // What other targets choose goes to copies.
  AttentionOp planned = op;
  DenseMap<mlir::Attribute, double> visitedPairs;
  visitedPairs[chosen()] = statistics.visitedPairs;
  for (StringRef name : mlir::attn::targetNames()) {
    Expected<TargetDescription> found = mlir::attn::lookupTarget(name);
    if (!found)
      return found.takeError();
    MachineModel model = mlir::attn::machineModel(*found);
    op = cast<AttentionOp>(mlir::OpBuilder(planned).clone(*planned));
    scope_exit forget([&] {
      op.dropPlan();
      op.erase();
    });
    op.dropPlan();
    mlir::attn::planAttention(op, model);
    auto [visited, isNew] = visitedPairs.insert({chosen(), 0});
    if (isNew)
      visited->second = mlir::attn::countVisitedPairs(
                            op, section.batch, section.sizes, &spec.tables(),
                            mlir::attn::kMostReportedBoxes)
                            .all;
    mlir::attn::PredictedCycles cycles =
        mlir::attn::predictCycles(op, model, section.sizes, &spec.tables());
    // An upper bound where heads multiply in several ways.
    bool pairs = llvm::any_of(op.getPlanParts(), [](const auto &part) {
      return part.plan.multipliesPairs();
    });
    // The cost model thinks of two multiply-adds of a register in a cycle.
    double peakFlops = 4.0 * model.vectorLanes * (pairs ? model.pairSpeed : 1) *
                       cycles.masked * section.batch * section.sizes.heads *
                       section.sizes.queries;
    section.roofline.push_back({oneCore(*found, pairs),
                                workWith(visited->second),
                                Prediction{peakFlops, cycles.speedup()}});
  }
  if (machine)
    section.roofline.push_back(
        {*machine, workWith(statistics.visitedPairs), std::nullopt});
  return Error::success();
}

Error Explainer::draw(AttentionOp op, SpecSection &section) {
  if (head >= section.sizes.heads)
    return createStringError("expected --head in 0 to " +
                             Twine(section.sizes.heads - 1) + ", got " +
                             Twine(head));
  Expected<Interval> queries =
      readInterval("queries", options.queries, section.sizes.queries);
  if (!queries)
    return queries.takeError();
  Expected<Interval> keys =
      readInterval("keys", options.keys, section.sizes.keys);
  if (!keys)
    return keys.takeError();
  Expected<CellCounts> textCells = readCells(options.picture, kTextCells);
  if (!textCells)
    return textCells.takeError();
  MaskMap map(op.getMask(), section.sizes, head, &spec.tables());
  if (map.dependsOnHead())
    section.pictureHead = head;
  if (options.hasPictures)
    section.picture =
        map.draw(*queries, *keys, textCells->rows, textCells->columns);
  if (!options.svg && !options.png)
    return Error::success();

  CellCounts cells = *readCells(options.picture, kFileCells);
  MapGrid grid = map.draw(*queries, *keys, cells.rows, cells.columns);
  if (options.png) {
    Expected<std::string> bytes = encodePng(grid);
    if (!bytes)
      return bytes.takeError();
    files.push_back(
        {*options.png, [bytes = std::move(*bytes)](raw_ostream &stream) {
           stream << bytes;
         }});
  }
  if (options.svg) {
    std::string title = section.statistics.pattern;
    if (section.pictureHead)
      title += ", head " + std::to_string(*section.pictureHead);
    files.push_back({*options.svg, [grid, title](raw_ostream &stream) {
                       writeSvg(grid, title, stream);
                     }});
  }
  return Error::success();
}

Expected<SpecReport> Explainer::run() {
  if (Error error = prepare())
    return error;
  SmallVector<AttentionOp> ops = spec.attentions();
  bool isOne = attention || ops.size() == 1;
  if (attention && *attention >= ops.size())
    return createStringError("expected --attention in 0 to " +
                             Twine(ops.size() - 1) + ", got " +
                             Twine(*attention));
  if (!isOne && (options.svg || options.png))
    return createStringError("expected --attention=N with --svg and --png, as "
                             "'" +
                             spec.entry().getName() + "' has " +
                             Twine(ops.size()) + " attention ops, got none");
  SpecReport report{spec.entry().getName().str(), target.name, {}};
  for (auto [n, op] : enumerate(ops)) {
    if (attention && *attention != n)
      continue;
    Expected<SpecSection> section = explain(op);
    if (!section)
      return section.takeError();
    report.sections.push_back(std::move(*section));
  }
  if (Error error = attnrun::writeFiles(files))
    return error;
  return report;
}

Expected<SpecReport> explain(const ExplainOptions &options) {
  return Explainer(options).run();
}

} // namespace attnexplain
