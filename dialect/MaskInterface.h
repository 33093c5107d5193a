//===- MaskInterface.h - reading the predicate of a mask --------*- C++ -*-===//

#ifndef ATTN_DIALECT_MASKINTERFACE_H
#define ATTN_DIALECT_MASKINTERFACE_H

#include "dialect/expr/Expr.h"
#include "dialect/expr/IndexSpace.h"
#include "mlir/IR/OpDefinition.h"

#include "dialect/MaskInterface.h.inc"

namespace mlir::attn {

/// The predicate of a mask, combinators included. A null value stands for "no
/// mask" and reads as true. Null if some part is not made by a mask op (a block
/// argument, say).
::attn::Expr buildPredicate(Value mask, ::attn::MaskVars &vars);

/// The mask ops that a mask is made of, operands before users, each once.
SmallVector<MaskOpInterface> collectMaskOps(Value mask);

/// Whether mask ops make all parts of the mask. Null counts as made.
bool isMadeByMaskOps(Value mask);
/// Reports an error at `op` unless mask ops make all parts of `mask`.
LogicalResult verifyMadeByMaskOps(Operation *op, Value mask);

/// The first index space that a part of the mask asks for, or the token
/// numbers.
::attn::IndexSpace chooseIndexSpace(Value mask);

} // namespace mlir::attn

#endif // ATTN_DIALECT_MASKINTERFACE_H
