//===- ReferencePredicate.h - predicates of users, interpreted --*- C++ -*-===//

#ifndef ATTN_TOOLS_ATTNRUN_REFERENCEPREDICATE_H
#define ATTN_TOOLS_ATTNRUN_REFERENCEPREDICATE_H

#include "tools/attn-run/ReferenceMask.h"

#include "dialect/AttnOps.h"

namespace attnrun {

/// Interprets the region of a predicate on 64-bit integers, op by op.
Keeps readPredicate(mlir::attn::PredicateOp op, const MaskProblem &problem);

} // namespace attnrun

#endif // ATTN_TOOLS_ATTNRUN_REFERENCEPREDICATE_H
