//===- SlideTest.cpp - the steps of a tile that slides --------------------===//
//
// Each, compiled for every target that this machine runs, against plain loops;
// and what the compiler says of such tiles against the masks themselves.
//
//===----------------------------------------------------------------------===//

#include "passes/SlidingVisit.h"
#include "test/unit/CompiledText.h"
#include "test/unit/MaskPicture.h"

#include <algorithm>
#include <random>

using namespace attntest;

namespace {

constexpr int64_t kPlaces = 16, kSlots = 160, kColumns = 208, kSlack = 32;
constexpr float kUntouched = 12345.0f;

std::mt19937 generator(11);

int64_t number(int64_t lo, int64_t hi) {
  return std::uniform_int_distribution<int64_t>(lo, hi)(generator);
}

std::vector<float> randomFloats(size_t count) {
  std::uniform_real_distribution<float> uniform(-1, 1);
  std::vector<float> values(count);
  for (float &value : values)
    value = uniform(generator);
  return values;
}

std::string str(int64_t value) { return std::to_string(value); }

/// Where places begin: one key after the other; the same at a border, where
/// several begin together; or anywhere that is allowed.
std::vector<int32_t> someStarts(int64_t kind) {
  std::vector<int32_t> starts;
  int64_t first = number(0, 2), border = number(1, 15);
  for (int64_t p = 0; p < kPlaces; ++p) {
    if (kind == 0)
      starts.push_back(first + p);
    else if (kind == 1)
      starts.push_back(first + std::max<int64_t>(p - border, 0));
    else
      starts.push_back((p < kPlaces / 2 ? 2 : 11) + number(0, 7));
  }
  return starts;
}

/// Rows of a visit, and where each place begins.
struct Visit {
  int64_t count, width;
  std::vector<int32_t> rows, starts;

  Visit(int64_t count, int64_t width, int64_t kind)
      : count(count), width(width), starts(someStarts(kind)) {
    for (int64_t row = 0; row < count; ++row)
      rows.insert(rows.end(), {int32_t(number(0, kSlots - width - 18)), 0, 0});
  }
  int64_t keys() const { return count * width; }
  int64_t slot(int64_t key, int64_t lane) const {
    return rows[key / width * 3] + starts[lane % kPlaces] + key % width;
  }
};

std::vector<Visit> visits() {
  std::vector<Visit> all;
  for (auto [count, width] : std::vector<std::pair<int, int>>{
           {1, 1}, {2, 2}, {3, 5}, {4, 7}, {7, 13}, {2, 19}, {5, 24}, {1, 97}})
    for (int64_t kind = 0; kind < 3; ++kind)
      all.emplace_back(count, width, kind);
  return all;
}

//===----------------------------------------------------------------------===//
// tile_slide
//===----------------------------------------------------------------------===//

const char *const kSlide = R"(
func.func @f(%runs: memref<5x16xi32>, %lo: index, %hi: index,
             %starts: memref<16xi32>, %out: memref<2xindex>)
    attributes {llvm.emit_c_interface} {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %width, %full = attn.tile_slide %runs lo(%lo) hi(%hi) into %starts
    : memref<5x16xi32> into memref<16xi32>
  memref.store %width, %out[%c0] : memref<2xindex>
  %f = arith.index_castui %full : i1 to index
  memref.store %f, %out[%c1] : memref<2xindex>
  return
})";

class RunsTest : public testing::TestWithParam<std::string> {};

