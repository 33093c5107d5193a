//===- PairRegion.cpp - syntax and reading of users' regions --------------===//

#include "dialect/PairRegion.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Index/IR/IndexOps.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/IR/Matchers.h"
#include "mlir/Transforms/RegionUtils.h"
#include "llvm/ADT/SetVector.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace mlir::attn;
using ::attn::Expr;

//===----------------------------------------------------------------------===//
// Syntax and verifiers
//===----------------------------------------------------------------------===//

ParseResult mlir::attn::parsePairRegion(OpAsmParser &parser,
                                        OperationState &result,
                                        StringRef described,
                                        ArrayRef<Type> types) {
  SmallVector<OpAsmParser::Argument> arguments;
  SMLoc loc = parser.getCurrentLocation();
  if (parser.parseArgumentList(arguments, OpAsmParser::Delimiter::Paren))
    return failure();
  if (arguments.size() != types.size())
    return parser.emitError(loc) << "expected " << described << ", got "
                                 << arguments.size() << " arguments";
  for (auto [argument, type] : llvm::zip_equal(arguments, types))
    argument.type = type;
  return failure(parser.parseRegion(*result.addRegion(), arguments) ||
                 parser.parseOptionalAttrDict(result.attributes));
}

void mlir::attn::printPairRegion(OpAsmPrinter &p, Operation *op) {
  Region &region = op->getRegion(0);
  p << " (";
  llvm::interleaveComma(region.getArguments(), p,
                        [&](Value argument) { p << argument; });
  p << ") ";
  p.printRegion(region, /*printEntryBlockArgs=*/false);
  p.printOptionalAttrDict(op->getAttrs());
}

SmallVector<Value> mlir::attn::capturedNumbers(Operation *op) {
  llvm::SetVector<Value> captured;
  getUsedValuesDefinedAbove(op->getRegions(), captured);
  return llvm::to_vector(llvm::make_filter_range(captured, [](Value value) {
    return !isa<ShapedType>(value.getType()) &&
           !matchPattern(value, m_Constant());
  }));
}

LogicalResult mlir::attn::verifyCaptures(Operation *op, ArrayRef<Type> types) {
  for (Value value : capturedNumbers(op))
    if (!llvm::is_contained(types, value.getType())) {
      InFlightDiagnostic error =
          op->emitOpError("expected constants, tables and numbers of type ");
      llvm::interleave(types, error, " or ");
      return error << " from outside, got a value of type " << value.getType();
    }
  return success();
}

bool mlir::attn::isIntegerOp(Operation &op) {
  return isa<
      arith::AddIOp, arith::SubIOp, arith::MulIOp, arith::FloorDivSIOp,
      arith::CeilDivSIOp, arith::CeilDivUIOp, arith::DivSIOp, arith::DivUIOp,
      arith::RemSIOp, arith::RemUIOp, arith::MinSIOp, arith::MinUIOp,
      arith::MaxSIOp, arith::MaxUIOp, math::AbsIOp, arith::AndIOp, arith::OrIOp,
      arith::XOrIOp, arith::ShLIOp, arith::ShRSIOp, arith::ShRUIOp,
      arith::SelectOp, arith::CmpIOp, arith::IndexCastOp, arith::IndexCastUIOp,
      arith::ExtSIOp, arith::ExtUIOp, arith::TruncIOp, index::AddOp,
      index::SubOp, index::MulOp, index::FloorDivSOp, index::CeilDivSOp,
      index::CeilDivUOp, index::DivSOp, index::DivUOp, index::RemSOp,
      index::RemUOp, index::MinSOp, index::MinUOp, index::MaxSOp, index::MaxUOp,
      index::AndOp, index::OrOp, index::XOrOp, index::ShlOp, index::ShrSOp,
      index::ShrUOp, index::CmpOp, index::CastSOp, index::CastUOp>(op);
}

