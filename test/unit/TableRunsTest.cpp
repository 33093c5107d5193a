//===- TableRunsTest.cpp - runs of keys that a table lists ----------------===//

#include "test/unit/BoxChecker.h"

using namespace attntest;
using attn::IndexSpace;

namespace {

std::string textOf(const mlir::attn::IndexBox &box) {
  return std::to_string(box[0].lo) + "-" + std::to_string(box[0].hi);
}

/// The key boxes of tile number `number`, as text, with their cores.
std::string boxesOf(const std::string &text, int64_t tokens, int64_t extent,
                    int64_t number, int64_t head = 0, int64_t heads = 1) {
  MaskText mask(text);
  mlir::attn::PlanAnalysis analysis(mask.getMask(), IndexSpace({}, {}),
                                    {tokens, tokens, heads, 1});
  analysis.setHead(head);
  std::string result;
  for (const mlir::attn::KeyBox &box :
       analysis.keyBoxes(analysis.tile(extent, number))) {
    result += textOf(box.keys);
    if (mlir::attn::volume(box.core) > 0)
      result += " core " + textOf(box.core);
    result += ", ";
  }
  return result;
}

const std::string rows = "dense<[[0, 1, 1, 0, 1], [1, 1, 0, 0, 0], "
                         "[0, 0, 0, 0, 0]]> : tensor<3x5xi8>";
const std::string blocks = "%m = attn.block_map block = [4, 3], map = " + rows;

} // namespace

// Neighbouring blocks are one run.
TEST(TableRuns, OneRow) {
  EXPECT_EQ(boxesOf(blocks, 15, 4, 0), "3-9 core 3-9, 12-15 core 12-15, ");
  EXPECT_EQ(boxesOf(blocks, 15, 4, 1), "0-6 core 0-6, ");
  EXPECT_EQ(boxesOf(blocks, 15, 4, 2), "");
  EXPECT_EQ(boxesOf(blocks, 15, 2, 1), "3-9 core 3-9, 12-15 core 12-15, ");
}

// What some row keeps is visited; what all keep needs no mask.
TEST(TableRuns, SeveralRows) {
  EXPECT_EQ(boxesOf(blocks, 15, 8, 0), "0-6 core 3-6, 6-9, 12-15, ");
  EXPECT_EQ(boxesOf(blocks, 15, 8, 1), "");
  EXPECT_EQ(boxesOf(blocks, 15, 16, 0), "0-6, 6-9, 12-15, ");
  EXPECT_EQ(boxesOf(blocks, 15, 3, 1), "0-6 core 3-6, 6-9, 12-15, ");
}

// The map ends before the tokens do, and after them.
TEST(TableRuns, OtherLengths) {
  EXPECT_EQ(boxesOf(blocks, 40, 4, 0), "3-9 core 3-9, 12-15 core 12-15, ");
  EXPECT_EQ(boxesOf(blocks, 40, 32, 0), "0-6, 6-9, 12-15, ");
  EXPECT_EQ(boxesOf(blocks, 40, 8, 2), "");
  EXPECT_EQ(boxesOf(blocks, 7, 4, 0), "3-7 core 3-7, ");
}

TEST(TableRuns, Offsets) {
  const std::string text = "%m = attn.block_map query_offsets = [0, 1, 7, 8], "
                           "key_offsets = [0, 2, 3, 9, 10, 20], map = " +
                           rows;
  EXPECT_EQ(boxesOf(text, 20, 1, 0), "2-9 core 2-9, 10-20 core 10-20, ");
  EXPECT_EQ(boxesOf(text, 20, 4, 0), "0-3 core 2-3, 3-9, 10-20, ");
  EXPECT_EQ(boxesOf(text, 20, 3, 1), "0-3 core 0-3, ");
}

TEST(TableRuns, Heads) {
  const std::string text = "%m = attn.block_map block = [2, 4], map = "
                           "dense<[[[1, 0, 0]], [[0, 1, 1]]]> : "
                           "tensor<2x1x3xi8>";
  EXPECT_EQ(boxesOf(text, 12, 2, 0, 1, 4), "0-4 core 0-4, ");
  EXPECT_EQ(boxesOf(text, 12, 2, 0, 2, 4), "4-12 core 4-12, ");
  EXPECT_EQ(boxesOf(text, 12, 2, 0, 3, 4), "4-12 core 4-12, ");
}

// Elements of which none is above 1.
TEST(TableRuns, FirstColumn) {
  EXPECT_EQ(boxesOf("%m = attn.block_map block = [4, 90], "
                    "map = dense<[[1, 0], [0, 0], [1, 0]]> : tensor<3x2xi8>",
                    200, 4, 2),
            "0-90 core 0-90, ");
  EXPECT_EQ(boxesOf("%m = attn.block_map block = [4, 90], "
                    "map = dense<[[1, 0], [0, 0], [1, 0]]> : tensor<3x2xi8>",
                    200, 8, 0),
            "0-90, ");
  EXPECT_EQ(boxesOf("%m = attn.block_map block = [4, 50], "
                    "map = dense<[[1], [0], [1]]> : tensor<3x1xi8>",
                    200, 4, 2),
            "0-50 core 0-50, ");
}

// Each of two maps is walked on its own.
TEST(TableRuns, Union) {
  EXPECT_EQ(boxesOf("%a = attn.block_map block = [4, 3], map = " + rows +
                        "\n%b = attn.block_map block = [4, 1], map = "
                        "dense<[[1, 0, 0, 0, 1]]> : tensor<1x5xi1>\n"
                        "%m = attn.or %a, %b",
                    15, 4, 0),
            "0-1 core 0-1, 3-9 core 3-9, 12-15 core 12-15, ");
}
