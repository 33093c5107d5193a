//===- Roofline.cpp - how long machines take at least ---------------------===//

#include "tools/attn-explain/Roofline.h"

#include <algorithm>

namespace attnexplain {

Machine oneCore(const mlir::attn::TargetDescription &target) {
  double flopsPerCycle = (target.hasFma ? 4 : 2) * double(target.lanes());
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
  double seconds =
      work.keptFlops / prediction->shareOfPeak / machine.peakGflops / 1e9;
  return std::max(seconds, boundSeconds());
}

} // namespace attnexplain
