//===- SpecReport.h - what a spec will cost ---------------------*- C++ -*-===//

#ifndef ATTN_TOOLS_ATTNEXPLAIN_SPECREPORT_H
#define ATTN_TOOLS_ATTNEXPLAIN_SPECREPORT_H

#include "tools/attn-explain/MaskMap.h"
#include "tools/attn-explain/Roofline.h"

#include "passes/PlanStatistics.h"

#include "llvm/Support/raw_ostream.h"

#include <optional>
#include <string>
#include <vector>

namespace attnexplain {

/// What #attn.plan says, for longer than the spec lives.
struct PlanFigures {
  llvm::SmallVector<int64_t> layout, dilation, order, tile, group;
  int64_t lanes = 0, slab = 0;
  bool diagonals = false, halves = false, slides = false, pairs = false;
  std::string of; ///< which heads or pairs; empty: all
};

/// One attention op.
struct SpecSection {
  int64_t batch = 0, headSize = 0, valueSize = 0;
  mlir::attn::MaskSizes sizes;
  std::string elementType;
  /// What the spec leaves open: sizes such as "N = 4096", contents of tables.
  std::vector<std::string> assumed;
  std::vector<PlanFigures> plans; ///< of parts of the heads, or of the mask
  bool arePartsOfMask = false;
  mlir::attn::PlanStatistics statistics;
  double predictedSpeedup = 1;
  std::vector<RooflineEntry> roofline;

  std::optional<MapGrid> picture;
  /// Whose mask that is; none: all heads have the same.
  std::optional<int64_t> pictureHead;

  double fullPairs() const {
    return statistics.fullShare * statistics.visitedPairs;
  }
};

struct SpecReport {
  std::string entry, target;
  std::vector<SpecSection> sections;
};

/// For people: figures, pictures if there are any, predictions.
void printText(const SpecReport &report, llvm::raw_ostream &stream);

/// One JSON object in one line: the sums over all sections, under the names
/// that attn-run --json has, then `sections`, each with the same keys. `plan`
/// is null in the sums of several sections.
void printJson(const SpecReport &report, llvm::raw_ostream &stream);

} // namespace attnexplain

#endif // ATTN_TOOLS_ATTNEXPLAIN_SPECREPORT_H
