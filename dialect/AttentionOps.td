//===- AttentionOps.td - attention on tensors ---------------*- tablegen -*-===//

#ifndef ATTN_ATTENTION_OPS
#define ATTN_ATTENTION_OPS

include "mlir/IR/OpBase.td"
include "mlir/IR/SymbolInterfaces.td"
include "mlir/Interfaces/SideEffectInterfaces.td"
include "dialect/AttnAttrs.td"

def Attn_LaunchOp : Op<Attn_Dialect, "launch",
    [DeclareOpInterfaceMethods<SymbolUserOpInterface>]> {
  let summary = "calls an outlined kernel on tensors";
  let description = [{
    Launches the kernel of that name: its arguments are these operands, then
    these results, as memrefs. The kernel is a `func.func` with the unit
    attribute `attn.kernel`.

    ```mlir
    %o = attn.launch @kernel(%q, %k, %v)
        : (tensor<1x8x?x64xf32>, tensor<1x8x?x64xf32>, tensor<1x8x?x64xf32>) -> tensor<1x8x?x64xf32>
    ```
  }];
  let arguments = (ins FlatSymbolRefAttr:$kernel,
                       Variadic<AnyRankedTensor>:$arguments);
  let results = (outs Variadic<AnyRankedTensor>:$results);
  let assemblyFormat = [{
    $kernel `(` $arguments `)` attr-dict `:` functional-type(operands, results)
  }];
}

def Attn_YieldOp : Op<Attn_Dialect, "yield",
    [Pure, Terminator, HasParent<"TileMaskOp">]> {
  let summary = "ends the region of a tile mask";
  let arguments = (ins I1:$keep);
  let assemblyFormat = "$keep attr-dict `:` type($keep)";
}

#endif // ATTN_ATTENTION_OPS
