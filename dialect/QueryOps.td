//===- QueryOps.td - steps of one query over a list of keys -*- tablegen -*-===//
//
// The other contract between passes/ and codegen/: where queries share too few
// keys for a tile, each has a list of its own, and reads its keys and values in
// place. Lanes are keys.
//
// Scratch of a tile has a row for each query, number `lane`; scratch of a query
// is used again for the next. A list holds numbers of keys and ends with 16
// repetitions of the last one, so that it can be read a register at a time.
//
//===----------------------------------------------------------------------===//

#ifndef ATTN_QUERY_OPS
#define ATTN_QUERY_OPS

include "dialect/TileOps.td"

class Attn_QueryOp<string mnemonic, list<Trait> traits = []>
    : Op<Attn_Dialect, "query_" # mnemonic, traits>;

def Attn_List : MemRefRankOf<[I32], [1]>;

def Attn_QueryBeginOp : Attn_QueryOp<"begin"> {
  let summary = "clears the state of a query";
  let description = [{
    ```
    ot[lane][:] = 0, max[lane] = -inf, sum[lane] = 0     (max = sink, sum = 1)
    ```
    A `sink` is the score of a key without a value, times log2(e).
  }];
  let arguments = (ins
    Arg<Attn_Scratch<2>, "", [MemWrite]>:$ot,
    Arg<Attn_Scratch<1>, "", [MemWrite]>:$max,
    Arg<Attn_Scratch<1>, "", [MemWrite]>:$sum, Index:$lane,
    Optional<F32>:$sink);
  let assemblyFormat = [{
    $ot `,` $max `,` $sum `[` $lane `]` (`sink` $sink^)? attr-dict
    `:` type($ot) `,` type($max) `,` type($sum)
  }];
}

def Attn_QueryKeysOp : Attn_QueryOp<"keys"> {
  let summary = "lists the keys of a query that lie on diagonals";
  let description = [{
    With d = diagonals[t] for t < count, in this order:
    ```
    list[n++] = d + query - shift                     if keep(query, d)
    ```
    The result is n. Without a region all are kept. The region is like that of
    attn.tile_mask, on one axis. Up to 32 elements past the end of the diagonals
    are read and of the list are written.
  }];
  let arguments = (ins
    Arg<Attn_List, "", [MemRead]>:$diagonals, Index:$count,
    Index:$query, Index:$shift, Arg<Attn_List, "", [MemWrite]>:$list);
  let results = (outs Index:$size);
  let regions = (region MaxSizedRegion<1>:$keep);
  let assemblyFormat = [{
    $diagonals `[` $count `]` `query` $query `shift` $shift `into` $list
    attr-dict-with-keyword $keep `:` type($diagonals) `,` type($list)
  }];
  let hasRegionVerifier = 1;
}

def Attn_QueryScoresOp : Attn_QueryOp<"scores"> {
  let summary = "scores of the keys in a list";
  let description = [{
    ```
    s[t] = scale * sum_d f32(q[batch, head, query, d])
                       * f32(k[batch, kv_head, list[t], d])        for t < size
    ```
    Up to 16 scores past the end are written.
  }];
  let arguments = (ins
    Arg<Attn_Operand, "", [MemRead]>:$q, Index:$batch, Index:$head,
    Index:$query, Arg<Attn_Operand, "", [MemRead]>:$k, Index:$kvHead,
    Arg<Attn_List, "", [MemRead]>:$list, Index:$size,
    Arg<Attn_Scratch<1>, "", [MemWrite]>:$s, F32Attr:$scale);
  let assemblyFormat = [{
    $q `[` $batch `,` $head `,` $query `]` `,` $k `[` $kvHead `]` `,`
    $list `[` $size `]` `into` $s attr-dict
    `:` type($q) `,` type($k) `,` type($list) `into` type($s)
  }];
  let hasVerifier = 1;
}

