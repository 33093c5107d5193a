//===- TableGoldenTest.cpp - masks with tables, drawn by hand -------------===//
//
// What each op of TableOps.td keeps, and the published masks that are made of
// them. The compiler's predicate and the oracle's formula must both give the
// picture.
//
//===----------------------------------------------------------------------===//

#include "test/unit/OraclePicture.h"

using namespace attntest;

//===----------------------------------------------------------------------===//
// Blocks and heads
//===----------------------------------------------------------------------===//

// Rows and columns beyond the map are empty.
TEST(BlockMap, Blocks) {
  expectPattern("%m = attn.block_map block = [2, 3], "
                "map = dense<[[1, 0], [0, 1], [1, 1]]> : tensor<3x2xi8>",
                {"###.....", //
                 "###.....", //
                 "...###..", //
                 "...###..", //
                 "######..", //
                 "######..", //
                 "........"});
}

TEST(BlockMap, Heads) {
  const std::string text = "%m = attn.block_map block = [4, 2], "
                           "map = dense<[[[1, 0]], [[0, -1]]]> : "
                           "tensor<2x1x2xi32>";
  expectPattern(text, {"##...", "##..."}, {0, 2});
  expectPattern(text, {"..##.", "..##."}, {1, 2});
  // Heads that share a map follow each other, as those of a kv head do.
  expectPattern(text, {"##...", "##..."}, {1, 4});
  expectPattern(text, {"..##.", "..##."}, {2, 4});
}

TEST(BlockMap, Offsets) {
  expectPattern("%m = attn.block_map query_offsets = [0, 1, 4], "
                "key_offsets = [0, 3, 5, 6], "
                "map = dense<[[true, false, true], [false, true, false]]> : "
                "tensor<2x3xi1>",
                {"###..#.", //
                 "...##..", //
                 "...##..", //
                 "...##..", //
                 "......."});
}

// So few blocks that no draw is left to chance: of five, the first, the last
// and the neighbours are out.
TEST(RandomBlocks, FewerThanAskedFor) {
  for (std::string seed : {"0", "5"})
    expectPattern("%m = attn.random_blocks block = 2, blocks = 5, count = 3, "
                  "seed = " +
                      seed,
                  {"....####...", //
                   "....####...", //
                   "......##...", //
                   "......##...", //
                   "...........", //
                   "...........", //
                   "..##.......", //
                   "..##.......", //
                   "..####.....", //
                   "..####.....", //
                   "..........."});
}

TEST(RandomBlocks, DrawnAsBigBirdDoes) {
  constexpr int64_t blocks = 20, count = 3, heads = 4;
  std::vector<Picture> pictures;
  MaskText mask("%m = attn.random_blocks block = 1, blocks = 20, count = 3, "
                "heads = 4, seed = 7");
  for (int64_t head = 0; head < heads; ++head) {
    pictures.push_back(
        mask.draw(blocks, blocks, Lengths::Static, {head, heads}));
    for (int64_t ib = 0; ib < blocks; ++ib) {
      const std::string &row = pictures.back()[ib];
      EXPECT_EQ(std::count(row.begin(), row.end(), '#'), count);
      for (int64_t jb = 0; jb < blocks; ++jb) {
        bool isTaken = jb == 0 || jb == blocks - 1 || std::abs(ib - jb) <= 1;
        EXPECT_FALSE(isTaken && row[jb] == '#')
            << "row " << ib << ", block " << jb;
      }
    }
    EXPECT_EQ(pictures.back(), drawOracle(mask, blocks, blocks, {head, heads}));
  }
  for (int64_t head = 1; head < heads; ++head)
    EXPECT_NE(pictures[head], pictures[0]);
  // Heads may share blocks; another seed draws others.
  EXPECT_EQ(mask.draw(blocks, blocks, Lengths::Static, {5, 8}), pictures[2]);
  MaskText other("%m = attn.random_blocks block = 1, blocks = 20, count = 3, "
                 "heads = 4, seed = 8");
  EXPECT_NE(other.draw(blocks, blocks, Lengths::Static, {0, heads}),
            pictures[0]);
}

