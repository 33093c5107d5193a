//===- AttnOps.td - all ops, in the order of the flow -------*- tablegen -*-===//

#ifndef ATTN_OPS
#define ATTN_OPS

include "dialect/MaskOps.td"
include "dialect/PatternOps.td"
include "dialect/TableOps.td"
include "dialect/PredicateOps.td"
include "dialect/ProveOp.td"
include "dialect/ScoreOps.td"
include "dialect/AttentionOps.td"
include "dialect/OnlineOps.td"
include "dialect/ElementOps.td"
include "dialect/TileOps.td"
include "dialect/StageOps.td"
include "dialect/PartOps.td"
include "dialect/DiagonalOps.td"

#endif // ATTN_OPS
