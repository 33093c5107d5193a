//===- CostModel.h - predicted cost of a plan -------------------*- C++ -*-===//
//
// Counts cycles of one core: multiply-adds, softmax, masks, rescaling and the
// staging of keys. Only ratios of its answers are used.
//
//===----------------------------------------------------------------------===//

#ifndef ATTN_PASSES_COSTMODEL_H
#define ATTN_PASSES_COSTMODEL_H

#include <cstdint>

namespace mlir::attn {

/// What plans depend on of a machine.
struct MachineModel {
  int64_t vectorLanes = 16;  ///< f32 elements of a register
  int64_t accumulators = 24; ///< registers of a register block
  int64_t l2Bytes = 1 << 20;
};

} // namespace mlir::attn

#endif // ATTN_PASSES_COSTMODEL_H
