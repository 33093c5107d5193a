//===- EntryPoints.h - functions that the runtime calls ---------*- C++ -*-===//

#ifndef ATTN_CODEGEN_ENTRYPOINTS_H
#define ATTN_CODEGEN_ENTRYPOINTS_H

#include "llvm/IR/Module.h"
#include "llvm/Support/Error.h"

namespace mlir::attn {

/// Adds the entry points of codegen/ObjectFile.h for every kernel NAME of
/// `module` and hides all functions but these and C interfaces of others.
llvm::Error addEntryPoints(llvm::Module &module);

} // namespace mlir::attn

#endif // ATTN_CODEGEN_ENTRYPOINTS_H
