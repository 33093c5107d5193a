//===- ListAheadTest.cpp - list_ahead, and who asks for its lines ---------===//

#include "test/unit/CompiledText.h"

using namespace attntest;

namespace {

constexpr int64_t kTokens = 120, kHeads = 3, kHead = 1;
constexpr int64_t kDepth = 40, kValueDepth = 17;

// Three axes: the first is a residue of the last.
const char *const kList = R"(
func.func @f(%q: memref<1x3x?x40xf32>, %k: memref<1x3x?x40xbf16>,
             %v: memref<1x3x?x17xbf16>, %a: index, %b: index, %c: index,
             %d: index, %e: index, %g: index, %ahead: memref<$SIZExi64>)
    attributes {llvm.emit_c_interface} {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  attn.list_ahead %q[%c0, %c1] lo(%c0, %c0, %c0) hi(%c1, %c1, %g) into %ahead
    {restart, strides = array<i64: 1, 24, 2>}
    : memref<1x3x?x40xf32> into memref<$SIZExi64>
  attn.list_ahead %k, %v[%c0, %c1] lo(%a, %b, %c) hi(%d, %e, %g) into %ahead
    {strides = array<i64: 1, 24, 2>}
    : memref<1x3x?x40xbf16>, memref<1x3x?x17xbf16> into memref<$SIZExi64>
  return
})";

class ListAheadTest : public testing::TestWithParam<std::string> {
protected:
  struct Box {
    int64_t lo[3], hi[3];
  };

  std::vector<float> q = std::vector<float>(kHeads * kTokens * kDepth);
  std::vector<uint16_t> k = std::vector<uint16_t>(kHeads * kTokens * kDepth);
  std::vector<uint16_t> v =
      std::vector<uint16_t>(kHeads * kTokens * kValueDepth);

  std::vector<int64_t> list(const Box &box, int64_t size) {
    CompiledText code(fill(kList, {{"SIZE", std::to_string(size)}}),
                      GetParam());
    std::vector<int64_t> ahead(size, -1);
    auto dq = describe<4>(q, {1, kHeads, kTokens, kDepth});
    auto dk = describe<4>(k, {1, kHeads, kTokens, kDepth});
    auto dv = describe<4>(v, {1, kHeads, kTokens, kValueDepth});
    auto da = describe<1>(ahead, {size});
    code.call("f", &dq, &dk, &dv, box.lo[0], box.lo[1], box.lo[2], box.hi[0],
              box.hi[1], box.hi[2], &da);
    return ahead;
  }

  /// The lines of a row that begins there.
  template <typename T>
  void append(std::vector<int64_t> &lines, const std::vector<T> &array,
              int64_t token, int64_t depth) {
    auto first =
        reinterpret_cast<int64_t>(&array[(kHead * kTokens + token) * depth]);
    for (int64_t byte = 0; byte < depth * int64_t(sizeof(T)); byte += 64)
      lines.push_back(first + byte);
  }

  std::vector<int64_t> expected(const Box &box) {
    std::vector<int64_t> lines;
    for (int64_t z = 0; z < box.hi[2]; ++z)
      append(lines, q, 2 * z, kDepth);
    for (int64_t x = box.lo[0]; x < box.hi[0]; ++x)
      for (int64_t y = box.lo[1]; y < box.hi[1]; ++y)
        for (int64_t z = box.lo[2]; z < box.hi[2]; ++z) {
          append(lines, k, x + 24 * y + 2 * z, kDepth);
          append(lines, v, x + 24 * y + 2 * z, kValueDepth);
        }
    return lines;
  }
};

TEST_P(ListAheadTest, RowsInOrder) {
  for (const Box &box : {Box{{0, 1, 2}, {2, 4, 7}}, Box{{1, 0, 0}, {2, 1, 1}},
                         Box{{0, 2, 3}, {2, 4, 4}}}) {
    std::vector<int64_t> lines = expected(box), ahead = list(box, 300);
    EXPECT_EQ(ahead[0], 0);
    EXPECT_EQ(ahead[1], int64_t(lines.size()));
    ahead.erase(ahead.begin(), ahead.begin() + 2);
    for (size_t n = 0; n < lines.size(); ++n)
      ASSERT_EQ(ahead[n], lines[n]) << "line " << n;
    EXPECT_EQ(ahead[lines.size()], -1);
  }
}

