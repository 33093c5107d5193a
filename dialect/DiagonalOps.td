//===- DiagonalOps.td - steps of a tile over diagonals -----*- tablegen -*-===//
//
// The other contract between passes/ and codegen/: where the queries of a tile
// share no keys, but diagonals, a step visits some of these. Queries, keys and
// values are read in place. Lanes are queries, as in TileOps.td, on one axis:
// with Q queries (`extent`), lane l has
//     i(l) = min(origin + l mod tile, Q - 1)
// and, on diagonal d, the key i(l) + d - (Q - 1), which need not exist. What
// attn.diagonal_keys lists does. The softmax is attn.tile_softmax.
//
//===----------------------------------------------------------------------===//

#ifndef ATTN_DIAGONAL_OPS
#define ATTN_DIAGONAL_OPS

include "dialect/TileOps.td"

class Attn_DiagonalOp<string mnemonic, list<Trait> traits = []>
    : Op<Attn_Dialect, "diagonal_" # mnemonic, [Attn_TileStep] # traits>;

def Attn_Diagonals : MemRefRankOf<[I32], [1]>;
def Attn_DiagonalKeys : MemRefRankOf<[I32], [2]>;

def Attn_DiagonalBeginOp : Attn_DiagonalOp<"begin"> {
  let summary = "clears the state of a tile whose queries are read in place";
  let description = [{
    ```
    max = -inf, sum = 0                                  (max = sink, sum = 1)
    ```
    A `sink` is the score of a key without a value, times log2(e).
  }];
  let arguments = (ins
    Arg<Attn_Scratch<1>, "", [MemWrite]>:$max,
    Arg<Attn_Scratch<1>, "", [MemWrite]>:$sum, Optional<F32>:$sink);
  let assemblyFormat = [{
    $max `,` $sum (`sink` $sink^)? attr-dict `:` type($max) `,` type($sum)
  }];
  let hasVerifier = 1;
}

def Attn_DiagonalKeysOp : Attn_DiagonalOp<"keys"> {
  let summary = "lists the keys of a tile on some diagonals";
  let description = [{
    ```
    list[t][l] = i(l) + diagonals[t] - (Q - 1), or the nearest key that exists
    ```
    for t < count. `keys` is how many there are.
  }];
  let arguments = (ins
    Arg<Attn_Diagonals, "", [MemRead]>:$diagonals, Index:$count,
    Index:$origin, Index:$extent, Index:$keys,
    Arg<Attn_DiagonalKeys, "", [MemWrite]>:$list, I64Attr:$tile);
  let assemblyFormat = [{
    $diagonals `[` $count `]` `origin` $origin `extent` $extent `keys` $keys
    `into` $list attr-dict `:` type($diagonals) `into` type($list)
  }];
  let hasVerifier = 1;
}

def Attn_DiagonalScoresOp : Attn_DiagonalOp<"scores"> {
  let summary = "scores of the keys on some diagonals";
  let description = [{
    ```
    s[t][l] = scale * sum_e f32(q[batch, head, i(l), e])
                          * f32(k[batch, kv_head, list[t][l], e])
    ```
    for t < count.
  }];
  let arguments = (ins
    Arg<Attn_Operand, "", [MemRead]>:$q, Index:$batch, Index:$head,
    Arg<Attn_Operand, "", [MemRead]>:$k, Index:$kvHead,
    Arg<Attn_DiagonalKeys, "", [MemRead]>:$list, Index:$count,
    Index:$origin, Index:$extent,
    Arg<Attn_Scratch<2>, "", [MemWrite]>:$s,
    I64Attr:$tile, F32Attr:$scale);
  let assemblyFormat = [{
    $q `[` $batch `,` $head `]` `,` $k `[` $kvHead `]` `,`
    $list `[` $count `]` `origin` $origin `extent` $extent
    `into` $s attr-dict
    `:` type($q) `,` type($k) `,` type($list) `into` type($s)
  }];
  let hasVerifier = 1;
}

