//===- SplitMask.h - two parts of a mask ------------------------*- C++ -*-===//
//
// Some pairs of a mask have a period, others do not, and no walk suits both:
// the parts get plans of their own (`part_plans`).
//
//===----------------------------------------------------------------------===//

#ifndef ATTN_PASSES_SPLITMASK_H
#define ATTN_PASSES_SPLITMASK_H

#include "dialect/AttnOps.h"

namespace mlir::attn {

/// A mask for `first` of the attention op: it keeps the pairs of `mask` that
/// parts without a period keep. Made before the op where none of the mask's own
/// ops is that; null if there are no such parts, or no others.
Value splitMask(AttentionOp op, Value mask);

} // namespace mlir::attn

#endif // ATTN_PASSES_SPLITMASK_H
