//===- ReferenceRegion.cpp - regions of users, interpreted ----------------===//

#include "tools/attn-run/ReferenceRegion.h"

#include "dialect/AttnOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Index/IR/IndexOps.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/IR/Matchers.h"
#include "llvm/ADT/TypeSwitch.h"

#include <cmath>

using namespace llvm;
namespace arith = mlir::arith;
namespace math = mlir::math;
using mlir::Operation;
using mlir::Value;

namespace attnrun {

namespace index = mlir::index; // beside a function of C

using Number = RegionInterpreter::Number;

Number RegionInterpreter::run(mlir::Region &region,
                              ArrayRef<Number> arguments) {
  for (auto [argument, number] : zip_equal(region.getArguments(), arguments))
    numbers[argument] = number;
  for (Operation &op : region.front().without_terminator())
    numbers[op.getResult(0)] = compute(op);
  return get(region.front().getTerminator()->getOperand(0));
}

Number RegionInterpreter::get(Value value) {
  APInt integer;
  if (mlir::matchPattern(value, mlir::m_ConstantInt(&integer)))
    return {value.getType().isInteger(1) ? int64_t(integer.getZExtValue())
                                         : integer.getSExtValue(),
            0};
  APFloat real(0.0f);
  if (mlir::matchPattern(value, mlir::m_ConstantFloat(&real)))
    return {0, real.convertToFloat()};
  // A number from outside is the only element of a table.
  auto found = numbers.find(value);
  return found == numbers.end() ? lookup(value, {0}) : found->second;
}

Number RegionInterpreter::compute(Operation &op) {
  if (op.hasTrait<mlir::OpTrait::ConstantLike>())
    return get(op.getResult(0));
  if (auto table = dyn_cast<mlir::attn::LookupOp>(op)) {
    SmallVector<int64_t> at;
    for (Value index : table.getAt())
      at.push_back(get(index).integer);
    return lookup(table.getTable(), at);
  }
  Number x = get(op.getOperand(0));
  Number y = op.getNumOperands() > 1 ? get(op.getOperand(1)) : Number();
  if (isa<arith::SelectOp>(op))
    return x.integer ? y : get(op.getOperand(2));
  if (auto compare = dyn_cast<arith::CmpFOp>(op))
    return {arith::applyCmpPredicate(compare.getPredicate(), APFloat(x.real),
                                     APFloat(y.real)),
            0};
  bool fromTruth = op.getOperand(0).getType().isInteger(1);
  if (isa<arith::SIToFPOp>(op) && fromTruth)
    return {0, double(-x.integer)};
  if (isa<arith::SIToFPOp, arith::UIToFPOp>(op))
    return {0, double(x.integer)};
  if (op.getResult(0).getType().isF32())
    return {0, computeReal(op, x.real, y.real)};
  return {computeInteger(op, x.integer, y.integer), 0};
}

static int64_t floorQuotient(int64_t x, int64_t y) {
  return x / y - (x % y != 0 && (x < 0) != (y < 0));
}

int64_t RegionInterpreter::computeInteger(Operation &op, int64_t x, int64_t y) {
  bool toTruth = op.getResult(0).getType().isInteger(1);
  bool fromTruth = op.getOperand(0).getType().isInteger(1);
  return TypeSwitch<Operation &, int64_t>(op)
      .Case<arith::AddIOp, index::AddOp>([&](auto) { return x + y; })
      .Case<arith::SubIOp, index::SubOp>([&](auto) { return x - y; })
      .Case<arith::MulIOp, index::MulOp>([&](auto) { return x * y; })
      .Case<arith::FloorDivSIOp, index::FloorDivSOp>(
          [&](auto) { return floorQuotient(x, y); })
      .Case<arith::CeilDivSIOp, arith::CeilDivUIOp, index::CeilDivSOp,
            index::CeilDivUOp>([&](auto) { return -floorQuotient(-x, y); })
      .Case<arith::DivSIOp, arith::DivUIOp, index::DivSOp, index::DivUOp>(
          [&](auto) { return x / y; })
      .Case<arith::RemSIOp, arith::RemUIOp, index::RemSOp, index::RemUOp>(
          [&](auto) { return x % y; })
      .Case<arith::MinSIOp, arith::MinUIOp, index::MinSOp, index::MinUOp>(
          [&](auto) { return std::min(x, y); })
      .Case<arith::MaxSIOp, arith::MaxUIOp, index::MaxSOp, index::MaxUOp>(
          [&](auto) { return std::max(x, y); })
      .Case([&](math::AbsIOp) { return std::abs(x); })
      .Case<arith::AndIOp, index::AndOp>([&](auto) { return x & y; })
      .Case<arith::OrIOp, index::OrOp>([&](auto) { return x | y; })
      .Case<arith::XOrIOp, index::XOrOp>([&](auto) { return x ^ y; })
      .Case<arith::ShLIOp, index::ShlOp>([&](auto) { return x << y; })
      .Case<arith::ShRSIOp, arith::ShRUIOp, index::ShrSOp, index::ShrUOp>(
          [&](auto) { return x >> y; })
      .Case([&](index::CmpOp compare) -> int64_t {
        switch (compare.getPred()) {
        case index::IndexCmpPredicate::EQ:
          return x == y;
        case index::IndexCmpPredicate::NE:
          return x != y;
        case index::IndexCmpPredicate::SLT:
        case index::IndexCmpPredicate::ULT:
          return x < y;
        case index::IndexCmpPredicate::SLE:
        case index::IndexCmpPredicate::ULE:
          return x <= y;
        case index::IndexCmpPredicate::SGT:
        case index::IndexCmpPredicate::UGT:
          return x > y;
        case index::IndexCmpPredicate::SGE:
        case index::IndexCmpPredicate::UGE:
          return x >= y;
        }
        llvm_unreachable("no such comparison");
      })
      .Case([&](arith::CmpIOp compare) {
        return int64_t(arith::applyCmpPredicate(
            compare.getPredicate(), APInt(64, x, true), APInt(64, y, true)));
      })
      .Case<arith::ExtSIOp, arith::IndexCastOp, index::CastSOp>([&](auto) {
        return fromTruth ? -x : toTruth ? x & 1 : x;
      })
      .Default([&](Operation &) { return toTruth ? x & 1 : x; });
}

double RegionInterpreter::computeReal(Operation &op, double x, double y) {
  auto isNan = [&] { return std::isnan(x) || std::isnan(y); };
  return TypeSwitch<Operation &, double>(op)
      .Case([&](arith::AddFOp) { return x + y; })
      .Case([&](arith::SubFOp) { return x - y; })
      .Case([&](arith::MulFOp) { return x * y; })
      .Case([&](arith::DivFOp) { return x / y; })
      .Case([&](arith::NegFOp) { return -x; })
      .Case([&](arith::MinimumFOp) { return isNan() ? NAN : std::fmin(x, y); })
      .Case([&](arith::MaximumFOp) { return isNan() ? NAN : std::fmax(x, y); })
      .Case([&](arith::MinNumFOp) { return std::fmin(x, y); })
      .Case([&](arith::MaxNumFOp) { return std::fmax(x, y); })
      .Case([&](math::AbsFOp) { return std::fabs(x); })
      .Case([&](math::SqrtOp) { return std::sqrt(x); })
      .Case([&](math::RsqrtOp) { return 1 / std::sqrt(x); })
      .Case([&](math::ExpOp) { return std::exp(x); })
      .Case([&](math::Exp2Op) { return std::exp2(x); })
      .Case([&](math::ExpM1Op) { return std::expm1(x); })
      .Case([&](math::LogOp) { return std::log(x); })
      .Case([&](math::Log2Op) { return std::log2(x); })
      .Case([&](math::Log1pOp) { return std::log1p(x); })
      .Case([&](math::TanhOp) { return std::tanh(x); })
      .Case([&](math::SinOp) { return std::sin(x); })
      .Case([&](math::CosOp) { return std::cos(x); })
      .Case([&](math::ErfOp) { return std::erf(x); })
      .Case([&](math::FloorOp) { return std::floor(x); })
      .Case([&](math::CeilOp) { return std::ceil(x); })
      .Case([&](math::TruncOp) { return std::trunc(x); })
      .Case([&](math::RoundEvenOp) { return std::nearbyint(x); })
      .Case([&](math::CopySignOp) { return std::copysign(x, y); })
      .Case([&](math::FmaOp) {
        return std::fma(x, y, get(op.getOperand(2)).real);
      })
      .Default([](Operation &) -> double {
        llvm_unreachable("the verifier allows no other op");
      });
}

} // namespace attnrun
