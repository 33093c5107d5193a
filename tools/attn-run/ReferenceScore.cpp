//===- ReferenceScore.cpp - score modifications of the reference ----------===//

#include "tools/attn-run/ReferenceScore.h"

#include "tools/attn-run/ReferenceRegion.h"

#include "dialect/AttnOps.h"

#include "llvm/ADT/TypeSwitch.h"

#include <algorithm>
#include <cmath>

using namespace llvm;
using namespace mlir::attn;

namespace attnrun {

/// An element; indices along a dimension of size 1 count as 0.
static double elementOf(const Array &table, ArrayRef<int64_t> at) {
  int64_t place = 0;
  for (auto [size, index] : zip_equal(table.shape(), at))
    place = place * size + (size == 1 ? 0 : index);
  double value;
  table.load(place, value);
  return value;
}

/// The interpretation of a user's region.
static Modify readRegion(ScoreModOp op,
                         const DenseMap<mlir::Value, const Array *> &tables) {
  return [=](double s, int64_t b, int64_t h, int64_t i, int64_t j) mutable {
    using Number = RegionInterpreter::Number;
    RegionInterpreter interpreter([&](mlir::Value table, ArrayRef<int64_t> at) {
      return Number{0, elementOf(*tables.lookup(table), at)};
    });
    Number place[] = {{0, s}, {b, 0}, {h, 0}, {i, 0}, {j, 0}};
    return interpreter.run(op.getBody(), place).real;
  };
}

/// How many of the masks keep a pair, as a logarithm.
static Expected<Modify> readMultiplicity(MultiplicityOp op,
                                         const ScoreProblem &problem) {
  std::vector<Keeps> masks;
  for (mlir::Value mask : op.getMasks()) {
    Expected<Keeps> keeps = readMask(
        mask, {problem.numQueries, problem.numKeys, problem.queryHeads,
               problem.kvHeads, DenseMap<mlir::Value, std::vector<int64_t>>(),
               problem.batch});
    if (!keeps)
      return keeps.takeError();
    masks.push_back(std::move(*keeps));
  }
  return [masks = std::move(masks)](double s, int64_t, int64_t h, int64_t i,
                                    int64_t j) {
    auto n =
        count_if(masks, [&](const Keeps &keeps) { return keeps(h, i, j); });
    return n > 0 ? s + std::log(double(n)) : s;
  };
}

Expected<Modify> readScore(mlir::Value modification,
                           const ScoreProblem &problem,
                           const DenseMap<mlir::Value, const Array *> &tables) {
  int64_t shift = problem.numKeys - problem.numQueries;
  int64_t heads = problem.queryHeads;
  if (auto op = modification.getDefiningOp<MultiplicityOp>())
    return readMultiplicity(op, problem);
  Modify modify =
      TypeSwitch<mlir::Operation *, Modify>(modification.getDefiningOp())
          .Case([](SoftcapOp op) {
            double cap = op.getCap().convertToFloat();
            return [=](double s, int64_t, int64_t, int64_t, int64_t) {
              return cap * std::tanh(s / cap);
            };
          })
          .Case([&](AlibiOp op) {
            const Array *slopes =
                op.getSlopes() ? tables.lookup(op.getSlopes()) : nullptr;
            return [=](double s, int64_t, int64_t h, int64_t i, int64_t j) {
              double slope = slopes ? elementOf(*slopes, h)
                                    : std::pow(2, -8.0 * (h + 1) / heads);
              return s - slope * double(std::abs(i + shift - j));
            };
          })
          .Case([&](BiasOp op) {
            const Array *bias = tables.lookup(op.getBias());
            return [=](double s, int64_t b, int64_t h, int64_t i, int64_t j) {
              return s + elementOf(*bias, {b, h, i, j});
            };
          })
          .Case([&](RelativeBiasOp op) {
            const Array *table = tables.lookup(op.getTable());
            return [=](double s, int64_t, int64_t h, int64_t i, int64_t j) {
              int64_t count = table->shape()[1];
              int64_t at = std::clamp<int64_t>(j - (i + shift) + count / 2, 0,
                                               count - 1);
              return s + elementOf(*table, {h, at});
            };
          })
          .Case([&](ScoreModOp op) { return readRegion(op, tables); })
          .Default(nullptr);
  if (!modify)
    return createStringError("the reference does not know a modification");
  return modify;
}

} // namespace attnrun
