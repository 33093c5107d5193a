//===- BoxSolverTest.cpp - key boxes against the mask, pair by pair -------===//

#include "test/unit/BoxChecker.h"

#include <random>

using namespace attntest;
using attn::IndexSpace;

namespace {

/// In the mask's own space, with its axes either way, along the token number,
/// and by residue whatever the lengths are.
void check(const std::string &text, int64_t numQueries, int64_t numKeys) {
  MaskText mask(text);
  ASSERT_TRUE(mask.getMask()) << text;
  std::vector<Picture> pictures = {
      mask.draw(numQueries, numKeys, Lengths::Static)};
  std::vector<IndexSpace> spaces = {IndexSpace({}, {}),
                                    IndexSpace({IndexSpace::open}, {3})};
  if (IndexSpace own = mlir::attn::chooseIndexSpace(mask.getMask());
      own.hasLayout()) {
    spaces.push_back(own);
    auto order = llvm::to_vector(
        llvm::reverse(llvm::seq<int64_t>(0, own.getLayout().size())));
    spaces.push_back(IndexSpace(own.getLayout(), own.getDilation(), order));
  }
  for (const IndexSpace &space : spaces) {
    BoxChecker checker(text, space, mask.getMask(), pictures);
    checker.checkCount();
    for (int64_t extent : {1, 2, 3, 5, 64}) {
      llvm::SmallVector<int64_t> extents(space.numPositions(), extent);
      checker.checkTiles(extents);
      // Longer along the last axis, as tiles of vectors are.
      extents.back() += 2;
      checker.checkTiles(extents);
    }
  }
}

void checkLengths(const std::string &text) {
  for (auto [queries, keys] :
       {std::pair(1, 1), std::pair(1, 13), std::pair(13, 1), std::pair(12, 12),
        std::pair(7, 18), std::pair(18, 7)})
    check(text, queries, keys);
}

} // namespace

TEST(BoxSolver, Constants) {
  checkLengths("%m = attn.full");
  checkLengths("%m = attn.empty");
}

TEST(BoxSolver, Causal) {
  checkLengths("%m = attn.causal");
  checkLengths("%m = attn.causal bottom_right");
}

TEST(BoxSolver, Window) {
  checkLengths("%m = attn.window left = 3, right = 2");
  checkLengths("%m = attn.window left = 0, right = 0");
  checkLengths("%m = attn.window left = 4");
  checkLengths("%m = attn.window right = 4");
  checkLengths("%m = attn.window left = 100, right = 100");
}

TEST(BoxSolver, SinksAndGlobal) {
  checkLengths("%m = attn.sinks 3");
  checkLengths("%m = attn.sinks 100");
  checkLengths("%m = attn.global [0]");
  checkLengths("%m = attn.global [2, 5, 6, 11]");
}

TEST(BoxSolver, Combinations) {
  checkLengths("%a = attn.causal\n%m = attn.not %a");
  checkLengths("%a = attn.window left = 2, right = 1\n%m = attn.not %a");
  checkLengths("%a = attn.global [1, 4]\n%m = attn.not %a");
  // The usual long-context mask: two parts of the row.
  checkLengths("%a = attn.causal\n%w = attn.window left = 3, right = 0\n"
               "%s = attn.sinks 2\n%x = attn.or %w, %s\n%m = attn.and %a, %x");
}

TEST(BoxSolver, Parts) {
  for (std::string rest : {"", " {rest}"}) {
    checkLengths("%w = attn.window left = 4, right = 0\n"
                 "%s = attn.slash stride = 3\n%u = attn.or %w, %s\n"
                 "%c = attn.causal\n%a = attn.and %u, %c\n"
                 "%m = attn.part %a of %w" +
                 rest);
    checkLengths("%d = attn.dilated_segments segments = [4, 8, 10], "
                 "rates = [1, 2, 3]\n"
                 "%f = attn.dilated_segments segments = [4], rates = [1]\n"
                 "%c = attn.causal\n%a = attn.and %d, %c\n"
                 "%m = attn.part %a of %f" +
                 rest);
  }
}

static const char *boundaries[] = {"shift", "clip", "wrap"};

static void checkNeighborhood(const std::string &parameters, int64_t tokens) {
  for (std::string boundary : boundaries)
    check("%m = attn.neighborhood " + parameters + ", boundary = " + boundary,
          tokens, tokens);
}

TEST(BoxSolver, NeighborhoodRank1) {
  checkNeighborhood("layout = [13], window = [4]", 13);
  checkNeighborhood("layout = [13], window = [5], stride = [3]", 13);
  checkNeighborhood("layout = [13], window = [5], causal = [true]", 13);
  checkNeighborhood("layout = [1], window = [1]", 1);
}

// 13 = 4 + 4 + 5 and 7 = 1 + 1 + 1 + 2 + 2: groups of two lengths.
TEST(BoxSolver, DilationThatDoesNotDivide) {
  checkNeighborhood("layout = [13], window = [3], dilation = [3]", 13);
  checkNeighborhood("layout = [7], window = [2], dilation = [5]", 7);
  checkNeighborhood("layout = [13], window = [3], stride = [2], "
                    "dilation = [3], causal = [true]",
                    13);
  checkNeighborhood("layout = [5, 7], window = [2, 3], stride = [1, 2], "
                    "dilation = [2, 2]",
                    35);
}

