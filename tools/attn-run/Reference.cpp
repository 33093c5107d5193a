//===- Reference.cpp - what an attention op should compute ----------------===//

#include "tools/attn-run/Reference.h"

#include "llvm/ADT/DenseSet.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/TypeSwitch.h"

#include <algorithm>
#include <cmath>
#include <limits>

using namespace llvm;
using namespace mlir::attn;
using mlir::Operation;
using mlir::Value;

namespace attnrun {

static constexpr double kInfinity = std::numeric_limits<double>::infinity();

//===----------------------------------------------------------------------===//
// Masks
//===----------------------------------------------------------------------===//

namespace {

/// One axis of a neighbourhood.
struct Axis {
  int64_t extent, window, stride = 1, dilation = 1;
  bool isCausal = false;
  Boundary boundary;

  /// For coordinates along this axis.
  bool keeps(int64_t query, int64_t key) const {
    int64_t group = query % dilation;
    if (key % dilation != group)
      return false;
    int64_t i = query / dilation, j = key / dilation;
    int64_t length = (extent - group + dilation - 1) / dilation;
    return isCausal ? keepsCausal(i, j, length) : keepsCentred(i, j, length);
  }

private:
  bool keepsCausal(int64_t i, int64_t j, int64_t length) const {
    int64_t w = std::min(window, length);
    int64_t leader = std::min(i / stride * stride + stride - 1, length - 1);
    return std::max<int64_t>(0, leader - (w - 1)) <= j && j <= i;
  }