def Attn_QueryModifyOp : Attn_QueryOp<"modify"> {
  let summary = "maps the scores of a list";
  let description = [{
    ```
    s[t] = f(s[t], query, list[t]) * log2(e)                       for t < size
    ```
    The region is like that of attn.tile_modify, on one axis.
  }];
  let arguments = (ins
    Arg<Attn_Scratch<1>, "", [MemRead, MemWrite]>:$s,
    Arg<Attn_List, "", [MemRead]>:$list, Index:$size, Index:$query);
  let regions = (region SizedRegion<1>:$body);
  let assemblyFormat = [{
    $s `,` $list `[` $size `]` `query` $query attr-dict-with-keyword $body
    `:` type($s) `,` type($list)
  }];
  let hasRegionVerifier = 1;
}

def Attn_QuerySoftmaxOp : Attn_QueryOp<"softmax"> {
  let summary = "one online softmax step over the scores of a list";
  let description = [{
    ```
    m = max(max[lane], max_t s[t])   alpha = exp2(max[lane] - m)  max[lane] = m
    s[t] = exp2(s[t] - m)            sum[lane] = sum[lane] * alpha + sum_t s[t]
    ```
    for t < size. Infinities and NaN are treated as by attn.tile_softmax.
  }];
  let arguments = (ins
    Arg<Attn_Scratch<1>, "", [MemRead, MemWrite]>:$s, Index:$size,
    Arg<Attn_Scratch<1>, "", [MemRead, MemWrite]>:$max,
    Arg<Attn_Scratch<1>, "", [MemRead, MemWrite]>:$sum, Index:$lane);
  let results = (outs F32:$alpha);
  let assemblyFormat = [{
    $s `[` $size `]` `,` $max `,` $sum `[` $lane `]` attr-dict
    `:` type($s) `,` type($max) `,` type($sum)
  }];
}

def Attn_QueryAccumulateOp : Attn_QueryOp<"accumulate"> {
  let summary = "rescales the output of a query, adds the values of a list";
  let description = [{
    ```
    ot[lane][e] = ot[lane][e] * alpha
                + sum_t s[t] * f32(v[batch, kv_head, list[t], e])  for t < size
    ```
    The columns of ot are a multiple of 16, those beyond the values hold 0.
  }];
  let arguments = (ins
    Arg<Attn_Scratch<1>, "", [MemRead]>:$s,
    Arg<Attn_Operand, "", [MemRead]>:$v, Index:$batch, Index:$kvHead,
    Arg<Attn_List, "", [MemRead]>:$list, Index:$size, F32:$alpha,
    Arg<Attn_Scratch<2>, "", [MemRead, MemWrite]>:$ot, Index:$lane);
  let assemblyFormat = [{
    $s `,` $v `[` $batch `,` $kvHead `]` `,` $list `[` $size `]` `,` $alpha
    `into` $ot `[` $lane `]` attr-dict
    `:` type($s) `,` type($v) `,` type($list) `into` type($ot)
  }];
  let hasVerifier = 1;
}

def Attn_QueryEndOp : Attn_QueryOp<"end"> {
  let summary = "divides by the sum and stores a query";
  let description = [{
    ```
    o[batch, head, query, :] = ot[lane][:] / sum[lane]   (0 if sum == 0)
    lse[batch, head, query] = (max[lane] + log2(sum[lane])) * ln 2
                                                      (-inf if sum == 0)
    ```
    Rounds to nearest even where o is bf16 or f16.
  }];
  let arguments = (ins
    Arg<Attn_Scratch<2>, "", [MemRead]>:$ot,
    Arg<Attn_Scratch<1>, "", [MemRead]>:$max,
    Arg<Attn_Scratch<1>, "", [MemRead]>:$sum, Index:$lane,
    Arg<Attn_Operand, "", [MemWrite]>:$o, Index:$batch, Index:$head,
    Index:$query, Arg<Optional<Attn_Lse>, "", [MemWrite]>:$lse);
  let assemblyFormat = [{
    $ot `,` $max `,` $sum `[` $lane `]` `into` $o
    `[` $batch `,` $head `,` $query `]` (`,` $lse^)? attr-dict
    `:` type($ot) `,` type($max) `,` type($sum) `into` type($o)
    (`,` type($lse)^)?
  }];
  let hasVerifier = 1;
}

#endif // ATTN_QUERY_OPS