TEST(PerHead, GroupsOfHeads) {
  const std::string text = "%a = attn.causal\n"
                           "%b = attn.sinks 1\n"
                           "%m = attn.per_head %a, %b";
  const Picture causal = {"#..", "##.", "###"}, sink = {"#..", "#..", "#.."};
  expectPattern(text, causal, {0, 4});
  expectPattern(text, causal, {1, 4});
  expectPattern(text, sink, {2, 4});
  expectPattern(text, sink, {3, 4});
}

TEST(PerHead, OfOneMask) {
  expectPattern("%a = attn.causal\n%m = attn.per_head %a", {"#.", "##"},
                {2, 3});
}

// Heads may have one mask twice, and stacks may be parts of others.
TEST(PerHead, Nested) {
  const std::string text = "%a = attn.causal\n"
                           "%b = attn.sinks 1\n"
                           "%n = attn.per_head %b, %a\n"
                           "%m = attn.per_head %a, %n";
  expectPattern(text, {"#..", "##."}, {0, 4});
  expectPattern(text, {"#..", "##."}, {1, 4});
  expectPattern(text, {"#..", "##."}, {2, 4});
  expectPattern("%a = attn.sinks 2\n"
                "%b = attn.sinks 1\n"
                "%n = attn.per_head %b, %a\n"
                "%m = attn.or %n, %b",
                {"#..", "#.."}, {0, 2});
}

// 9 keys are 5 blocks of 2. Two blocks, then floor(1 + 5 / 2) = 3, then
// floor(-4 + 5 / 2) = -2, which is 1.
TEST(HeadWindow, WidthOfTheHead) {
  const std::string text = "%m = attn.head_window block = 2, "
                           "alpha = [4, 3, -7], beta = [0, 1, 1], "
                           "denominator = 2";
  const Picture two = {"##.......", //
                       "##.......", //
                       "####.....", //
                       "####.....", //
                       "..####...", //
                       "..####...", //
                       "....####.", //
                       "....####.", //
                       "......###"};
  expectPattern(text, two, {0, 6});
  expectPattern(text,
                {"##.......", //
                 "##.......", //
                 "####.....", //
                 "####.....", //
                 "######...", //
                 "######...", //
                 "..######.", //
                 "..######.", //
                 "....#####"},
                {3, 6});
  expectPattern(text,
                {"##.......", //
                 "##.......", //
                 "..##.....", //
                 "..##.....", //
                 "....##...", //
                 "....##...", //
                 "......##.", //
                 "......##.", //
                 "........#"},
                {5, 6});
  expectPattern(text, two, {1, 6});
}

// The width follows the number of keys: floor(1 / 2 * 5) = 2 here, and
// floor(1 / 2 * 3) = 1.
TEST(HeadWindow, GrowsWithTheKeys) {
  const std::string text = "%m = attn.head_window block = 1, alpha = [0], "
                           "beta = [1], denominator = 2";
  expectPattern(text, {"#....", "##...", ".##.."});
  expectPattern(text, {"#..", ".#.", "..#"});
}

//===----------------------------------------------------------------------===//
// Documents: 0 to 2, none, 3 to 6, and 7
//===----------------------------------------------------------------------===//

static const Tables documents = {{0, 3, 3, 7, 8}};

TEST(Document, OwnDocument) {
  expectPattern("%m = attn.document %t0 : tensor<?xi32>",
                {"###.....", //
                 "###.....", //
                 "###.....", //
                 "...####.", //
                 "...####.", //
                 "...####.", //
                 "...####.", //
                 ".......#"},
                {}, documents);
}

TEST(Document, Prefix) {
  expectPattern("%m = attn.document %t0, prefix = 2 : tensor<?xi32>",
                {"##......", //
                 "##......", //
                 "##......", //
                 "...##...", //
                 "...##...", //
                 "...##...", //
                 "...##...", //
                 ".......#"},
                {}, documents);
  expectPattern("%m = attn.document %t0, prefix = 0 : tensor<?xi32>",
                {"..", ".."}, {}, {{0, 2}});
}

