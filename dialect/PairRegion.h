//===- PairRegion.h - regions that users write over one pair ----*- C++ -*-===//
//
// attn.predicate and attn.score_mod hold arithmetic of users on the place of
// one query and one key. What their regions share: syntax, what they may use
// from outside, and the reading of integers as expressions. What cannot be said
// exactly by an expression is an error with a reason, never an approximation.
//
//===----------------------------------------------------------------------===//

#ifndef ATTN_DIALECT_PAIRREGION_H
#define ATTN_DIALECT_PAIRREGION_H

#include "dialect/AttnOps.h"

namespace mlir::attn {

/// `(%a, %b, ...) { ... } attr-dict`, with arguments of these types, which
/// `described` names.
ParseResult parsePairRegion(OpAsmParser &parser, OperationState &result,
                            StringRef described, ArrayRef<Type> types);
void printPairRegion(OpAsmPrinter &p, Operation *op);

/// The numbers from outside that the region of `op` uses and that are known at
/// run time only: neither constants nor tables.
SmallVector<Value> capturedNumbers(Operation *op);

/// Reports an error unless the region of `op` uses only constants, tables and
/// numbers of `types` from outside.
LogicalResult verifyCaptures(Operation *op, ArrayRef<Type> types);

/// Whether a region may compute integers by `op`.
bool isIntegerOp(Operation &op);

/// Reports an error if an op of a region computes with integers that are not
/// index, i64, i32 or i1, or with i1 as numbers.
LogicalResult verifyIntegers(Operation &op);

/// Reads the integers of a region as expressions. A null expression has been
/// reported, unless `report` is false.
class PairRegionReader {
public:
  /// `arguments` are what the arguments of the region stand for, null where no
  /// integer may depend on one; `tables` are those that lookups read.
  PairRegionReader(ArrayRef<MaskTable> tables, ::attn::MaskVars &vars,
                   ArrayRef<::attn::Expr> arguments, bool report)
      : tables(tables), vars(vars), context(vars.context), arguments(arguments),
        report(report) {}

  ::attn::Expr read(Value value);

  /// Whether a lookup lies inside of a dimension of `size` elements.
  LogicalResult verifyInside(LookupOp lookup, ::attn::Expr at, int64_t size);

private:
  using Expr = ::attn::Expr;

  Expr fail(Operation *at, const Twine &message);
  Expr compute(Value value);
  Expr computeLookup(LookupOp lookup);
  Expr load(Value values, Expr at);
  Expr computeOp(Operation *def, ArrayRef<Expr> x);
  Expr compare(Operation *def, ArrayRef<Expr> x);
  Expr shift(Operation *def, ArrayRef<Expr> x);
  Expr cast(Operation *def, Expr x);
  Expr quotient(Expr x, Expr y);
  Expr remainder(Expr x, Expr y);
  bool isDivisor(Operation *def, Expr divisor);
  bool isSigned(Operation *def, Expr x);

  SmallVector<MaskTable> tables;
  ::attn::MaskVars &vars;
  ::attn::ExprContext &context;
  SmallVector<Expr> arguments;
  bool report;
  DenseMap<Value, Expr> values;
};

} // namespace mlir::attn

#endif // ATTN_DIALECT_PAIRREGION_H
