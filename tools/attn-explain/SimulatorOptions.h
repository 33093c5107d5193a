//===- SimulatorOptions.h - asking the simulator by options -----*- C++ -*-===//

#ifndef ATTN_TOOLS_ATTNEXPLAIN_SIMULATOROPTIONS_H
#define ATTN_TOOLS_ATTNEXPLAIN_SIMULATOROPTIONS_H

#include "tools/attn-explain/SimulatorReport.h"

#include <optional>
#include <string>

namespace attnexplain {

/// The options of attn-explain that describe a neighborhood, as they were
/// written.
struct SimulatorOptions {
  /// One number for each axis, with commas between them.
  std::optional<std::string> layout, window, stride, dilation, causal;
  std::optional<std::string> queryTile, keyTile;
  std::optional<std::string> queryTileTokens, keyTileTokens;
  /// From 0 to 1, or a fraction such as 15/50.
  std::optional<std::string> attentionShare, denseShare;
  bool isDynamic = false, sweepsStrides = false, suggestsTiles = false;
};

/// Runs the simulator on what the options ask for. Without a tile, which may be
/// left out if tiles are to be suggested, the figures are those of the best
/// suggestion.
llvm::Expected<SimulatorReport> simulate(const SimulatorOptions &options);

} // namespace attnexplain

#endif // ATTN_TOOLS_ATTNEXPLAIN_SIMULATOROPTIONS_H
