//===- ScoreModOp.cpp - modifications that users write --------------------===//

#include "dialect/PairRegion.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Index/IR/IndexOps.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/IR/IRMapping.h"
#include "mlir/IR/Matchers.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace mlir::attn;
using ::attn::Expr;
using ::attn::MaskVars;

//===----------------------------------------------------------------------===//
// Syntax
//===----------------------------------------------------------------------===//

ParseResult ScoreModOp::parse(OpAsmParser &parser, OperationState &result) {
  Type f32 = parser.getBuilder().getF32Type();
  Type index = parser.getBuilder().getIndexType();
  result.addTypes(ScoreType::get(parser.getContext()));
  return parsePairRegion(parser, result, "(score, batch, head, query, key)",
                         {f32, index, index, index, index});
}

void ScoreModOp::print(OpAsmPrinter &p) { printPairRegion(p, *this); }

//===----------------------------------------------------------------------===//
// Verifiers
//===----------------------------------------------------------------------===//

static bool isRealOp(Operation &op) {
  return isa<arith::AddFOp, arith::SubFOp, arith::MulFOp, arith::DivFOp,
             arith::NegFOp, arith::MinimumFOp, arith::MaximumFOp,
             arith::MinNumFOp, arith::MaxNumFOp, arith::CmpFOp, arith::SelectOp,
             arith::SIToFPOp, arith::UIToFPOp, math::AbsFOp, math::SqrtOp,
             math::RsqrtOp, math::ExpOp, math::Exp2Op, math::ExpM1Op,
             math::LogOp, math::Log2Op, math::Log1pOp, math::TanhOp,
             math::SinOp, math::CosOp, math::ErfOp, math::FloorOp, math::CeilOp,
             math::TruncOp, math::RoundEvenOp, math::FmaOp, math::CopySignOp>(
      op);
}

LogicalResult ScoreModOp::verifyRegions() {
  Block &block = getBody().front();
  for (Operation &inner : block.without_terminator()) { // score_mod_c1
    bool isAllowed = isa<LookupOp, arith::ConstantOp, index::ConstantOp,
                         index::BoolConstantOp>(inner) ||
                     isIntegerOp(inner) || isRealOp(inner);
    if (!isAllowed)
      return inner.emitOpError("is not allowed in a modification, expected ops "
                               "of arith and index, functions of math and "
                               "attn.lookup");
    for (Type type : inner.getResultTypes())
      if (!type.isF32() && !type.isSignlessInteger() && !type.isIndex())
        return inner.emitOpError("is not allowed in a modification, expected "
                                 "f32 and integers, got ")
               << type;
    if (failed(verifyIntegers(inner)))
      return failure();
  }
  Operation *yield = block.getTerminator(); // score_mod_c2
  if (!yield->getOperand(0).getType().isF32())
    return emitOpError("expected the region to yield one f32");
  return verifyCaptures(*this, Float32Type::get(getContext())); // score_mod_c3
}

/// The name of the size that an index of the region runs over, if any.
static StringRef sizeOf(Value at) {
  StringRef names[] = {"", "batch", "query_heads", "queries", "keys"};
  auto argument = dyn_cast<BlockArgument>(at);
  return argument ? names[argument.getArgNumber()] : StringRef();
}

LogicalResult ScoreModOp::verifyFor(MaskVars &vars) {
  PairRegionReader reader({}, vars, {Expr(), vars.b, vars.h, vars.i, vars.j},
                          /*report=*/true);
  for (Operation &inner : getBody().front().without_terminator()) {
    Type type = inner.getResult(0).getType();
    bool isNumber = type.isIndex() || (type.isInteger() && !type.isInteger(1));
    if (isNumber && reader.read(inner.getResult(0)) == Expr())
      return failure();
    if (auto toReal = dyn_cast<arith::UIToFPOp>(inner);
        toReal && !toReal.getIn().getType().isInteger(1)) {
      Expr x = reader.read(toReal.getIn());
      if (x == Expr())
        return failure();
      if (x->range.lo < 0)
        return toReal.emitOpError("expected a number that is not negative, got "
                                  "one from ")
               << x->range.lo;
    }
    auto lookup = dyn_cast<LookupOp>(inner);
    if (!lookup)
      continue;
    auto table = cast<ShapedType>(lookup.getTable().getType());
    for (auto [at, size] : llvm::zip_equal(lookup.getAt(), table.getShape())) {
      if (!sizeOf(at).empty())
        continue;
      Expr place = reader.read(at);
      if (place == Expr() || failed(reader.verifyInside(lookup, place, size)))
        return failure();
    }
  }
  return success();
}

SmallVector<ScoreTable> ScoreModOp::getTables() {
  SmallVector<ScoreTable> tables;
  for (auto lookup : getBody().front().getOps<LookupOp>())
    tables.push_back({lookup.getTable(), "table",
                      llvm::map_to_vector<4>(lookup.getAt(), sizeOf)});
  for (Value number : capturedNumbers(*this))
    tables.push_back({number, "number", {StringRef()}});
  return tables;
}

//===----------------------------------------------------------------------===//
// Code
//===----------------------------------------------------------------------===//

template <typename Op> static StringRef nameOf(Operation *) {
  return Op::getOperationName();
}