TEST_P(RunsTest, EveryPlaceMeetsWhatItNeeds) {
  CompiledText code(kSlide, GetParam());
  int64_t timesFull = 0, timesNone = 0;
  for (int step = 0; step < 3000; ++step) {
    int64_t lo = number(0, 40), hi = lo + number(1, 50), spread = number(0, 40);
    std::vector<int32_t> runs(5 * kPlaces), starts(kPlaces, -1);
    int64_t length = number(0, 12);
    bool isSteady = number(0, 1);
    for (int64_t p = 0; p < kPlaces; ++p) {
      int64_t begin =
          isSteady ? 20 + std::min(p, spread) : number(20, 20 + spread);
      int64_t end = begin + length;
      runs[p] = begin;
      runs[kPlaces + p] = end;
      // Full as far as it is needed, or not quite.
      runs[2 * kPlaces + p] = begin;
      runs[3 * kPlaces + p] = end - (number(0, 40) == 0);
    }
    std::vector<int64_t> out(2, -1);
    auto dr = describe<2>(runs, {5, kPlaces});
    auto ds = describe<1>(starts, {kPlaces});
    auto dout = describe<1>(out, {2});
    code.call("f", &dr, lo, hi, &ds, &dout);

    int64_t width = out[0], tightest = 0;
    bool isFull = true;
    for (int64_t p = 0; p < kPlaces; ++p) {
      int64_t begin = std::max<int64_t>(runs[p], lo);
      int64_t end = std::min<int64_t>(runs[kPlaces + p], hi);
      int64_t first = lo + starts[p], last = first + width;
      tightest = std::max(tightest, end - begin);
      if (begin < end) {
        EXPECT_LE(first, begin);
        EXPECT_GE(last, end);
      }
      isFull &= runs[2 * kPlaces + p] <= first && last <= runs[3 * kPlaces + p];
    }
    EXPECT_EQ(out[1], isFull);
    timesFull += isFull;
    timesNone += tightest == 0;
    // Nothing outside of the visit is read, and places begin close enough.
    auto [least, most] = std::minmax_element(starts.begin(), starts.end());
    EXPECT_GE(*least, 0);
    EXPECT_LE(*most + width, hi - lo);
    EXPECT_LE(*most - *least, 16);
    for (auto eight : {starts.begin(), starts.begin() + 8}) {
      auto [least, most] = std::minmax_element(eight, eight + 8);
      EXPECT_LE(*most - *least, 7);
    }
    EXPECT_GE(width, tightest);
    if (isSteady || spread <= 7) {
      EXPECT_EQ(width, tightest);
    }
  }
  EXPECT_GT(timesFull, 100);
  EXPECT_GT(timesNone, 100);
}

INSTANTIATE_TEST_SUITE_P(All, RunsTest, testing::ValuesIn(targets()));

//===----------------------------------------------------------------------===//
// tile_scores, tile_accumulate
//===----------------------------------------------------------------------===//

const char *const kScores = R"(
func.func @f(%qt: memref<$DEPTHx$Lxf32>, %ks: memref<$DEPTHx208xf32>,
             %rows: memref<?x3xi32>, %nrows: index, %width: index,
             %starts: memref<16xi32>, %s: memref<160x$Lxf32>)
    attributes {llvm.emit_c_interface} {
  attn.tile_scores %qt, %ks, %rows[%nrows] width %width starts %starts into %s
    : memref<$DEPTHx$Lxf32>, memref<$DEPTHx208xf32>, memref<?x3xi32>
      starts memref<16xi32> into memref<160x$Lxf32>
  return
})";

const char *const kAccumulate = R"(
func.func @f(%s: memref<160x$Lxf32>, %vs: memref<208x$DEPTHxf32>,
             %rows: memref<?x3xi32>, %nrows: index, %width: index,
             %starts: memref<16xi32>, %alpha: memref<$Lxf32>,
             %ot: memref<$Lx$DEPTHxf32>) attributes {llvm.emit_c_interface} {
  attn.tile_accumulate %s, %vs, %rows[%nrows] width %width starts %starts,
    %alpha into %ot {by_query}
    : memref<160x$Lxf32>, memref<208x$DEPTHxf32>, memref<?x3xi32>
      starts memref<16xi32>, memref<$Lxf32> into memref<$Lx$DEPTHxf32>
  return
})";

class SlideTest : public TileTest {};

TEST_P(SlideTest, Scores) {
  for (int64_t depth : {1, 5, 16, 80}) {
    CompiledText code(fill(kScores, {{"DEPTH", str(depth)}, {"L", str(lanes)}}),
                      target);
    auto qt = randomFloats(depth * lanes);
    auto ks = randomFloats(depth * kColumns);
    for (const Visit &visit : visits()) {
      std::vector<float> s(160 * lanes, kUntouched);
      auto dq = describe<2>(qt, {depth, lanes});
      auto dk = describe<2>(ks, {depth, kColumns});
      auto dr = describe<2>(visit.rows, {visit.count, 3});
      auto dst = describe<1>(visit.starts, {kPlaces});
      auto ds = describe<2>(s, {160, lanes});
      code.call("f", &dq, &dk, &dr, visit.count, visit.width, &dst, &ds);
      for (int64_t n = 0; n < visit.keys(); ++n)
        for (int64_t l = 0; l < lanes; ++l) {
          double expected = 0;
          for (int64_t d = 0; d < depth; ++d)
            expected +=
                double(qt[d * lanes + l]) * ks[d * kColumns + visit.slot(n, l)];
          ASSERT_NEAR(s[n * lanes + l], expected, 2e-7 * depth + 1e-7)
              << "key " << n << " lane " << l << " width " << visit.width;
        }
      for (size_t i = (visit.keys() + kSlack) * lanes; i < s.size(); ++i)
        ASSERT_EQ(s[i], kUntouched) << "wrote past the slack";
    }
  }
}

