//===- ScoreOps.td - modifications of scores ----------------*- tablegen -*-===//
//
// A modification maps the score of query i and key j to another, after the
// scale and before the mask; several are applied in the order in which the
// attention op lists them. s is the score so far, h the query head, p = i + nk -
// nq the key that the query stands at when both ends are aligned, as in
// FlashAttention.
//
//===----------------------------------------------------------------------===//

#ifndef ATTN_SCORE_OPS
#define ATTN_SCORE_OPS

include "mlir/Interfaces/InferTypeOpInterface.td"
include "mlir/Interfaces/SideEffectInterfaces.td"
include "dialect/AttnDialect.td"
include "dialect/ScoreInterface.td"

// A tensor in a spec, a memref in a kernel.
class Attn_ScoreTable<list<int> ranks>
    : AnyTypeOf<[TensorRankOf<[F32], ranks>, MemRefRankOf<[F32], ranks>]>;

class Attn_ScoreOp<string mnemonic>
    : Op<Attn_Dialect, mnemonic,
         [Pure, DeclareOpInterfaceMethods<Attn_ScoreOpInterface,
                                          ["getTables"]>]> {
  let results = (outs Attn_Score:$result);
}

def Attn_SoftcapOp : Attn_ScoreOp<"softcap"> {
  let summary = "scores saturate at a bound";
  let description = [{
    `cap * tanh(s / cap)` (Gemma 2, arXiv 2408.00118).

    ```mlir
    %s = attn.softcap 50.0
    ```
  }];
  let arguments = (ins F32Attr:$cap);
  let assemblyFormat = "$cap attr-dict";
  let hasVerifier = 1;
}

def Attn_AlibiOp : Attn_ScoreOp<"alibi"> {
  let summary = "scores fall linearly with the distance";
  let description = [{
    `s - slope[h] * |p - j|` (arXiv 2108.12409). Without slopes these are
    `2^(-8 (h + 1) / heads)`.

    ```mlir
    %s = attn.alibi
    %t = attn.alibi slopes(%slopes) : tensor<8xf32>
    ```
  }];
  let arguments = (ins Optional<Attn_ScoreTable<[1]>>:$slopes);
  let assemblyFormat = [{
    (`slopes` `(` $slopes^ `)` `:` type($slopes))? attr-dict
  }];
}

def Attn_BiasOp : Attn_ScoreOp<"bias"> {
  let summary = "an addend for every pair";
  let description = [{
    `s + bias[b, h, i, j]`; dimensions of size 1 are broadcast.

    ```mlir
    %s = attn.bias %bias : tensor<1x8x?x?xf32>
    ```
  }];
  let arguments = (ins Attn_ScoreTable<[4]>:$bias);
  let assemblyFormat = "$bias attr-dict `:` type($bias)";
}

def Attn_RelativeBiasOp : Attn_ScoreOp<"relative_bias"> {
  let summary = "an addend by the distance of query and key";
  let description = [{
    `s + table[h, clamp(j - p + floor(m / 2), 0, m - 1)]` for a table of m
    distances; a first dimension of size 1 serves all heads.

    ```mlir
    %s = attn.relative_bias %table : tensor<8x255xf32>
    ```
  }];
  let arguments = (ins Attn_ScoreTable<[2]>:$table);
  let assemblyFormat = "$table attr-dict `:` type($table)";
}

#endif // ATTN_SCORE_OPS