LogicalResult mlir::attn::verifyIntegers(Operation &op) {
  auto isSupported = [](Type type) {
    return !type.isInteger() || type.isInteger(1) || type.isInteger(32) ||
           type.isInteger(64);
  };
  for (Type type : llvm::concat<Type>(llvm::to_vector(op.getOperandTypes()),
                                      llvm::to_vector(op.getResultTypes())))
    if (!isSupported(type))
      return op.emitOpError("is not allowed here, expected index, i64, i32 and "
                            "i1, got ")
             << type;
  bool ofTruths = isIntegerOp(op) && op.getOperand(0).getType().isInteger(1);
  bool isAllowed =
      isa<arith::AndIOp, arith::OrIOp, arith::XOrIOp, arith::SelectOp,
          arith::IndexCastOp, arith::IndexCastUIOp, arith::ExtSIOp,
          arith::ExtUIOp, index::CastSOp, index::CastUOp>(op);
  if (auto compare = dyn_cast<arith::CmpIOp>(op))
    isAllowed = compare.getPredicate() == arith::CmpIPredicate::eq ||
                compare.getPredicate() == arith::CmpIPredicate::ne;
  if (ofTruths && !isAllowed)
    return op.emitOpError("is not allowed on i1, expected 'andi', 'ori', "
                          "'xori', 'select', 'cmpi' eq or ne, or a cast");
  return success();
}

//===----------------------------------------------------------------------===//
// Reading
//===----------------------------------------------------------------------===//

static bool fits(const ::attn::Range &range) {
  return range.lo >= std::numeric_limits<int32_t>::min() &&
         range.hi <= std::numeric_limits<int32_t>::max();
}

Expr PairRegionReader::read(Value value) {
  auto known = values.find(value);
  if (known != values.end())
    return known->second;
  Expr expr = compute(value);
  if (expr != Expr() && !expr.isTruth() && !fits(expr->range))
    expr = fail(value.getDefiningOp(),
                "expected numbers of 32 bits for these lengths, got up to " +
                    std::to_string(std::max(expr->range.hi, -expr->range.lo)));
  values[value] = expr;
  return expr;
}

Expr PairRegionReader::fail(Operation *at, const Twine &message) {
  if (report)
    at->emitOpError(message);
  return Expr();
}

Expr PairRegionReader::compute(Value value) {
  APInt constant;
  if (matchPattern(value, m_ConstantInt(&constant)))
    return value.getType().isInteger(1)
               ? context.truth(constant.getBoolValue())
               : context.constant(constant.getSExtValue());
  if (llvm::any_of(tables, [&](auto &table) { return table.values == value; }))
    return load(value, context.constant(0));
  if (auto argument = dyn_cast<BlockArgument>(value))
    return arguments[argument.getArgNumber()];
  Operation *def = value.getDefiningOp();
  if (auto lookup = dyn_cast<LookupOp>(def))
    return computeLookup(lookup);
  if (!isIntegerOp(*def))
    return fail(def, "is not allowed in the computation of an integer");
  SmallVector<Expr, 3> operands;
  for (Value operand : def->getOperands()) {
    operands.push_back(read(operand));
    if (operands.back() == Expr())
      return Expr();
  }
  return computeOp(def, operands);
}

Expr PairRegionReader::computeLookup(LookupOp lookup) {
  Expr at = read(lookup.getAt()[0]);
  if (at == Expr())
    return Expr();
  auto type = llvm::cast<ShapedType>(lookup.getTable().getType());
  bool isToken = at == vars.i || at == vars.j;
  if (!isToken && failed(verifyInside(lookup, at, type.getDimSize(0))))
    return Expr();
  return load(lookup.getTable(), at);
}

Expr PairRegionReader::load(Value values, Expr at) {
  for (const MaskTable &table : tables)
    if (table.values == values)
      return context.load(addTable(vars, table), at);
  llvm_unreachable("what is looked up is in one of the tables");
}