def Attn_DiagonalModifyOp : Attn_DiagonalOp<"modify"> {
  let summary = "maps the scores of some diagonals";
  let description = [{
    ```
    s[t][l] = f(s[t][l], i(l), list[t][l]) * log2(e)
    ```
    for t < count. The region is like that of attn.tile_modify, on one axis.
  }];
  let arguments = (ins
    Arg<Attn_Scratch<2>, "", [MemRead, MemWrite]>:$s,
    Arg<Attn_DiagonalKeys, "", [MemRead]>:$list, Index:$count,
    Index:$origin, Index:$extent, I64Attr:$tile);
  let regions = (region SizedRegion<1>:$body);
  let assemblyFormat = [{
    $s `,` $list `[` $count `]` `origin` $origin `extent` $extent
    attr-dict-with-keyword $body `:` type($s) `,` type($list)
  }];
  let hasVerifier = 1;
  let hasRegionVerifier = 1;
}

def Attn_DiagonalMaskOp : Attn_DiagonalOp<"mask"> {
  let summary = "sets the scores that the mask drops to -inf";
  let description = [{
    ```
    s[t][l] = keep(i(l), diagonals[t]) ? s[t][l] : -inf
    ```
    for t < count. The region is like that of attn.tile_mask, on one axis; it
    drops keys that do not exist.
  }];
  let arguments = (ins
    Arg<Attn_Scratch<2>, "", [MemRead, MemWrite]>:$s,
    Arg<Attn_Diagonals, "", [MemRead]>:$diagonals, Index:$count,
    Index:$origin, Index:$extent, I64Attr:$tile);
  let regions = (region SizedRegion<1>:$keep);
  let assemblyFormat = [{
    $s `,` $diagonals `[` $count `]` `origin` $origin `extent` $extent
    attr-dict-with-keyword $keep `:` type($s) `,` type($diagonals)
  }];
  let hasVerifier = 1;
  let hasRegionVerifier = 1;
}

def Attn_DiagonalAccumulateOp : Attn_DiagonalOp<"accumulate"> {
  let summary = "rescales the output of a tile, adds the values on diagonals";
  let description = [{
    ```
    acc[l][e] = (is_first ? 0 : ot[l][e] * alpha[l])
              + sum_t s[t][l] * f32(v[batch, kv_head, list[t][l], e])
    ```
    for t < count. Then, if it `is_last`, as attn.tile_end does,
    ```
    o[batch, head, i(l), :] = acc[l][:] / sum[l]             (0 if sum == 0)
    lse[batch, head, i(l)] = (max[l] + log2(sum[l])) * ln 2
                                                          (-inf if sum == 0)
    ```
    and ot = acc otherwise. The columns of ot are a multiple of 16; those beyond
    the values may hold anything.
  }];
  let arguments = (ins
    Arg<Attn_Scratch<2>, "", [MemRead]>:$s,
    Arg<Attn_Operand, "", [MemRead]>:$v, Index:$batch, Index:$kvHead,
    Arg<Attn_DiagonalKeys, "", [MemRead]>:$list, Index:$count,
    Arg<Attn_Scratch<1>, "", [MemRead]>:$alpha,
    Arg<Attn_Scratch<1>, "", [MemRead]>:$max,
    Arg<Attn_Scratch<1>, "", [MemRead]>:$sum, Index:$origin, Index:$extent,
    I1:$isFirst, I1:$isLast,
    Arg<Attn_Scratch<2>, "", [MemRead, MemWrite]>:$ot,
    Arg<Attn_Operand, "", [MemWrite]>:$o, Index:$head,
    Arg<Optional<Attn_Lse>, "", [MemWrite]>:$lse, I64Attr:$tile);
  let assemblyFormat = [{
    $s `,` $v `[` $batch `,` $kvHead `]` `,` $list `[` $count `]` `,`
    $alpha `,` $max `,` $sum `origin` $origin `extent` $extent
    `first` $isFirst `last` $isLast `into` $ot `,` $o `[` $head `]`
    (`,` $lse^)? attr-dict
    `:` type($s) `,` type($v) `,` type($list) `,` type($alpha) `,` type($max)
    `,` type($sum) `into` type($ot) `,` type($o) (`,` type($lse)^)?
  }];
  let hasVerifier = 1;
}

#endif // ATTN_DIAGONAL_OPS
