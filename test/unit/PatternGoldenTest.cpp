//===- PatternGoldenTest.cpp - published patterns drawn by hand -----------===//
//
// What each op of PatternOps.td keeps, drawn from its definition by hand, for
// lengths that blocks do not divide. The compiler's predicate and the oracle's
// formula must both give the picture.
//
//===----------------------------------------------------------------------===//

#include "test/unit/OraclePicture.h"

using namespace attntest;

//===----------------------------------------------------------------------===//
// Blocks
//===----------------------------------------------------------------------===//

TEST(Blocked, LastBlockIsShort) {
  expectPattern("%m = attn.blocked block = 3", {"###.....", //
                                                "###.....", //
                                                "###.....", //
                                                "...###..", //
                                                "...###..", //
                                                "...###..", //
                                                "......##", //
                                                "......##"});
}

TEST(Blocked, FewerQueriesThanKeys) {
  expectPattern("%m = attn.blocked block = 2", {"##.....", //
                                                "##.....", //
                                                "..##..."});
}

TEST(BlockCausal, UpToTheEndOfTheBlock) {
  expectPattern("%m = attn.block_causal block = 4", {"####......", //
                                                     "####......", //
                                                     "####......", //
                                                     "####......", //
                                                     "########..", //
                                                     "########.."});
  expectPattern("%m = attn.block_causal block = 2", {"##.", //
                                                     "##.", //
                                                     "###", //
                                                     "###", //
                                                     "###"});
}

TEST(BlockWindow, OneBlockBefore) {
  expectPattern("%m = attn.block_window block = 3, left = 1, right = 0",
                {"###..........", //
                 "###..........", //
                 "###..........", //
                 "######.......", //
                 "######.......", //
                 "######.......", //
                 "...######....", //
                 "...######....", //
                 "...######....", //
                 "......######.", //
                 "......######.", //
                 "......######.", //
                 ".........####"});
}

TEST(BlockWindow, OneBound) {
  expectPattern("%m = attn.block_window block = 4, left = 0", {"######", //
                                                               "######", //
                                                               "######", //
                                                               "######", //
                                                               "....##", //
                                                               "....##"});
  expectPattern("%m = attn.block_window block = 2, right = 1", {"####...", //
                                                                "####...", //
                                                                "######."});
}

//===----------------------------------------------------------------------===//
// Stripes
//===----------------------------------------------------------------------===//

// Blocks of two tokens, every third from block 0 on.
static const Picture headZero = {"#............", //
                                 "##...........", //
                                 "###..........", //
                                 "####.........", //
                                 "##..#........", //
                                 "##..##.......", //
                                 "##....#......", //
                                 "##....##.....", //
                                 "##....###....", //
                                 "##....####...", //
                                 "##....##..#..", //
                                 "##....##..##.", //
                                 "##....##....#"};

// The same from block 2 on.
static const Picture headOne = {"#............", //
                                "##...........", //
                                "..#..........", //
                                "..##.........", //
                                "....#........", //
                                "....##.......", //
                                "....###......", //
                                "....####.....", //
                                "....##..#....", //
                                "....##..##...", //
                                "....##....#..", //
                                "....##....##.", //
                                "....##....###"};

TEST(Strided, SlidesWithTheHead) {
  const std::string dkernel = "%m = attn.strided block = 2, local = 1, "
                              "stride = 3";
  expectPattern(dkernel, headZero, {0, 3});
  expectPattern(dkernel, headOne, {1, 3});
}

// The offset 1 of Phi-3 and vLLM is one head further.
TEST(Strided, OffsetOfPhi3) {
  const std::string phi3 = "%m = attn.strided block = 2, local = 1, "
                           "stride = 3, offset = 1";
  expectPattern(phi3, headOne, {0, 3});
  expectPattern(phi3, headZero, {2, 3});
}

TEST(Strided, HeadStep) {
  // One pattern for all heads.
  expectPattern("%m = attn.strided block = 2, local = 1, stride = 3, "
                "head_step = 0",
                headZero, {2, 3});
  // Head 2 of 3 is at 2 * floor(8 / 3); 4 more make it a multiple of 8.
  expectPattern("%m = attn.strided block = 1, local = 1, stride = 8",
                {"#......", //
                 ".#.....", //
                 "..#....", //
                 "...#...", //
                 "....#..", //
                 "....##.", //
                 "....#.#"},
                {2, 3});
}