TEST_P(ListAheadTest, EmptyBoxes) {
  for (const Box &box : {Box{{1, 2, 0}, {1, 4, 0}}, Box{{0, 4, 0}, {2, 2, 0}},
                         Box{{0, 0, 5}, {2, 2, 0}}}) {
    // There is always a line to ask for, of an array that exists.
    std::vector<int64_t> ahead = list(box, 20);
    EXPECT_EQ(ahead[1], 0);
    EXPECT_EQ(ahead[2],
              reinterpret_cast<int64_t>(&q[kHead * kTokens * kDepth]));
    EXPECT_EQ(ahead[3], -1);
  }
}

TEST_P(ListAheadTest, WhatDoesNotFitIsLeftOut) {
  Box box = {{0, 0, 0}, {2, 4, 7}};
  std::vector<int64_t> lines = expected(box), ahead = list(box, 33);
  EXPECT_EQ(ahead.size(), 33u);
  EXPECT_LE(ahead[1], 31);
  EXPECT_GT(ahead[1], 28);
  for (int64_t n = 0; n < ahead[1] - 3; ++n)
    ASSERT_EQ(ahead[2 + n], lines[n]) << "line " << n;
}

const char *const kAccumulate = R"(
func.func @f(%s: memref<160x$Lxf32>, %vs: memref<160x48xf32>,
             %rows: memref<1x3xi32>, %width: index, %alpha: memref<$Lxf32>,
             %ahead: memref<50xi64>, %ot: memref<$OTxf32>)
    attributes {llvm.emit_c_interface} {
  %c1 = arith.constant 1 : index
  attn.tile_accumulate %s, %vs, %rows[%c1] width %width, %alpha ahead %ahead
    into %ot {$BY_QUERY}
    : memref<160x$Lxf32>, memref<160x48xf32>, memref<1x3xi32>, memref<$Lxf32>,
      memref<50xi64> into memref<$OTxf32>
  return
})";

class AskAheadTest : public TileTest {
protected:
  /// Any address may be asked for; sums are those of the same weights.
  void check(bool byQuery) {
    std::string l = std::to_string(lanes);
    CompiledText code(
        fill(kAccumulate, {{"BY_QUERY", byQuery ? "by_query" : ""},
                           {"OT", byQuery ? l + "x48" : "48x" + l},
                           {"L", l}}),
        target);
    std::vector<float> s(160 * lanes, 0.5f), vs(160 * 48, 2.0f);
    std::vector<float> alpha(lanes, 3.0f);
    std::vector<int32_t> rows = {7, 0, 0};
    for (int64_t width : {1, 30, 97}) {
      std::vector<int64_t> ahead(50, 0);
      ahead[0] = 5;
      ahead[1] = 40;
      ahead[3] = reinterpret_cast<int64_t>(vs.data());
      std::vector<float> ot(48 * lanes, 1.0f);
      auto ds = describe<2>(s, {160, lanes});
      auto dv = describe<2>(vs, {160, 48});
      auto dr = describe<2>(rows, {1, 3});
      auto da = describe<1>(alpha, {lanes});
      auto dl = describe<1>(ahead, {50});
      auto dot =
          byQuery ? describe<2>(ot, {lanes, 48}) : describe<2>(ot, {48, lanes});
      code.call("f", &ds, &dv, &dr, width, &da, &dl, &dot);
      for (float o : ot)
        ASSERT_EQ(o, 3.0f + width);
      EXPECT_GE(ahead[0], 5 + width) << "a line for every key, at least";
      EXPECT_EQ(ahead[1], 40);
    }
  }
};

TEST_P(AskAheadTest, Blocks) { check(/*byQuery=*/false); }
TEST_P(AskAheadTest, ByQuery) { check(/*byQuery=*/true); }

INSTANTIATE_TEST_SUITE_P(All, ListAheadTest, testing::ValuesIn(targets()),
                         [](const auto &info) { return info.param; });
ATTN_FOR_ALL_TARGETS(AskAheadTest);

} // namespace
