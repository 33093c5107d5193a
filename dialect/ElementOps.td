//===- ElementOps.td - elements of tables -------------------*- tablegen -*-===//
//
// What the regions of masks and of modifications of scores read, where those of
// TileOps.td and DiagonalOps.td hold them.
//
//===----------------------------------------------------------------------===//

#ifndef ATTN_ELEMENT_OPS
#define ATTN_ELEMENT_OPS

include "mlir/IR/OpBase.td"
include "mlir/Interfaces/SideEffectInterfaces.td"
include "dialect/AttnDialect.td"

def Attn_ScoreElementOp : Op<Attn_Dialect, "score_element"> {
  let summary = "an element of a table, in a modification of scores";
  let arguments = (ins Arg<MemRefRankOf<[F32], [1, 2, 3, 4]>, "", [MemRead]>:$table,
                       Variadic<I32>:$at);
  let results = (outs F32:$result);
  let assemblyFormat = "$table `[` $at `]` attr-dict `:` type($table)";
}

class Attn_TableOp<string mnemonic> : Op<Attn_Dialect, "table_" # mnemonic> {
  let arguments = (ins Arg<MemRefRankOf<[I32], [1]>, "", [MemRead]>:$table,
                       I32:$at);
  let results = (outs I32:$result);
  let assemblyFormat = "$table `[` $at `]` attr-dict `:` type($table)";
}

def Attn_TableLoadOp : Attn_TableOp<"load"> {
  let summary = "an element of a table, in a mask; 0 outside of it";
}

def Attn_TableSearchOp : Attn_TableOp<"search"> {
  let summary = "how many elements of a sorted table are <= at, less one";
}

#endif // ATTN_ELEMENT_OPS
