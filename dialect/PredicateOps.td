//===- PredicateOps.td - masks that users write -------------*- tablegen -*-===//

#ifndef ATTN_PREDICATE_OPS
#define ATTN_PREDICATE_OPS

include "dialect/ScoreOps.td"
include "dialect/TableOps.td"

def Attn_PredicateOp : Attn_MaskOp<"predicate",
    [SingleBlock], ["getTables", "getTokenDistance", "getRowLengths"]> {
  let summary = "a mask by integer arithmetic on batch, head, query and key";
  let description = [{
    The region computes whether query i of head h in batch b attends to key j
    from integers: ops of `arith` and `index` on index, i64, i32 and i1 without
    side effects, `math.absi`, constants from outside, numbers from outside
    (index or i32) that are known when a kernel is launched, and elements of
    run-time tables by `attn.lookup`.
    It is read into the expression that every mask has, so it gets the same
    analysis, and the same kernels as a built-in mask with the same meaning; but
    for the axes of a layout, which only a neighborhood has.

    Divisors are positive. Numbers must fit 32 bits for the lengths of the
    attention op, and lookups lie inside of their tables: a table that is looked
    up at i, or j, has as many elements as there are queries, or keys. These,
    and numbers from outside, are above -2^30 and below 2^30, which a launch
    checks; it takes a number as an array of one i32.

    ```mlir
    %m = attn.predicate (%b, %h, %i, %j) {
      %d = arith.subi %i, %j : index
      %near = arith.cmpi slt, %d, %width : index // an argument of the function
      %past = arith.cmpi sge, %i, %j : index
      %keep = arith.andi %near, %past : i1
      attn.yield %keep : i1
    }
    ```
  }];
  let regions = (region SizedRegion<1>:$keep);
  let hasCustomAssemblyFormat = 1;
  let hasRegionVerifier = 1;
  let extraClassDeclaration = [{
    /// Whether all of it holds for the lengths of `vars`: numbers of 32 bits,
    /// positive divisors, lookups inside. Reports an error otherwise.
    ::mlir::LogicalResult verifyFor(::attn::MaskVars &vars);
  }];
}

def Attn_LookupOp : Op<Attn_Dialect, "lookup",
    [Pure, ParentOneOf<["PredicateOp", "ScoreModOp"]>,
     TypesMatchWith<"an index for i32, f32 for f32", "table", "result",
         "::mlir::attn::LookupOp::getResultType($_self)">]> {
  let summary = "an element of a run-time table, in a region of the user";
  let description = [{
    In a predicate tables are of i32, in a modification of scores of f32.

    ```mlir
    %d = attn.lookup %documents[%i] : tensor<?xi32>
    %x = attn.lookup %bias[%h, %i] : tensor<8x?xf32>
    ```
  }];
  let arguments = (ins AnyTypeOf<[Attn_Table, Attn_ScoreTable<[1, 2, 3, 4]>]>:$table,
                       Variadic<Index>:$at);
  let results = (outs AnyTypeOf<[Index, F32]>:$result);
  let hasVerifier = 1;
  let extraClassDeclaration = [{
    static ::mlir::Type getResultType(::mlir::Type table);
  }];
  let assemblyFormat = "$table `[` $at `]` attr-dict `:` type($table)";
}

#endif // ATTN_PREDICATE_OPS