/// The op of `arith` that computes the same of numbers that fit 32 bits, of
/// which those without sign are not negative; empty if `inner` is one.
static StringRef nameInArith(Operation &inner) {
  return llvm::TypeSwitch<Operation *, StringRef>(&inner)
      .Case<index::AddOp>(nameOf<arith::AddIOp>)
      .Case<index::SubOp>(nameOf<arith::SubIOp>)
      .Case<index::MulOp>(nameOf<arith::MulIOp>)
      .Case<index::FloorDivSOp>(nameOf<arith::FloorDivSIOp>)
      .Case<index::DivSOp, index::DivUOp>(nameOf<arith::DivSIOp>)
      .Case<index::RemSOp, index::RemUOp>(nameOf<arith::RemSIOp>)
      .Case<index::MinSOp, index::MinUOp>(nameOf<arith::MinSIOp>)
      .Case<index::MaxSOp, index::MaxUOp>(nameOf<arith::MaxSIOp>)
      .Case<index::AndOp>(nameOf<arith::AndIOp>)
      .Case<index::OrOp>(nameOf<arith::OrIOp>)
      .Case<index::XOrOp>(nameOf<arith::XOrIOp>)
      .Case<index::ShlOp>(nameOf<arith::ShLIOp>)
      .Case<index::ShrSOp, index::ShrUOp>(nameOf<arith::ShRSIOp>)
      .Default([](Operation *) { return StringRef(); });
}

namespace {

/// Copies the ops of the region; index and i64 become i32.
class RegionCopy {
public:
  RegionCopy(ImplicitLocOpBuilder &b, IRMapping &mapping)
      : b(b), mapping(mapping) {}

  void copy(Operation &inner) { mapping.map(inner.getResult(0), make(inner)); }

  Value get(Value value) {
    if (mapping.contains(value))
      return mapping.lookup(value);
    Value copy = makeConstant(value);
    mapping.map(value, copy);
    return copy;
  }

private:
  Type typeOf(Value value) {
    Type type = value.getType();
    return type.isF32() || type.isInteger(1) ? type : b.getI32Type();
  }

  Value makeConstant(Value value) {
    Attribute attribute;
    matchPattern(value, m_Constant(&attribute));
    TypedAttr typed = cast<TypedAttr>(attribute);
    if (auto integer = dyn_cast<IntegerAttr>(attribute);
        integer && !value.getType().isInteger(1))
      typed = b.getI32IntegerAttr(integer.getInt());
    return arith::ConstantOp::create(b, typed);
  }

  Value make(Operation &inner) {
    if (inner.hasTrait<OpTrait::ConstantLike>())
      return makeConstant(inner.getResult(0));
    SmallVector<Value> x;
    for (Value operand : inner.getOperands())
      x.push_back(isa<ShapedType>(operand.getType()) ? operand : get(operand));
    return llvm::TypeSwitch<Operation *, Value>(&inner)
        .Case([&](LookupOp lookup) {
          return ScoreElementOp::create(b, lookup.getTable(),
                                        ArrayRef(x).drop_front());
        })
        .Case<arith::IndexCastOp, arith::IndexCastUIOp, arith::ExtSIOp,
              arith::ExtUIOp, arith::TruncIOp, index::CastSOp, index::CastUOp>(
            [&](auto) { return makeCast(inner, x[0]); })
        .Case<arith::CeilDivSIOp, arith::CeilDivUIOp, index::CeilDivSOp,
              index::CeilDivUOp>([&](auto) {
          Value down = arith::FloorDivSIOp::create(b, minus(x[0]), x[1]);
          return minus(down);
        })
        .Case([&](math::AbsIOp) {
          return arith::MaxSIOp::create(b, x[0], minus(x[0])).getResult();
        })
        .Case([&](index::CmpOp compare) {
          // Both dialects number comparisons alike.
          auto predicate = arith::CmpIPredicate(compare.getPred());
          return arith::CmpIOp::create(b, predicate, x[0], x[1]).getResult();
        })
        .Default([&](Operation *) { return makeSame(inner, x); });
  }

  Value minus(Value x) {
    Value zero = arith::ConstantOp::create(b, b.getI32IntegerAttr(0));
    return arith::SubIOp::create(b, zero, x);
  }

  Value makeSame(Operation &inner, ValueRange x) {
    Type type = typeOf(inner.getResult(0));
    StringRef name = nameInArith(inner);
    if (name.empty()) {
      OperationState state(b.getLoc(), inner.getName(), x, {type},
                           inner.getAttrs());
      return b.OpBuilder::create(state)->getResult(0);
    }
    OperationState state(b.getLoc(), name, x, {type});
    return b.OpBuilder::create(state)->getResult(0);
  }

  /// Numbers fit 32 bits, so that only casts from and to truths do something.
  Value makeCast(Operation &inner, Value x) {
    bool fromTruth = x.getType().isInteger(1);
    bool toTruth = inner.getResult(0).getType().isInteger(1);
    if (fromTruth == toTruth)
      return x;
    if (toTruth)
      return arith::TruncIOp::create(b, b.getI1Type(), x);
    if (isa<arith::ExtSIOp, arith::IndexCastOp, index::CastSOp>(inner))
      return arith::ExtSIOp::create(b, b.getI32Type(), x);
    return arith::ExtUIOp::create(b, b.getI32Type(), x);
  }

  ImplicitLocOpBuilder &b;
  IRMapping &mapping;
};

} // namespace

Value ScoreModOp::emit(ImplicitLocOpBuilder &b, Value score,
                       const ScorePoint &point) {
  IRMapping mapping;
  Value place[] = {score, point.batch, point.head, point.query, point.key};
  Block &block = getBody().front();
  for (auto [argument, value] : llvm::zip_equal(block.getArguments(), place))
    mapping.map(argument, value);
  RegionCopy region(b, mapping);
  for (Operation &inner : block.without_terminator())
    region.copy(inner);
  return region.get(block.getTerminator()->getOperand(0));
}
