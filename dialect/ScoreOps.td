//===- ScoreOps.td - modifications of scores ----------------*- tablegen -*-===//
//
// A modification maps the score of query i and key j to another, after the
// scale and before the mask; several are applied in the order in which the
// attention op lists them. s is the score so far, h the query head, p = i + nk -
// nq the key that the query stands at when both ends are aligned, as in
// FlashAttention. Sinks add a score to every row instead.
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

class Attn_ScoreOp<string mnemonic, list<string> methods,
                   list<Trait> traits = []>
    : Op<Attn_Dialect, mnemonic,
         [Pure, DeclareOpInterfaceMethods<Attn_ScoreOpInterface, methods>]
         # traits> {
  let results = (outs Attn_Score:$result);
}

def Attn_SoftcapOp : Attn_ScoreOp<"softcap", ["emit"]> {
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

def Attn_AlibiOp : Attn_ScoreOp<"alibi", ["emit", "getTables"]> {
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

def Attn_BiasOp : Attn_ScoreOp<"bias", ["emit", "getTables"]> {
  let summary = "an addend for every pair";
  let description = [{
    `s + bias[b, h, i, j]`; dimensions of size 1 in its type are
    broadcast.

    ```mlir
    %s = attn.bias %bias : tensor<1x8x?x?xf32>
    ```
  }];
  let arguments = (ins Attn_ScoreTable<[4]>:$bias);
  let assemblyFormat = "$bias attr-dict `:` type($bias)";
}

def Attn_RelativeBiasOp : Attn_ScoreOp<"relative_bias", ["emit", "getTables"]> {
  let summary = "an addend by the distance of query and key";
  let description = [{
    `s + table[h, clamp(j - p + floor(m / 2), 0, m - 1)]` for a table of m
    distances, one at least; a first dimension of size 1 serves all heads.

    ```mlir
    %s = attn.relative_bias %table : tensor<8x255xf32>
    ```
  }];
  let arguments = (ins Attn_ScoreTable<[2]>:$table);
  let hasVerifier = 1;
  let assemblyFormat = "$table attr-dict `:` type($table)";
}

def Attn_SinkLogitsOp
    : Attn_ScoreOp<"sink_logits", ["emitSink", "mapsScores", "getTables"]> {
  let summary = "a learned score that every row has besides its keys";
  let description = [{
    ```
    lse[b, h, i] = log(exp(logits[h]) + sum_j exp(s[i, j]))
    ```
    as if there were one more key, whose value is zero (gpt-oss, arXiv
    2508.10925). No other modification applies to the logit, and a row without
    keys has o = 0 and lse = logits[h].

    ```mlir
    %s = attn.sink_logits %logits : tensor<8xf32>
    ```
  }];
  let arguments = (ins Attn_ScoreTable<[1]>:$logits);
  let assemblyFormat = "$logits attr-dict `:` type($logits)";
}

def Attn_MultiplicityOp : Attn_ScoreOp<"multiplicity", ["emit"]> {
  let summary = "pairs count once for every mask that keeps them";
  let description = [{
    `s + log n`, where n of the masks keep (i, j); s where none does. Softmax
    then weighs a pair n times, which is what a sum over branches does that are
    weighted by their denominators (LongNet, arXiv 2307.02486). The masks have no
    run-time tables.

    ```mlir
    %s = attn.multiplicity %local, %far
    ```
  }];
  let arguments = (ins Variadic<Attn_Mask>:$masks);
  let assemblyFormat = "$masks attr-dict";
  let hasVerifier = 1;
}

def Attn_ScoreModOp
    : Attn_ScoreOp<"score_mod", ["emit", "getTables"], [SingleBlock]> {
  let summary = "a modification by arithmetic on score, batch, head, query, key";
  let description = [{
    The region computes the new score, f32, from the score so far, f32, and
    integers: `arith` ops on f32, index, i64, i32 and i1, `index` ops, elementary
    functions of `math`, constants and numbers (f32) from outside, and elements
    of run-time tables of f32 by `attn.lookup`. Integers depend on (b, h, i, j)
    only and fit 32 bits for the lengths of the attention op, divisors are
    positive, and lookups lie inside of their tables: a table that is looked up
    at b, h, i or j has as many elements there as there are batches, query
    heads, queries or keys.

    ```mlir
    %s = attn.score_mod (%score, %b, %h, %i, %j) {
      %slope = attn.lookup %slopes[%h] : tensor<8xf32>
      %d = arith.subi %j, %i : index
      %d32 = arith.index_cast %d : index to i32
      %far = arith.sitofp %d32 : i32 to f32
      %bias = arith.mulf %slope, %far : f32
      %new = arith.addf %score, %bias : f32
      attn.yield %new : f32
    }
    ```
  }];
  let regions = (region SizedRegion<1>:$body);
  let hasCustomAssemblyFormat = 1;
  let hasRegionVerifier = 1;
  let extraClassDeclaration = [{
    /// Whether integers and lookups are as they should for the lengths of
    /// `vars`. Reports an error otherwise.
    ::mlir::LogicalResult verifyFor(::attn::MaskVars &vars);
  }];
}

#endif // ATTN_SCORE_OPS
