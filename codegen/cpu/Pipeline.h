//===- Pipeline.h - from tile ops to the LLVM dialect -----------*- C++ -*-===//

#ifndef ATTN_CODEGEN_CPU_PIPELINE_H
#define ATTN_CODEGEN_CPU_PIPELINE_H

#include "codegen/TargetDescription.h"
#include "passes/CostModel.h"

#include "mlir/IR/DialectRegistry.h"
#include "mlir/Pass/PassManager.h"

#include <string>

namespace mlir::attn {

/// The dialects, and their conversions to LLVM, that the pipeline below needs.
/// Few on purpose: loading a dialect costs time in every process.
void registerCpuDialects(DialectRegistry &registry);

/// Appends the passes that take kernels with tile ops, in the dialects func,
/// scf, arith and memref otherwise, to the LLVM dialect for `target`. With
/// `parts` the result is at most so many modules inside of the one
/// (attn-partition), which the context's threads lower and compile at a time.
void buildLowerToLLVMPipeline(OpPassManager &pm,
                              const std::string &target = "host",
                              unsigned parts = 0);

/// What plans depend on of `target`.
MachineModel machineModel(const TargetDescription &target);

/// spec -> simplified masks -> planned attention -> kernels in online form ->
/// tile ops -> microkernels -> LLVM dialect.
void buildCpuPipeline(OpPassManager &pm, const TargetDescription &target,
                      const std::string &targetName);

} // namespace mlir::attn

#endif // ATTN_CODEGEN_CPU_PIPELINE_H
