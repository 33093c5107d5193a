//===- AttnAttrs.td - attributes of the attn dialect --------*- tablegen -*-===//

#ifndef ATTN_ATTRS
#define ATTN_ATTRS

include "mlir/IR/EnumAttr.td"
include "dialect/AttnDialect.td"

def Attn_Boundary : I32Enum<"Boundary", "boundary", [
    I32EnumCase<"Shift", 0, "shift">,
    I32EnumCase<"Clip", 1, "clip">,
    I32EnumCase<"Wrap", 2, "wrap">]> {
  let cppNamespace = "::mlir::attn";
}

def Attn_BoundaryAttr : EnumAttr<Attn_Dialect, Attn_Boundary, "boundary"> {
  let description = [{
    `shift` moves a window inside, so it never loses keys; `clip` drops the part
    outside; `wrap` lets it come in again at the other end.
  }];
}

#endif // ATTN_ATTRS
