//===- ExtractKernels.cpp - keeps kernels, drops what launches them -------===//

#include "dialect/AttnOps.h"
#include "passes/Passes.h"

namespace mlir::attn {

#define GEN_PASS_DEF_EXTRACTKERNELS
#include "passes/Passes.h.inc"

namespace {

struct ExtractKernels : impl::ExtractKernelsBase<ExtractKernels> {
  void runOnOperation() override {
    for (auto function :
         llvm::make_early_inc_range(getOperation().getOps<func::FuncOp>()))
      if (!function->hasAttr(AttnDialect::kernelAttrName()) &&
          !function->hasAttr(AttnDialect::kernelSizeAttrName()))
        function.erase();
  }
};

} // namespace

} // namespace mlir::attn
