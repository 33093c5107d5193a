//===- ReferencePatterns.h - formulas of published patterns -----*- C++ -*-===//

#ifndef ATTN_TOOLS_ATTNRUN_REFERENCEPATTERNS_H
#define ATTN_TOOLS_ATTNRUN_REFERENCEPATTERNS_H

#include "tools/attn-run/ReferenceMask.h"

namespace attnrun {

/// An op of dialect/PatternOps.td or TableOps.td whose mask operands have been
/// read to `parts`; null if it is another op. The tables of the op are in
/// `problem`.
Keeps readPattern(mlir::Operation *op, const std::vector<Keeps> &parts,
                  const MaskProblem &problem);

} // namespace attnrun

#endif // ATTN_TOOLS_ATTNRUN_REFERENCEPATTERNS_H
