//===- MaskInterface.cpp - reading the predicate of a mask ----------------===//

#include "dialect/MaskInterface.h"
#include "dialect/AttnDialect.h"

#include "mlir/IR/Matchers.h"
#include "llvm/ADT/DenseSet.h"

using namespace mlir;
using namespace mlir::attn;

#include "dialect/MaskInterface.cpp.inc"

/// Operands come first. Ops are verified before dominance is, so they may still
/// depend on each other.
static void collect(Value mask, DenseSet<Operation *> &seen,
                    SmallVectorImpl<MaskOpInterface> &ops) {
  auto op = mask.getDefiningOp<MaskOpInterface>();
  if (!op || !seen.insert(op).second)
    return;
  for (Value operand : op->getOperands())
    if (isa<MaskType>(operand.getType()))
      collect(operand, seen, ops);
  ops.push_back(op);
}

SmallVector<MaskOpInterface> mlir::attn::collectMaskOps(Value mask) {
  DenseSet<Operation *> seen;
  SmallVector<MaskOpInterface> ops;
  if (mask)
    collect(mask, seen, ops);
  return ops;
}

::attn::Expr mlir::attn::buildPredicate(Value mask, ::attn::MaskVars &vars) {
  if (!mask)
    return vars.context.truth(true);
  DenseMap<Value, ::attn::Expr> predicates;
  for (MaskOpInterface op : collectMaskOps(mask)) {
    SmallVector<::attn::Expr> operands;
    for (Value operand : op->getOperands())
      if (isa<MaskType>(operand.getType()))
        operands.push_back(predicates.lookup(operand));
    if (llvm::is_contained(operands, ::attn::Expr()))
      return {};
    predicates[op->getResult(0)] = op.buildPredicate(vars, operands);
  }
  return predicates.lookup(mask);
}

::attn::Expr mlir::attn::buildPredicate(const PartMask &part,
                                        ::attn::MaskVars &vars) {
  ::attn::Expr all = buildPredicate(part.mask, vars);
  if (!part.first)
    return all;
  ::attn::Expr first = buildPredicate(part.first, vars);
  if (all == ::attn::Expr() || first == ::attn::Expr())
    return {};
  return partOf(all, first, part.isRest);
}

::attn::Expr mlir::attn::partOf(::attn::Expr mask, ::attn::Expr first,
                                bool isRest) {
  return mask.context().within(mask, isRest ? !first : first);
}

bool mlir::attn::isMadeByMaskOps(Value mask) {
  auto isMade = [](Value value) {
    return !isa<MaskType>(value.getType()) ||
           value.getDefiningOp<MaskOpInterface>();
  };
  return !mask || (isMade(mask) &&
                   llvm::all_of(collectMaskOps(mask), [&](MaskOpInterface op) {
                     return llvm::all_of(op->getOperands(), isMade);
                   }));
}

LogicalResult mlir::attn::verifyMadeByMaskOps(Operation *op, Value mask) {
  if (isMadeByMaskOps(mask))
    return success();
  return op->emitOpError("expected a mask that mask ops make, got one that "
                         "depends on a block argument or another op");
}

::attn::IndexSpace mlir::attn::chooseIndexSpace(Value mask) {
  for (MaskOpInterface op : collectMaskOps(mask))
    if (std::optional<::attn::IndexSpace> space = op.getIndexSpace())
      return *space;
  return ::attn::IndexSpace({}, {});
}

//===----------------------------------------------------------------------===//
// Tables
//===----------------------------------------------------------------------===//

using ::attn::ExprTable;
using ::attn::MaskVars;

ShapedType mlir::attn::getTableType(Value values) {
  Type type = values.getType();
  if (auto shaped = dyn_cast<ShapedType>(type))
    return shaped;
  Type i32 = IntegerType::get(type.getContext(), 32);
  return RankedTensorType::get({1}, type.isF32() ? type : i32);
}

