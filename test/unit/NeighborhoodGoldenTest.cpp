//===- NeighborhoodGoldenTest.cpp - neighborhoods drawn by hand -----------===//
//
// Drawn by hand from the definition of Generalized Neighborhood Attention in
// dialect/MaskOps.td, like MaskGoldenTest.cpp.
//
//===----------------------------------------------------------------------===//

#include "test/unit/MaskPicture.h"

using namespace attntest;

static void expectNeighborhood(const std::string &parameters,
                               const Picture &expected) {
  expectMask("%m = attn.neighborhood " + parameters, expected);
}

//===----------------------------------------------------------------------===//
// Neighborhood: shift, the examples of the paper's authors
//===----------------------------------------------------------------------===//

// Blocks; the last one is short and shifts back over its neighbour.
TEST(Neighborhood, StrideIsWindow) {
  expectNeighborhood("layout = [10], window = [4], stride = [4]",
                     {"####......", //
                      "####......", //
                      "####......", //
                      "####......", //
                      "....####..", //
                      "....####..", //
                      "....####..", //
                      "....####..", //
                      "......####", //
                      "......####"});
}

// Even stride: the right one of the two middle queries leads.
TEST(Neighborhood, StrideTwo) {
  expectNeighborhood("layout = [10], window = [4], stride = [2]",
                     {"####......", //
                      "####......", //
                      ".####.....", //
                      ".####.....", //
                      "...####...", //
                      "...####...", //
                      ".....####.", //
                      ".....####.", //
                      "......####", //
                      "......####"});
}

TEST(Neighborhood, OddWindow) {
  expectNeighborhood("layout = [9], window = [5]", {"#####....", //
                                                    "#####....", //
                                                    "#####....", //
                                                    ".#####...", //
                                                    "..#####..", //
                                                    "...#####.", //
                                                    "....#####", //
                                                    "....#####", //
                                                    "....#####"});
}

// Even window: two keys on the left, one on the right.
TEST(Neighborhood, EvenWindow) {
  expectNeighborhood("layout = [9], window = [4]", {"####.....", //
                                                    "####.....", //
                                                    "####.....", //
                                                    ".####....", //
                                                    "..####...", //
                                                    "...####..", //
                                                    "....####.", //
                                                    ".....####", //
                                                    ".....####"});
}

TEST(Neighborhood, WindowOfOne) {
  expectNeighborhood("layout = [3], window = [1]", {"#..", //
                                                    ".#.", //
                                                    "..#"});
}

TEST(Neighborhood, WindowIsClamped) {
  expectNeighborhood("layout = [3], window = [9], stride = [2]", {"###", //
                                                                  "###", //
                                                                  "###"});
}

//===----------------------------------------------------------------------===//
// Neighborhood: causal
//===----------------------------------------------------------------------===//

// The last query of three leads, each ends at itself.
TEST(Neighborhood, CausalStride) {
  expectNeighborhood(
      "layout = [9], window = [4], stride = [3], causal = [true]",
      {"#........", //
       "##.......", //
       "###......", //
       "..##.....", //
       "..###....", //
       "..####...", //
       ".....##..", //
       ".....###.", //
       ".....####"});
}

// The last group is short: its leader is the last token.
TEST(Neighborhood, CausalStrideIsWindow) {
  expectNeighborhood(
      "layout = [10], window = [4], stride = [4], causal = [true]",
      {"#.........", //
       "##........", //
       "###.......", //
       "####......", //
       "....#.....", //
       "....##....", //
       "....###...", //
       "....####..", //
       "......###.", //
       "......####"});
}

// Both axes of 2x3 end at the query: no raster order.
TEST(Neighborhood, CausalOnBothAxes) {
  expectNeighborhood("layout = [2, 3], window = [2, 2], causal = [true, true]",
                     {"#.. ...", //
                      "##. ...", //
                      ".## ...", //
                      "#.. #..", //
                      "##. ##.", //
                      ".## .##"});
}

TEST(Neighborhood, CausalOnOneAxis) {
  expectNeighborhood("layout = [2, 3], window = [2, 2], causal = [true, false]",
                     {"##. ...", //
                      "##. ...", //
                      ".## ...", //
                      "##. ##.", //
                      "##. ##.", //
                      ".## .##"});
}

//===----------------------------------------------------------------------===//
// Neighborhood: dilation
//===----------------------------------------------------------------------===//

