//===- AttnDialect.td - the attn dialect and its type -------*- tablegen -*-===//

#ifndef ATTN_DIALECT
#define ATTN_DIALECT

include "mlir/IR/AttrTypeBase.td"
include "mlir/IR/DialectBase.td"
include "mlir/IR/OpBase.td"

def Attn_Dialect : Dialect {
  let name = "attn";
  let summary = "sparse attention";
  let description = [{
    What to compute, then how. In the order of the flow:
     - mask ops make values of `!attn.mask` and score ops of `!attn.score`,
       `attn.attention` consumes them: the semantics of a program;
     - `attn.launch` calls a kernel that was outlined from an attention op;
     - tile ops are the steps of one query tile inside a kernel, the contract
       with code generation.
  }];
  let cppNamespace = "::mlir::attn";
  let hasConstantMaterializer = 1;
  let useDefaultTypePrinterParser = 1;
  let useDefaultAttributePrinterParser = 1;
  let extraClassDeclaration = [{
    /// Unit attribute of a func.func that is a kernel.
    static constexpr StringRef kernelAttrName() { return "attn.kernel"; }
    /// Unit attribute of the functions that tell a kernel's sizes.
    static constexpr StringRef kernelSizeAttrName() {
      return "attn.kernel_size";
    }

  private:
    void registerTypes();
    void registerAttributes();
  }];
}

def Attn_Mask : TypeDef<Attn_Dialect, "Mask"> {
  let mnemonic = "mask";
  let summary = "a relation over (batch, head, query, key)";
  let description = [{
    True means that the query attends to the key. A mask has no shape: the
    lengths are those of the attention op that uses it, and one mask may be used
    by several. It is never stored: it is read as a symbolic expression.
  }];
}

def Attn_Score : TypeDef<Attn_Dialect, "Score"> {
  let mnemonic = "score";
  let summary = "a modification of scores";
  let description = [{
    A function of a score, the batch, the head, the query and the key. Attention
    ops apply them between the scale and the mask.
  }];
}

// A step of a query tile, of all its lanes (TileOps.td, StageOps.td): it takes
// much longer than a call.
def Attn_TileStep : NativeOpTrait<"TileStep"> {
  let cppNamespace = "::mlir::attn";
}

#endif // ATTN_DIALECT
