//===- Roofline.cpp - how long machines take at least ---------------------===//

#include "tools/attn-explain/Roofline.h"

#include <algorithm>

namespace attnexplain {

Machine oneCore(const mlir::attn::TargetDescription &target, bool pairs) {
  double flopsPerCycle = (target.hasFma ? 4 : 2) * double(target.lanes());
  if (pairs)
    flopsPerCycle *= target.pairSpeed();
  return {target.name, flopsPerCycle * kAssumedGhz, kAssumedGbs};
}

double RooflineEntry::computeSeconds() const {
  return work.visitedFlops / machine.peakGflops / 1e9;
}
double RooflineEntry::memorySeconds() const {
  return work.bytes / machine.bandwidthGbs / 1e9;
}
double RooflineEntry::boundSeconds() const {
  return std::max(computeSeconds(), memorySeconds());
}

std::optional<double> RooflineEntry::predictedSeconds() const {
  if (!prediction)
    return std::nullopt;
  return std::max(prediction->peakFlops / machine.peakGflops / 1e9,
                  boundSeconds());
}

std::optional<double> RooflineEntry::predictedGflops() const {
  if (!prediction)
    return std::nullopt;
  return work.keptFlops / *predictedSeconds() / 1e9;
}

} // namespace attnexplain
