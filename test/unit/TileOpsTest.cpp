//===- TileOpsTest.cpp - scores, softmax and accumulate -------------------===//
//
// Each tile op, compiled for every target that this machine runs, against plain
// loops in double precision.
//
//===----------------------------------------------------------------------===//

#include "test/unit/CompiledText.h"

#include <cmath>
#include <limits>
#include <random>

using namespace attntest;

namespace {

constexpr float kInf = std::numeric_limits<float>::infinity();
constexpr float kNaN = std::numeric_limits<float>::quiet_NaN();
constexpr float kUntouched = 12345.0f;
constexpr int64_t kSlack = 32;

std::vector<float> randomFloats(size_t count, float scale = 1.0f) {
  static std::mt19937 generator(7);
  std::uniform_real_distribution<float> uniform(-scale, scale);
  std::vector<float> values(count);
  for (float &value : values)
    value = uniform(generator);
  return values;
}

/// The keys of a visit: `count` rows of `width` slots out of `slots`.
struct Visit {
  int64_t count, width;
  std::vector<int32_t> rows;

  Visit(int64_t count, int64_t width, int64_t slots)
      : count(count), width(width), rows(3 * count) {
    for (int64_t row = 0; row < count; ++row)
      rows[3 * row] = (row * 7 + 3) % (slots - width + 1);
  }
  int64_t keys() const { return count * width; }
  int64_t slot(int64_t n) const { return rows[n / width * 3] + n % width; }
};

constexpr int64_t kSlots = 160;

std::vector<Visit> visits() {
  std::vector<Visit> all;
  for (auto [count, width] : std::vector<std::pair<int, int>>{{1, 1},
                                                              {1, 6},
                                                              {1, 7},
                                                              {3, 4},
                                                              {3, 5},
                                                              {7, 1},
                                                              {3, 10},
                                                              {2, 11},
                                                              {4, 13},
                                                              {2, 24},
                                                              {1, 97}})
    all.emplace_back(count, width, kSlots);
  return all;
}

std::string str(int64_t value) { return std::to_string(value); }

//===----------------------------------------------------------------------===//
// tile_scores
//===----------------------------------------------------------------------===//

const char *const kScores = R"(
func.func @f(%qt: memref<$DEPTHx$Lxf32>, %ks: memref<$SLOTSx$COLSxf32>,
             %rows: memref<?x3xi32>, %nrows: index, %width: index,
             %s: memref<$KEYSx$Lxf32>) attributes {llvm.emit_c_interface} {
  attn.tile_scores %qt, %ks, %rows[%nrows] width %width into %s $CHUNK
    : memref<$DEPTHx$Lxf32>, memref<$SLOTSx$COLSxf32>, memref<?x3xi32>
    into memref<$KEYSx$Lxf32>
  return
})";

class ScoresTest : public TileTest {
protected:
  void check(int64_t depth, int64_t columns, int64_t chunk) {
    int64_t slots = kSlots + kSlack, capacity = 128 + kSlack;
    CompiledText code(
        fill(kScores, {{"DEPTH", str(depth)},
                       {"SLOTS", str(slots)},
                       {"COLS", str(columns)},
                       {"KEYS", str(capacity)},
                       {"CHUNK", chunk ? "{chunk = " + str(chunk) + "}" : ""},
                       {"L", str(lanes)}}),
        target);
    auto qt = randomFloats(depth * lanes), ks = randomFloats(slots * columns);
    for (const Visit &visit : visits()) {
      std::vector<float> s(capacity * lanes, kUntouched);
      auto dq = describe<2>(qt, {depth, lanes});
      auto dk = describe<2>(ks, {slots, columns});
      auto dr = describe<2>(visit.rows, {visit.count, 3});
      auto ds = describe<2>(s, {capacity, lanes});
      code.call("f", &dq, &dk, &dr, visit.count, visit.width, &ds);
      for (int64_t n = 0; n < visit.keys(); ++n)
        for (int64_t l = 0; l < lanes; ++l) {
          double expected = 0;
          for (int64_t d = 0; d < depth; ++d)
            expected +=
                double(qt[d * lanes + l]) * ks[visit.slot(n) * columns + d];
          ASSERT_NEAR(s[n * lanes + l], expected, 2e-7 * depth + 1e-7)
              << "key " << n << " lane " << l << " width " << visit.width;
        }
      for (size_t i = (visit.keys() + kSlack) * lanes; i < s.size(); ++i)
        ASSERT_EQ(s[i], kUntouched) << "wrote past the slack";
    }
  }
};

