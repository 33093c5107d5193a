//===- ReferencePredicate.cpp - predicates of users, interpreted ----------===//

#include "tools/attn-run/ReferencePredicate.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/IR/Matchers.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace llvm;
namespace arith = mlir::arith;
using mlir::Block;
using mlir::Operation;
using mlir::Value;
using mlir::attn::LookupOp;
using mlir::attn::PredicateOp;

namespace attnrun {

namespace {

class Interpreter {
public:
  Interpreter(const DenseMap<Value, std::vector<int64_t>> &tables)
      : tables(tables) {}

  void set(Value value, int64_t number) { numbers[value] = number; }

  int64_t get(Value value) {
    APInt constant;
    if (mlir::matchPattern(value, mlir::m_ConstantInt(&constant)))
      return value.getType().isInteger(1) ? constant.getZExtValue()
                                          : constant.getSExtValue();
    return numbers.at(value);
  }

  void run(Operation &op);

private:
  static int64_t floorQuotient(int64_t x, int64_t y) {
    return x / y - (x % y != 0 && (x < 0) != (y < 0));
  }

  const DenseMap<Value, std::vector<int64_t>> &tables;
  DenseMap<Value, int64_t> numbers;
};

} // namespace

void Interpreter::run(Operation &op) {
  if (auto lookup = dyn_cast<LookupOp>(op))
    return set(lookup.getResult(),
               tables.lookup(lookup.getTable())[get(lookup.getAt())]);
  if (isa<arith::ConstantOp>(op))
    return;
  int64_t x = get(op.getOperand(0));
  int64_t y = op.getNumOperands() > 1 ? get(op.getOperand(1)) : 0;
  bool toTruth = op.getResult(0).getType().isInteger(1);
  bool fromTruth = op.getOperand(0).getType().isInteger(1);
  int64_t result =
      TypeSwitch<Operation &, int64_t>(op)
          .Case([&](arith::AddIOp) { return x + y; })
          .Case([&](arith::SubIOp) { return x - y; })
          .Case([&](arith::MulIOp) { return x * y; })
          .Case([&](arith::FloorDivSIOp) { return floorQuotient(x, y); })
          .Case([&](arith::CeilDivSIOp) { return -floorQuotient(-x, y); })
          .Case<arith::DivSIOp, arith::DivUIOp>([&](auto) { return x / y; })
          .Case<arith::RemSIOp, arith::RemUIOp>([&](auto) { return x % y; })
          .Case([&](arith::MinSIOp) { return std::min(x, y); })
          .Case([&](arith::MaxSIOp) { return std::max(x, y); })
          .Case([&](arith::AndIOp) { return x & y; })
          .Case([&](arith::OrIOp) { return x | y; })
          .Case([&](arith::XOrIOp) { return x ^ y; })
          .Case([&](arith::ShLIOp) { return x << y; })
          .Case<arith::ShRSIOp, arith::ShRUIOp>([&](auto) { return x >> y; })
          .Case([&](arith::SelectOp) { return x ? y : get(op.getOperand(2)); })
          .Case([&](arith::CmpIOp compare) {
            return int64_t(arith::applyCmpPredicate(compare.getPredicate(),
                                                    APInt(64, x, true),
                                                    APInt(64, y, true)));
          })
          .Case([&](arith::ExtSIOp) { return fromTruth ? -x : x; })
          .Default([&](Operation &) { return toTruth ? x & 1 : x; });
  set(op.getResult(0), result);
}

Keeps readPredicate(PredicateOp op, const MaskProblem &problem) {
  return
      [op, tables = problem.tables](int64_t h, int64_t i, int64_t j) mutable {
        Block &body = op.getKeep().front();
        Interpreter interpreter(tables);
        // No predicate can tell batches apart as long as masks are read per
        // head.
        int64_t place[] = {0, h, i, j};
        for (auto [argument, number] : zip_equal(body.getArguments(), place))
          interpreter.set(argument, number);
        for (Operation &inner : body.without_terminator())
          interpreter.run(inner);
        return interpreter.get(body.getTerminator()->getOperand(0)) != 0;
      };
}

} // namespace attnrun