TEST(Document, OneAndMany) {
  expectPattern("%m = attn.document %t0 : tensor<?xi32>", {"##", "##"}, {},
                {{0, 2}});
  expectPattern("%m = attn.document %t0 : tensor<?xi32>", {"#.", ".#"}, {},
                {{0, 0, 1, 2, 2, 2}});
}

static void expectKeysOf(const std::string &index, const std::string &row,
                         const Tables &offsets) {
  expectPattern("%m = attn.document_keys %t0, index = " + index +
                    " : tensor<?xi32>",
                Picture(row.size(), row), {}, offsets);
  Picture rows;
  for (char isKept : row)
    rows.push_back(std::string(row.size(), isKept));
  expectPattern("%m = attn.document_queries %t0, index = " + index +
                    " : tensor<?xi32>",
                rows, {}, offsets);
}

TEST(DocumentKeys, IndexFromEitherEnd) {
  expectKeysOf("0", "###.....", documents);
  expectKeysOf("1", "........", documents);
  expectKeysOf("2", "...####.", documents);
  expectKeysOf("4", "........", documents);
  expectKeysOf("-1", ".......#", documents);
  expectKeysOf("-2", "...####.", documents);
  expectKeysOf("-3", "........", documents);
  expectKeysOf("-4", "###.....", documents);
  expectKeysOf("-5", "........", documents);
}

// The last document counts although it is empty.
TEST(DocumentKeys, EmptyAtTheEnds) {
  const Tables offsets = {{0, 0, 3, 5, 5, 5}};
  expectKeysOf("0", ".....", offsets);
  expectKeysOf("1", "###..", offsets);
  expectKeysOf("-1", ".....", offsets);
  expectKeysOf("-2", ".....", offsets);
  expectKeysOf("-3", "...##", offsets);
  expectKeysOf("-5", ".....", offsets);
}

//===----------------------------------------------------------------------===//
// Rows and tokens
//===----------------------------------------------------------------------===//

TEST(RowBounds, EachRow) {
  expectPattern("%m = attn.row_bounds %t0, %t1 : tensor<?xi32>, tensor<?xi32>",
                {"##...", //
                 ".####", //
                 ".....", //
                 "..##."},
                {}, {{0, 1, 3, 2}, {2, 5, 3, 4}});
}

// 0 has the children 1 and 4, 1 has 2 and 3, 4 has 5; 6 is a tree of its own.
TEST(Tree, Ancestors) {
  expectPattern("%m = attn.tree %t0 : tensor<?xi32>",
                {"#......", //
                 "##.....", //
                 "###....", //
                 "##.#...", //
                 "#...#..", //
                 "#...##.", //
                 "......#"},
                {}, {{6, 4, 3, 4, 6, 6, 7}});
}

TEST(Tokens, KeysAndQueries) {
  expectPattern("%m = attn.tokens %t0 : tensor<?xi32>", {".#.#.", ".#.#."}, {},
                {{0, 2, 0, -1, 0}});
  expectPattern("%m = attn.tokens %t0, queries : tensor<?xi32>",
                {"...", //
                 "###", //
                 "...", //
                 "###"},
                {}, {{0, 2, 0, -1}});
}

// Longformer: a window and global tokens that only a run knows.
TEST(Tokens, Longformer) {
  expectPattern("%w = attn.window left = 1, right = 1\n"
                "%k = attn.tokens %t0 : tensor<?xi32>\n"
                "%q = attn.tokens %t0, queries : tensor<?xi32>\n"
                "%m = attn.or %w, %k, %q",
                {"##.#.", //
                 "####.", //
                 ".###.", //
                 "#####", //
                 "...##"},
                {}, {{0, 0, 0, 1, 0}});
}

//===----------------------------------------------------------------------===//
// The static masks of LongCA-bench (arXiv 2510.17896)
//===----------------------------------------------------------------------===//

static const Tables packed = {{0, 3, 5, 8}};

