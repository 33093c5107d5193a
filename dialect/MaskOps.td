//===- MaskOps.td - ops that make and combine masks ---------*- tablegen -*-===//

#ifndef ATTN_MASK_OPS
#define ATTN_MASK_OPS

include "mlir/IR/OpBase.td"
include "mlir/Interfaces/InferTypeOpInterface.td"
include "mlir/Interfaces/SideEffectInterfaces.td"
include "dialect/AttnAttrs.td"

class Attn_MaskOp<string mnemonic, list<Trait> traits = []>
    : Op<Attn_Dialect, mnemonic, [Pure] # traits> {
  let results = (outs Attn_Mask:$result);
}

def Attn_FullOp : Attn_MaskOp<"full"> {
  let summary = "every query attends to every key";
  let description = [{
    ```mlir
    %m = attn.full
    ```
  }];
  let assemblyFormat = "attr-dict";
}

#endif // ATTN_MASK_OPS
