//===- PredicateOps.cpp - regions read as expressions ---------------------===//
//
// The arithmetic of attn.predicate becomes an expression. What cannot be said
// exactly by one is an error with a reason, never an approximation.
//
//===----------------------------------------------------------------------===//

#include "dialect/AttnOps.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/IR/Matchers.h"
#include "mlir/Transforms/RegionUtils.h"
#include "llvm/ADT/SetVector.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace mlir::attn;
using ::attn::Expr;
using ::attn::ExprContext;
using ::attn::MaskVars;
using ::attn::Range;

//===----------------------------------------------------------------------===//
// Syntax
//===----------------------------------------------------------------------===//

ParseResult PredicateOp::parse(OpAsmParser &parser, OperationState &result) {
  SmallVector<OpAsmParser::Argument> arguments;
  SMLoc loc = parser.getCurrentLocation();
  if (parser.parseArgumentList(arguments, OpAsmParser::Delimiter::Paren))
    return failure();
  if (arguments.size() != 4)
    return parser.emitError(loc) << "expected (batch, head, query, key), got "
                                 << arguments.size() << " arguments";
  for (OpAsmParser::Argument &argument : arguments)
    argument.type = parser.getBuilder().getIndexType();
  if (parser.parseRegion(*result.addRegion(), arguments) ||
      parser.parseOptionalAttrDict(result.attributes))
    return failure();
  result.addTypes(MaskType::get(parser.getContext()));
  return success();
}

void PredicateOp::print(OpAsmPrinter &p) {
  p << " (";
  llvm::interleaveComma(getKeep().getArguments(), p,
                        [&](Value argument) { p << argument; });
  p << ") ";
  p.printRegion(getKeep(), /*printEntryBlockArgs=*/false);
  p.printOptionalAttrDict((*this)->getAttrs());
}

//===----------------------------------------------------------------------===//
// Reading
//===----------------------------------------------------------------------===//

namespace {

/// Reads the values of a region. A null expression has been reported, unless
/// `report` is null.
class RegionReader {
public:
  RegionReader(PredicateOp op, MaskVars &vars, bool report)
      : op(op), vars(vars), context(vars.context), report(report) {}

  Expr read(Value value) {
    auto known = values.find(value);
    if (known != values.end())
      return known->second;
    Expr expr = compute(value);
    if (expr != Expr() && !expr.isTruth() && !fits(expr->range))
      expr =
          fail(value.getDefiningOp(),
               "expected numbers of 32 bits for these lengths, got up to " +
                   std::to_string(std::max(expr->range.hi, -expr->range.lo)));
    values[value] = expr;
    return expr;
  }

private:
  static bool fits(const Range &range) {
    return range.lo >= std::numeric_limits<int32_t>::min() &&
           range.hi <= std::numeric_limits<int32_t>::max();
  }

  Expr fail(Operation *at, const Twine &message) {
    if (report)
      at->emitOpError(message);
    return Expr();
  }

  Expr compute(Value value) {
    APInt constant;
    if (matchPattern(value, m_ConstantInt(&constant)))
      return value.getType().isInteger(1)
                 ? context.truth(constant.getBoolValue())
                 : context.constant(constant.getSExtValue());
    if (auto argument = dyn_cast<BlockArgument>(value)) {
      Expr arguments[] = {vars.b, vars.h, vars.i, vars.j};
      return arguments[argument.getArgNumber()];
    }
    Operation *def = value.getDefiningOp();
    SmallVector<Expr, 3> operands;
    if (auto lookup = dyn_cast<LookupOp>(def))
      return computeLookup(lookup);
    for (Value operand : def->getOperands()) {
      operands.push_back(read(operand));
      if (operands.back() == Expr())
        return Expr();
    }
    return computeOp(def, operands);
  }

  Expr computeLookup(LookupOp lookup) {
    Expr at = read(lookup.getAt());
    if (at == Expr())
      return Expr();
    auto type = cast<ShapedType>(lookup.getTable().getType());
    bool isToken = at == vars.i || at == vars.j;
    int64_t size = type.getDimSize(0);
    if (!isToken && ShapedType::isDynamic(size))
      return fail(lookup, "expected the query or the key as the index of a "
                          "table of dynamic size, got another");
    if (!isToken && (at->range.lo < 0 || at->range.hi >= size))
      return fail(lookup, "expected an index in [0, " + std::to_string(size) +
                              ") for these lengths, got one in [" +
                              std::to_string(at->range.lo) + ", " +
                              std::to_string(at->range.hi) + "]");
    for (const MaskTable &table : op.getTables())
      if (table.values == lookup.getTable())
        return context.load(addTable(vars, table), at);
    llvm_unreachable("a lookup is in one of the tables");
  }

