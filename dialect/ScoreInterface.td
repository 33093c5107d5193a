//===- ScoreInterface.td - what a score op must say ---------*- tablegen -*-===//

#ifndef ATTN_SCORE_INTERFACE
#define ATTN_SCORE_INTERFACE

include "mlir/IR/OpBase.td"

def Attn_ScoreOpInterface : OpInterface<"ScoreOpInterface"> {
  let cppNamespace = "::mlir::attn";
  let description = [{
    A score op states its formula once, as code on the score of one query and
    one key; whole registers of queries are computed by the same ops.
  }];
  let methods = [
    InterfaceMethod<[{
      The new score. The op's tables are memrefs here; what changes with neither
      query nor key leaves the loops.
    }], "::mlir::Value", "emit",
        (ins "::mlir::ImplicitLocOpBuilder &":$b, "::mlir::Value":$score,
             "const ::mlir::attn::ScorePoint &":$point)>,
    InterfaceMethod<"The operands that are run-time tables.",
        "::llvm::SmallVector<::mlir::attn::ScoreTable>", "getTables", (ins),
        "", "return {};">
  ];
}

#endif // ATTN_SCORE_INTERFACE
