//===- ScoreOps.cpp - the code of score modifications ---------------------===//
//
// The definitions of ScoreOps.td as f32 arithmetic on one score.
//
//===----------------------------------------------------------------------===//

#include "dialect/AttnOps.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"

using namespace mlir;
using namespace mlir::attn;

#include "dialect/ScoreInterface.cpp.inc"

static Value number(ImplicitLocOpBuilder &b, float value) {
  return arith::ConstantOp::create(b, b.getF32FloatAttr(value));
}

static Value integer(ImplicitLocOpBuilder &b, int32_t value) {
  return arith::ConstantOp::create(b, b.getI32IntegerAttr(value));
}

/// j - p.
static Value distance(ImplicitLocOpBuilder &b, const ScorePoint &point) {
  Value shift = arith::SubIOp::create(b, point.numKeys, point.numQueries);
  Value place = arith::AddIOp::create(b, point.query, shift);
  return arith::SubIOp::create(b, point.key, place);
}

/// An index, or 0 where the dimension is broadcast.
static Value broadcastIndex(ImplicitLocOpBuilder &b, Value table,
                            unsigned dimension, Value index) {
  bool isOne = cast<ShapedType>(table.getType()).getDimSize(dimension) == 1;
  return isOne ? integer(b, 0) : index;
}

/// The name of a size, unless it is broadcast.
static StringRef sizeName(Value table, unsigned dimension, StringRef name) {
  bool isOne = cast<ShapedType>(table.getType()).getDimSize(dimension) == 1;
  return isOne ? StringRef() : name;
}

Value SoftcapOp::emit(ImplicitLocOpBuilder &b, Value score,
                      const ScorePoint &) {
  float cap = getCap().convertToFloat();
  Value share = arith::MulFOp::create(b, score, number(b, 1 / cap));
  return arith::MulFOp::create(b, math::TanhOp::create(b, share),
                               number(b, cap));
}

LogicalResult SoftcapOp::verify() { // softcap_c1
  // Beyond, shares of usual scores are so small that they count as zero.
  constexpr float most = 1e30f;
  if (getCap().isFinite() && getCap().convertToFloat() > 0 &&
      getCap().convertToFloat() <= most)
    return success();
  return emitOpError() << "expected a positive 'cap' of at most 1e30, got "
                       << getCapAttr();
}

Value AlibiOp::emit(ImplicitLocOpBuilder &b, Value score,
                    const ScorePoint &point) {
  Value slope;
  if (getSlopes()) {
    slope = ScoreElementOp::create(b, getSlopes(), ValueRange{point.head});
  } else {
    auto toFloat = [&](Value x) {
      return arith::SIToFPOp::create(b, b.getF32Type(), x);
    };
    Value next = arith::AddIOp::create(b, point.head, integer(b, 1));
    Value share =
        arith::DivFOp::create(b, toFloat(next), toFloat(point.numHeads));
    // 2^(-8 x).
    slope = math::ExpOp::create(
        b, arith::MulFOp::create(b, share, number(b, -8 * 0.69314718f)));
  }
  Value away = math::AbsIOp::create(b, distance(b, point));
  Value far = arith::SIToFPOp::create(b, b.getF32Type(), away);
  return arith::SubFOp::create(b, score, arith::MulFOp::create(b, slope, far));
}

SmallVector<ScoreTable> AlibiOp::getTables() {
  if (!getSlopes())
    return {};
  return {{getSlopes(), "slopes", {"query_heads"}}};
}

Value BiasOp::emit(ImplicitLocOpBuilder &b, Value score,
                   const ScorePoint &point) {
  Value place[] = {point.batch, point.head, point.query, point.key};
  SmallVector<Value> at;
  for (auto [d, index] : llvm::enumerate(place))
    at.push_back(broadcastIndex(b, getBias(), d, index));
  return arith::AddFOp::create(b, score,
                               ScoreElementOp::create(b, getBias(), at));
}

SmallVector<ScoreTable> BiasOp::getTables() {
  StringRef names[] = {"batch", "query_heads", "queries", "keys"};
  ScoreTable table{getBias(), "bias", {}};
  for (auto [d, name] : llvm::enumerate(names))
    table.sizes.push_back(sizeName(getBias(), d, name));
  return {table};
}

Value RelativeBiasOp::emit(ImplicitLocOpBuilder &b, Value score,
                           const ScorePoint &point) {
  Value size = memref::DimOp::create(b, getTable(), 1);
  size = arith::IndexCastOp::create(b, b.getI32Type(), size);
  Value half = arith::ShRSIOp::create(b, size, integer(b, 1));
  Value at = arith::AddIOp::create(b, distance(b, point), half);
  Value last = arith::SubIOp::create(b, size, integer(b, 1));
  at = arith::MaxSIOp::create(b, arith::MinSIOp::create(b, at, last),
                              integer(b, 0));
  Value head = broadcastIndex(b, getTable(), 0, point.head);
  Value addend = ScoreElementOp::create(b, getTable(), ValueRange{head, at});
  return arith::AddFOp::create(b, score, addend);
}

LogicalResult RelativeBiasOp::verify() { // relative_bias_c1
  if (cast<ShapedType>(getTable().getType()).getDimSize(1) == 0)
    return emitOpError("expected a table of at least one distance, got none");
  return success();
}

SmallVector<ScoreTable> RelativeBiasOp::getTables() {
  return {{getTable(),
           "relative_bias",
           {sizeName(getTable(), 0, "query_heads"), ""}}};
}

bool SinkLogitsOp::mapsScores() { return false; }

Value SinkLogitsOp::emitSink(ImplicitLocOpBuilder &b, const ScorePoint &point) {
  Value head = arith::IndexCastOp::create(b, b.getIndexType(), point.head);
  return memref::LoadOp::create(b, getLogits(), head);
}

SmallVector<ScoreTable> SinkLogitsOp::getTables() {
  return {{getLogits(), "sink_logits", {"query_heads"}}};
}

Value MultiplicityOp::emit(ImplicitLocOpBuilder &b, Value score,
                           const ScorePoint &point) {
  Value count;
  for (Value mask : getMasks()) {
    Value one = arith::ExtUIOp::create(b, b.getI32Type(), point.keeps(mask));
    count = count ? arith::AddIOp::create(b, count, one) : one;
  }
  // The logarithms of so few numbers are constants.
  Value addend = number(b, 0);
  for (unsigned n = 2; n <= getMasks().size(); ++n) {
    Value isCount = arith::CmpIOp::create(b, arith::CmpIPredicate::eq, count,
                                          integer(b, n));
    addend =
        arith::SelectOp::create(b, isCount, number(b, std::log(n)), addend);
  }
  return arith::AddFOp::create(b, score, addend);
}

LogicalResult MultiplicityOp::verify() {
  if (getMasks().empty()) // multiplicity_c1
    return emitOpError("expected at least one mask, got none");
  for (Value mask : getMasks()) {
    if (failed(verifyMadeByMaskOps(*this, mask))) // multiplicity_c2
      return failure();
    if (!collectTables(mask).empty()) // multiplicity_c3
      return emitOpError("expected masks without run-time tables, got one with "
                         "the table '")
             << collectTables(mask).front().name << "'";
  }
  return success();
}