  Expr computeOp(Operation *def, ArrayRef<Expr> x) {
    bool isTruth = x[0].isTruth();
    auto constantOf = [&](unsigned n) -> std::optional<int64_t> {
      if (x[n].isConstant())
        return x[n]->value;
      return std::nullopt;
    };
    return llvm::TypeSwitch<Operation *, Expr>(def)
        .Case([&](arith::AddIOp) { return x[0] + x[1]; })
        .Case([&](arith::SubIOp) { return x[0] - x[1]; })
        .Case([&](arith::MulIOp) { return x[0] * x[1]; })
        .Case([&](arith::FloorDivSIOp) {
          return isDivisor(def, x[1]) ? context.floorDiv(x[0], x[1]) : Expr();
        })
        .Case([&](arith::CeilDivSIOp) {
          return isDivisor(def, x[1]) ? -context.floorDiv(-x[0], x[1]) : Expr();
        })
        .Case<arith::DivSIOp, arith::DivUIOp>([&](auto) {
          return isDivisor(def, x[1]) ? quotient(x[0], x[1]) : Expr();
        })
        .Case<arith::RemSIOp, arith::RemUIOp>([&](auto) {
          return isDivisor(def, x[1]) ? remainder(x[0], x[1]) : Expr();
        })
        .Case<arith::MinSIOp>([&](auto) { return min(x[0], x[1]); })
        .Case<arith::MaxSIOp>([&](auto) { return max(x[0], x[1]); })
        .Case([&](arith::AndIOp) {
          return isTruth ? x[0] && x[1] : context.bitAnd(x[0], x[1]);
        })
        .Case([&](arith::OrIOp) {
          return isTruth ? x[0] || x[1] : context.bitOr(x[0], x[1]);
        })
        .Case([&](arith::XOrIOp) {
          return isTruth ? context.exclusiveOr(x[0], x[1])
                         : context.bitXor(x[0], x[1]);
        })
        .Case([&](arith::ShLIOp) {
          auto by = constantOf(1);
          return by && *by >= 0 && *by < 31
                     ? x[0] * (int64_t(1) << *by)
                     : fail(def, "expected a constant shift in [0, 31)");
        })
        .Case<arith::ShRSIOp, arith::ShRUIOp>([&](auto) {
          auto by = constantOf(1);
          return by && *by >= 0 && *by < 31 && isUnsignedSafe(def, x[0])
                     ? floorDiv(x[0], int64_t(1) << *by)
                     : fail(def, "expected a constant shift in [0, 31)");
        })
        .Case([&](arith::SelectOp) {
          if (x[1].isTruth())
            return (x[0] && x[1]) || (!x[0] && x[2]);
          return context.select(x[0], x[1], x[2]);
        })
        .Case([&](arith::CmpIOp op) { return compare(op, x); })
        .Case<arith::IndexCastOp, arith::IndexCastUIOp, arith::ExtSIOp,
              arith::ExtUIOp, arith::TruncIOp>([&](auto) {
          bool toTruth = def->getResult(0).getType().isInteger(1);
          if (isTruth && !toTruth)
            return context.select(
                x[0], context.constant(isa<arith::ExtSIOp>(def) ? -1 : 1),
                context.constant(0));
          if (toTruth && !isTruth)
            return equal(mod(x[0], 2), context.constant(1));
          return x[0];
        })
        .Default([&](Operation *) { return Expr(); });
  }

  bool isDivisor(Operation *def, Expr divisor) {
    if (divisor->range.lo >= 1)
      return true;
    fail(def, "expected a positive divisor, got one from " +
                  std::to_string(divisor->range.lo));
    return false;
  }

  /// Right shifts and comparisons without sign differ for negative numbers.
  bool isUnsignedSafe(Operation *def, Expr x) {
    return !isa<arith::ShRUIOp>(def) || x->range.lo >= 0;
  }

  /// Rounded towards zero.
  Expr quotient(Expr x, Expr y) {
    if (x->range.lo >= 0)
      return context.floorDiv(x, y);
    return context.select(context.geZero(x), context.floorDiv(x, y),
                          -context.floorDiv(-x, y));
  }