static const Picture kvHeadZero = {"#........", //
                                   "##.......", //
                                   "#.#......", //
                                   "#..#.....", //
                                   "#...#....", //
                                   "#...##...", //
                                   "#...#.#..", //
                                   "#...#..#.", //
                                   "#...#...#"};

static const Picture kvHeadOne = {"#........", //
                                  ".#.......", //
                                  "..#......", //
                                  "...#.....", //
                                  "...##....", //
                                  "...#.#...", //
                                  "...#..#..", //
                                  "...#...#.", //
                                  "...#...##"};

static const Picture causal = {"#........", //
                               "##.......", //
                               "###......", //
                               "####.....", //
                               "#####....", //
                               "######...", //
                               "#######..", //
                               "########.", //
                               "#########"};

TEST(Strided, ByKvHead) {
  const std::string text = "%m = attn.strided block = 1, local = 1, "
                           "stride = 4, by_kv_head";
  expectPattern(text, kvHeadZero, {0, 4, 2});
  expectPattern(text, kvHeadZero, {1, 4, 2});
  expectPattern(text, kvHeadOne, {2, 4, 2});
  expectPattern(text, kvHeadOne, {3, 4, 2});
}

TEST(Strided, DenseHeads) {
  const std::string text = "%m = attn.strided block = 1, local = 1, "
                           "stride = 4, dense_heads = 1";
  expectPattern(text, kvHeadOne, {1, 4, 2});
  expectPattern(text, causal, {3, 4, 2});
  expectPattern(text + ", by_kv_head", kvHeadZero, {1, 4, 2});
  expectPattern(text + ", by_kv_head", causal, {2, 4, 2});
  expectPattern("%m = attn.strided block = 1, local = 0, stride = 9, "
                "right = 0, dense_heads = 5",
                {"###", "###"}, {0, 2});
}

TEST(Strided, BothWays) {
  expectPattern("%m = attn.strided block = 1, local = 2, right = 2, "
                "stride = 5",
                {"##...#...", //
                 "###..#...", //
                 "####.#...", //
                 "#.####...", //
                 "#..###...", //
                 "#...###..", //
                 "#....###.", //
                 "#....####", //
                 "#....#.##"});
}

// Distances 0 and 1, then 4 and 7 to the left and 3 and 6 to the right.
TEST(Strided, Relative) {
  expectPattern("%m = attn.strided block = 1, local = 2, right = 1, "
                "stride = 3, relative",
                {"#..#..#..", //
                 "##..#..#.", //
                 ".##..#..#", //
                 "..##..#..", //
                 "#..##..#.", //
                 ".#..##..#", //
                 "..#..##..", //
                 "#..#..##.", //
                 ".#..#..##"});
}

// Phi-3-small at 8192 tokens: of the last of 128 blocks 30 are left, of all
// causal ones about a third.
TEST(Strided, DensityOfPhi3) {
  MaskText mask("%m = attn.strided block = 1, local = 16, stride = 8, "
                "offset = 1");
  for (int64_t head : {0, 1, 7, 31}) {
    Picture picture = mask.draw(128, 128, Lengths::Static, {head, 32, 8});
    EXPECT_EQ(countPairs({picture.back()}), 30);
    EXPECT_NEAR(countPairs(picture) / (128 * 129 / 2.), 0.33, 0.01);
    EXPECT_EQ(picture, drawOracle(mask, 128, 128, {head, 32, 8}));
  }
}

TEST(Slash, Tokens) {
  expectPattern("%m = attn.slash stride = 3", {"#..#..#", //
                                               ".#..#..", //
                                               "..#..#.", //
                                               "#..#..#", //
                                               ".#..#.."});
}

TEST(Slash, Blocks) {
  expectPattern("%m = attn.slash stride = 3, block = 2, offset = 1",
                {"..##....##.", //
                 "..##....##.", //
                 "....##....#", //
                 "....##....#", //
                 "##....##..."});
}

TEST(Summary, LastKeysOfSegments) {
  expectPattern("%m = attn.summary segment = 5, count = 2",
                {"...##...##...", "...##...##..."});
}

