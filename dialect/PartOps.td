//===- PartOps.td - a tile whose keys come in parts --------*- tablegen -*-===//
//
// Where a mask is visited part by part, each with tiles of its own, a query has
// the running softmax of the parts before: its output, as it stands in o, and
// two numbers, its maximum and sum. Steps of a tile as in TileOps.td, after
// TileBeginOp and beside TileEndOp.
//
//===----------------------------------------------------------------------===//

#ifndef ATTN_PART_OPS
#define ATTN_PART_OPS

include "dialect/TileOps.td"

// The state of the queries from row `first` on: maxima, then sums.
def Attn_Kept : MemRefRankOf<[F32], [2]>;

def Attn_TileResumeOp : Attn_TileOp<"resume", [AttrSizedOperandSegments]> {
  let summary = "begins a tile with the state that parts before left";
  let description = [{
    ```
    max[l] = kept[0][row(l) - first]        sum[l] = kept[1][row(l) - first]
    ot[e][l] = f32(o[batch, head, row(l), e]) * sum[l]
    ```
    With `by_query` it is ot[l][e], as TileAccumulateOp has it. Nothing is read
    for a tile that lies wholly outside the extents.
  }];
  let arguments = (ins
    Arg<Attn_Operand, "", [MemRead]>:$o, Index:$batch, Index:$head,
    Variadic<Index>:$origin, Variadic<Index>:$extent,
    Arg<Attn_Kept, "", [MemRead]>:$kept, Index:$first,
    Arg<Attn_Scratch<2>, "", [MemWrite]>:$ot,
    Arg<Attn_Scratch<1>, "", [MemWrite]>:$max,
    Arg<Attn_Scratch<1>, "", [MemWrite]>:$sum,
    DenseI64ArrayAttr:$tile, DenseI64ArrayAttr:$strides, UnitAttr:$by_query);
  let assemblyFormat = [{
    $o `[` $batch `,` $head `]` `origin` `(` $origin `)`
    `extent` `(` $extent `)` `kept` $kept `from` $first
    `into` $ot `,` $max `,` $sum attr-dict
    `:` type($o) `kept` type($kept)
    `into` type($ot) `,` type($max) `,` type($sum)
  }];
}

def Attn_TileKeepOp : Attn_TileOp<"keep", [AttrSizedOperandSegments]> {
  let summary = "keeps the state of a tile for the parts that follow";
  let description = [{
    ```
    kept[0][row(l) - first] = max[l]        kept[1][row(l) - first] = sum[l]
    ```
    Nothing is stored for a tile that lies wholly outside the extents.
  }];
  let arguments = (ins
    Arg<Attn_Scratch<1>, "", [MemRead]>:$max,
    Arg<Attn_Scratch<1>, "", [MemRead]>:$sum,
    Variadic<Index>:$origin, Variadic<Index>:$extent,
    Arg<Attn_Kept, "", [MemWrite]>:$kept, Index:$first,
    DenseI64ArrayAttr:$tile, DenseI64ArrayAttr:$strides);
  let assemblyFormat = [{
    $max `,` $sum `origin` `(` $origin `)` `extent` `(` $extent `)`
    `into` $kept `from` $first attr-dict
    `:` type($max) `,` type($sum) `into` type($kept)
  }];
}

#endif // ATTN_PART_OPS