TEST_P(SlideTest, Accumulate) {
  for (int64_t depth : {16, 80, 128}) {
    CompiledText code(
        fill(kAccumulate, {{"DEPTH", str(depth)}, {"L", str(lanes)}}), target);
    auto s = randomFloats(160 * lanes), vs = randomFloats(kColumns * depth);
    auto alpha = randomFloats(lanes);
    for (const Visit &visit : visits()) {
      auto before = randomFloats(depth * lanes), ot = before;
      auto ds = describe<2>(s, {160, lanes});
      auto dv = describe<2>(vs, {kColumns, depth});
      auto dr = describe<2>(visit.rows, {visit.count, 3});
      auto dst = describe<1>(visit.starts, {kPlaces});
      auto da = describe<1>(alpha, {lanes});
      auto dot = describe<2>(ot, {lanes, depth});
      code.call("f", &ds, &dv, &dr, visit.count, visit.width, &dst, &da, &dot);
      for (int64_t l = 0; l < lanes; ++l)
        for (int64_t e = 0; e < depth; ++e) {
          double expected = double(before[l * depth + e]) * alpha[l];
          for (int64_t n = 0; n < visit.keys(); ++n)
            expected +=
                double(s[n * lanes + l]) * vs[visit.slot(n, l) * depth + e];
          ASSERT_NEAR(ot[l * depth + e], expected, 3e-7 * visit.keys() + 3e-7)
              << "lane " << l << " column " << e << " width " << visit.width;
        }
    }
  }
}

ATTN_FOR_ALL_TARGETS(SlideTest);

//===----------------------------------------------------------------------===//
// Visits
//===----------------------------------------------------------------------===//

/// Along the last axis a visit is as long as one window, and full.
TEST(SlidingVisitTest, NeighborhoodsMeetTheirWindowsOnly) {
  using namespace mlir::attn;
  MaskText mask("%m = attn.neighborhood layout = [12, 45], window = [5, 7]");
  PlanAnalysis analysis(mask.getMask(), ::attn::IndexSpace({12, 45}, {1, 1}),
                        {540, 540, 1, 1});
  for (int64_t y = 0; y < 12; y += 4)
    for (int64_t x = 0; x < 45; x += 16) {
      IndexBox queries = {{y, y + 4}, {x, std::min<int64_t>(x + 16, 45)}};
      auto boxes = analysis.keyBoxes(queries);
      ASSERT_EQ(boxes.size(), 1u);
      KeyBox visit = SlidingRuns(analysis, queries).visit(boxes[0]);
      int64_t first = std::max<int64_t>(y - 2, 0);
      int64_t end = std::min<int64_t>(y + 6, 12);
      EXPECT_EQ(visit.keys[0].lo, first);
      EXPECT_EQ(visit.keys[0].hi, end);
      EXPECT_EQ(visit.keys[1].hi - visit.keys[1].lo, 7);
      // Rows that all four windows have: of those that begin at 0, 0, 0 and 1,
      // at 2 to 5, and at 6, 7, 7 and 7.
      EXPECT_EQ(visit.core[0].lo, y == 0 ? 1 : y == 4 ? 5 : 7);
      EXPECT_EQ(visit.core[0].hi, y == 0 ? 5 : y == 4 ? 7 : 11);
      EXPECT_EQ(visit.core[1].hi - visit.core[1].lo, 7);
    }
}

TEST(SlidingVisitTest, RunsFarApartAreLonger) {
  using namespace mlir::attn;
  // Query (y, x) sees keys 2 x and 2 x + 1 of a row: places begin two apart.
  MaskText mask("%m = attn.predicate (%b, %h, %i, %j) {\n"
                "  %w = arith.constant 64 : index\n"
                "  %two = arith.constant 2 : index\n"
                "  %x = arith.remui %i, %w : index\n"
                "  %c = arith.remui %j, %w : index\n"
                "  %d = arith.divui %c, %two : index\n"
                "  %k = arith.cmpi eq, %d, %x : index\n"
                "  attn.yield %k : i1\n"
                "}");
  PlanAnalysis analysis(mask.getMask(), ::attn::IndexSpace({2, 64}, {1, 1}),
                        {128, 128, 1, 1});
  IndexBox queries = {{0, 2}, {0, 16}};
  int64_t keys = 0;
  SlidingRuns runs(analysis, queries);
  for (const KeyBox &box : analysis.keyBoxes(queries)) {
    KeyBox visit = runs.visit(box);
    EXPECT_LE(visit.keys[1].hi, box.keys[1].hi);
    keys = std::max(keys, visit.keys[1].hi - visit.keys[1].lo);
  }
  // Place 15 needs keys 30 and 31 and begins at 16.
  EXPECT_EQ(keys, 16);
}

} // namespace
