//===- CostModel.cpp - predicted cost of a plan ---------------------------===//

#include "passes/CostModel.h"
#include "passes/PlanAnalysis.h"

#include "llvm/Support/Format.h"
#include "llvm/Support/raw_ostream.h"

#include <algorithm>
#include <cmath>

using namespace mlir::attn;

// Instructions of an element of scores outside the multiply-adds.
static constexpr double kSoftmaxCycles = 6, kMaskCycles = 1;
// An operation of mask code, beside others.
static constexpr double kOpCycles = 0.6;
// A number of a query or an output, for each register of lanes: it is
// transposed, and comes from memory or goes there and back.
static constexpr double kTileCycles = 13, kPairTileCycles = 9;
static constexpr double kTileLines = 1.5, kPairTileLines = 0.75;
// Instructions that round an element of scores and pack it.
static constexpr double kPackCycles = 1.5;
// Lines of code that a visit and a row run through, whatever their size.
static constexpr double kVisitCycles = 150, kRowCycles = 12;
static constexpr double kHalvingCycles = 50;
// Pairs of one register of lanes: a window of 128 took 1.4 times as long as
// with two (Zen 5).
static constexpr double kNarrowPairLoads = 2.4;
// What the solver does about an operation of the mask; and for a place of a
// tile that slides, beside those.
static constexpr double kSolvingCycles = 23, kPlaceCycles = 20;
// Of tiles that slide: loads beside permutations, outputs by query, and a
// gather in place of a permutation, in multiply-adds.
static constexpr double kSlidingLoads = 1.04, kPlaceLoads = 1.15, kGather = 16;

std::string MachineModel::fault() const {
  struct Given {
    const char *option;
    double value, least, most;
  };
  constexpr double large = 1 << 30;
  for (const Given &given :
       {Given{"vector-lanes", double(vectorLanes), 1, 64},
        {"l1-bytes", double(l1Bytes), 1, large},
        {"l2-bytes", double(l2Bytes), 1, large},
        {"pair-speed", double(pairSpeed), 0, large},
        {"pair-lanes", double(pairLanes), 0, large},
        {"far-line-cycles", double(farLineCycles), 0, large},
        {"permute-cost", permuteCost, 0, large}})
    if (!(given.value >= given.least && given.value <= given.most)) {
      std::string text;
      llvm::raw_string_ostream(text)
          << "expected '" << given.option << "' from "
          << llvm::format("%.0f to %.0f, got %g", given.least, given.most,
                          given.value);
      return text;
    }
  return "";
}

double CostModel::tile(int64_t lanes) const {
  double vectors = double(lanes) / machine.vectorLanes;
  double cycles = pairs
                      ? kPairTileCycles + kPairTileLines * machine.farLineCycles
                      : kTileCycles + kTileLines * machine.farLineCycles;
  return vectors * cycles * (headSize + valueSize) + 200;
}

double CostModel::resume(int64_t lanes) const {
  double cycles = kTileCycles + kTileLines * machine.farLineCycles;
  return double(lanes) / machine.vectorLanes * cycles * valueSize;
}

double CostModel::box(int64_t lanes, const KeyBox &box, bool isHalf) const {
  double vectors = double(lanes) / machine.vectorLanes;
  double keys = volume(box.keys), core = volume(box.core);
  double width = box.keys.back().hi - box.keys.back().lo;
  double rows = keys / width, visits = std::ceil(keys / slab(lanes));
  // Two multiply-adds a cycle; a narrow tile loads nearly as often as it
  // multiplies, and waits for the loads. Outputs by query need half as many.
  double loads = 1.05 + 0.16 / vectors;
  bool isByQuery = lanes == 16 && !isHalf;
  double outputLoads = isByQuery ? std::min(loads, 1.15) : loads;
  double softmax = kSoftmaxCycles + 0.5 / vectors;
  // Operations on keys alone are shared by all registers of lanes.
  double mask = kMaskCycles + kOpCycles * (pairOps + keyOps / vectors);
  double scores = rows * std::ceil(width / 4) * 4 * headSize / 2;
  double outputs = keys * valueSize / 2;
  if (pairs) {
    // Blocks of 16 keys, and pairs of 32 keys that are packed before.
    scores = rows * std::ceil(width / 16) * 16 * headSize / 2;
    outputs = rows * std::ceil(width / 32) * 32 * valueSize / 2;
    if (machine.pairLanes)
      loads = lanes == machine.pairLanes ? 1.5 : 1.9;
    else if (lanes == machine.vectorLanes)
      loads = kNarrowPairLoads;
    outputLoads = loads;
    scores /= machine.pairSpeed;
    outputs /= machine.pairSpeed;
    softmax += kPackCycles;
  }
  return vectors * (scores * loads + outputs * outputLoads + keys * softmax +
                    (keys - core) * mask + visits * 2 * valueSize) +
         visits * kVisitCycles + rows * kRowCycles;
}