TEST_P(ScoresTest, Depths) {
  for (int64_t depth : {1, 5, 16, 80})
    check(depth, depth, 0);
}

TEST_P(ScoresTest, PaddedColumns) { check(64, 65, 0); }

TEST_P(ScoresTest, Chunks) {
  for (int64_t chunk : {1, 3, 5, 32})
    check(8, 9, chunk);
}

//===----------------------------------------------------------------------===//
// tile_softmax
//===----------------------------------------------------------------------===//

const char *const kSoftmax = R"(
func.func @f(%s: memref<64x$Lxf32>, %count: index, %max: memref<$Lxf32>,
             %sum: memref<$Lxf32>, %alpha: memref<$Lxf32>)
    attributes {llvm.emit_c_interface} {
  attn.tile_softmax %s[%count], %max, %sum, %alpha
    : memref<64x$Lxf32>, memref<$Lxf32>, memref<$Lxf32>, memref<$Lxf32>
  return
})";

class SoftmaxTest : public TileTest {
protected:
  CompiledText code{fill(kSoftmax, {{"L", str(lanes)}}), target};
  std::vector<float> max, sum, alpha;

  void SetUp() override {
    max.assign(lanes, -kInf);
    sum.assign(lanes, 0);
    alpha.assign(lanes, kUntouched);
  }

  /// Runs a step on `count` rows of `s` and checks it in lane `l`.
  void step(std::vector<float> &s, int64_t count) {
    std::vector<float> scores = s, max0 = max, sum0 = sum;
    auto ds = describe<2>(s, {64, lanes});
    auto dm = describe<1>(max, {lanes}), dl = describe<1>(sum, {lanes}),
         da = describe<1>(alpha, {lanes});
    code.call("f", &ds, count, &dm, &dl, &da);
    for (int64_t l = 0; l < lanes; ++l)
      checkLane(scores, s, count, l, max0[l], sum0[l]);
  }

  void checkLane(const std::vector<float> &scores, const std::vector<float> &s,
                 int64_t count, int64_t l, double max0, double sum0) {
    double m = max0;
    for (int64_t n = 0; n < count; ++n)
      m = std::fmax(m, scores[n * lanes + l]);
    double shift = m == -kInf ? 0 : m;
    double factor = std::exp2(max0 - shift), total = sum0 * factor;
    ASSERT_EQ(max[l], float(m));
    ASSERT_NEAR(alpha[l], factor, 4e-7);
    for (int64_t n = 0; n < count; ++n) {
      float score = scores[n * lanes + l], got = s[n * lanes + l];
      double weight = std::exp2(double(score - float(shift)));
      total += weight;
      if (score == -kInf)
        ASSERT_EQ(got, 0.0f);
      else
        ASSERT_NEAR(got, weight, 4e-7 * weight + 1e-37);
    }
    ASSERT_NEAR(sum[l], total, 1e-6 * total);
  }
};

TEST_P(SoftmaxTest, StepsOfEveryLength) {
  for (int64_t count : {1, 2, 3, 4, 7, 8, 9, 33, 64}) {
    std::vector<float> s = randomFloats(64 * lanes, 40);
    step(s, count);
  }
}

TEST_P(SoftmaxTest, DroppedScoresWeighNothing) {
  std::vector<float> s = randomFloats(64 * lanes, 3);
  for (size_t i = 0; i < s.size(); i += 3)
    s[i] = -kInf;
  // Lane 1 has no key at all in the first step, and only then.
  for (int64_t n = 0; n < 64; ++n)
    s[n * lanes + 1] = -kInf;
  step(s, 5);
  EXPECT_EQ(sum[1], 0.0f);
  EXPECT_EQ(max[1], -kInf);
  EXPECT_EQ(alpha[1], 0.0f);
  s = randomFloats(64 * lanes, 3);
  step(s, 5);
}