TEST(Summary, SlicesOfHeads) {
  const std::string text = "%m = attn.summary segment = 5, count = 2, "
                           "slices = 2";
  expectPattern(text, {"...##...##..."}, {0, 3});
  expectPattern(text, {".##...##...##"}, {1, 3});
  expectPattern(text, {"...##...##..."}, {2, 3});
}

// The fixed pattern of the Sparse Transformer in whole.
TEST(Summary, SparseTransformer) {
  expectPattern("%c = attn.causal\n"
                "%b = attn.blocked block = 4\n"
                "%s = attn.summary segment = 4, count = 1\n"
                "%u = attn.or %b, %s\n"
                "%m = attn.and %u, %c",
                {"#..........", //
                 "##.........", //
                 "###........", //
                 "####.......", //
                 "...##......", //
                 "...###.....", //
                 "...####....", //
                 "...#####...", //
                 "...#...##..", //
                 "...#...###.", //
                 "...#...####"});
}

//===----------------------------------------------------------------------===//
// Powers of two
//===----------------------------------------------------------------------===//

TEST(PowerOfTwo, LogSparse) {
  expectPattern("%m = attn.power_of_two", {"#............", //
                                           "##...........", //
                                           "###..........", //
                                           ".###.........", //
                                           "#.###........", //
                                           ".#.###.......", //
                                           "..#.###......", //
                                           "...#.###.....", //
                                           "#...#.###....", //
                                           ".#...#.###...", //
                                           "..#...#.###..", //
                                           "...#...#.###.", //
                                           "....#...#.###"});
}

TEST(PowerOfTwo, Restart) {
  expectPattern("%m = attn.power_of_two restart = 5", {"#.......", //
                                                       "##......", //
                                                       "###.....", //
                                                       ".###....", //
                                                       "#.###...", //
                                                       ".....#..", //
                                                       ".....##.", //
                                                       ".....###"});
}

TEST(PowerOfTwo, Blocks) {
  expectPattern("%m = attn.power_of_two block = 2", {"##.....", //
                                                     "##.....", //
                                                     "####...", //
                                                     "####...", //
                                                     "######.", //
                                                     "######.", //
                                                     "..#####"});
}

// At 32K tokens, 128 blocks, the last has a window of 5, the sink, and blocks
// 8, 16, 32 and 64 before it; at 128K there are 12 blocks in a row.
TEST(PowerOfTwo, PowerAttention) {
  MaskText mask("%w = attn.window left = 4\n"
                "%p = attn.power_of_two\n"
                "%s = attn.sinks 1\n"
                "%c = attn.causal\n"
                "%u = attn.or %w, %p, %s\n"
                "%m = attn.and %u, %c");
  std::string last(128, '.');
  for (int64_t block : {0, 63, 95, 111, 119, 123, 124, 125, 126, 127})
    last[block] = '#';
  EXPECT_EQ(mask.draw(128, 128, Lengths::Static).back(), last);
  EXPECT_EQ(drawOracle(mask, 128, 128).back(), last);
  EXPECT_EQ(countPairs({drawOracle(mask, 512, 512).back()}), 12);
  EXPECT_EQ(countPairs({mask.draw(512, 512, Lengths::Static).back()}), 12);
}

TEST(Fenwick, Levels) {
  expectPattern("%m = attn.fenwick level = 0", {".....", //
                                                "#....", //
                                                ".....", //
                                                "..#..", //
                                                "....."});
  expectPattern("%m = attn.fenwick level = 2", {"....", //
                                                "....", //
                                                "....", //
                                                "....", //
                                                "#...", //
                                                "#...", //
                                                "#...", //
                                                "#...", //
                                                "....", //
                                                "....", //
                                                "....", //
                                                "....", //
                                                "..#."});
}

