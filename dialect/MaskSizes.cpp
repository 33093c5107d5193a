//===- MaskSizes.cpp - whether a mask fits the sizes of its use -----------===//
//
// The labels are those of dialect/README.md.
//
//===----------------------------------------------------------------------===//

#include "dialect/TableElements.h"

using namespace mlir;
using namespace mlir::attn;

static bool mayBeEqual(int64_t a, int64_t b) {
  return ShapedType::isDynamic(a) || ShapedType::isDynamic(b) || a == b;
}

/// Queries and keys must be the tokens of every layout in the mask.
static LogicalResult verifyLayouts(Operation *op, Value mask,
                                   const MaskSizes &sizes) { // attention_c13
  for (MaskOpInterface part : collectMaskOps(mask)) {
    std::optional<::attn::IndexSpace> space = part.getIndexSpace();
    if (!space || !space->numTokens())
      continue;
    int64_t tokens = *space->numTokens();
    for (auto [name, length] :
         {std::pair("queries", sizes.queries), std::pair("keys", sizes.keys)}) {
      if (mayBeEqual(tokens, length))
        continue;
      InFlightDiagnostic error = op->emitOpError()
                                 << "expected " << tokens << " " << name
                                 << " as in the layout [" << space->getLayout()
                                 << "] of the mask, got " << length;
      error.attachNote(part.getLoc()) << "the layout is given here";
      return error;
    }
  }
  return success();
}

/// A table that is a constant is what a launch would take.
static LogicalResult verifyElements(Operation *op, const MaskTable &table,
                                    const MaskSizes &sizes) {
  auto elements = constantElements(table.values);
  if (!elements)
    return success();
  std::string fault = faultOfElements(table, *elements, sizes);
  if (fault.empty())
    return success();
  InFlightDiagnostic error = op->emitOpError(fault);
  error.attachNote(table.values.getLoc()) << "the table is given here";
  return error;
}

/// Tables are as long as what they are about.
static LogicalResult verifyTables(Operation *op, Value mask,
                                  const MaskSizes &sizes) { // attention_c15
  for (const MaskTable &table : collectTables(mask)) {
    int64_t got = getTableType(table.values).getDimSize(0);
    int64_t expected = table.size == "queries" ? sizes.queries
                       : table.size == "keys"  ? sizes.keys
                                               : ShapedType::kDynamic;
    if (!mayBeEqual(expected, got))
      return op->emitOpError()
             << "expected " << expected << " elements in the table '"
             << table.name << "' of the mask, as there are " << table.size
             << ", got " << got;
    if (table.isOffsets && got == 0)
      return op->emitOpError() << "expected at least one of the '" << table.name
                               << "' of the mask, got none";
    if (table.isOffsets && !mayBeEqual(sizes.queries, sizes.keys))
      return op->emitOpError() << "expected as many queries as keys with the '"
                               << table.name << "' of documents, got "
                               << sizes.queries << " and " << sizes.keys;
    if (failed(verifyElements(op, table, sizes)))
      return failure();
  }
  return success();
}

/// Every group of heads has as many.
static LogicalResult verifyHeads(Operation *op, Value mask,
                                 const MaskSizes &sizes) { // attention_c16
  for (MaskOpInterface part : collectMaskOps(mask)) {
    for (int64_t groups : part.getHeadGroups()) {
      if (ShapedType::isDynamic(sizes.heads) || groups < 1 ||
          sizes.heads % groups == 0)
        continue;
      InFlightDiagnostic error = op->emitOpError()
                                 << "expected query heads in a multiple of the "
                                 << groups << " that the mask has, got "
                                 << sizes.heads;
      error.attachNote(part.getLoc()) << "the mask is made here";
      return error;
    }
  }
  return success();
}

::attn::MaskVars mlir::attn::makeMaskVars(::attn::ExprContext &context,
                                          const MaskSizes &sizes) {
  auto known = [](int64_t size) {
    return ShapedType::isDynamic(size) ? -1 : size;
  };
  return ::attn::MaskVars(context, known(sizes.queries), known(sizes.keys),
                          known(sizes.heads), known(sizes.kvHeads),
                          known(sizes.batch));
}

/// The arithmetic of users holds for these lengths.
static LogicalResult verifyPredicates(Operation *op, Value mask,
                                      const MaskSizes &sizes) { // attention_c17
  for (MaskOpInterface part : collectMaskOps(mask))
    if (auto predicate = dyn_cast<PredicateOp>(part.getOperation())) {
      ::attn::ExprContext context;
      ::attn::MaskVars vars = makeMaskVars(context, sizes);
      if (failed(predicate.verifyFor(vars)))
        return failure();
    }
  return success();
}

/// Masks are computed in 32 bits; large parameters and many heads together may
/// need more.
static LogicalResult verifyNumbers(Operation *op, Value mask,
                                   const MaskSizes &sizes) { // attention_c23
  for (int64_t size : {sizes.queries, sizes.keys, sizes.heads, sizes.kvHeads})
    if (ShapedType::isDynamic(size))
      return success();
  constexpr int64_t most = std::numeric_limits<int32_t>::max();
  for (MaskOpInterface part : collectMaskOps(mask)) {
    if (!isa<StridedOp, HeadWindowOp>(part.getOperation()))
      continue;
    ::attn::ExprContext context;
    ::attn::MaskVars vars = makeMaskVars(context, sizes);
    for (::attn::Expr node :
         ::attn::collectNodes(part.buildPredicate(vars, {}))) {
      if (node.isTruth() || std::max(node->range.hi, -node->range.lo) <= most)
        continue;
      InFlightDiagnostic error =
          op->emitOpError("expected a mask in numbers of 32 bits for these "
                          "sizes, got up to ")
          << std::max(node->range.hi, -node->range.lo);
      error.attachNote(part.getLoc()) << "the mask is made here";
      return error;
    }
  }
  return success();
}

LogicalResult mlir::attn::verifyMaskFits(Operation *op, Value mask,
                                         const MaskSizes &sizes) {
  return failure(failed(verifyLayouts(op, mask, sizes)) ||
                 failed(verifyTables(op, mask, sizes)) ||
                 failed(verifyHeads(op, mask, sizes)) ||
                 failed(verifyPredicates(op, mask, sizes)) ||
                 failed(verifyNumbers(op, mask, sizes)));
}
