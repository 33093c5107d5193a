//===- AttnOps.cpp - generated definitions of the ops ---------------------===//

#include "dialect/AttnOps.h"

#include "mlir/IR/Builders.h"
#include "mlir/IR/OpImplementation.h"

#define GET_OP_CLASSES
#include "dialect/AttnOps.cpp.inc"
