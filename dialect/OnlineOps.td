//===- OnlineOps.td - attention of one query group ----------*- tablegen -*-===//

#ifndef ATTN_ONLINE_OPS
#define ATTN_ONLINE_OPS

include "mlir/IR/OpBase.td"
include "mlir/Interfaces/SideEffectInterfaces.td"
include "dialect/AttnAttrs.td"

def Attn_OnlineOperand : MemRefRankOf<[F32, BF16, F16], [4]>;

def Attn_OnlineAttentionOp : Op<Attn_Dialect, "online_attention",
                                [AttrSizedOperandSegments]> {
  let summary = "a query group walks its key boxes with a running softmax";
  let description = [{
    Computes the rows of o, and of lse, that belong to one query group of `plan`
    in one batch and query head. Every query tile of the group keeps a running
    maximum, sum and output; keys are visited slab by slab along the key boxes
    that the mask leaves for the group, each tile taking its own part of a slab.

    Operands are [batch, head, token, feature]. `origin` is the first query of
    the group: a coordinate for each axis of the plan's index space. `scratch`
    holds the state of the group; how it is used is up to the lowering.

    Parts of a mask leave the state of a block of queries, from token `first`
    on, to each other in `outputs` and `kept` (PartOps.td): one that `resumes`
    begins with it, one that `keeps` writes it, and leaves o and lse alone.
  }];
  let arguments = (ins
    Arg<Attn_OnlineOperand, "", [MemRead]>:$q,
    Arg<Attn_OnlineOperand, "", [MemRead]>:$k,
    Arg<Attn_OnlineOperand, "", [MemRead]>:$v,
    Optional<Attn_Mask>:$mask, Variadic<Attn_Score>:$score,
    Index:$batch, Index:$head, Index:$kvHead, Variadic<Index>:$origin,
    Arg<Attn_OnlineOperand, "", [MemWrite]>:$o,
    Arg<Optional<MemRefRankOf<[F32], [3]>>, "", [MemWrite]>:$lse,
    Arg<MemRefRankOf<[I8], [1]>, "", [MemRead, MemWrite]>:$scratch,
    Arg<Optional<MemRefRankOf<[F32], [4]>>, "", [MemRead, MemWrite]>:$outputs,
    Arg<Optional<MemRefRankOf<[F32], [2]>>, "", [MemRead, MemWrite]>:$kept,
    Optional<Index>:$first,
    Attn_Plan:$plan, F32Attr:$scale, UnitAttr:$resumes, UnitAttr:$keeps);
  let assemblyFormat = [{
    $q `,` $k `,` $v (`mask` `(` $mask^ `)`)?
    (`score` `(` $score^ `)`)? `[` $batch `,` $head `,` $kvHead
    `]` `origin` `(` $origin `)` `into` $o (`,` $lse^)? `scratch` $scratch
    (`block` $outputs^ `,` $kept `from` $first)? attr-dict
    `:` type($q) `,` type($k) `,` type($v) `into` type($o)
    (`,` type($lse)^)? `scratch` type($scratch)
    (`block` type($outputs)^ `,` type($kept))?
  }];
  let hasVerifier = 1;
}

#endif // ATTN_ONLINE_OPS