// Over all levels the regions of query i are a partition of [0, i).
TEST(Fenwick, PartitionsThePast) {
  constexpr int64_t tokens = 21;
  std::vector<std::vector<int>> owners(tokens, std::vector<int>(tokens));
  for (int64_t level = 0; level < 5; ++level) {
    int64_t size = int64_t(1) << level;
    MaskText mask("%m = attn.fenwick level = " + std::to_string(level));
    Picture picture =
        mask.draw(tokens, (tokens + size - 1) / size, Lengths::Static);
    for (int64_t i = 0; i < tokens; ++i)
      for (size_t r = 0; r < picture[i].size(); ++r)
        for (int64_t j = r * size; j < int64_t(r + 1) * size; ++j)
          if (picture[i][r] == '#')
            ++owners[i].at(j);
  }
  for (int64_t i = 0; i < tokens; ++i)
    for (int64_t j = 0; j < tokens; ++j)
      EXPECT_EQ(owners[i][j], j < i) << "query " << i << ", key " << j;
}

//===----------------------------------------------------------------------===//
// Dilated segments
//===----------------------------------------------------------------------===//

TEST(DilatedSegments, LongNet) {
  const std::string text = "%m = attn.dilated_segments segments = [4, 8], "
                           "rates = [1, 2]";
  expectPattern(text,
                {"#####.#......", //
                 "####.........", //
                 "#####.#......", //
                 "####.........", //
                 "#.#.####.....", //
                 "....####.....", //
                 "#.#.####.....", //
                 "....####.....", //
                 "........#####", //
                 "........####.", //
                 "........#####", //
                 "........####.", //
                 "........#.#.#"},
                {0, 2});
  expectPattern(text,
                {"####.........", //
                 "####.#.#.....", //
                 "####.........", //
                 "####.#.#.....", //
                 "....####.....", //
                 ".#.#####.....", //
                 "....####.....", //
                 ".#.#####.....", //
                 "........####.", //
                 "........####.", //
                 "........####.", //
                 "........####.", //
                 "............#"},
                {1, 2});
}

TEST(DilatedSegments, OffsetOfTheHead) {
  const Picture even = {"#.#.#..", //
                        ".......", //
                        "#.#.#..", //
                        ".......", //
                        "#.#.#..", //
                        ".....#.", //
                        "......."};
  const Picture odd = {".......", //
                       ".#.#...", //
                       ".......", //
                       ".#.#...", //
                       ".......", //
                       ".......", //
                       "......#"};
  const std::string text = "%m = attn.dilated_segments segments = [5], "
                           "rates = [2]";
  for (int64_t head = 0; head < 4; ++head) {
    expectPattern(text, head % 2 ? odd : even, {head, 4});
    expectPattern(text + ", grouped_heads", head / 2 ? odd : even, {head, 4});
  }
}

// Positions 0 and 3 of each segment.
TEST(DilatedSegments, RateThatDoesNotDivide) {
  expectPattern("%m = attn.dilated_segments segments = [4], rates = [3]",
                {"#..#.....", //
                 ".........", //
                 ".........", //
                 "#..#.....", //
                 "....#..#.", //
                 ".........", //
                 ".........", //
                 "....#..#.", //
                 "........#"});
}

TEST(XorSegments, Pairs) {
  expectPattern("%m = attn.xor_segments block = 1, segments = [2, 4], "
                "rates = [1, 2]",
                {"###........", //
                 "##.........", //
                 "#.##.......", //
                 "..##.......", //
                 "....###....", //
                 "....##.....", //
                 "....#.##...", //
                 "......##...", //
                 "........###", //
                 "........##.", //
                 "........#.#"});
}

// The rule as it is published, on bits, over 150 blocks.
TEST(XorSegments, RuleOfPowerAttention) {
  constexpr int64_t tokens = 150;
  MaskText mask("%m = attn.xor_segments block = 1, "
                "segments = [8, 16, 32, 64, 128], rates = [1, 2, 4, 8, 16]");
  Picture expected(tokens, std::string(tokens, '.'));
  for (int64_t i = 0; i < tokens; ++i)
    for (int64_t j = 0; j < tokens; ++j) {
      int64_t x = i ^ j, o = i | j;
      if (x < 8 || (x < 16 && (o & 1) == 0) || (x < 32 && (o & 3) == 0) ||
          (x < 64 && (o & 7) == 0) || (x < 128 && (o & 15) == 0))
        expected[i][j] = '#';
    }
  EXPECT_EQ(mask.draw(tokens, tokens, Lengths::Static), expected);
  EXPECT_EQ(drawOracle(mask, tokens, tokens), expected);
}