  /// Of that quotient: with the sign of x.
  Expr remainder(Expr x, Expr y) {
    if (x->range.lo >= 0)
      return context.mod(x, y);
    return context.select(context.geZero(x), context.mod(x, y),
                          -context.mod(-x, y));
  }

  Expr compare(arith::CmpIOp op, ArrayRef<Expr> x) {
    using P = arith::CmpIPredicate;
    P predicate = op.getPredicate();
    if (x[0].isTruth()) {
      Expr differ = context.exclusiveOr(x[0], x[1]);
      if (predicate == P::eq || predicate == P::ne)
        return predicate == P::ne ? differ : !differ;
      return fail(op, "expected eq or ne for truths, got an order");
    }
    bool isUnsigned = predicate >= P::ult;
    if (isUnsigned && (x[0]->range.lo < 0 || x[1]->range.lo < 0))
      return fail(op, "expected a comparison with sign, got one without of a "
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

  PredicateOp op;
  MaskVars &vars;
  ExprContext &context;
  bool report;
  DenseMap<Value, Expr> values;
};

} // namespace

/// What is yielded.
static Value resultOf(PredicateOp op) {
  return op.getKeep().front().getTerminator()->getOperand(0);
}

Expr PredicateOp::buildPredicate(MaskVars &vars, ArrayRef<Expr>) {
  return RegionReader(*this, vars, /*report=*/false).read(resultOf(*this));
}

LogicalResult PredicateOp::verifyFor(MaskVars &vars) {
  Expr expr = RegionReader(*this, vars, /*report=*/true).read(resultOf(*this));
  return success(expr != Expr());
}

SmallVector<MaskTable> PredicateOp::getTables() {
  SmallVector<MaskTable> tables;
  Block &body = getKeep().front();
  for (auto lookup : body.getOps<LookupOp>()) {
    StringRef size = lookup.getAt() == body.getArgument(2)   ? "queries"
                     : lookup.getAt() == body.getArgument(3) ? "keys"
                                                             : "";
    bool isKnown = llvm::any_of(tables, [&](const MaskTable &table) {
      return table.values == lookup.getTable();
    });
    if (!isKnown)
      tables.push_back({lookup.getTable(), "table", size, ""});
  }
  return tables;
}

//===----------------------------------------------------------------------===//
// Verifier
//===----------------------------------------------------------------------===//

static bool isAllowed(Operation &op) {
  return isa<
      LookupOp, arith::ConstantOp, arith::AddIOp, arith::SubIOp, arith::MulIOp,
      arith::FloorDivSIOp, arith::CeilDivSIOp, arith::DivSIOp, arith::DivUIOp,
      arith::RemSIOp, arith::RemUIOp, arith::MinSIOp, arith::MaxSIOp,
      arith::AndIOp, arith::OrIOp, arith::XOrIOp, arith::ShLIOp, arith::ShRSIOp,
      arith::ShRUIOp, arith::SelectOp, arith::CmpIOp, arith::IndexCastOp,
      arith::IndexCastUIOp, arith::ExtSIOp, arith::ExtUIOp, arith::TruncIOp>(
      op);
}

LogicalResult PredicateOp::verifyRegions() {
  Block &body = getKeep().front();
  for (Operation &inner : body.without_terminator()) { // predicate_c1
    if (!isAllowed(inner))
      return inner.emitOpError("is not allowed in a predicate, expected "
                               "integer arith ops and attn.lookup");
    for (Type type : inner.getResultTypes())
      if (!type.isSignlessInteger() && !type.isIndex())
        return inner.emitOpError("is not allowed in a predicate, expected "
                                 "integers, got ")
               << type;
  }
  Operation *yield = body.getTerminator(); // predicate_c2
  if (yield->getNumOperands() != 1 ||
      !yield->getOperand(0).getType().isInteger(1))
    return emitOpError("expected the region to yield one i1");
  llvm::SetVector<Value> captured;
  getUsedValuesDefinedAbove(getKeep(), captured);
  for (Value value : captured) { // predicate_c3
    bool isTable = isa<ShapedType>(value.getType());
    if (!isTable && !matchPattern(value, m_Constant()))
      return emitOpError("expected constants and tables from outside, got a "
                         "value of type ")
             << value.getType();
  }
  return success();
}
