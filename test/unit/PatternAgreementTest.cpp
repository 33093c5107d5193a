//===- PatternAgreementTest.cpp - three readings of random patterns -------===//
//
// For every head of masks with random parameters: the oracle's picture is the
// compiler's, whether lengths are known or not, and key boxes are sound and
// counted exactly.
//
//===----------------------------------------------------------------------===//

#include "test/unit/BoxChecker.h"
#include "test/unit/OraclePicture.h"
#include "test/unit/RandomPattern.h"

using namespace attntest;
using attn::IndexSpace;

static void check(const std::string &text, const RandomPattern &problem) {
  MaskText mask(text, problem.tables);
  ASSERT_TRUE(mask.getMask()) << text;
  std::vector<Picture> pictures;
  for (int64_t h = 0; h < problem.heads; ++h) {
    Head head = {h, problem.heads, problem.kvHeads};
    pictures.push_back(
        mask.draw(problem.queries, problem.keys, Lengths::Static, head));
    ASSERT_EQ(mask.draw(problem.queries, problem.keys, Lengths::Dynamic, head),
              pictures.back())
        << text << "head " << h << " of " << problem.heads;
    ASSERT_EQ(drawOracle(mask, problem.queries, problem.keys, head),
              pictures.back())
        << text << "\nhead " << h << " of " << problem.heads;
  }
  int64_t distance = 1 + problem.queries % 4;
  std::vector<IndexSpace> spaces = {IndexSpace({}, {}),
                                    IndexSpace({IndexSpace::open}, {distance})};
  if (IndexSpace own = mlir::attn::chooseIndexSpace(mask.getMask());
      own.hasLayout())
    spaces.push_back(own);
  for (const IndexSpace &space : spaces) {
    BoxChecker checker(text, space, mask.getMask(), pictures, problem.kvHeads,
                       &mask.getContents());
    checker.checkClasses();
    for (int64_t h = 0; h < problem.heads; ++h) {
      checker.setHead(h);
      checker.checkCount();
      for (int64_t extent : {1, 4, 7, 64})
        checker.checkTiles(
            llvm::SmallVector<int64_t>(space.numPositions(), extent));
    }
  }
}

class EveryPattern : public testing::TestWithParam<int> {};

TEST_P(EveryPattern, Agrees) {
  for (unsigned n = 0; n < 30; ++n) {
    RandomPattern problem(100 * GetParam() + n, 40);
    if (GetParam() >= 13 && GetParam() <= 15)
      problem.keys = problem.queries;
    check("%m = attn." + problem.op(GetParam()), problem);
    if (HasFailure())
      return;
  }
}

INSTANTIATE_TEST_SUITE_P(Kinds, EveryPattern,
                         testing::Range(0, RandomPattern::numKinds));

// Windows of no blocks too, which few random ones are.
TEST(RandomPatterns, RelativeStripes) {
  for (int local : {0, 1, 3})
    for (int right : {0, 1, 2})
      for (int stride : {1, 2, 3, 5}) {
        RandomPattern problem(1, 1);
        problem.queries = problem.keys = 23;
        check("%m = attn.strided block = 2, local = " + std::to_string(local) +
                  ", right = " + std::to_string(right) +
                  ", stride = " + std::to_string(stride) + ", relative",
              problem);
      }
}

TEST(RandomPatterns, MapsOfBlocks) {
  for (unsigned n = 0; n < 60; ++n) {
    RandomPattern problem(7000 + n, 40);
    constexpr int blockMap = 10;
    std::string text = "%a = attn." + problem.op(blockMap) + "\n%b = attn." +
                       problem.op(blockMap) + "\n";
    const char *others[] = {"%m = attn.or %a, %b", "%m = attn.and %a, %b",
                            "%n = attn.not %b\n%m = attn.and %a, %n",
                            "%c = attn.slash stride = 3\n"
                            "%u = attn.and %a, %c\n%m = attn.or %u, %b"};
    check(text + others[n % std::size(others)], problem);
    if (HasFailure())
      return;
  }
}

TEST(RandomPatterns, Compositions) {
  for (unsigned n = 0; n < 200; ++n) {
    RandomPattern problem(5000 + n, 24);
    check(problem.composition(), problem);
    if (HasFailure())
      return;
  }
}

// With a neighbourhood: along its axes, and along the token number.
TEST(RandomPatterns, WithLayouts) {
  for (unsigned n = 0; n < 60; ++n) {
    RandomPattern problem(9000 + n, 1);
    problem.queries = problem.keys = 20;
    std::string neighborhood =
        "neighborhood layout = [4, 5], window = [2, 3], dilation = [1, " +
        std::to_string(problem.between(1, 2)) + "]";
    check(problem.composition(neighborhood), problem);
    if (HasFailure())
      return;
  }
}
