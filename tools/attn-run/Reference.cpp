//===- Reference.cpp - what an attention op should compute ----------------===//

#include "tools/attn-run/Reference.h"

#include "llvm/ADT/STLExtras.h"

#include <algorithm>
#include <cmath>
#include <limits>

using namespace llvm;
using namespace mlir::attn;

namespace attnrun {

static constexpr double kInfinity = std::numeric_limits<double>::infinity();

//===----------------------------------------------------------------------===//
// Attention
//===----------------------------------------------------------------------===//

/// Whether a mask may differ between elements of the batch.
static bool askForBatch(AttentionOp op) {
  return any_of(op->getBlock()->getOps<PredicateOp>(), [](PredicateOp mask) {
    return !mask.getKeep().getArgument(0).use_empty();
  });
}

Expected<Reference>
Reference::create(AttentionOp op, const Array &q, const Array &k,
                  const Array &v,
                  DenseMap<mlir::Value, std::vector<int64_t>> tables,
                  DenseMap<mlir::Value, const Array *> scoreTables) {
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
  for (int64_t b = 0; b < (askForBatch(op) ? r.batch : 1); ++b) {
    Expected<Keeps> keeps =
        readMask(op.getMask(),
                 {r.numQueries, r.numKeys, r.queryHeads, r.kvHeads, tables, b});
    if (!keeps)
      return keeps.takeError();
    r.rules.push_back({std::move(*keeps), {}});
    for (mlir::Value modification : op.getScore()) {
      if (auto sinks = modification.getDefiningOp<SinkLogitsOp>()) {
        r.sinks = scoreTables.lookup(sinks.getLogits());
        continue;
      }
      Expected<Modify> modify = readScore(
          modification, {r.numQueries, r.numKeys, r.queryHeads, r.kvHeads, b},
          scoreTables);
      if (!modify)
        return modify.takeError();
      r.rules.back().modifications.push_back(std::move(*modify));
    }
  }
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
  const Keeps &keeps = rulesOf(row / numQueries / queryHeads).keeps;
  for (int64_t j = 0; j < numKeys; ++j)
    if (keeps(row / numQueries % queryHeads, row % numQueries, j))
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
  double sink = -kInfinity;
  if (sinks)
    sinks->load(head, sink);
  double largest = sink;
  const Rules &rules = rulesOf(b);
  for (int64_t j = 0; j < numKeys; ++j) {
    if (!rules.keeps(head, i, j))
      continue;
    k->load(offset(b, kvHead, j, kvHeads, numKeys, width), key);
    double dot = 0;
    for (int64_t d = 0; d < width; ++d)
      dot += query[d] * key[d];
    double score = scale * dot;
    for (const Modify &modify : rules.modifications)
      score = modify(score, b, head, i, j);
    scores.emplace_back(j, score);
    largest = std::fmax(largest, score);
  }

  Row result{std::vector<double>(valueWidth), -kInfinity};
  auto isNone = [](auto &score) { return score.second == -kInfinity; };
  if (sink == -kInfinity && all_of(scores, isNone))
    return result;
  double sum = std::exp(sink - largest);
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

/// Outputs as near to each other as this are the same: a kernel takes subnormal
/// numbers as 0, and f16 has no number between 0 and 2^-24.
static double leastDifference(attn_type type) {
  return type == ATTN_F16 ? 0x1p-24 : 0x1p-100;
}

static double errorOfOutput(const Reference &reference, int64_t row,
                            ArrayRef<double> got, ArrayRef<double> expected,
                            double least) {
  double unit = 0;
  for (double x : expected)
    if (std::isfinite(x))
      unit = std::max(unit, std::fabs(x));
  double error = 0;
  for (auto [e, x, y] : enumerate(got, expected)) {
    double here = difference(x, y, unit == 0 ? 1 : unit);
    if (std::fabs(x - y) <= least)
      here = 0;
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
    result.maxError =
        std::max(result.maxError, errorOfOutput(reference, row, got, expected.o,
                                                leastDifference(o.type())));
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
  case ATTN_I32:
    break;
  }
  llvm_unreachable("no such type");
}

} // namespace attnrun
