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
             "const ::mlir::attn::ScorePoint &":$point),
        "", "return score;">,
    InterfaceMethod<"Whether `emit` changes scores at all.", "bool",
        "mapsScores", (ins), "", "return true;">,
    InterfaceMethod<[{
      The score of a key without a value that every row of the head has besides
      its own keys, f32; null where there is none. The query and the key of
      `point` are not set.
    }], "::mlir::Value", "emitSink",
        (ins "::mlir::ImplicitLocOpBuilder &":$b,
             "const ::mlir::attn::ScorePoint &":$point),
        "", "return {};">,
    InterfaceMethod<"The operands that are run-time tables.",
        "::llvm::SmallVector<::mlir::attn::ScoreTable>", "getTables", (ins),
        "", "return {};">
  ];
}

#endif // ATTN_SCORE_INTERFACE
