//===- ProveOp.td - claims about masks ----------------------*- tablegen -*-===//

#ifndef ATTN_PROVE_OP
#define ATTN_PROVE_OP

include "dialect/MaskOps.td"

def Attn_ProveOp : Op<Attn_Dialect, "prove"> {
  let summary = "claims something about masks";
  let description = [{
    States what must hold for masks, for all batches, heads, queries and keys:
    - `equal %a, %b`: both keep the same pairs;
    - `contains %a, %b`: %a keeps every pair that %b keeps;
    - `every_row_has_a_key %a`: every query attends to some key.

    After `for` come the sizes: `queries` and `keys`, or `tokens` for as many of
    both; `heads` and `kv_heads`. Lengths that are left out, or `tokens = ?`,
    are those of a layout or table of the masks if they have one; otherwise the
    claim is about all lengths from 1 on. `heads` left out, which a
    mask with groups of heads does not allow: any number of heads; `kv_heads`
    left out: as many as heads. Run-time tables may have all elements
    that a launch allows.

    The pass attn-prove decides claims without going through pairs wherever it
    can, and drops them; a false one is an error with a counter-example. So a
    claim that a spec makes is checked before the spec runs. The constraints,
    with their labels, are in dialect/README.md.

    ```mlir
    %w = attn.window left = 1023
    %c = attn.causal
    %a = attn.and %w, %c
    %b = attn.window left = 1023, right = 0
    attn.prove equal %a, %b for tokens = 1048576
    attn.prove contains %c, %b
    attn.prove every_row_has_a_key %a for tokens = ?
    ```
  }];
  let arguments = (ins Attn_ClaimAttr:$claim, Variadic<Attn_Mask>:$masks,
                       OptionalAttr<I64Attr>:$queries,
                       OptionalAttr<I64Attr>:$keys,
                       OptionalAttr<I64Attr>:$heads,
                       OptionalAttr<I64Attr>:$kv_heads,
                       UnitAttr:$equal_lengths);
  let assemblyFormat = [{
    `` $claim $masks `` custom<ProveSizes>($queries, $keys, $heads, $kv_heads,
                                           $equal_lengths) attr-dict
  }];
  let hasVerifier = 1;
  let extraClassDeclaration = [{
    /// What the claim is about, with the lengths that the masks ask for;
    /// ShapedType::kDynamic where it is about any.
    ::mlir::attn::MaskSizes getSizes();
    /// Whether it is only about as many queries as keys.
    bool hasEqualLengths();
  }];
}

#endif // ATTN_PROVE_OP
