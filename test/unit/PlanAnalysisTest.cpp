//===- PlanAnalysisTest.cpp - the tiles and boxes that plans look at ------===//

#include "passes/PlanAnalysis.h"
#include "passes/TileSum.h"
#include "test/unit/MaskPicture.h"

#include "mlir/AsmParser/AsmParser.h"

#include <set>

using attntest::MaskText;
using mlir::attn::IndexBox;
using mlir::attn::KeyBox;
using mlir::attn::PlanAnalysis;
using mlir::attn::volume;

namespace {

constexpr int64_t kTile = 16;

PlanAnalysis analyse(MaskText &mask, int64_t length, int64_t heads = 1) {
  return PlanAnalysis(mask.getMask(), ::attn::IndexSpace({}, {}),
                      {length, length, heads, heads});
}

std::vector<int64_t> sampledTiles(PlanAnalysis &analysis, int64_t first,
                                  int64_t end) {
  std::vector<int64_t> tiles;
  analysis.forSamples({kTile}, first, end, [&](const IndexBox &queries) {
    tiles.push_back(queries[0].lo / kTile);
  });
  return tiles;
}

TEST(PlanAnalysisTest, FewTilesAreAllMet) {
  MaskText mask("%m = attn.causal");
  for (int64_t count = 1; count <= 16; ++count) {
    PlanAnalysis analysis = analyse(mask, count * kTile - 3);
    std::vector<int64_t> tiles = sampledTiles(analysis, 0, 1000);
    EXPECT_EQ(tiles.size(), size_t(count));
    EXPECT_EQ(std::set<int64_t>(tiles.begin(), tiles.end()).size(),
              size_t(count));
  }
}

TEST(PlanAnalysisTest, SamplesGoOnWhereTheyStopped) {
  MaskText mask("%m = attn.causal");
  // Some ask for all tiles at once, others for a part of them first.
  for (int64_t count : {5, 16, 17, 64, 4097}) {
    PlanAnalysis analysis = analyse(mask, count * kTile);
    std::vector<int64_t> all = sampledTiles(analysis, 0, 64);
    std::vector<int64_t> parts = sampledTiles(analysis, 0, 3);
    for (int64_t tile : sampledTiles(analysis, 3, 64))
      parts.push_back(tile);
    EXPECT_EQ(parts, all) << count << " tiles";
  }
}

/// Axes are short, so that steps along one line of tiles could keep to a few
/// places of the last one.
TEST(PlanAnalysisTest, SamplesSpreadAlongEveryAxis) {
  constexpr int64_t extents[] = {2, 1, 16}, layout[] = {30, 48, 80};
  MaskText mask("%m = attn.neighborhood layout = [30, 48, 80], "
                "window = [18, 24, 24]");
  PlanAnalysis analysis(mask.getMask(), ::attn::IndexSpace(layout, {1, 1, 1}),
                        {115200, 115200, 1, 1});
  std::set<int64_t> places[3];
  analysis.forSamples(extents, 0, 16, [&](const IndexBox &queries) {
    for (int axis = 0; axis < 3; ++axis)
      places[axis].insert(queries[axis].lo / extents[axis]);
  });
  EXPECT_GE(places[0].size(), 10u); // of 15
  EXPECT_GE(places[1].size(), 14u); // of 48
  EXPECT_EQ(places[2].size(), 5u);  // of 5
}

/// A key alone costs as much as a block of them.
TEST(PlanAnalysisTest, ShortPeriodsAreOneRun) {
  for (int64_t stride = 1; stride <= 6; ++stride) {
    MaskText mask("%m = attn.slash stride = " + std::to_string(stride));
    IndexBox query = {{300, 301}};
    PlanAnalysis byTokens = analyse(mask, 601);
    auto boxes = byTokens.keyBoxes(query);
    int64_t kept = 1 + 2 * (300 / stride);
    EXPECT_EQ(boxes.size(), size_t(stride <= 4 ? 1 : kept)) << stride;
    EXPECT_EQ(boxes.front().keys[0].lo, stride <= 4 ? 0 : 300 % stride);
    EXPECT_EQ(boxes.front().isFull(), stride == 1 || stride > 4);
    EXPECT_EQ(byTokens.keptPairs(query), kept);
    PlanAnalysis byDiagonals(mask.getMask(), ::attn::IndexSpace::ofDiagonals(),
                             {601, 601, 1, 1});
    EXPECT_EQ(byDiagonals.keyBoxes(query).size(),
              size_t(stride == 1 ? 1 : kept));
  }
}

/// The keys of the boxes that are sampled, each as often as it stands for.
double sampledKeys(PlanAnalysis &analysis, const IndexBox &queries) {
  double keys = 0;
  analysis.sampleKeyBoxes(queries, [&](const KeyBox &box, double weight) {
    keys += weight * volume(box.keys);
  });
  return keys;
}

double allKeys(PlanAnalysis &analysis, const IndexBox &queries) {
  double keys = 0;
  for (const KeyBox &box : analysis.keyBoxes(queries))
    keys += volume(box.keys);
  return keys;
}

/// Both are solved although the key stands in them more than once; what is
/// searched for comes in blocks of 64 keys.
TEST(PlanAnalysisTest, DistancesAndPlacesAreSolvedForTheKey) {
  MaskText stripes("%m = attn.strided block = 64, local = 4, right = 4, "
                   "stride = 8, relative");
  PlanAnalysis ofStripes = analyse(stripes, 1 << 20);
  // 16384 blocks: 7 around number 1000, then one at 11, 19, ... on both sides.
  auto boxes = ofStripes.keyBoxes({{64000, 64064}});
  EXPECT_EQ(boxes.size(), size_t(1 + 124 + 1922));
  for (const KeyBox &box : boxes)
    EXPECT_TRUE(box.isFull());

  MaskText segments("%m = attn.dilated_segments segments = [48], rates = [5]");
  PlanAnalysis ofSegments = analyse(segments, 1000);
  for (int64_t i = 0; i < 1000; ++i)
    EXPECT_EQ(allKeys(ofSegments, {{i, i + 1}}),
              ofSegments.keptPairs({{i, i + 1}}))
        << "query " << i;
}

TEST(PlanAnalysisTest, SomeOfManyBoxesStandForAll) {
  MaskText mask("%s = attn.slash stride = 100\n"
                "%c = attn.causal\n"
                "%m = attn.and %s, %c");
  PlanAnalysis analysis = analyse(mask, 20000);
  IndexBox early = {{640, 656}}, late = {{19984, 20000}};
  EXPECT_EQ(sampledKeys(analysis, early), allKeys(analysis, early));
  EXPECT_FALSE(analysis.sawManyBoxes());
  double all = allKeys(analysis, late);
  EXPECT_GT(all, 190 * 16);
  EXPECT_NEAR(sampledKeys(analysis, late), all, 0.03 * all);
  EXPECT_TRUE(analysis.sawManyBoxes());
  // A window among them is half of what is needed.
  MaskText both("%s = attn.slash stride = 100\n"
                "%w = attn.window left = 199, right = 0\n"
                "%u = attn.or %s, %w\n"
                "%c = attn.causal\n"
                "%m = attn.and %u, %c");
  PlanAnalysis ofBoth(both.getMask(), ::attn::IndexSpace::ofDiagonals(),
                      {20000, 20000, 1, 1});
  all = allKeys(ofBoth, late);
  EXPECT_EQ(all, 200 + 198);
  EXPECT_NEAR(sampledKeys(ofBoth, late), all, 0.03 * all);
  // Two residues, each with a box for every fifth position.
  MaskText summaries("%m = attn.summary segment = 10, count = 2");
  PlanAnalysis ofResidues(summaries.getMask(), ::attn::IndexSpace({20000}, {2}),
                          {20000, 20000, 1, 1});
  IndexBox odd = {{1, 2}, {640, 656}};
  all = allKeys(ofResidues, odd);
  EXPECT_EQ(all, 4000);
  EXPECT_NEAR(sampledKeys(ofResidues, odd), all, 0.01 * all);
  // Few boxes are exact all the same where few of them share a stretch.
  IndexBox first = {{160, 176}};
  EXPECT_EQ(sampledKeys(analysis, first), allKeys(analysis, first));
}

/// A block of queries has three blocks of keys of its own, so that a solver
/// that is asked for several of them at once says that they may need any.
TEST(PlanAnalysisTest, GroupsReadWhatTheirTilesNeed) {
  constexpr int64_t length = 512, group = 4 * kTile;
  MaskText mask("%m = attn.random_blocks block = 16, blocks = 32, count = 3");
  auto picture = mask.draw(length, length, attntest::Lengths::Static);
  int64_t expected = 0;
  for (int64_t first = 0; first < length; first += group)
    for (int64_t key = 0; key < length; ++key)
      expected +=
          std::any_of(picture.begin() + first, picture.begin() + first + group,
                      [&](const std::string &row) { return row[key] == '#'; });
  PlanAnalysis analysis = analyse(mask, length);
  auto plan = llvm::cast<mlir::attn::PlanAttr>(mlir::parseAttribute(
      "#attn.plan<tile = [16], group = [4], lanes = 16, slab = 64>",
      mask.getMask().getContext()));
  EXPECT_EQ(length * keysReadPerQuery(analysis, plan, 64), expected);
  EXPECT_GT(length * keysPerQuery(analysis, {group}, 64), 1.5 * expected);
}

/// Every query keeps a whole window, and a mask of billions of pairs is counted
/// axis by axis.
TEST(PlanAnalysisTest, AxesAreCountedByThemselves) {
  for (std::string more : {"stride = [16, 8, 8]", "dilation = [1, 2, 2]"}) {
    MaskText mask("%m = attn.neighborhood layout = [30, 48, 80], "
                  "window = [18, 12, 24], " +
                  more);
    int64_t length = 30 * 48 * 80;
    PlanAnalysis analysis(mask.getMask(),
                          mlir::attn::chooseIndexSpace(mask.getMask()),
                          {length, length, 1, 1});
    EXPECT_EQ(analysis.keptPairs(), length * 18 * 12 * 24) << more;
  }
}

/// The number of a token connects all axes, but in few boxes.
TEST(PlanAnalysisTest, TokensOfLayoutsAreCountedByHalves) {
  const std::string layout = "%n = attn.neighborhood layout = [30, 48, 80], "
                             "window = [17, 11, 23]";
  int64_t length = 30 * 48 * 80, window = 17 * 11 * 23;
  auto count = [&](const std::string &text) {
    MaskText mask(text);
    PlanAnalysis analysis(mask.getMask(),
                          mlir::attn::chooseIndexSpace(mask.getMask()),
                          {length, length, 1, 1});
    return analysis.keptPairs();
  };
  // Token 0 sees all and is seen by all, 9 * 6 * 12 of which have it in their
  // window.
  EXPECT_EQ(count(layout + "\n%g = attn.global [0]\n%m = attn.or %n, %g"),
            length + (length - 1) * window + length - 9 * 6 * 12);
  // If windows are cut off at borders, those who see each other do it both
  // ways.
  int64_t all =
      (30 * 17 - 8 * 9) * (48 * 11 - 5 * 6) * int64_t(80 * 23 - 11 * 12);
  EXPECT_EQ(count(layout + ", boundary = clip\n%c = attn.causal\n"
                           "%m = attn.and %n, %c"),
            (all + length) / 2);
}

TEST(PlanAnalysisTest, DiagonalsAreThoseThatSomeQueryKeeps) {
  MaskText mask("%p = attn.power_of_two\n"
                "%s = attn.sinks 5\n"
                "%m = attn.or %p, %s");
  constexpr int64_t length = 100;
  auto keeps = [](int64_t i, int64_t j) {
    int64_t d = i - j;
    bool isPower = d >= 0 && !(d & (d - 1));
    return j >= 0 && j < length && (isPower || j < 5);
  };
  PlanAnalysis analysis(mask.getMask(), ::attn::IndexSpace::ofDiagonals(),
                        {length, length, 1, 1});
  for (int64_t lo = 0; lo < length; lo += kTile) {
    int64_t hi = std::min(lo + kTile, length);
    std::vector<std::pair<int64_t, bool>> expected, got;
    for (int64_t d = 0; d < 2 * length - 1; ++d) {
      int64_t count = 0;
      for (int64_t i = lo; i < hi; ++i)
        count += keeps(i, i + d - (length - 1));
      if (count > 0)
        expected.push_back({d, count == hi - lo});
    }
    for (const KeyBox &box : analysis.diagonals({{lo, hi}})) {
      EXPECT_EQ(volume(box.keys), 1);
      got.push_back({box.keys[0].lo, box.isFull()});
    }
    EXPECT_EQ(got, expected) << "queries from " << lo;
  }
}

TEST(PlanAnalysisTest, HeadsWithEqualMasksAreOne) {
  MaskText differ("%m = attn.dilated_segments segments = [2048, 4096], "
                  "rates = [1, 4]");
  PlanAnalysis offsets = analyse(differ, 16384, 4);
  EXPECT_EQ(offsets.headClasses().size(), 4u);

  MaskText equal("%a = attn.window left = 7, right = 0\n"
                 "%c = attn.causal\n"
                 "%w = attn.window left = 7, right = 5\n"
                 "%b = attn.and %w, %c\n"
                 "%m = attn.per_head %a, %b, %c");
  PlanAnalysis three = analyse(equal, 256, 3);
  ASSERT_EQ(three.headClasses().size(), 2u);
  EXPECT_EQ(three.headClasses()[0].count, 2);
  EXPECT_EQ(three.headClasses()[1].head, 2);
}

} // namespace