// Even tokens are a group of four, odd ones a group of three.
TEST(Neighborhood, DilationThatDoesNotDivide) {
  expectNeighborhood("layout = [7], window = [3], dilation = [2]",
                     {"#.#.#..", //
                      ".#.#.#.", //
                      "#.#.#..", //
                      ".#.#.#.", //
                      "..#.#.#", //
                      ".#.#.#.", //
                      "..#.#.#"});
}

// Stride groups are formed within the dilation group: 0, 2 | 4, 6.
TEST(Neighborhood, DilationAndStride) {
  expectNeighborhood("layout = [8], window = [2], stride = [2], dilation = [2]",
                     {"#.#.....", //
                      ".#.#....", //
                      "#.#.....", //
                      ".#.#....", //
                      "....#.#.", //
                      ".....#.#", //
                      "....#.#.", //
                      ".....#.#"});
}

TEST(Neighborhood, DilationAndCausal) {
  expectNeighborhood(
      "layout = [5], window = [2], dilation = [2], causal = [true]",
      {"#....", //
       ".#...", //
       "#.#..", //
       ".#.#.", //
       "..#.#"});
}

// Each group is shorter than the window.
TEST(Neighborhood, WindowIsClampedToTheGroup) {
  expectNeighborhood("layout = [5], window = [5], dilation = [2]", {"#.#.#", //
                                                                    ".#.#.", //
                                                                    "#.#.#", //
                                                                    ".#.#.", //
                                                                    "#.#.#"});
}

// Rows of four: a token sees its own row (window 1) and every other column.
TEST(Neighborhood, DilationOnOneAxis) {
  expectNeighborhood("layout = [2, 4], window = [1, 2], dilation = [1, 2]",
                     {"#.#. ....", //
                      ".#.# ....", //
                      "#.#. ....", //
                      ".#.# ....", //
                      ".... #.#.", //
                      ".... .#.#", //
                      ".... #.#.", //
                      ".... .#.#"});
}

//===----------------------------------------------------------------------===//
// Neighborhood: clip and wrap
//===----------------------------------------------------------------------===//

TEST(Neighborhood, Clip) {
  expectNeighborhood("layout = [6], window = [3], boundary = clip",
                     {"##....", //
                      "###...", //
                      ".###..", //
                      "..###.", //
                      "...###", //
                      "....##"});
}

// Leaders 1, 3, 5 and, clamped, 6.
TEST(Neighborhood, ClipEvenWindowWithStride) {
  expectNeighborhood(
      "layout = [7], window = [4], stride = [2], boundary = clip",
      {"###....", //
       "###....", //
       ".####..", //
       ".####..", //
       "...####", //
       "...####", //
       "....###"});
}

// A window of 9 is taken as 4, the axis: still cut off at the borders.
TEST(Neighborhood, ClipAfterClamp) {
  expectNeighborhood("layout = [4], window = [9], boundary = clip", {"##..", //
                                                                     "###.", //
                                                                     "####", //
                                                                     ".###"});
}

TEST(Neighborhood, Wrap) {
  expectNeighborhood("layout = [6], window = [3], boundary = wrap",
                     {"##...#", //
                      "###...", //
                      ".###..", //
                      "..###.", //
                      "...###", //
                      "#...##"});
}

TEST(Neighborhood, WrapEvenWindowWithStride) {
  expectNeighborhood(
      "layout = [7], window = [4], stride = [2], boundary = wrap",
      {"###...#", //
       "###...#", //
       ".####..", //
       ".####..", //
       "...####", //
       "...####", //
       "#...###"});
}

// The ring of even tokens and that of odd ones.
TEST(Neighborhood, WrapWithDilation) {
  expectNeighborhood(
      "layout = [6], window = [2], dilation = [2], boundary = wrap",
      {"#...#.", //
       ".#...#", //
       "#.#...", //
       ".#.#..", //
       "..#.#.", //
       "...#.#"});
}

TEST(Neighborhood, WrapOfAllKeys) {
  expectNeighborhood("layout = [3], window = [3], boundary = wrap", {"###", //
                                                                     "###", //
                                                                     "###"});
}

// What would come round from the other end lies in the future.
TEST(Neighborhood, WrapOnCausalAxis) {
  expectNeighborhood(
      "layout = [5], window = [2], causal = [true], boundary = wrap",
      {"#....", //
       "##...", //
       ".##..", //
       "..##.", //
       "...##"});
}
