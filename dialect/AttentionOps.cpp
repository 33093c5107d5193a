//===- AttentionOps.cpp - verifiers of the attention ops ------------------===//

#include "dialect/AttnOps.h"

#include "mlir/Interfaces/FunctionInterfaces.h"

using namespace mlir;
using namespace mlir::attn;

LogicalResult LaunchOp::verifySymbolUses(SymbolTableCollection &symbols) {
  auto kernel = symbols.lookupNearestSymbolFrom<FunctionOpInterface>(
      *this, getKernelAttr());
  if (!kernel)
    return emitOpError() << "expected a function named '" << getKernel()
                         << "', got none";
  if (!kernel->hasAttr(AttnDialect::kernelAttrName()))
    return emitOpError() << "expected a function with '"
                         << AttnDialect::kernelAttrName() << "', got '"
                         << getKernel() << "' without it";
  return success();
}
