//===- attn-opt.cpp - run passes on specs and on what becomes of them -----===//

#include "codegen/Compile.h"
#include "codegen/Passes.h"
#include "codegen/cpu/Pipeline.h"
#include "passes/Passes.h"

#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/X86Vector/X86VectorDialect.h"
#include "mlir/IR/DialectRegistry.h"
#include "mlir/Pass/PassRegistry.h"
#include "mlir/Tools/mlir-opt/MlirOptMain.h"
#include "mlir/Transforms/Passes.h"

using namespace mlir;

namespace {

struct CpuOptions : PassPipelineOptions<CpuOptions> {
  Option<std::string> target{
      *this, "target",
      llvm::cl::desc("host, amx, avx512, avx512bf16, avx2 or "
                     "generic"),
      llvm::cl::init("host")};
};

using ReportError = function_ref<LogicalResult(const Twine &)>;

LogicalResult buildToCpu(OpPassManager &passes, StringRef text,
                         ReportError report) {
  CpuOptions options;
  if (failed(options.parseFromString(text)))
    return failure();
  auto target = mlir::attn::lookupTarget(options.target);
  if (!target)
    return report(llvm::toString(target.takeError()));
  mlir::attn::buildCpuPipeline(passes, *target, options.target);
  return success();
}

} // namespace

int main(int argc, char **argv) {
  DialectRegistry registry;
  mlir::attn::registerCompileDialects(registry);
  registry.insert<math::MathDialect, tensor::TensorDialect,
                  x86vector::X86VectorDialect>();
  registerTransformsPasses();
  mlir::attn::registerAttnPasses();
  mlir::attn::registerAttnCodegenPasses();
  registerPassPipeline("attn-to-cpu",
                       "from a spec to the LLVM dialect for a CPU", buildToCpu,
                       [](auto describe) { describe(CpuOptions()); });
  return asMainReturnCode(
      MlirOptMain(argc, argv, "sparse attention compiler driver\n", registry));
}
