//===- Passes.td - code generation passes ------------------*- tablegen -*-===//

#ifndef ATTN_CODEGEN_PASSES
#define ATTN_CODEGEN_PASSES

include "mlir/Pass/PassBase.td"

def LowerTilesToVector
    : Pass<"attn-lower-tiles-to-vector", "func::FuncOp"> {
  let summary = "tile ops become microkernels for a CPU";
  let description = [{
    Replaces every tile op by loops over registers of lanes (`vector`, `scf`,
    `arith`, `memref`), blocked for the registers of the target. Where an
    instruction has no counterpart there, LLVM's intrinsic is called. The result
    holds no tile op and calls no library function.
  }];
  let options = [
    Option<"targetName", "target", "std::string", "\"host\"",
           "host, amx, avx512, avx512bf16, avx2 or generic">
  ];
  let dependentDialects = [
    "amx::AMXDialect", "arith::ArithDialect", "LLVM::LLVMDialect",
    "memref::MemRefDialect", "scf::SCFDialect", "vector::VectorDialect"
  ];
}

def ApproximateMath : Pass<"attn-approximate-math", "func::FuncOp"> {
  let summary = "functions of modified scores become arithmetic";
  let description = [{
    tanh, exp, log and their like on registers or scalars become MLIR's
    polynomials, which are good to some units in the last place, so that kernels
    call no library function.
  }];
  let dependentDialects = ["arith::ArithDialect", "math::MathDialect",
                           "vector::VectorDialect"];
}

#endif // ATTN_CODEGEN_PASSES
