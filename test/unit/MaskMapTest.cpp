//===- MaskMapTest.cpp - maps against a look at every pair ----------------===//

#include "tools/attn-explain/MaskMap.h"

#include "test/unit/MaskPicture.h"

#include <random>

using attnexplain::Cover;
using attnexplain::Interval;
using attnexplain::MapGrid;
using attnexplain::MaskMap;
using attntest::MaskText;
using attntest::Picture;

namespace {

struct Subject {
  const char *text;
  int64_t length;
};

const Subject kSubjects[] = {
    {"%m = attn.full", 30},
    {"%m = attn.empty", 30},
    {"%m = attn.causal", 97},
    {"%m = attn.window left = 5, right = 3", 130},
    {"%w = attn.window left = 9, right = 0\n"
     "%s = attn.sinks 3\n"
     "%u = attn.or %w, %s\n"
     "%c = attn.causal\n"
     "%m = attn.and %u, %c",
     120},
    {"%c = attn.causal\n%m = attn.not %c", 64},
    {"%m = attn.global [3, 77]", 100},
    {"%m = attn.blocked block = 16", 100},
    {"%m = attn.slash stride = 7", 90},
    {"%m = attn.power_of_two block = 4", 128},
    {"%m = attn.fenwick level = 2", 100},
    {"%m = attn.neighborhood layout = [9, 11], window = [5, 4]", 99},
    {"%m = attn.neighborhood layout = [4, 5, 6], window = [2, 3, 4], "
     "stride = [2, 1, 2]",
     120},
    {"%m = attn.neighborhood layout = [12, 10], window = [3, 3], "
     "dilation = [2, 3]",
     120},
};

MapGrid draw(MaskText &mask, int64_t length, Interval queries, Interval keys,
             int64_t rows, int64_t columns) {
  return MaskMap(mask.getMask(), {length, length})
      .draw(queries, keys, rows, columns);
}

/// What a cell is by all its pairs.
Cover coverOf(const Picture &picture, Interval queries, Interval keys) {
  int64_t kept = 0, pairs = 0;
  for (int64_t i = queries.lo; i < queries.hi; ++i)
    for (int64_t j = keys.lo; j < keys.hi; ++j, ++pairs)
      kept += picture[i][j] == '#';
  return kept == 0       ? Cover::Empty
         : kept == pairs ? Cover::Full
                         : Cover::Partial;
}

/// Every cell is what its pairs say; a large one may be partial unproven.
void expectRight(const MapGrid &grid, const Picture &picture,
                 const char *text) {
  int64_t unproven = 0;
  for (int64_t row = 0; row < grid.rows; ++row)
    for (int64_t column = 0; column < grid.columns; ++column) {
      Interval queries = grid.rowQueries(row), keys = grid.columnKeys(column);
      ASSERT_LT(queries.lo, queries.hi);
      ASSERT_LT(keys.lo, keys.hi);
      Cover expected = coverOf(picture, queries, keys);
      Cover got = grid.at(row, column);
      int64_t pairs = (queries.hi - queries.lo) * (keys.hi - keys.lo);
      if (got == expected)
        continue;
      EXPECT_EQ(got, Cover::Partial) << text;
      EXPECT_GT(pairs, MaskMap::kExactPairs) << text;
      ++unproven;
    }
  EXPECT_LE(unproven, grid.undecided) << text;
}

TEST(MaskMapTest, RandomCellsAreRight) {
  std::mt19937 random(7);
  auto below = [&](int64_t limit) -> int64_t { return random() % limit; };
  for (const Subject &subject : kSubjects) {
    MaskText mask(subject.text);
    ASSERT_TRUE(mask.getMask()) << subject.text;
    int64_t n = subject.length;
    Picture picture = mask.draw(n, n, attntest::Lengths::Static);
    for (int trial = 0; trial < 40; ++trial) {
      Interval queries{below(n), 0}, keys{below(n), 0};
      queries.hi = queries.lo + 1 + below(n - queries.lo);
      keys.hi = keys.lo + 1 + below(n - keys.lo);
      expectRight(draw(mask, n, queries, keys, 1 + below(20), 1 + below(20)),
                  picture, subject.text);
    }
  }
}

TEST(MaskMapTest, CoversTheWindowOnce) {
  MaskText mask("%m = attn.causal");
  MapGrid grid = draw(mask, 100, {3, 40}, {7, 100}, 10, 64);
  EXPECT_EQ(grid.rows, 10);
  EXPECT_EQ(grid.columns, 64);
  EXPECT_FALSE(grid.isExact());
  int64_t query = 3, key = 7;
  for (int64_t row = 0; row < grid.rows; query = grid.rowQueries(row++).hi)
    EXPECT_EQ(grid.rowQueries(row).lo, query);
  for (int64_t c = 0; c < grid.columns; key = grid.columnKeys(c++).hi)
    EXPECT_EQ(grid.columnKeys(c).lo, key);
  EXPECT_EQ(query, 40);
  EXPECT_EQ(key, 100);
}

TEST(MaskMapTest, HasNoCellsWithoutPairs) {
  MaskText mask("%m = attn.causal");
  EXPECT_TRUE(draw(mask, 5, {0, 5}, {0, 5}, 64, 64).isExact());
  MapGrid none = draw(mask, 5, {2, 2}, {0, 5}, 64, 64);
  EXPECT_EQ(none.rows, 0);
  EXPECT_TRUE(none.cells.empty());
}

TEST(MaskMapTest, NoMaskIsFull) {
  MapGrid grid =
      MaskMap(mlir::Value(), {1000, 1000}).draw({0, 1000}, {0, 1000}, 3, 3);
  for (Cover cover : grid.cells)
    EXPECT_EQ(cover, Cover::Full);
}

TEST(MaskMapTest, HeadsHaveTheirOwn) {
  MaskText mask("%f = attn.full\n%e = attn.empty\n%m = attn.per_head %f, %e");
  ASSERT_TRUE(mask.getMask());
  for (int64_t head : {0, 1, 2, 3}) {
    MaskMap map(mask.getMask(), {64, 64, 4, 4}, head);
    EXPECT_TRUE(map.dependsOnHead());
    EXPECT_EQ(map.draw({0, 64}, {0, 64}, 1, 1).cells[0],
              head < 2 ? Cover::Full : Cover::Empty);
  }
}

/// No pair is on two diagonals, which intervals do not tell; a few pairs are
/// kept at the far end. What takes too long to find out is not guessed.
TEST(MaskMapTest, UnprovenCellsArePartial) {
  int64_t n = int64_t(1) << 16;
  MaskText mask("%a = attn.slash stride = 1024, offset = 3\n"
                "%b = attn.slash stride = 1024, offset = 9\n"
                "%both = attn.and %a, %b\n"
                "%g = attn.global [60000]\n"
                "%l = attn.blocked block = 64\n"
                "%few = attn.and %g, %l\n"
                "%m = attn.or %both, %few");
  MapGrid grid = draw(mask, n, {0, n}, {0, n}, 1, 1);
  EXPECT_EQ(grid.cells[0], Cover::Partial);
  EXPECT_EQ(grid.undecided, 1);
  grid = draw(mask, n, {0, 64}, {0, 64}, 8, 8);
  EXPECT_EQ(grid.undecided, 0);
  for (Cover cover : grid.cells)
    EXPECT_EQ(cover, Cover::Empty);
}

/// A million queries and keys, in a grid of few cells and of single pairs.
TEST(MaskMapTest, LengthCostsNothing) {
  int64_t n = int64_t(1) << 20, cell = n / 64;
  MaskText causal("%m = attn.causal");
  MapGrid grid = draw(causal, n, {0, n}, {0, n}, 64, 64);
  EXPECT_EQ(grid.undecided, 0);
  for (int64_t row = 0; row < 64; ++row)
    for (int64_t column = 0; column < 64; ++column)
      EXPECT_EQ(grid.at(row, column), column < row    ? Cover::Full
                                      : column == row ? Cover::Partial
                                                      : Cover::Empty);

  MaskText image("%m = attn.neighborhood layout = [1024, 1024], "
                 "window = [33, 1024]");
  grid = draw(image, n, {0, n}, {0, n}, 64, 64);
  EXPECT_EQ(grid.undecided, 0);
  // A cell is 16 rows of the layout: windows reach one cell on both sides, and
  // hold all of the cell itself.
  for (int64_t row = 1; row < 63; ++row)
    for (int64_t column = 0; column < 64; ++column)
      EXPECT_EQ(grid.at(row, column) == Cover::Empty,
                std::abs(row - column) > 1);
  EXPECT_EQ(grid.at(20, 20), Cover::Full);

  grid = draw(causal, n, {n - 4, n}, {n - 4, n}, 64, 64);
  EXPECT_TRUE(grid.isExact());
  EXPECT_EQ(grid.at(0, 0), Cover::Full);
  EXPECT_EQ(grid.at(0, 1), Cover::Empty);
  EXPECT_EQ(grid.rowQueries(63 % grid.rows).hi, n);
  EXPECT_EQ(cell * 64, n);
}

} // namespace
