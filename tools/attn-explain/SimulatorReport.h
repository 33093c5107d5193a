//===- SimulatorReport.h - what the simulator has found ---------*- C++ -*-===//

#ifndef ATTN_TOOLS_ATTNEXPLAIN_SIMULATORREPORT_H
#define ATTN_TOOLS_ATTNEXPLAIN_SIMULATORREPORT_H

#include "tools/attn-explain/Simulator.h"

#include "llvm/Support/raw_ostream.h"

#include <optional>
#include <vector>

namespace attnexplain {

struct SimulatorReport {
  Neighborhood neighborhood;
  Tiling tiling;
  Figures figures;

  /// What was not asked for is absent.
  std::optional<std::vector<StrideFigures>> strides;
  std::optional<std::vector<TilingFigures>> tilings;
  /// As boundEndToEnd takes them.
  struct Shares {
    double attention, dense = 0;
  };
  std::optional<Shares> shares;
};

/// For people: each figure with what it means.
void printText(const SimulatorReport &report, llvm::raw_ostream &stream);

/// One JSON object in one line. `strides`, `tiles` and `end_to_end` are there
/// if they were asked for.
void printJson(const SimulatorReport &report, llvm::raw_ostream &stream);

} // namespace attnexplain

#endif // ATTN_TOOLS_ATTNEXPLAIN_SIMULATORREPORT_H
