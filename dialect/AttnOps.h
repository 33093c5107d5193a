//===- AttnOps.h - ops of the attn dialect ----------------------*- C++ -*-===//

#ifndef ATTN_DIALECT_ATTNOPS_H
#define ATTN_DIALECT_ATTNOPS_H

#include "dialect/AttnDialect.h"
#include "dialect/MaskInterface.h"
#include "dialect/ScoreInterface.h"
#include "mlir/Bytecode/BytecodeOpInterface.h"
#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/OpDefinition.h"
#include "mlir/IR/SymbolTable.h"
#include "mlir/Interfaces/InferTypeOpInterface.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"

namespace mlir {
class PatternRewriter;
} // namespace mlir

#include "dialect/ScoreInterface.h.inc"

namespace mlir::attn {

/// The common form of pattern ops: operands if it has tables, then
/// `name = value` of attributes in any order, a bare `name` for flags, and the
/// types of operands.
ParseResult parsePattern(OpAsmParser &parser, OperationState &result,
                         ArrayRef<StringRef> names, bool hasTables);
void printPattern(OpAsmPrinter &p, Operation *op, ArrayRef<StringRef> names);

/// The sizes of a claim: nothing, or `for` and `name = value` in any order.
ParseResult parseProveSizes(OpAsmParser &parser, IntegerAttr &queries,
                            IntegerAttr &keys, IntegerAttr &heads,
                            IntegerAttr &kvHeads, UnitAttr &equalLengths);
void printProveSizes(OpAsmPrinter &p, Operation *op, IntegerAttr queries,
                     IntegerAttr keys, IntegerAttr heads, IntegerAttr kvHeads,
                     UnitAttr equalLengths);

/// The layout of a plan: sizes, or `?` for an open one.
ParseResult parseLayout(AsmParser &parser, SmallVector<int64_t> &layout);
void printLayout(AsmPrinter &printer, ArrayRef<int64_t> layout);

/// What shares a mask and a plan: heads, part `number` of `count` equal parts
/// that follow each other, and pairs, all or one of the parts of a mask, which
/// are visited one after the other.
struct PlanPart {
  PartMask mask;
  PlanAttr plan;
  int64_t number = 0, count = 1;

  /// Heads of the part, of a number of all.
  int64_t numHeads(int64_t heads) const { return heads / count; }
};

/// A step of a tile, see TileOps.td.
template <typename ConcreteType>
class TileStep : public OpTrait::TraitBase<ConcreteType, TileStep> {};

/// Regions that say which pairs are kept, on i32 coordinates of the query and
/// the key along `axes` axes, and what scores become.
LogicalResult verifyKeepRegion(Region &region, size_t axes);
LogicalResult verifyScoreRegion(Region &region, size_t axes);

} // namespace mlir::attn

#define GET_OP_CLASSES
#include "dialect/AttnOps.h.inc"

namespace mlir::attn {

/// The tables of an attention op's modifications, each once.
SmallVector<ScoreTable> collectScoreTables(AttentionOp op);

/// Erases the mask and score ops of a block that nothing uses any more.
void eraseUnusedMasksAndScores(Block &block);

} // namespace mlir::attn

#endif // ATTN_DIALECT_ATTNOPS_H