static const std::string causalDocument =
    "%d = attn.document %t0 : tensor<?xi32>\n"
    "%c = attn.causal\n"
    "%a = attn.and %d, %c\n";

TEST(LongCA, Regular) {
  expectPattern("%m = attn.full", {"####", "####", "####", "####"});
  expectPattern("%m = attn.causal", {"#...", "##..", "###.", "####"});
  expectPattern("%m = attn.window left = 1, right = 1",
                {"##..", "###.", ".###", "..##"});
  expectPattern("%m = attn.window left = 1, right = 0",
                {"#...", "##..", ".##.", "..##"});
}

TEST(LongCA, Documents) {
  expectPattern("%m = attn.document %t0 : tensor<?xi32>",
                {"###.....", //
                 "###.....", //
                 "###.....", //
                 "...##...", //
                 "...##...", //
                 ".....###", //
                 ".....###", //
                 ".....###"},
                {}, packed);
  expectPattern(causalDocument + "%m = attn.and %a, %a",
                {"#.......", //
                 "##......", //
                 "###.....", //
                 "...#....", //
                 "...##...", //
                 ".....#..", //
                 ".....##.", //
                 ".....###"},
                {}, packed);
}

TEST(LongCA, SharedQuestion) {
  expectPattern(causalDocument +
                    "%k = attn.document_keys %t0, index = 0 : tensor<?xi32>\n"
                    "%q = attn.document_queries %t0, index = 0 : "
                    "tensor<?xi32>\n"
                    "%n = attn.not %q\n"
                    "%b = attn.and %k, %n\n"
                    "%m = attn.or %a, %b",
                {"#.......", //
                 "##......", //
                 "###.....", //
                 "####....", //
                 "#####...", //
                 "###..#..", //
                 "###..##.", //
                 "###..###"},
                {}, packed);
}

TEST(LongCA, GlobalSlidingWindow) {
  expectPattern("%w = attn.window left = 1, right = 1\n"
                "%g = attn.global [0, 1]\n"
                "%m = attn.or %w, %g",
                {"########", //
                 "########", //
                 "####....", //
                 "#####...", //
                 "##.###..", //
                 "##..###.", //
                 "##...###", //
                 "##....##"});
}

TEST(LongCA, CausalBlockwise) {
  expectPattern(causalDocument +
                    "%q = attn.document_queries %t0, index = -1 : "
                    "tensor<?xi32>\n"
                    "%k = attn.document_keys %t0, index = -1 : tensor<?xi32>\n"
                    "%n = attn.not %k\n"
                    "%b = attn.and %q, %n\n"
                    "%m = attn.or %a, %b",
                {"#.......", //
                 "##......", //
                 "###.....", //
                 "...#....", //
                 "...##...", //
                 "######..", //
                 "#######.", //
                 "########"},
                {}, packed);
}

TEST(LongCA, PrefixCausal) {
  expectPattern("%c = attn.causal\n"
                "%s = attn.sinks 3\n"
                "%m = attn.or %c, %s",
                {"###..", //
                 "###..", //
                 "###..", //
                 "####.", //
                 "#####"});
}

TEST(LongCA, PrefixDocument) {
  expectPattern("%d = attn.document %t0 : tensor<?xi32>\n"
                "%p = attn.document %t0, prefix = 2 : tensor<?xi32>\n"
                "%c = attn.causal\n"
                "%u = attn.or %p, %c\n"
                "%m = attn.and %d, %u",
                {"##......", //
                 "##......", //
                 "###.....", //
                 "...##...", //
                 "...##...", //
                 ".....##.", //
                 ".....##.", //
                 ".....###"},
                {}, packed);
}

// Documents of whole blocks of two tokens.
TEST(LongCA, BlockCausalDocument) {
  expectPattern("%d = attn.document %t0 : tensor<?xi32>\n"
                "%b = attn.block_causal block = 2\n"
                "%m = attn.and %d, %b",
                {"##......", //
                 "##......", //
                 "..##....", //
                 "..##....", //
                 "..####..", //
                 "..####..", //
                 "..######", //
                 "..######"},
                {}, {{0, 2, 8}});
}
