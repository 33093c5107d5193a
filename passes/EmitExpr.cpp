//===- EmitExpr.cpp - predicates as code ----------------------------------===//

#include "passes/EmitExpr.h"

#include "dialect/AttnOps.h"
#include "passes/EmitTable.h"

#include "mlir/IR/Matchers.h"

using namespace mlir;
using namespace mlir::attn;
using ::attn::Evaluator;
using ::attn::Expr;
using ::attn::ExprNode;

//===----------------------------------------------------------------------===//
// Mask code
//===----------------------------------------------------------------------===//

namespace {

/// i32 values; a sum is kept apart by how often its parts change.
class MaskDomain {
public:
  static constexpr unsigned numLevels = 4;
  struct Int {
    std::array<Value, numLevels> parts;
  };
  using Bool = Value;

  MaskDomain(ImplicitLocOpBuilder &b,
             const DenseMap<int64_t, MaskVariable> &variables,
             ValueRange tables)
      : b(b), variables(variables), tables(tables) {}

  Int variable(const ExprNode &var) {
    const MaskVariable &variable = variables.at(var.value);
    return single(variable.value, variable.level);
  }
  Int constant(int64_t value) { return single(i32(value), 0); }
  Int add(Int x, Int y) {
    for (unsigned level = 0; level < numLevels; ++level)
      x.parts[level] = sum(x.parts[level], y.parts[level]);
    return x;
  }
  Int scale(Int x, int64_t factor) {
    for (Value &part : x.parts)
      if (part)
        part = b.createOrFold<arith::MulIOp>(part, i32(factor));
    return x;
  }
  Int mul(Int x, Int y) { return binary<arith::MulIOp>(x, y); }
  Int floorDiv(Int x, Int y) { return binary<arith::FloorDivSIOp>(x, y); }
  Int mod(Int x, Int y) { return add(x, scale(mul(floorDiv(x, y), y), -1)); }
  Int min(Int x, Int y) { return binary<arith::MinSIOp>(x, y); }
  Int max(Int x, Int y) { return binary<arith::MaxSIOp>(x, y); }
  Int select(Bool c, Int x, Int y) {
    return single(b.createOrFold<arith::SelectOp>(c, total(x), total(y)),
                  numLevels - 1);
  }
  Int bitAnd(Int x, Int y) { return binary<arith::AndIOp>(x, y); }
  Int bitOr(Int x, Int y) { return binary<arith::OrIOp>(x, y); }
  Int bitXor(Int x, Int y) { return binary<arith::XOrIOp>(x, y); }
  Int load(const ExprNode &load, Int at) {
    Int element = single(TableLoadOp::create(b, tables[load.value], total(at)),
                         highest(at));
    // The least i32 has no negative, and flags may be anything.
    const ::attn::ExprTable &table = tableOf(load);
    if (table.isKnown || table.elements.lo >= 0)
      return element;
    return max(element, constant(table.elements.lo));
  }
  Int search(const ExprNode &search, Int x) {
    return single(TableSearchOp::create(b, tables[search.value], total(x)),
                  highest(x));
  }
  Bool truth(bool value) {
    return arith::ConstantOp::create(b, b.getBoolAttr(value));
  }
  Bool geZero(Int x) { return compare(arith::CmpIPredicate::sge, x); }
  Bool eqZero(Int x) { return compare(arith::CmpIPredicate::eq, x); }
  Bool powerOfTwo(Int x) {
    Value value = total(x), zero = i32(0);
    Value lower = b.createOrFold<arith::SubIOp>(value, i32(1));
    Value rest = b.createOrFold<arith::AndIOp>(value, lower);
    return both(
        b.createOrFold<arith::CmpIOp>(arith::CmpIPredicate::sgt, value, zero),
        b.createOrFold<arith::CmpIOp>(arith::CmpIPredicate::eq, rest, zero));
  }
  Bool notPowerOfTwo(Int x) {
    return b.createOrFold<arith::XOrIOp>(powerOfTwo(x), truth(true));
  }
  Bool both(Bool x, Bool y) { return b.createOrFold<arith::AndIOp>(x, y); }
  Bool either(Bool x, Bool y) { return b.createOrFold<arith::OrIOp>(x, y); }

private:
  Value i32(int64_t value) {
    return arith::ConstantOp::create(b, b.getI32IntegerAttr(value));
  }
  Int single(Value value, unsigned level) {
    Int result;
    result.parts[level] = value;
    return result;
  }
  Value sum(Value x, Value y) {
    if (!x || !y)
      return x ? x : y;
    return b.createOrFold<arith::AddIOp>(x, y);
  }
  unsigned highest(const Int &x) {
    unsigned level = 0;
    for (unsigned n = 0; n < numLevels; ++n)
      if (x.parts[n])
        level = n;
    return level;
  }
  Value total(const Int &x) {
    Value result;
    for (Value part : x.parts)
      result = sum(result, part);
    return result;
  }
  template <typename Op> Int binary(const Int &x, const Int &y) {
    return single(b.createOrFold<Op>(total(x), total(y)),
                  std::max(highest(x), highest(y)));
  }
  /// What changes most often against minus the rest.
  Value compare(arith::CmpIPredicate predicate, Int x) {
    unsigned level = highest(x);
    Value most = x.parts[level];
    x.parts[level] = Value();
    Value zero = i32(0);
    Value rest = total(x);
    rest = rest ? b.createOrFold<arith::SubIOp>(zero, rest) : zero;
    return b.createOrFold<arith::CmpIOp>(predicate, most, rest);
  }