  bool keepsCentred(int64_t i, int64_t j, int64_t length) const {
    int64_t w = std::min(window, length);
    int64_t leader = std::min(i / stride * stride + stride / 2, length - 1);
    int64_t start = leader - w / 2;
    switch (boundary) {
    case Boundary::Shift:
      start = std::clamp<int64_t>(start, 0, length - w);
      return start <= j && j < start + w;
    case Boundary::Clip:
      return start <= j && j < start + w;
    case Boundary::Wrap:
      return (j - start + length) % length < w;
    }
    llvm_unreachable("no such boundary");
  }
};

} // namespace

static Keeps readNeighborhood(NeighborhoodOp op) {
  std::vector<Axis> axes;
  for (auto [a, extent] : enumerate(op.getLayout())) {
    Axis axis;
    axis.extent = extent;
    axis.window = op.getWindow()[a];
    if (auto stride = op.getStride())
      axis.stride = (*stride)[a];
    if (auto dilation = op.getDilation())
      axis.dilation = (*dilation)[a];
    if (auto causal = op.getCausal())
      axis.isCausal = (*causal)[a];
    axis.boundary = op.getBoundary().value_or(Boundary::Shift);
    axes.push_back(axis);
  }
  return [axes](int64_t i, int64_t j) {
    for (const Axis &axis : reverse(axes)) {
      if (!axis.keeps(i % axis.extent, j % axis.extent))
        return false;
      i /= axis.extent;
      j /= axis.extent;
    }
    return true;
  };
}

static Keeps readWindow(WindowOp op) {
  constexpr int64_t unbounded = int64_t(1) << 40;
  int64_t left = op.getLeft().value_or(unbounded);
  int64_t right = op.getRight().value_or(unbounded);
  return [=](int64_t i, int64_t j) { return i - left <= j && j <= i + right; };
}

static Keeps readGlobal(GlobalOp op) {
  DenseSet<int64_t> tokens(op.getTokens().begin(), op.getTokens().end());
  return [tokens](int64_t i, int64_t j) {
    return tokens.contains(i) || tokens.contains(j);
  };
}

/// A mask whose operands have been read.
static Keeps readOp(Operation *op, std::vector<Keeps> parts, int64_t numQueries,
                    int64_t numKeys) {
  return TypeSwitch<Operation *, Keeps>(op)
      .Case([](FullOp) { return [](int64_t, int64_t) { return true; }; })
      .Case([](EmptyOp) { return [](int64_t, int64_t) { return false; }; })
      .Case([=](CausalOp op) {
        int64_t shift = op.getBottomRight() ? numKeys - numQueries : 0;
        return [=](int64_t i, int64_t j) { return j <= i + shift; };
      })
      .Case(readWindow)
      .Case(readNeighborhood)
      .Case([](SinksOp op) {
        int64_t count = op.getCount();
        return [=](int64_t, int64_t j) { return j < count; };
      })
      .Case(readGlobal)
      .Case([&](AndOp) {
        return [parts](int64_t i, int64_t j) {
          return all_of(parts, [&](const Keeps &part) { return part(i, j); });
        };
      })
      .Case([&](OrOp) {
        return [parts](int64_t i, int64_t j) {
          return any_of(parts, [&](const Keeps &part) { return part(i, j); });
        };
      })
      .Case([&](NotOp) {
        return [part = parts[0]](int64_t i, int64_t j) { return !part(i, j); };
      })
      .Default(nullptr);
}

Expected<Keeps> readMask(Value mask, int64_t numQueries, int64_t numKeys) {
  if (!mask)
    return [](int64_t, int64_t) { return true; };
  Operation *op = mask.getDefiningOp();
  if (!op)
    return createStringError(
        "expected a mask that is made by ops, got an argument of the function");
  std::vector<Keeps> parts;
  for (Value operand : op->getOperands()) {
    Expected<Keeps> part = readMask(operand, numQueries, numKeys);
    if (!part)
      return part.takeError();
    parts.push_back(*part);
  }
  Keeps keeps = readOp(op, std::move(parts), numQueries, numKeys);
  if (!keeps)
    return createStringError("the reference does not know '" +
                             op->getName().getStringRef() + "'");
  return keeps;
}

//===----------------------------------------------------------------------===//
// Attention
//===----------------------------------------------------------------------===//

Expected<Reference> Reference::create(AttentionOp op, const Array &q,
                                      const Array &k, const Array &v) {
  Reference r;
  r.q = &q;
  r.k = &k;
  r.v = &v;
  r.isBshd = op.getLayout() == "bshd";
  unsigned heads = r.isBshd ? 2 : 1, tokens = r.isBshd ? 1 : 2;
  r.batch = q.shape()[0];
  r.queryHeads = q.shape()[heads];
  r.kvHeads = k.shape()[heads];
  r.numQueries = q.shape()[tokens];
  r.numKeys = k.shape()[tokens];
  r.scale = op.getScale() ? op.getScale()->convertToFloat()
                          : 1 / std::sqrt(double(q.shape()[3]));
  Expected<Keeps> keeps = readMask(op.getMask(), r.numQueries, r.numKeys);
  if (!keeps)
    return keeps.takeError();
  r.keeps = std::move(*keeps);
  return r;
}

int64_t Reference::offset(int64_t b, int64_t head, int64_t token, int64_t heads,
                          int64_t tokens, int64_t width) const {
  if (isBshd)
    return ((b * tokens + token) * heads + head) * width;
  return ((b * heads + head) * tokens + token) * width;
}

int64_t Reference::outputOffset(int64_t row) const {
  int64_t i = row % numQueries, head = row / numQueries % queryHeads;
  int64_t b = row / numQueries / queryHeads;
  return offset(b, head, i, queryHeads, numQueries, valueSize());
}

bool Reference::hasSpecialValue(int64_t row, int64_t e) const {
  int64_t kvHead = row / numQueries % queryHeads / (queryHeads / kvHeads);
  int64_t b = row / numQueries / queryHeads;
  for (int64_t j = 0; j < numKeys; ++j) {
    double value;
    v->load(offset(b, kvHead, j, kvHeads, numKeys, valueSize()) + e, value);
    if (!std::isfinite(value))
      return true;
  }
  return false;
}

double Reference::costOf(int64_t row) const {
  constexpr double maskOfPair = 32;
  double cost = maskOfPair * numKeys;
  for (int64_t j = 0; j < numKeys; ++j)
    if (keeps(row % numQueries, j))
      cost += q->shape()[3] + valueSize();
  return cost;
}

Reference::Row Reference::compute(int64_t row) const {
  int64_t i = row % numQueries, head = row / numQueries % queryHeads;
  int64_t b = row / numQueries / queryHeads;
  int64_t kvHead = head / (queryHeads / kvHeads);
  int64_t width = q->shape()[3], valueWidth = valueSize();
  std::vector<double> query(width), key(width), value(valueWidth);
  q->load(offset(b, head, i, queryHeads, numQueries, width), query);

  std::vector<std::pair<int64_t, double>> scores;
  double largest = -kInfinity;
  for (int64_t j = 0; j < numKeys; ++j) {
    if (!keeps(i, j))
      continue;
    k->load(offset(b, kvHead, j, kvHeads, numKeys, width), key);
    double dot = 0;
    for (int64_t d = 0; d < width; ++d)
      dot += query[d] * key[d];
    scores.emplace_back(j, scale * dot);
    largest = std::fmax(largest, scale * dot);
  }

  Row result{std::vector<double>(valueWidth), -kInfinity};
  if (all_of(scores, [](auto &score) { return score.second == -kInfinity; }))
    return result;
  double sum = 0;
  for (auto [j, score] : scores) {
    double p = std::exp(score - largest);
    sum += p;
    v->load(offset(b, kvHead, j, kvHeads, numKeys, valueWidth), value);
    for (int64_t e = 0; e < valueWidth; ++e)
      result.o[e] += p * value[e];
  }
  for (double &o : result.o)
    o /= sum;
  result.lse = largest + std::log(sum);
  return result;
}

//===----------------------------------------------------------------------===//
// Comparison
//===----------------------------------------------------------------------===//

static double difference(double got, double expected, double unit) {
  if (std::isnan(got) && std::isnan(expected))
    return 0;
  if (got == expected)
    return 0;
  if (!std::isfinite(got) || !std::isfinite(expected))
    return kInfinity;
  return std::fabs(got - expected) / unit;
}

static double errorOfOutput(const Reference &reference, int64_t row,
                            ArrayRef<double> got, ArrayRef<double> expected) {
  double unit = 0;
  for (double x : expected)
    if (std::isfinite(x))
      unit = std::max(unit, std::fabs(x));
  double error = 0;
  for (auto [e, x, y] : enumerate(got, expected)) {
    double here = difference(x, y, unit == 0 ? 1 : unit);
    if (here > error && !(std::isnan(x) && reference.hasSpecialValue(row, e)))
      error = here;
  }
  return error;
}

static double errorOfLse(double got, double expected) {
  return difference(got, expected, std::max(1.0, std::fabs(expected)));
}

std::vector<int64_t> chooseRows(const Reference &reference, double budget) {
  int64_t rows = reference.numRows(), ofHead = reference.numRowsOfHead();
  if (rows == 0)
    return {};
  std::vector<int64_t> chosen;
  double cost = 0;
  for (int64_t head : {int64_t(0), rows - ofHead})
    for (int64_t i : {int64_t(0), ofHead / 2 - 1, ofHead / 2, ofHead - 1}) {
      chosen.push_back(head + std::max<int64_t>(i, 0));
      cost += reference.costOf(chosen.back());
    }

  // One row of each of as many equal parts as can be afforded. The golden ratio
  // moves its place within the part, so that no tile or layout falls in step
  // with the choice.
  constexpr double goldenRatio = 0.6180339887498949;
  double affordable = budget / std::max(1.0, cost / chosen.size());
  int64_t parts = std::clamp<double>(affordable, 1, rows);
  for (int64_t part = 0; part < parts; ++part) {
    double place = parts < rows ? std::fmod(part * goldenRatio, 1.0) : 0;
    chosen.push_back(
        std::min<int64_t>((part + place) * rows / parts, rows - 1));
  }
  llvm::sort(chosen);
  chosen.erase(std::unique(chosen.begin(), chosen.end()), chosen.end());
  return chosen;
}

Comparison compare(const Reference &reference, const Array &o, const Array *lse,
                   double budget, function_ref<void(double)> progress) {
  Comparison result;
  result.rows = reference.numRows();
  std::vector<int64_t> rows = chooseRows(reference, budget);
  std::vector<double> got(reference.valueSize());
  for (int64_t row : rows) {
    Reference::Row expected = reference.compute(row);
    o.load(reference.outputOffset(row), got);
    result.maxError = std::max(result.maxError,
                               errorOfOutput(reference, row, got, expected.o));
    if (lse) {
      double value;
      lse->load(row, value);
      result.maxError =
          std::max(result.maxError, errorOfLse(value, expected.lse));
    }
    ++result.rowsChecked;
    progress(double(result.rowsChecked) / rows.size());
  }
  return result;
}

double errorBound(attn_type type) {
  switch (type) {
  case ATTN_F32:
    return 2e-6;
  case ATTN_BF16:
    return 1.6e-2;
  case ATTN_F16:
    return 2e-3;
  }
  llvm_unreachable("no such type");
}

} // namespace attnrun