double CostModel::halving() const { return kHalvingCycles; }

bool CostModel::suitsSliding(int64_t lanes) const {
  // All queries of a tile are read again for every few keys.
  bool areNear = 4 * lanes * headSize < machine.l1Bytes / 4 * 3;
  return !pairs && machine.permuteCost > 0 && areNear &&
         lanes == 4 * PlanAttr::slidingLanes;
}

double CostModel::sliding() const {
  return PlanAttr::slidingLanes *
         (kSolvingCycles * (pairOps + keyOps) + kPlaceCycles);
}

double CostModel::slidingBox(int64_t lanes, const KeyBox &box) const {
  double vectors = double(lanes) / machine.vectorLanes;
  double keys = volume(box.keys), core = volume(box.core);
  double width = box.keys.back().hi - box.keys.back().lo;
  double rows = keys / width, visits = std::ceil(keys / slab(lanes));
  double permute = machine.permuteCost > 0 ? machine.permuteCost : kGather;
  permute *= double(PlanAttr::slidingLanes) / machine.vectorLanes;
  double scores = kSlidingLoads * keys * headSize * (vectors + permute) / 2;
  double outputs = kPlaceLoads * vectors * keys * valueSize / 2;
  double softmax = kSoftmaxCycles + 0.5 / vectors;
  double mask = kMaskCycles + kOpCycles * (pairOps + keyOps);
  return scores + outputs +
         vectors *
             (keys * softmax + (keys - core) * mask + visits * 2 * valueSize) +
         visits * kVisitCycles + rows * kRowCycles;
}

double CostModel::diagonalTile(int64_t lanes) const { return 30.0 * lanes; }

double CostModel::diagonals(int64_t lanes, int64_t distance,
                            int64_t count) const {
  // Rows come from the first cache where diagonals follow each other; the first
  // of these reads from the second, or from further away.
  constexpr double pairCycles = 4, nearRegister = 0.4, farRegister = 1.4;
  double registers = double(headSize + valueSize) / machine.vectorLanes;
  bool isFar = distance * 4 * (headSize + valueSize) > machine.l2Bytes;
  double row = (isFar ? farRegister : nearRegister) * registers;
  return lanes * count * (pairCycles + registers) + (lanes + count - 1) * row;
}

double CostModel::planning() const {
  return kSolvingCycles * (pairOps + keyOps);
}

double CostModel::stagedKey(int64_t keys) const {
  constexpr double lineBytes = 64;
  double bytes = (pairs ? 2 : 4) * (headSize + valueSize);
  double copy = 3.0 * (headSize + valueSize) / machine.vectorLanes;
  bool isFar = keys * bytes > machine.l2Bytes;
  return copy + (isFar ? bytes / lineBytes * machine.farLineCycles : 0);
}

int64_t CostModel::slab(int64_t lanes) const {
  // The scores of a visit are read once for each block of value columns: they
  // take half of a first-level cache; as pairs they share it with their
  // weights.
  int64_t scoreBytes = machine.l1Bytes / (pairs ? 3 : 2);
  int64_t keyBytes = (pairs ? 2 : 4) * (headSize + valueSize);
  return std::max<int64_t>(
      32, std::min(scoreBytes / (4 * lanes), machine.l2Bytes / 4 / keyBytes));
}

int64_t CostModel::slab(int64_t lanes, int64_t width, int64_t row) const {
  int64_t rows =
      std::max<int64_t>(1, slab(lanes) / std::max<int64_t>(1, width));
  int64_t room = machine.l2Bytes / 4 / (4 * (headSize + valueSize));
  return std::clamp<int64_t>(rows * row, 32, std::max<int64_t>(32, room));
}

int64_t CostModel::tilesPerGroup(int64_t lanes, int64_t slab) const {
  int64_t state = 4 * lanes * (headSize + valueSize);
  int64_t keys = 4 * slab * (headSize + valueSize + lanes);
  return std::clamp<int64_t>((machine.l2Bytes - keys) / state, 1,
                             PlanAttr::mostTilesPerGroup);
}