  ImplicitLocOpBuilder &b;
  const DenseMap<int64_t, MaskVariable> &variables;
  ValueRange tables;
};

} // namespace

Value mlir::attn::emitMask(ImplicitLocOpBuilder &b, Expr predicate,
                           const DenseMap<int64_t, MaskVariable> &variables,
                           ValueRange tables) {
  MaskDomain domain(b, variables, tables);
  return Evaluator<MaskDomain>(domain).truth(predicate);
}

//===----------------------------------------------------------------------===//
// Index arithmetic
//===----------------------------------------------------------------------===//

std::optional<int64_t> IndexBuilder::known(Value value) {
  APInt constant;
  if (matchPattern(value, m_ConstantInt(&constant)))
    return constant.getSExtValue();
  return std::nullopt;
}

Value IndexBuilder::constant(int64_t value) {
  return arith::ConstantIndexOp::create(b, value);
}

Value IndexBuilder::add(Value x, Value y) {
  return b.createOrFold<arith::AddIOp>(x, y);
}

Value IndexBuilder::sub(Value x, Value y) {
  return b.createOrFold<arith::SubIOp>(x, y);
}

Value IndexBuilder::mul(Value x, Value y) {
  return b.createOrFold<arith::MulIOp>(x, y);
}

Value IndexBuilder::floorDiv(Value x, int64_t y) {
  if (y == 1)
    return x;
  if (std::optional<int64_t> constantX = known(x))
    return constant(::attn::floorDivide(*constantX, y));
  return b.createOrFold<arith::FloorDivSIOp>(x, constant(y));
}

Value IndexBuilder::ceilDiv(Value x, Value y) {
  if (known(y) == 1)
    return x;
  return b.createOrFold<arith::DivUIOp>(add(x, sub(y, constant(1))), y);
}

Value IndexBuilder::min(Value x, Value y) {
  return b.createOrFold<arith::MinSIOp>(x, y);
}

Value IndexBuilder::max(Value x, Value y) {
  return b.createOrFold<arith::MaxSIOp>(x, y);
}

Value IndexBuilder::select(Value condition, Value x, Value y) {
  return b.createOrFold<arith::SelectOp>(condition, x, y);
}

Value IndexBuilder::flag(bool value) {
  return arith::ConstantOp::create(b, b.getBoolAttr(value));
}

Value IndexBuilder::less(Value x, Value y) {
  return b.createOrFold<arith::CmpIOp>(arith::CmpIPredicate::slt, x, y);
}

Value IndexBuilder::both(Value x, Value y) {
  return b.createOrFold<arith::AndIOp>(x, y);
}

Value IndexBuilder::either(Value x, Value y) {
  return b.createOrFold<arith::OrIOp>(x, y);
}

//===----------------------------------------------------------------------===//
// Intervals
//===----------------------------------------------------------------------===//

using Int = IntervalDomain::Int;
using Bool = IntervalDomain::Bool;

Int IntervalDomain::variable(const ExprNode &var) {
  return values.at(var.value);
}

Int IntervalDomain::constant(int64_t value) {
  Value known = index.constant(value);
  return {known, known};
}

Int IntervalDomain::add(Int x, Int y) {
  return {index.add(x.lo, y.lo), index.add(x.hi, y.hi)};
}

Int IntervalDomain::scale(Int x, int64_t factor) {
  Value constant = index.constant(factor);
  Value lo = index.mul(x.lo, constant), hi = index.mul(x.hi, constant);
  return factor >= 0 ? Int{lo, hi} : Int{hi, lo};
}

Int IntervalDomain::mul(Int x, Int y) {
  Value corners[] = {index.mul(x.lo, y.lo), index.mul(x.lo, y.hi),
                     index.mul(x.hi, y.lo), index.mul(x.hi, y.hi)};
  Int result{corners[0], corners[0]};
  for (Value corner : corners)
    result = {index.min(result.lo, corner), index.max(result.hi, corner)};
  return result;
}

Int IntervalDomain::floorDiv(Int x, Int y) {
  if (std::optional<int64_t> divisor = IndexBuilder::known(y.lo);
      divisor && IndexBuilder::known(y.hi) == divisor)
    return {index.floorDiv(x.lo, *divisor), index.floorDiv(x.hi, *divisor)};
  // The quotient is largest in size where the divisor is smallest.
  auto divide = [&](Value a, Value d) {
    return index.b.createOrFold<arith::FloorDivSIOp>(a, d);
  };
  return {index.min(divide(x.lo, y.lo), divide(x.lo, y.hi)),
          index.max(divide(x.hi, y.lo), divide(x.hi, y.hi))};
}

