//===- PartOps.td - a tile whose keys come in parts --------*- tablegen -*-===//
//
// Where a mask is visited part by part, each with tiles of its own, a query has
// the running softmax of the parts before: its output so far, which TileEndOp
// wrote, and two numbers, its maximum and sum. Steps of a tile as in TileOps.td,
// after TileBeginOp and after TileEndOp. Rows are those of a block of queries:
// origin and extent count from its beginning.
//
//===----------------------------------------------------------------------===//

#ifndef ATTN_PART_OPS
#define ATTN_PART_OPS

include "dialect/TileOps.td"

// The maxima of the queries of a block, then their sums.
def Attn_Kept : MemRefRankOf<[F32], [2]>;

def Attn_TileResumeOp : Attn_TileOp<"resume", [AttrSizedOperandSegments]> {
  let summary = "begins a tile with the state that parts before left";
  let description = [{
    ```
    max[l] = kept[0][row(l)]        sum[l] = kept[1][row(l)]
    ot[e][l] = outputs[0, 0, row(l), e] * sum[l]
    ```
    With `by_query` it is ot[l][e], as TileAccumulateOp has it. Nothing is read
    for a tile that lies wholly outside the extents.
  }];
  let arguments = (ins
    Arg<MemRefRankOf<[F32], [4]>, "", [MemRead]>:$outputs,
    Arg<Attn_Kept, "", [MemRead]>:$kept,
    Variadic<Index>:$origin, Variadic<Index>:$extent,
    Arg<Attn_Scratch<2>, "", [MemWrite]>:$ot,
    Arg<Attn_Scratch<1>, "", [MemWrite]>:$max,
    Arg<Attn_Scratch<1>, "", [MemWrite]>:$sum,
    DenseI64ArrayAttr:$tile, DenseI64ArrayAttr:$strides, UnitAttr:$by_query);
  let assemblyFormat = [{
    $outputs `,` $kept `origin` `(` $origin `)` `extent` `(` $extent `)`
    `into` $ot `,` $max `,` $sum attr-dict
    `:` type($outputs) `,` type($kept)
    `into` type($ot) `,` type($max) `,` type($sum)
  }];
}

def Attn_TileKeepOp : Attn_TileOp<"keep", [AttrSizedOperandSegments]> {
  let summary = "keeps the state of a tile for the parts that follow";
  let description = [{
    ```
    kept[0][row(l)] = max[l]        kept[1][row(l)] = sum[l]
    ```
    Nothing is stored for a tile that lies wholly outside the extents.
  }];
  let arguments = (ins
    Arg<Attn_Scratch<1>, "", [MemRead]>:$max,
    Arg<Attn_Scratch<1>, "", [MemRead]>:$sum,
    Variadic<Index>:$origin, Variadic<Index>:$extent,
    Arg<Attn_Kept, "", [MemWrite]>:$kept,
    DenseI64ArrayAttr:$tile, DenseI64ArrayAttr:$strides);
  let assemblyFormat = [{
    $max `,` $sum `origin` `(` $origin `)` `extent` `(` $extent `)`
    `into` $kept attr-dict `:` type($max) `,` type($sum) `into` type($kept)
  }];
}

#endif // ATTN_PART_OPS
