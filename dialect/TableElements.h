//===- TableElements.h - what elements a table may have ---------*- C++ -*-===//
//
// The rules that a launch checks of run-time tables (runtime/Check.cpp), for
// elements that are known before: of constants, and of arrays in tools.
//
//===----------------------------------------------------------------------===//

#ifndef ATTN_DIALECT_TABLEELEMENTS_H
#define ATTN_DIALECT_TABLEELEMENTS_H

#include "dialect/AttnOps.h"

namespace mlir::attn {

/// "expected ... in table 'offsets', got ..." where elements do not suit a
/// table for these lengths, which may be dynamic; empty where they do.
std::string faultOfElements(const MaskTable &table, ArrayRef<int64_t> elements,
                            const MaskSizes &sizes);

} // namespace mlir::attn

#endif // ATTN_DIALECT_TABLEELEMENTS_H