Int IntervalDomain::mod(Int x, Int y) {
  Int quotient = floorDiv(x, y);
  Value same =
      index.both(index.b.createOrFold<arith::CmpIOp>(arith::CmpIPredicate::eq,
                                                     quotient.lo, quotient.hi),
                 index.b.createOrFold<arith::CmpIOp>(arith::CmpIPredicate::eq,
                                                     y.lo, y.hi));
  Value down = index.mul(quotient.lo, y.lo);
  return {index.select(same, index.sub(x.lo, down), index.constant(0)),
          index.select(same, index.sub(x.hi, down),
                       index.sub(y.hi, index.constant(1)))};
}

Int IntervalDomain::min(Int x, Int y) {
  return {index.min(x.lo, y.lo), index.min(x.hi, y.hi)};
}

Int IntervalDomain::max(Int x, Int y) {
  return {index.max(x.lo, y.lo), index.max(x.hi, y.hi)};
}

Int IntervalDomain::select(Bool c, Int x, Int y) {
  Int either{index.min(x.lo, y.lo), index.max(x.hi, y.hi)};
  auto pick = [&](Value ofX, Value ofY, Value unknown) {
    return index.select(c.must, ofX, index.select(c.may, unknown, ofY));
  };
  return {pick(x.lo, y.lo, either.lo), pick(x.hi, y.hi, either.hi)};
}

/// x > 0, below 2^32.
Value IntervalDomain::onesBelowHighest(Value x) {
  for (int64_t shift : {1, 2, 4, 8, 16})
    x = index.b.createOrFold<arith::OrIOp>(
        x, index.b.createOrFold<arith::ShRUIOp>(x, index.constant(shift)));
  return x;
}

template <typename Op> Int IntervalDomain::bits(Int x, Int y) {
  ImplicitLocOpBuilder &b = index.b;
  auto differ = [&](Int z) {
    return b.createOrFold<arith::XOrIOp>(z.lo, z.hi);
  };
  Value open =
      onesBelowHighest(b.createOrFold<arith::OrIOp>(differ(x), differ(y)));
  Value ofLow = b.createOrFold<Op>(x.lo, y.lo);
  Value hi = b.createOrFold<arith::OrIOp>(ofLow, open);
  Value lo = b.createOrFold<arith::XOrIOp>(hi, open);
  Value zero = index.constant(0);
  Value isNegative =
      index.either(index.less(x.lo, zero), index.less(y.lo, zero));
  Value far = index.constant(int64_t(1) << 40);
  return {index.select(isNegative, index.negate(far), lo),
          index.select(isNegative, far, hi)};
}

Int IntervalDomain::bitAnd(Int x, Int y) { return bits<arith::AndIOp>(x, y); }

Int IntervalDomain::bitOr(Int x, Int y) { return bits<arith::OrIOp>(x, y); }

Int IntervalDomain::bitXor(Int x, Int y) { return bits<arith::XOrIOp>(x, y); }

Int IntervalDomain::load(const ExprNode &load, Int at) {
  auto [lo, hi] = emitTableRange(index, tables[load.value],
                                 tableOf(load).isSorted, at.lo, at.hi);
  return {lo, hi};
}

Int IntervalDomain::search(const ExprNode &search, Int x) {
  Value table = tables[search.value];
  Value lo = emitTableSearch(index, table, x.lo);
  return {lo, x.lo == x.hi ? lo : emitTableSearch(index, table, x.hi)};
}

Bool IntervalDomain::powerOfTwo(Int x) {
  Value zero = index.constant(0), one = index.constant(1);
  Value highest = index.b.createOrFold<arith::ShRUIOp>(
      index.add(onesBelowHighest(index.max(x.hi, zero)), one), one);
  Value may = index.both(index.less(zero, x.hi),
                         index.less(index.sub(x.lo, one), highest));
  Value isOne =
      index.b.createOrFold<arith::CmpIOp>(arith::CmpIPredicate::eq, x.lo, x.hi);
  return {may, index.both(may, isOne)};
}

Bool IntervalDomain::notPowerOfTwo(Int x) {
  auto [may, must] = powerOfTwo(x);
  Value yes = index.flag(true);
  return {index.b.createOrFold<arith::XOrIOp>(must, yes),
          index.b.createOrFold<arith::XOrIOp>(may, yes)};
}

Bool IntervalDomain::truth(bool value) {
  return {index.flag(value), index.flag(value)};
}

Bool IntervalDomain::geZero(Int x) {
  Value minusOne = index.constant(-1);
  return {index.less(minusOne, x.hi), index.less(minusOne, x.lo)};
}

Bool IntervalDomain::eqZero(Int x) {
  Value one = index.constant(1), minusOne = index.constant(-1);
  Value notBelow = index.less(minusOne, x.hi), notAbove = index.less(x.lo, one);
  Value isZero = index.both(index.less(minusOne, x.lo), index.less(x.hi, one));
  return {index.both(notBelow, notAbove), isZero};
}

Bool IntervalDomain::both(Bool x, Bool y) {
  return {index.both(x.may, y.may), index.both(x.must, y.must)};
}

Bool IntervalDomain::either(Bool x, Bool y) {
  return {index.either(x.may, y.may), index.either(x.must, y.must)};
}