/// Elements that a plan can be made for.
static std::vector<int64_t> assumeValues(const MaskTable &table, int64_t limit,
                                         int64_t size) {
  constexpr int64_t documents = 8;
  if (ShapedType::isDynamic(size))
    size = table.isOffsets ? documents + 1 : limit;
  std::vector<int64_t> values(size);
  for (auto [n, value] : llvm::enumerate(values))
    switch (table.assumed) {
    case MaskTable::Assumed::Zero:
      break;
    case MaskTable::Assumed::EvenOffsets:
      value = size > 1 ? int64_t(n) * limit / (size - 1) : 0;
      break;
    case MaskTable::Assumed::NextToken:
      value = std::min<int64_t>(n + 1, limit);
      break;
    case MaskTable::Assumed::Limit:
      value = limit;
      break;
    }
  return values;
}

std::string mlir::attn::describeAssumed(const MaskTable &table) {
  if (!isa<ShapedType>(table.values.getType()))
    return (table.name + " = 0").str();
  auto elements = [&]() -> StringRef {
    switch (table.assumed) {
    case MaskTable::Assumed::Zero:
      return "all 0";
    case MaskTable::Assumed::EvenOffsets:
      return "evenly spread";
    case MaskTable::Assumed::NextToken:
      return "the next token";
    case MaskTable::Assumed::Limit:
      return "as large as they may be";
    }
    llvm_unreachable("no such assumption");
  };
  return (table.name + " " + elements()).str();
}

std::optional<std::vector<int64_t>> mlir::attn::constantElements(Value values) {
  DenseIntElementsAttr constant;
  if (!matchPattern(values, m_Constant(&constant)))
    return std::nullopt;
  std::vector<int64_t> elements;
  for (const APInt &element : constant)
    elements.push_back(element.getSExtValue());
  return elements;
}

int64_t mlir::attn::addTable(MaskVars &vars, const MaskTable &table) {
  constexpr int64_t assumedLength = 4096;
  ExprTable result;
  result.name = table.name.str();
  result.source = table.values.getAsOpaquePointer();
  result.isKnown = false;
  result.isSorted = table.isOffsets;
  result.elements =
      table.limit.empty()
          ? ::attn::Range(1 - MaskVars::lengthLimit, MaskVars::lengthLimit - 1)
          : ::attn::Range(0, MaskVars::lengthLimit);
  if (vars.contents && vars.contents->contains(result.source)) {
    result.values = vars.contents->lookup(result.source);
  } else if (auto elements = constantElements(table.values)) {
    result.values = std::move(*elements);
    // Of lengths that are open some do not suit the elements.
    bool suits = table.limit.empty() ||
                 (vars.numQueries.isConstant() && vars.numKeys.isConstant());
    if (vars.foldsConstants && suits) {
      result.isKnown = true;
      result.isSorted = llvm::is_sorted(result.values);
    }
  } else {
    ::attn::Expr length = table.size == "queries" || table.limit == "queries"
                              ? vars.numQueries
                              : vars.numKeys;
    int64_t limit = length.isConstant() ? length->value : assumedLength;
    int64_t size = getTableType(table.values).getDimSize(0);
    result.values = assumeValues(table, limit, size);
  }
  return vars.context.addTable(std::move(result));
}

int64_t mlir::attn::addTable(MaskVars &vars, StringRef name, Attribute source,
                             std::vector<int64_t> values, int64_t columns) {
  ExprTable result;
  result.name = name.str();
  result.source = source.getAsOpaquePointer();
  result.isSorted = llvm::is_sorted(values);
  result.values = std::move(values);
  result.columns = columns;
  return vars.context.addTable(std::move(result));
}

SmallVector<MaskTable> mlir::attn::collectTables(Value mask) {
  SmallVector<MaskTable> tables;
  for (MaskOpInterface op : collectMaskOps(mask))
    for (const MaskTable &table : op.getTables())
      if (llvm::none_of(tables, [&](const MaskTable &known) {
            return known.isSameAs(table);
          }))
        tables.push_back(table);
  return tables;
}
