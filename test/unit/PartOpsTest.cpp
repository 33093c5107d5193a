//===- PartOpsTest.cpp - tile_keep and tile_resume ------------------------===//
//
// Tokens by two residues: the rows of a tile are 2 apart. The tile has fewer
// queries than lanes, and the last ones lie beyond the extent, so that lanes
// repeat each other.
//
//===----------------------------------------------------------------------===//

#include "test/unit/CompiledText.h"

using namespace attntest;

namespace {

const char *const kParts = R"(
func.func @f(%max: memref<$Lxf32>, %sum: memref<$Lxf32>,
             %o: memref<1x1x?x$Exf32>, %kept: memref<2x?xf32>, %origin: index,
             %extent: index, %ot: memref<$OTxf32>, %newMax: memref<$Lxf32>,
             %newSum: memref<$Lxf32>) attributes {llvm.emit_c_interface} {
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  attn.tile_keep %max, %sum origin(%c1, %origin) extent(%c2, %extent)
    into %kept {tile = array<i64: 1, $T>, strides = array<i64: 1, 2>}
    : memref<$Lxf32>, memref<$Lxf32> into memref<2x?xf32>
  attn.tile_resume %o, %kept origin(%c1, %origin) extent(%c2, %extent)
    into %ot, %newMax, %newSum
    {tile = array<i64: 1, $T>, strides = array<i64: 1, 2>$BY}
    : memref<1x1x?x$Exf32>, memref<2x?xf32>
    into memref<$OTxf32>, memref<$Lxf32>, memref<$Lxf32>
  return
})";

std::string str(int64_t value) { return std::to_string(value); }

constexpr float kUntouched = 12345.0f;

class PartOpsTest : public TileTest {
protected:
  static constexpr int64_t tokens = 160, extent = 75;

  int64_t queries = lanes - 3;

  int64_t rowOf(int64_t lane, int64_t origin) {
    return 1 + 2 * std::min(origin + lane % queries, extent - 1);
  }
  static float output(int64_t row, int64_t e) {
    return float((row * 7 + e * 3) % 128) - 64;
  }

  void check(int64_t depth, int64_t origin, bool byQuery) {
    int64_t width = byQuery ? (depth + 15) / 16 * 16 : depth;
    int64_t rows = byQuery ? lanes : depth, columns = byQuery ? width : lanes;
    CompiledText code(fill(kParts, {{"L", str(lanes)},
                                    {"T", str(queries)},
                                    {"E", str(depth)},
                                    {"OT", str(rows) + "x" + str(columns)},
                                    {"BY", byQuery ? ", by_query" : ""}}),
                      target);
    // Lanes with the same query have the same state.
    std::vector<float> max(lanes), sum(lanes);
    for (int64_t l = 0; l < lanes; ++l) {
      max[l] = -0.5f * float(rowOf(l, origin));
      sum[l] = 0.25f * float(rowOf(l, origin) % 5);
    }
    constexpr int64_t numRows = 2 * extent;
    std::vector<float> o;
    for (int64_t row = 0; row < numRows; ++row)
      for (int64_t e = 0; e < depth; ++e)
        o.push_back(output(row, e));
    std::vector<float> kept(2 * tokens, kUntouched), ot(rows * columns);
    std::vector<float> newMax(lanes, kUntouched), newSum(lanes, kUntouched);
    auto dmax = describe<1>(max, {lanes}), dsum = describe<1>(sum, {lanes});
    auto dnm = describe<1>(newMax, {lanes}), dns = describe<1>(newSum, {lanes});
    auto dout = describe<4>(o, {1, 1, numRows, depth});
    auto dk = describe<2>(kept, {2, tokens});
    auto dot = describe<2>(ot, {rows, columns});
    code.call("f", &dmax, &dsum, &dout, &dk, origin, extent, &dot, &dnm, &dns);

    if (origin >= extent) {
      for (float number : kept)
        ASSERT_EQ(number, kUntouched);
      return;
    }
    for (int64_t l = 0; l < lanes; ++l) {
      int64_t row = rowOf(l, origin);
      ASSERT_EQ(kept[row], max[l]) << "lane " << l;
      ASSERT_EQ(kept[tokens + row], sum[l]) << "lane " << l;
      ASSERT_EQ(newMax[l], max[l]) << "lane " << l;
      ASSERT_EQ(newSum[l], sum[l]) << "lane " << l;
      for (int64_t e = 0; e < depth; ++e)
        ASSERT_EQ(ot[byQuery ? l * columns + e : e * columns + l],
                  output(row, e) * sum[l])
            << "lane " << l << " column " << e;
    }
    int64_t numKept = 0;
    for (float number : kept)
      numKept += number != kUntouched;
    EXPECT_EQ(numKept, 2 * std::min(queries, extent - origin));
  }
};

TEST_P(PartOpsTest, StateOfRows) {
  for (int64_t depth : {1, 5, 16, 37, 64})
    for (bool byQuery : {false, true})
      check(depth, /*origin=*/50, byQuery);
}

TEST_P(PartOpsTest, NothingBeyondTheExtent) {
  check(16, /*origin=*/extent, false);
}

ATTN_FOR_ALL_TARGETS(PartOpsTest);

} // namespace