TEST(BoxSolver, NeighborhoodRank2) {
  checkNeighborhood("layout = [5, 6], window = [3, 2]", 30);
  checkNeighborhood("layout = [5, 6], window = [3, 4], stride = [2, 3], "
                    "causal = [true, false]",
                    30);
  checkNeighborhood("layout = [4, 6], window = [2, 3], dilation = [1, 2]", 24);
}

TEST(BoxSolver, NeighborhoodRank3) {
  checkNeighborhood("layout = [3, 4, 5], window = [2, 3, 3], "
                    "stride = [1, 2, 2], dilation = [1, 1, 1], "
                    "causal = [true, false, false]",
                    60);
  checkNeighborhood("layout = [3, 4, 3], window = [3, 2, 2], "
                    "dilation = [1, 2, 1]",
                    36);
}

TEST(BoxSolver, NeighborhoodCombined) {
  const std::string neighborhood =
      "%n = attn.neighborhood layout = [4, 5], window = [3, 3], "
      "dilation = [1, 2]\n";
  check(neighborhood + "%c = attn.causal\n%m = attn.and %n, %c", 20, 20);
  check(neighborhood + "%g = attn.global [0, 7]\n%m = attn.or %n, %g", 20, 20);
  check(neighborhood + "%m = attn.not %n", 20, 20);
}

//===----------------------------------------------------------------------===//
// Halves of tiles
//===----------------------------------------------------------------------===//

namespace {

/// What tile number `number` visits, as text.
std::string visitsOf(const std::string &text, int64_t tokens, int64_t extent,
                     int64_t number) {
  MaskText mask(text);
  mlir::attn::PlanAnalysis analysis(mask.getMask(), IndexSpace({}, {}),
                                    {tokens, tokens, 1, 1});
  mlir::attn::IndexBox tile = analysis.tile(extent, number);
  std::string result;
  for (const mlir::attn::KeyBox &box : analysis.keyBoxes(tile))
    for (const mlir::attn::Visit &visit :
         analysis.visitsByHalves(extent, tile, box))
      result += (visit.half ? *visit.half ? "upper" : "lower" : "both") +
                (" " + std::to_string(visit.box.keys[0].lo)) + "-" +
                std::to_string(visit.box.keys[0].hi) + " ";
  return result;
}

} // namespace

TEST(BoxSolver, HalvesOfTiles) {
  EXPECT_EQ(visitsOf("%m = attn.causal", 64, 32, 1), "both 0-48 upper 48-64 ");
  EXPECT_EQ(visitsOf("%m = attn.window left = 20, right = 0", 128, 32, 2),
            "both 60-80 lower 44-60 upper 80-96 ");
  EXPECT_EQ(visitsOf("%m = attn.blocked block = 16", 64, 32, 1),
            "lower 32-48 upper 48-64 ");
  // Full boxes are for both.
  EXPECT_EQ(visitsOf("%m = attn.sinks 40", 64, 32, 0), "both 0-40 ");
  // Three keys at either end are too few.
  EXPECT_EQ(visitsOf("%m = attn.blocked block = 3", 12, 6, 0), "both 0-6 ");
  // The upper half has no query of its own, and repeats the last one.
  EXPECT_EQ(visitsOf("%m = attn.causal", 40, 32, 1), "both 0-40 ");
}

//===----------------------------------------------------------------------===//
// Random compositions
//===----------------------------------------------------------------------===//

/// Four random leaves, then three junctions over what exists so far.
static std::string randomMask(std::mt19937 &random, bool withLayout) {
  auto below = [&](unsigned n) { return std::to_string(random() % n); };
  std::string text;
  for (int n = 0; n < 4; ++n) {
    text += "%" + std::to_string(n) + " = attn.";
    switch (random() % (withLayout ? 6 : 4)) {
    case 0:
      text += random() % 2 ? "causal" : "causal bottom_right";
      break;
    case 1:
      text += "window left = " + below(6) + ", right = " + below(6);
      break;
    case 2:
      text += "sinks " + std::to_string(1 + random() % 4);
      break;
    case 3:
      text +=
          "global [" + below(4) + ", " + std::to_string(4 + random() % 8) + "]";
      break;
    default:
      text += "neighborhood layout = [3, 5], window = [2, 3], stride = [1, " +
              std::to_string(1 + random() % 2) + "], dilation = [1, " +
              std::to_string(1 + random() % 2) +
              "], boundary = " + boundaries[random() % 3];
    }
    text += "\n";
  }
  const char *junctions[] = {"and", "or", "not"};
  for (int n = 4; n < 7; ++n) {
    unsigned kind = random() % 3;
    text += "%" + (n == 6 ? "m" : std::to_string(n)) + " = attn." +
            junctions[kind] + " %" + std::to_string(n - 1);
    text += kind == 2 ? "\n" : ", %" + below(n - 1) + "\n";
  }
  return text;
}

TEST(BoxSolver, RandomMasks) {
  std::mt19937 random(1);
  for (int n = 0; n < 150; ++n)
    check(randomMask(random, false), 1 + random() % 14, 1 + random() % 14);
}

TEST(BoxSolver, RandomMasksOfLayouts) {
  std::mt19937 random(2);
  for (int n = 0; n < 100; ++n)
    check(randomMask(random, true), 15, 15);
}
