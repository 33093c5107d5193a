//===- EmitTable.h - reading tables in code ---------------------*- C++ -*-===//
//
// Tables are memrefs of rank 1 of i32 (dialect/expr/Expr.h, ExprTable). Reads
// are safe whatever the index.
//
//===----------------------------------------------------------------------===//

#ifndef ATTN_PASSES_EMITTABLE_H
#define ATTN_PASSES_EMITTABLE_H

#include "passes/EmitExpr.h"

namespace mlir::attn {

/// Its number of elements; an index value, as are all below.
Value emitTableSize(IndexBuilder &index, Value table);

/// Element `at`; 0 outside of the table.
Value emitTableLoad(IndexBuilder &index, Value table, Value at);

/// How many elements of a sorted table are at most x, less one.
Value emitTableSearch(IndexBuilder &index, Value table, Value x);

/// The least and the greatest of the elements [lo, hi], and of the zero outside
/// of the table where these leave it.
std::pair<Value, Value> emitTableRange(IndexBuilder &index, Value table,
                                       bool isSorted, Value lo, Value hi);

} // namespace mlir::attn

#endif // ATTN_PASSES_EMITTABLE_H