LogicalResult PairRegionReader::verifyInside(LookupOp lookup, Expr at,
                                             int64_t size) {
  if (ShapedType::isDynamic(size))
    return fail(lookup, "expected the query or the key as the index of a table "
                        "of dynamic size, got another"),
           failure();
  if (at->range.lo < 0 || at->range.hi >= size)
    return fail(lookup, "expected an index in [0, " + std::to_string(size) +
                            ") for these lengths, got one in [" +
                            std::to_string(at->range.lo) + ", " +
                            std::to_string(at->range.hi) + "]"),
           failure();
  return success();
}

Expr PairRegionReader::computeOp(Operation *def, ArrayRef<Expr> x) {
  bool isTruth = x[0].isTruth();
  auto maySplit = [&] { return isDivisor(def, x[1]) && isSigned(def, x[0]); };
  auto mayOrder = [&] { return isSigned(def, x[0]) && isSigned(def, x[1]); };
  return llvm::TypeSwitch<Operation *, Expr>(def)
      .Case<arith::AddIOp, index::AddOp>([&](auto) { return x[0] + x[1]; })
      .Case<arith::SubIOp, index::SubOp>([&](auto) { return x[0] - x[1]; })
      .Case<arith::MulIOp, index::MulOp>([&](auto) { return x[0] * x[1]; })
      .Case<arith::FloorDivSIOp, index::FloorDivSOp>([&](auto) {
        return isDivisor(def, x[1]) ? context.floorDiv(x[0], x[1]) : Expr();
      })
      .Case<arith::CeilDivSIOp, arith::CeilDivUIOp, index::CeilDivSOp,
            index::CeilDivUOp>([&](auto) {
        return maySplit() ? -context.floorDiv(-x[0], x[1]) : Expr();
      })
      .Case<arith::DivSIOp, arith::DivUIOp, index::DivSOp, index::DivUOp>(
          [&](auto) { return maySplit() ? quotient(x[0], x[1]) : Expr(); })
      .Case<arith::RemSIOp, arith::RemUIOp, index::RemSOp, index::RemUOp>(
          [&](auto) { return maySplit() ? remainder(x[0], x[1]) : Expr(); })
      .Case<arith::MinSIOp, arith::MinUIOp, index::MinSOp, index::MinUOp>(
          [&](auto) { return mayOrder() ? min(x[0], x[1]) : Expr(); })
      .Case<arith::MaxSIOp, arith::MaxUIOp, index::MaxSOp, index::MaxUOp>(
          [&](auto) { return mayOrder() ? max(x[0], x[1]) : Expr(); })
      .Case([&](math::AbsIOp) { return context.abs(x[0]); })
      .Case<arith::AndIOp, index::AndOp>([&](auto) {
        return isTruth ? x[0] && x[1] : context.bitAnd(x[0], x[1]);
      })
      .Case<arith::OrIOp, index::OrOp>([&](auto) {
        return isTruth ? x[0] || x[1] : context.bitOr(x[0], x[1]);
      })
      .Case<arith::XOrIOp, index::XOrOp>([&](auto) {
        return isTruth ? context.exclusiveOr(x[0], x[1])
                       : context.bitXor(x[0], x[1]);
      })
      .Case<arith::ShLIOp, arith::ShRSIOp, arith::ShRUIOp, index::ShlOp,
            index::ShrSOp, index::ShrUOp>([&](auto) { return shift(def, x); })
      .Case([&](arith::SelectOp) {
        if (x[1].isTruth())
          return (x[0] && x[1]) || (!x[0] && x[2]);
        return context.select(x[0], x[1], x[2]);
      })
      .Case<arith::CmpIOp, index::CmpOp>([&](auto) { return compare(def, x); })
      .Default([&](Operation *) { return cast(def, x[0]); });
}

Expr PairRegionReader::shift(Operation *def, ArrayRef<Expr> x) {
  if (!x[1].isConstant() || x[1]->value < 0 || x[1]->value >= 31)
    return fail(def, "expected a constant shift in [0, 31)");
  if (!isSigned(def, x[0]))
    return Expr();
  int64_t factor = int64_t(1) << x[1]->value;
  return isa<arith::ShLIOp, index::ShlOp>(def) ? x[0] * factor
                                               : floorDiv(x[0], factor);
}

