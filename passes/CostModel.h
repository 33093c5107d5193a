//===- CostModel.h - predicted cost of a plan -------------------*- C++ -*-===//
//
// Counts cycles of one core: multiply-adds, softmax, masks, rescaling and the
// staging of keys. Only ratios of its answers are used.
//
//===----------------------------------------------------------------------===//

#ifndef ATTN_PASSES_COSTMODEL_H
#define ATTN_PASSES_COSTMODEL_H

#include <cstdint>
#include <string>

namespace mlir::attn {

struct KeyBox;

/// What plans depend on of a machine.
struct MachineModel {
  int64_t vectorLanes = 16; ///< f32 elements of a register
  int64_t l1Bytes = 48 << 10;
  int64_t l2Bytes = 1 << 20;
  /// Multiply-adds of pairs of bf16 in the time of one of f32; 0: none.
  int64_t pairSpeed = 0;
  /// Lanes whose blocks of pairs load least; 0: they load like those of f32.
  int64_t pairLanes = 0;
  /// For 64 bytes from beyond the second-level cache, or on their way there.
  int64_t farLineCycles = 8;
  /// Multiply-adds in the time that a register of keys takes in which each lane
  /// has a key of its own; 0: that is not done.
  double permuteCost = 0;

  /// What is wrong with numbers that somebody gave, by the options of
  /// attn-plan-attention; empty if nothing is.
  std::string fault() const;
};

class CostModel {
public:
  /// `pairs`: products take pairs of bf16.
  CostModel(const MachineModel &machine, int64_t headSize, int64_t valueSize,
            bool pairs = false)
      : machine(machine), headSize(headSize), valueSize(valueSize),
        pairs(pairs) {}

  /// What mask code computes for each pair, and each key, that is partial.
  void setMaskCode(int64_t ofPairs, int64_t ofKeys) {
    pairOps = ofPairs;
    keyOps = ofKeys;
  }

  /// Cycles of a query tile of so many lanes, whatever it visits.
  double tile(int64_t lanes) const;
  /// Cycles more of one that begins with the state of another part.
  double resume(int64_t lanes) const;
  /// Cycles of the visits of a box by so many lanes: a tile, or half of one.
  double box(int64_t lanes, const KeyBox &box, bool isHalf = false) const;
  /// Whether halves of so many lanes are worth a thought: one register of lanes
  /// loads nearly as often as it multiplies, and gains nothing by being a half.
  bool suitsHalves(int64_t lanes) const {
    return !pairs && lanes >= 4 * machine.vectorLanes;
  }
  /// Cycles of finding out what halves of a tile need of a box.
  double halving() const;
  /// Whether tiles of so many lanes may slide, cycles of finding out where one
  /// begins to read the keys of a row, and those of the visits of a box.
  bool suitsSliding(int64_t lanes) const;
  double sliding() const;
  double slidingBox(int64_t lanes, const KeyBox &box) const;
  /// Cycles of a tile of so many lanes that visits diagonals, whichever, and of
  /// `count` that follow each other, the furthest at `distance`.
  double diagonalTile(int64_t lanes) const;
  double diagonals(int64_t lanes, int64_t distance, int64_t count) const;
  /// Cycles of finding out which keys of a slab a tile visits.
  double planning() const;
  /// Cycles of reading one of so many keys into a slab.
  double stagedKey(int64_t keys) const;

  /// How many keys a slab should have.
  int64_t slab(int64_t lanes) const;
  /// The same for tiles that slide and need `width` keys of a row, where a
  /// group needs `row` keys of it.
  int64_t slab(int64_t lanes, int64_t width, int64_t row) const;
  /// How many query tiles fit the cache beside a slab.
  int64_t tilesPerGroup(int64_t lanes, int64_t slab) const;

private:
  MachineModel machine;
  int64_t headSize, valueSize;
  bool pairs;
  int64_t pairOps = 2, keyOps = 0;
};

} // namespace mlir::attn

#endif // ATTN_PASSES_COSTMODEL_H