TEST_P(SoftmaxTest, NanStaysInItsLane) {
  std::vector<float> s = randomFloats(64 * lanes, 3);
  s[2 * lanes + 5] = kNaN;
  auto ds = describe<2>(s, {64, lanes});
  auto dm = describe<1>(max, {lanes}), dl = describe<1>(sum, {lanes}),
       da = describe<1>(alpha, {lanes});
  for (int step = 0; step < 2; ++step)
    code.call("f", &ds, int64_t(6), &dm, &dl, &da);
  for (int64_t l = 0; l < lanes; ++l)
    EXPECT_EQ(std::isnan(sum[l]), l == 5) << "lane " << l;
}

//===----------------------------------------------------------------------===//
// tile_accumulate
//===----------------------------------------------------------------------===//

const char *const kAccumulate = R"(
func.func @f(%s: memref<$KEYSx$Lxf32>, %vs: memref<$SLOTSx$DEPTHxf32>,
             %rows: memref<?x3xi32>, %nrows: index, %width: index,
             %alpha: memref<$Lxf32>, %ot: memref<$DEPTHx$Lxf32>)
    attributes {llvm.emit_c_interface} {
  attn.tile_accumulate %s, %vs, %rows[%nrows] width %width, %alpha into %ot
    : memref<$KEYSx$Lxf32>, memref<$SLOTSx$DEPTHxf32>, memref<?x3xi32>,
      memref<$Lxf32> into memref<$DEPTHx$Lxf32>
  return
})";

const char *const kAccumulateByQuery = R"(
func.func @f(%s: memref<$KEYSx$Lxf32>, %vs: memref<$SLOTSx$DEPTHxf32>,
             %rows: memref<?x3xi32>, %nrows: index, %width: index,
             %alpha: memref<$Lxf32>, %ot: memref<$Lx$DEPTHxf32>)
    attributes {llvm.emit_c_interface} {
  attn.tile_accumulate %s, %vs, %rows[%nrows] width %width, %alpha into %ot
    {by_query}
    : memref<$KEYSx$Lxf32>, memref<$SLOTSx$DEPTHxf32>, memref<?x3xi32>,
      memref<$Lxf32> into memref<$Lx$DEPTHxf32>
  return
})";

class AccumulateTest : public TileTest {
protected:
  void check(int64_t depth, bool byQuery) {
    int64_t slots = kSlots + kSlack, capacity = 128;
    CompiledText code(fill(byQuery ? kAccumulateByQuery : kAccumulate,
                           {{"DEPTH", str(depth)},
                            {"SLOTS", str(slots)},
                            {"KEYS", str(capacity)},
                            {"L", str(lanes)}}),
                      target);
    auto s = randomFloats(capacity * lanes), vs = randomFloats(slots * depth);
    auto alpha = randomFloats(lanes);
    for (const Visit &visit : visits()) {
      auto before = randomFloats(depth * lanes), ot = before;
      auto ds = describe<2>(s, {capacity, lanes});
      auto dv = describe<2>(vs, {slots, depth});
      auto dr = describe<2>(visit.rows, {visit.count, 3});
      auto da = describe<1>(alpha, {lanes});
      auto dot = byQuery ? describe<2>(ot, {lanes, depth})
                         : describe<2>(ot, {depth, lanes});
      code.call("f", &ds, &dv, &dr, visit.count, visit.width, &da, &dot);
      for (int64_t e = 0; e < depth; ++e)
        for (int64_t l = 0; l < lanes; ++l) {
          int64_t at = byQuery ? l * depth + e : e * lanes + l;
          double expected = double(before[at]) * alpha[l];
          for (int64_t n = 0; n < visit.keys(); ++n)
            expected +=
                double(s[n * lanes + l]) * vs[visit.slot(n) * depth + e];
          ASSERT_NEAR(ot[at], expected, 2e-7 * visit.keys() + 2e-7);
        }
    }
  }
};

TEST_P(AccumulateTest, Depths) {
  for (int64_t depth : {1, 5, 22, 23, 64, 80})
    check(depth, /*byQuery=*/false);
}

TEST_P(AccumulateTest, ByQuery) {
  for (int64_t depth : {16, 64, 80, 128, 400})
    check(depth, /*byQuery=*/true);
}

ATTN_FOR_ALL_TARGETS(ScoresTest);
ATTN_FOR_ALL_TARGETS(SoftmaxTest);
ATTN_FOR_ALL_TARGETS(AccumulateTest);

} // namespace