Expr PairRegionReader::cast(Operation *def, Expr x) {
  bool toTruth = def->getResult(0).getType().isInteger(1);
  if (x.isTruth() && !toTruth) {
    bool isNegative =
        isa<arith::ExtSIOp, arith::IndexCastOp, index::CastSOp>(def);
    return context.select(x, context.constant(isNegative ? -1 : 1),
                          context.constant(0));
  }
  if (!x.isTruth() && !isSigned(def, x))
    return Expr();
  if (toTruth && !x.isTruth())
    return equal(mod(x, 2), context.constant(1));
  return x;
}

bool PairRegionReader::isDivisor(Operation *def, Expr divisor) {
  if (divisor->range.lo >= 1)
    return true;
  fail(def, "expected a positive divisor, got one from " +
                std::to_string(divisor->range.lo));
  return false;
}

/// Whether `def` takes the sign of `x` as such, if it can have one.
bool PairRegionReader::isSigned(Operation *def, Expr x) {
  bool dropsSign =
      isa<arith::DivUIOp, arith::RemUIOp, arith::ExtUIOp, arith::IndexCastUIOp,
          arith::CeilDivUIOp, arith::MinUIOp, arith::MaxUIOp, index::CeilDivUOp,
          index::DivUOp, index::RemUOp, index::MinUOp, index::MaxUOp,
          index::CastUOp, arith::ShRUIOp, index::ShrUOp>(def);
  if (!dropsSign || x->range.lo >= 0)
    return true;
  fail(def, "expected a number that is not negative, got one from " +
                std::to_string(x->range.lo));
  return false;
}

/// Rounded towards zero.
Expr PairRegionReader::quotient(Expr x, Expr y) {
  if (x->range.lo >= 0)
    return context.floorDiv(x, y);
  return context.select(context.geZero(x), context.floorDiv(x, y),
                        -context.floorDiv(-x, y));
}

/// Of that quotient: with the sign of x.
Expr PairRegionReader::remainder(Expr x, Expr y) {
  if (x->range.lo >= 0)
    return context.mod(x, y);
  return context.select(context.geZero(x), context.mod(x, y),
                        -context.mod(-x, y));
}

/// Both dialects number comparisons alike.
static arith::CmpIPredicate predicateOf(Operation *def) {
  using arith::CmpIPredicate;
  using index::IndexCmpPredicate;
  static_assert(int(CmpIPredicate::sge) == int(IndexCmpPredicate::SGE) &&
                int(CmpIPredicate::uge) == int(IndexCmpPredicate::UGE));
  if (auto compare = dyn_cast<index::CmpOp>(def))
    return CmpIPredicate(compare.getPred());
  return llvm::cast<arith::CmpIOp>(def).getPredicate();
}

Expr PairRegionReader::compare(Operation *def, ArrayRef<Expr> x) {
  using P = arith::CmpIPredicate;
  P predicate = predicateOf(def);
  if (x[0].isTruth()) {
    Expr differ = context.exclusiveOr(x[0], x[1]);
    if (predicate == P::eq || predicate == P::ne)
      return predicate == P::ne ? differ : !differ;
    return fail(def, "expected eq or ne for truths, got an order");
  }
  bool isUnsigned = predicate >= P::ult;
  if (isUnsigned && (x[0]->range.lo < 0 || x[1]->range.lo < 0))
    return fail(def, "expected a comparison with sign, got one without of a "
                     "number that may be negative");
  switch (predicate) {
  case P::eq:
    return equal(x[0], x[1]);
  case P::ne:
    return !equal(x[0], x[1]);
  case P::slt:
  case P::ult:
    return lessThan(x[0], x[1]);
  case P::sle:
  case P::ule:
    return lessEqual(x[0], x[1]);
  case P::sgt:
  case P::ugt:
    return lessThan(x[1], x[0]);
  case P::sge:
  case P::uge:
    return lessEqual(x[1], x[0]);
  }
  llvm_unreachable("no such comparison");
}
