//===- ReferenceMaskTest.cpp - masks of the reference, drawn by hand ------===//

#include "ReferenceSpec.h"
#include "tools/attn-run/Reference.h"

using namespace attnrun;
using namespace llvm;
using attntest::Spec;

namespace {

/// The picture of a mask: a row for each query, '#' where it sees the key.
std::vector<std::string> draw(StringRef mask, int64_t numQueries,
                              int64_t numKeys) {
  Spec spec(mask);
  Keeps keeps = cantFail(readMask(spec.op.getMask(), {numQueries, numKeys}));
  std::vector<std::string> picture(numQueries, std::string(numKeys, '.'));
  for (int64_t i = 0; i < numQueries; ++i)
    for (int64_t j = 0; j < numKeys; ++j)
      if (keeps(0, i, j))
        picture[i][j] = '#';
  return picture;
}

using Picture = std::vector<std::string>;

TEST(ReferenceMask, Leaves) {
  EXPECT_EQ(draw("%m = attn.full", 2, 3), (Picture{"###", "###"}));
  EXPECT_EQ(draw("%m = attn.empty", 2, 3), (Picture{"...", "..."}));
  EXPECT_EQ(draw("%m = attn.causal", 2, 4), (Picture{"#...", "##.."}));
  EXPECT_EQ(draw("%m = attn.causal bottom_right", 2, 4),
            (Picture{"###.", "####"}));
  EXPECT_EQ(draw("%m = attn.causal bottom_right", 3, 2),
            (Picture{"..", "#.", "##"}));
  EXPECT_EQ(draw("%m = attn.sinks 1", 2, 3), (Picture{"#..", "#.."}));
  EXPECT_EQ(draw("%m = attn.global [1]", 3, 3), (Picture{".#.", "###", ".#."}));
}

TEST(ReferenceMask, Window) {
  EXPECT_EQ(draw("%m = attn.window left = 1, right = 0", 3, 3),
            (Picture{"#..", "##.", ".##"}));
  EXPECT_EQ(draw("%m = attn.window right = 1", 3, 4),
            (Picture{"##..", "###.", "####"}));
  EXPECT_EQ(draw("%m = attn.window left = 0", 3, 4),
            (Picture{"####", ".###", "..##"}));
}

TEST(ReferenceMask, Combinators) {
  EXPECT_EQ(draw("%a = attn.causal\n%b = attn.sinks 1\n%c = attn.not %b\n"
                 "%m = attn.and %a, %c",
                 3, 3),
            (Picture{"...", ".#.", ".##"}));
  EXPECT_EQ(draw("%a = attn.window left = 0, right = 0\n%b = attn.sinks 1\n"
                 "%m = attn.or %a, %b",
                 3, 3),
            (Picture{"#..", "##.", "#.#"}));
}

/// A picture as the begin and end of the keys of each query.
using Runs = std::vector<std::pair<int64_t, int64_t>>;

Runs runs(StringRef mask, int64_t length) {
  Runs result;
  for (const std::string &row : draw(mask, length, length)) {
    size_t begin = row.find('#'), end = row.rfind('#') + 1;
    EXPECT_EQ(row.find('.', begin), end == row.size() ? row.npos : end);
    result.emplace_back(begin, end);
  }
  return result;
}

// The examples of the definition: even windows, strides that do not divide.
TEST(ReferenceMask, NeighborhoodShift) {
  EXPECT_EQ(runs("%m = attn.neighborhood layout = [9], window = [5]", 9),
            (Runs{{0, 5},
                  {0, 5},
                  {0, 5},
                  {1, 6},
                  {2, 7},
                  {3, 8},
                  {4, 9},
                  {4, 9},
                  {4, 9}}));
  EXPECT_EQ(runs("%m = attn.neighborhood layout = [9], window = [4]", 9),
            (Runs{{0, 4},
                  {0, 4},
                  {0, 4},
                  {1, 5},
                  {2, 6},
                  {3, 7},
                  {4, 8},
                  {5, 9},
                  {5, 9}}));
  EXPECT_EQ(runs("%m = attn.neighborhood layout = [10], window = [4], "
                 "stride = [4]",
                 10),
            (Runs{{0, 4},
                  {0, 4},
                  {0, 4},
                  {0, 4},
                  {4, 8},
                  {4, 8},
                  {4, 8},
                  {4, 8},
                  {6, 10},
                  {6, 10}}));
  EXPECT_EQ(runs("%m = attn.neighborhood layout = [10], window = [4], "
                 "stride = [2]",
                 10),
            (Runs{{0, 4},
                  {0, 4},
                  {1, 5},
                  {1, 5},
                  {3, 7},
                  {3, 7},
                  {5, 9},
                  {5, 9},
                  {6, 10},
                  {6, 10}}));
  // A window larger than the axis is the axis.
  EXPECT_EQ(runs("%m = attn.neighborhood layout = [2], window = [7]", 2),
            (Runs{{0, 2}, {0, 2}}));
}

TEST(ReferenceMask, NeighborhoodCausal) {
  EXPECT_EQ(runs("%m = attn.neighborhood layout = [9], window = [4], "
                 "stride = [3], causal = [true]",
                 9),
            (Runs{{0, 1},
                  {0, 2},
                  {0, 3},
                  {2, 4},
                  {2, 5},
                  {2, 6},
                  {5, 7},
                  {5, 8},
                  {5, 9}}));
  EXPECT_EQ(runs("%m = attn.neighborhood layout = [10], window = [4], "
                 "stride = [4], causal = [true]",
                 10),
            (Runs{{0, 1},
                  {0, 2},
                  {0, 3},
                  {0, 4},
                  {4, 5},
                  {4, 6},
                  {4, 7},
                  {4, 8},
                  {6, 9},
                  {6, 10}}));
}

TEST(ReferenceMask, NeighborhoodBoundaries) {
  EXPECT_EQ(draw("%m = attn.neighborhood layout = [5], window = [3], "
                 "boundary = clip",
                 5, 5),
            (Picture{"##...", "###..", ".###.", "..###", "...##"}));
  EXPECT_EQ(draw("%m = attn.neighborhood layout = [5], window = [3], "
                 "boundary = wrap",
                 5, 5),
            (Picture{"##..#", "###..", ".###.", "..###", "#..##"}));
  EXPECT_EQ(draw("%m = attn.neighborhood layout = [4], window = [2], "
                 "boundary = wrap",
                 4, 4),
            (Picture{"#..#", "##..", ".##.", "..##"}));
}

// Groups {0, 3, 6}, {1, 4} and {2, 5}; the window is clamped in the short ones.
TEST(ReferenceMask, NeighborhoodDilation) {
  EXPECT_EQ(draw("%m = attn.neighborhood layout = [7], window = [3], "
                 "dilation = [3]",
                 7, 7),
            (Picture{"#..#..#", ".#..#..", "..#..#.", "#..#..#", ".#..#..",
                     "..#..#.", "#..#..#"}));
}

// The last axis varies fastest; causal along the first axis only.
TEST(ReferenceMask, NeighborhoodOfTwoAxes) {
  EXPECT_EQ(
      draw("%m = attn.neighborhood layout = [2, 3], window = [2, 1], "
           "causal = [true, false]",
           6, 6),
      (Picture{"#.....", ".#....", "..#...", "#..#..", ".#..#.", "..#..#"}));
}

} // namespace
