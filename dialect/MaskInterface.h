//===- MaskInterface.h - reading the predicate of a mask --------*- C++ -*-===//

#ifndef ATTN_DIALECT_MASKINTERFACE_H
#define ATTN_DIALECT_MASKINTERFACE_H

#include "dialect/expr/Expr.h"
#include "dialect/expr/IndexSpace.h"
#include "mlir/IR/BuiltinTypeInterfaces.h"
#include "mlir/IR/OpDefinition.h"

namespace mlir::attn {

/// A run-time table of a mask op: a tensor of i32 of rank 1, a memref within a
/// kernel. Sizes go by the names that the runtime uses, "queries" and "keys".
struct MaskTable {
  /// What a plan assumes of the elements as long as it cannot know them.
  enum class Assumed { Zero, EvenOffsets, NextToken, Limit };

  Value values;           ///< or a number, which counts as one element
  StringRef name;         ///< of the operand
  StringRef size;         ///< how many elements it has; empty: one at least
  StringRef limit;        ///< elements are in [0, this size]; empty: any
  bool isOffsets = false; ///< from 0 to the limit, never decreasing
  Assumed assumed = Assumed::Zero;
  /// Without a limit: arithmetic is done with elements, so they are below 2^30
  /// in magnitude.
  bool isNumbers = false;

  /// Whether the same must hold for the same elements.
  bool isSameAs(const MaskTable &other) const {
    return values == other.values && size == other.size &&
           limit == other.limit && isNumbers == other.isNumbers &&
           isOffsets == other.isOffsets;
  }
};

} // namespace mlir::attn

#include "dialect/MaskInterface.h.inc"

namespace mlir::attn {

/// The type of a run-time table. A number that a region takes from outside is
/// a table of one element: index and i32 of i32, f32 of f32.
ShapedType getTableType(Value values);

/// The elements of a table that is a constant, of i32; nothing of others.
std::optional<std::vector<int64_t>> constantElements(Value values);

/// What is assumed of the elements of a table, in words: "offsets evenly
/// spread".
std::string describeAssumed(const MaskTable &table);

/// The table as part of the expressions of `vars`.
int64_t addTable(::attn::MaskVars &vars, const MaskTable &table);
/// The same of known integers, which `source` identifies; `columns` is that of
/// a table of runs (ExprTable).
int64_t addTable(::attn::MaskVars &vars, StringRef name, Attribute source,
                 std::vector<int64_t> values, int64_t columns = 0);

/// The tables of a mask, each once for everything that must hold for it.
SmallVector<MaskTable> collectTables(Value mask);

/// The predicate of a mask, combinators included. A null value stands for "no
/// mask" and reads as true. Null if some part is not made by a mask op (a block
/// argument, say).
::attn::Expr buildPredicate(Value mask, ::attn::MaskVars &vars);

/// A mask, or one of the two parts that another mask divides it in: the pairs
/// that `first` keeps as well, or the rest.
struct PartMask {
  Value mask, first; ///< null: full; undivided
  bool isRest = false;

  PartMask(Value mask) : mask(mask) {}
  PartMask(Value mask, Value first, bool isRest)
      : mask(mask), first(first), isRest(isRest) {}
};
::attn::Expr buildPredicate(const PartMask &part, ::attn::MaskVars &vars);
/// The same of the predicates of both masks.
::attn::Expr partOf(::attn::Expr mask, ::attn::Expr first, bool isRest);

/// The mask ops that a mask is made of, operands before users, each once.
SmallVector<MaskOpInterface> collectMaskOps(Value mask);

/// The sizes that a mask is read for; ShapedType::kDynamic where they are not
/// known.
struct MaskSizes {
  int64_t queries, keys, heads = 1, kvHeads = 1;
  int64_t batch = ShapedType::kDynamic;
};

/// The variables of a mask for these sizes; one that is dynamic is unknown.
::attn::MaskVars makeMaskVars(::attn::ExprContext &context,
                              const MaskSizes &sizes);

/// Reports an error at `op` unless `mask`, which it uses, makes sense for these
/// sizes: tokens of layouts, sizes of tables, heads, numbers of predicates.
LogicalResult verifyMaskFits(Operation *op, Value mask, const MaskSizes &sizes);

/// Whether mask ops make all parts of the mask. Null counts as made.
bool isMadeByMaskOps(Value mask);
/// Reports an error at `op` unless mask ops make all parts of `mask`.
LogicalResult verifyMadeByMaskOps(Operation *op, Value mask);

/// The first index space that a part of the mask asks for, or the token
/// numbers.
::attn::IndexSpace chooseIndexSpace(Value mask);

} // namespace mlir::attn

#endif // ATTN_DIALECT_MASKINTERFACE_H
