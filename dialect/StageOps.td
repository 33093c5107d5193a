//===- StageOps.td - how rows come to the core -------------*- tablegen -*-===//
//
// Beside the steps of a query tile (TileOps.td, which also says what the scratch
// is): the slab of keys and values that its visits read, and what is asked for
// while they compute.
//
//===----------------------------------------------------------------------===//

#ifndef ATTN_STAGE_OPS
#define ATTN_STAGE_OPS

include "dialect/TileOps.td"

def Attn_StageKeysOp : Op<Attn_Dialect, "stage_keys",
                          [Attn_TileStep, AttrSizedOperandSegments]> {
  let summary = "copies a box of keys and values to contiguous f32 scratch";
  let description = [{
    For x in the box [lo, hi), in row-major order, slot n counts up from 0:
    ```
    ks[n][:] = f32(k[batch, head, sum_a x_a * strides_a, :])
    vs[n][:] = f32(v[batch, head, sum_a x_a * strides_a, :])
    ```
    `head` is the kv head. With `transposed` keys go to ks[:][n], for a tile that
    slides; up to 15 columns after those in use may be written.
  }];
  let arguments = (ins
    Arg<Attn_Operand, "", [MemRead]>:$k, Arg<Attn_Operand, "", [MemRead]>:$v,
    Index:$batch, Index:$head,
    Variadic<Index>:$lo, Variadic<Index>:$hi,
    Arg<Attn_Staged<2>, "", [MemWrite]>:$ks,
    Arg<Attn_Staged<2>, "", [MemWrite]>:$vs,
    DenseI64ArrayAttr:$strides, UnitAttr:$transposed);
  let assemblyFormat = [{
    $k `,` $v `[` $batch `,` $head `]` `lo` `(` $lo `)` `hi` `(` $hi `)`
    `into` $ks `,` $vs attr-dict
    `:` type($k) `,` type($v) `into` type($ks) `,` type($vs)
  }];
  let hasVerifier = 1;
}

def Attn_ListAheadOp : Op<Attn_Dialect, "list_ahead",
                          [Attn_TileStep, AttrSizedOperandSegments]> {
  let summary = "lists rows that later steps will read";
  let description = [{
    Appends the rows of a box to `ahead`, for TileAccumulateOp to ask for while
    it computes: for x in [lo, hi), in row-major order, row sum_a x_a * strides_a
    of each of the arrays. With `restart` what was listed before is forgotten.
    Rows that do not fit are left out, as they change no result.

    ahead[0] is how many lines were asked for, ahead[1] how many there are, and
    their addresses follow: there is room for a row of each array, at least.
  }];
  let arguments = (ins
    Variadic<Attn_Operand>:$arrays, Index:$batch, Index:$head,
    Variadic<Index>:$lo, Variadic<Index>:$hi,
    Arg<Attn_Ahead, "", [MemRead, MemWrite]>:$ahead,
    DenseI64ArrayAttr:$strides, UnitAttr:$restart);
  let assemblyFormat = [{
    $arrays `[` $batch `,` $head `]` `lo` `(` $lo `)` `hi` `(` $hi `)`
    `into` $ahead attr-dict `:` type($arrays) `into` type($ahead)
  }];
  let extraClassDeclaration = [{
    static constexpr int64_t lineBytes = 64;
    /// Elements of `ahead` before the addresses.
    static constexpr int64_t firstLine = 2;
    /// Lines of a row of so many elements.
    static int64_t linesOfRow(int64_t columns, int64_t elementBytes) {
      return (columns * elementBytes + lineBytes - 1) / lineBytes;
    }
    static int64_t linesOfRow(MemRefType array) {
      return linesOfRow(array.getDimSize(3),
                        array.getElementTypeBitWidth() / 8);
    }
  }];
  let hasVerifier = 1;
}

#endif // ATTN_STAGE_OPS
