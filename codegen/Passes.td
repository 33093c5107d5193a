//===- Passes.td - code generation passes ------------------*- tablegen -*-===//

#ifndef ATTN_CODEGEN_PASSES
#define ATTN_CODEGEN_PASSES

include "mlir/Pass/PassBase.td"

def OutlineTiles : Pass<"attn-outline-tiles", "ModuleOp"> {
  let summary = "every tile op becomes a call";
  let description = [{
    A tile op, and what stages keys and lists lines for it, moves to a private
    function; ops that do the same share one. LLVM compiles small functions
    sooner than a large one, and with several threads (attn-partition). Ops of
    single queries stay: they take no longer than a call.

    ```mlir
    attn.tile_scores %qt, %ks, %rows[%n] width %w into %s : ...
    ```
    becomes
    ```mlir
    call @kernel_tile_scores(%scratch, %n, %w) : (memref<?xi8>, index, index)
    ```
    with the views of scratch inside of the function. Kernels that multiply with
    AMX stay as they are.
  }];
  let options = [
    Option<"targetName", "target", "std::string", "\"host\"",
           "host, amx, avx512, avx512bf16, avx2 or generic">
  ];
  let dependentDialects = ["func::FuncDialect", "scf::SCFDialect"];
}

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

def Partition : Pass<"attn-partition", "ModuleOp"> {
  let summary = "functions are dealt over modules, to be compiled side by side";
  let description = [{
    Moves the functions to at most `count` modules of about the same size, none
    of them empty, inside of this one. Those with a C interface, which the entry
    points of kernels call, stay together in the first one. A module declares
    what it calls of another one, and has copies of the constants that it uses.

    ```mlir
    func.func @kernel() attributes {llvm.emit_c_interface} { call @step() ... }
    func.func private @step() { ... }
    ```
    becomes
    ```mlir
    module {
      func.func private @step()
      func.func @kernel() attributes {llvm.emit_c_interface} { call @step() ... }
    }
    module {
      func.func private @step() { ... }
    }
    ```
  }];
  let options = [
    Option<"count", "count", "unsigned", "1", "modules, at most">
  ];
}

#endif // ATTN_CODEGEN_PASSES
