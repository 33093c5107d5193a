//===- PredicateOps.cpp - masks that users write --------------------------===//

#include "dialect/PairRegion.h"

#include "mlir/Dialect/Arith/IR/Arith.h"

using namespace mlir;
using namespace mlir::attn;
using ::attn::Expr;
using ::attn::MaskVars;

//===----------------------------------------------------------------------===//
// Syntax
//===----------------------------------------------------------------------===//

ParseResult PredicateOp::parse(OpAsmParser &parser, OperationState &result) {
  Type index = parser.getBuilder().getIndexType();
  result.addTypes(MaskType::get(parser.getContext()));
  return parsePairRegion(parser, result, "(batch, head, query, key)",
                         {index, index, index, index});
}

void PredicateOp::print(OpAsmPrinter &p) { printPairRegion(p, *this); }

//===----------------------------------------------------------------------===//
// Reading
//===----------------------------------------------------------------------===//

static PairRegionReader makeReader(PredicateOp op, MaskVars &vars,
                                   bool report) {
  return PairRegionReader(op.getTables(), vars,
                          {vars.b, vars.h, vars.i, vars.j}, report);
}

/// What is yielded.
static Value resultOf(PredicateOp op) {
  return op.getKeep().front().getTerminator()->getOperand(0);
}

Expr PredicateOp::buildPredicate(MaskVars &vars, ArrayRef<Expr>) {
  return makeReader(*this, vars, /*report=*/false).read(resultOf(*this));
}

LogicalResult PredicateOp::verifyFor(MaskVars &vars) {
  PairRegionReader reader = makeReader(*this, vars, /*report=*/true);
  for (Operation &inner : getKeep().front().without_terminator())
    if (reader.read(inner.getResult(0)) == Expr())
      return failure();
  return success(reader.read(resultOf(*this)) != Expr());
}

SmallVector<MaskTable> PredicateOp::getTables() {
  SmallVector<MaskTable> tables;
  Block &body = getKeep().front();
  for (auto lookup : body.getOps<LookupOp>()) {
    StringRef size = lookup.getAt()[0] == body.getArgument(2)   ? "queries"
                     : lookup.getAt()[0] == body.getArgument(3) ? "keys"
                                                                : "";
    bool isKnown = llvm::any_of(tables, [&](const MaskTable &table) {
      return table.values == lookup.getTable() && table.size == size;
    });
    if (!isKnown)
      tables.push_back({lookup.getTable(), "table", size, "",
                        /*isOffsets=*/false, MaskTable::Assumed::Zero,
                        /*isNumbers=*/true});
  }
  for (Value number : capturedNumbers(*this))
    tables.push_back({number, "number", "", "", /*isOffsets=*/false,
                      MaskTable::Assumed::Zero, /*isNumbers=*/true});
  return tables;
}

//===----------------------------------------------------------------------===//
// Verifier
//===----------------------------------------------------------------------===//

LogicalResult PredicateOp::verifyRegions() {
  Block &body = getKeep().front();
  for (Operation &inner : body.without_terminator()) { // predicate_c1
    if (!isa<LookupOp, arith::ConstantOp>(inner) && !isIntegerOp(inner))
      return inner.emitOpError("is not allowed in a predicate, expected "
                               "integer arith ops and attn.lookup");
    for (Type type : inner.getResultTypes())
      if (!type.isSignlessInteger() && !type.isIndex())
        return inner.emitOpError("is not allowed in a predicate, expected "
                                 "integers, got ")
               << type;
    if (failed(verifyIntegers(inner)))
      return failure();
  }
  Operation *yield = body.getTerminator(); // predicate_c2
  if (yield->getNumOperands() != 1 ||
      !yield->getOperand(0).getType().isInteger(1))
    return emitOpError("expected the region to yield one i1");
  Builder b(getContext());
  return verifyCaptures(*this,
                        {b.getIndexType(), b.getI32Type()}); // predicate_c3
}

Type LookupOp::getResultType(Type table) {
  Type element = cast<ShapedType>(table).getElementType();
  return element.isF32() ? element : IndexType::get(table.getContext());
}

LogicalResult LookupOp::verify() {
  auto table = cast<ShapedType>(getTable().getType());
  if (static_cast<int64_t>(getAt().size()) != table.getRank()) // lookup_c1
    return emitOpError() << "expected " << table.getRank()
                         << " indices for a table of that rank, got "
                         << getAt().size();
  bool isReal = table.getElementType().isF32();
  if (isReal != isa<ScoreModOp>((*this)->getParentOp())) // lookup_c2
    return emitOpError() << "expected a table of "
                         << (isReal ? "i32 in a predicate"
                                    : "f32 in a "
                                      "modification")
                         << ", got " << table.getElementType();
  return success();
}
