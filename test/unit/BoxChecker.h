//===- BoxChecker.h - key boxes against pictures of masks -------*- C++ -*-===//
//
// For query tiles of several sizes: the key boxes are disjoint and hold every
// pair that the picture of the mask keeps, every pair of a full part is kept,
// and as many pairs are counted as are drawn. The same holds for the queries of
// each half of a tile and what that visits.
//
//===----------------------------------------------------------------------===//

#ifndef ATTN_TEST_UNIT_BOXCHECKER_H
#define ATTN_TEST_UNIT_BOXCHECKER_H

#include "passes/PlanAnalysis.h"
#include "test/unit/MaskPicture.h"

#include <map>

namespace attntest {

using Point = std::vector<int64_t>;

inline std::vector<Point> pointsOf(const mlir::attn::IndexBox &box) {
  std::vector<Point> points(1);
  for (const auto &interval : box) {
    std::vector<Point> longer;
    for (const Point &point : points)
      for (int64_t x = interval.lo; x < interval.hi; ++x) {
        longer.push_back(point);
        longer.back().push_back(x);
      }
    points = longer;
  }
  return points;
}

/// The token at a point, of `tokens` where the layout is open; -1 if the point
/// lies beyond a ragged axis.
inline int64_t tokenAt(const attn::IndexSpace &space, const Point &point,
                       int64_t tokens) {
  int64_t token = 0;
  for (unsigned a = 0; a < space.size(); ++a) {
    const attn::IndexSpace::Axis &axis = space.axes()[a];
    token += point[a] * axis.stride;
    if (axis.residue < 0)
      continue;
    int64_t length = space.getLayout()[axis.layoutAxis];
    if (length == attn::IndexSpace::open)
      length = tokens;
    if (point[a] * space.getDilation()[axis.layoutAxis] + point[axis.residue] >=
        length)
      return -1;
  }
  return token;
}

inline bool contains(const mlir::attn::IndexBox &box, const Point &point) {
  for (size_t a = 0; a < point.size(); ++a)
    if (point[a] < box[a].lo || point[a] >= box[a].hi)
      return false;
  return true;
}

/// The plan analysis of one mask against pictures of its heads.
class BoxChecker {
public:
  /// `pictures` has one for each query head. Where the layout is open, so are
  /// the lengths.
  BoxChecker(const std::string &text, const attn::IndexSpace &space,
             mlir::Value mask, const std::vector<Picture> &pictures,
             int64_t kvHeads = 1, const TableContents *contents = nullptr)
      : text(text), space(space), pictures(pictures), picture(pictures[0]),
        analysis(mask, space,
                 {int64_t(picture.size()), int64_t(picture[0].size()),
                  int64_t(pictures.size()), kvHeads},
                 contents, /*known=*/{}, lengthsOfKernel(space)) {}

  /// What follows is about this head.
  void setHead(int64_t head) {
    picture = pictures[head];
    analysis.setHead(head);
  }

  /// Classes hold every head once, and all that they keep.
  void checkClasses() {
    int64_t heads = 0, kept = 0, drawn = 0;
    for (const mlir::attn::PlanAnalysis::HeadClass &some :
         analysis.headClasses()) {
      analysis.setHead(some.head);
      heads += some.count;
      kept += some.count * analysis.keptPairs();
    }
    for (const Picture &ofHead : pictures)
      drawn += countPairs(ofHead);
    EXPECT_EQ(heads, int64_t(pictures.size())) << text;
    EXPECT_EQ(kept, drawn) << text;
  }

  void checkTiles(llvm::ArrayRef<int64_t> extents) {
    std::vector<int> visits(picture.size());
    for (int64_t n = 0, e = analysis.numTiles(extents); n < e; ++n) {
      mlir::attn::IndexBox tile = analysis.tile(extents, n);
      if (mlir::attn::volume(tile) == 0)
        continue;
      std::vector<int64_t> queries;
      for (const Point &point : pointsOf(tile)) {
        queries.push_back(queryAt(point));
        ASSERT_GE(queries.back(), 0) << text;
        ++visits[queries.back()];
      }
      checkTile(tile, queries);
      if (extents[mlir::attn::PlanAttr::halvedAxis(extents)] % 2 == 0)
        checkHalves(extents, tile);
    }
    EXPECT_EQ(visits, std::vector<int>(picture.size(), 1)) << text;
  }

  void checkCount() {
    EXPECT_EQ(analysis.keptPairs(), countPairs(picture)) << text;
  }

private:
  static std::optional<mlir::attn::MaskSizes>
  lengthsOfKernel(const attn::IndexSpace &space) {
    constexpr int64_t open = mlir::ShapedType::kDynamic;
    if (space.getLayout() == llvm::ArrayRef(attn::IndexSpace::open))
      return mlir::attn::MaskSizes{open, open};
    return std::nullopt;
  }

  int64_t queryAt(const Point &point) const {
    return tokenAt(space, point, picture.size());
  }
  int64_t keyAt(const Point &point) const {
    return tokenAt(space, point, picture[0].size());
  }

  /// Tokens of the lanes of a half, which repeat the last query of the tile
  /// beyond it.
  std::vector<int64_t> queriesOfHalf(llvm::ArrayRef<int64_t> extents,
                                     mlir::attn::IndexBox tile, int64_t half) {
    mlir::attn::IndexBox lanes = tile;
    for (unsigned n = 0; n < extents.size(); ++n)
      lanes[space.numResidues() + n].hi =
          lanes[space.numResidues() + n].lo + extents[n];
    unsigned position = mlir::attn::PlanAttr::halvedAxis(extents);
    auto &[lo, hi] = lanes[space.numResidues() + position];
    (half ? lo : hi) = lo + extents[position] / 2;
    std::vector<int64_t> queries;
    for (Point point : pointsOf(lanes)) {
      for (size_t a = 0; a < point.size(); ++a)
        point[a] = std::min(point[a], tile[a].hi - 1);
      queries.push_back(queryAt(point));
    }
    return queries;
  }

  void checkHalves(llvm::ArrayRef<int64_t> extents,
                   const mlir::attn::IndexBox &tile) {
    for (int64_t half : {0, 1}) {
      std::vector<int64_t> queries = queriesOfHalf(extents, tile, half);
      std::vector<bool> visited(picture[0].size());
      for (const mlir::attn::KeyBox &box : analysis.keyBoxes(tile))
        for (const mlir::attn::Visit &visit :
             analysis.visitsByHalves(extents, tile, box)) {
          EXPECT_GT(mlir::attn::volume(visit.box.keys), 0) << text;
          if (visit.half.value_or(half) != half)
            continue;
          for (const Point &point : pointsOf(visit.box.keys)) {
            EXPECT_TRUE(contains(box.keys, point)) << text;
            int64_t key = keyAt(point);
            if (key < 0)
              continue;
            EXPECT_FALSE(visited[key]) << text << "\ntwice, key " << key;
            visited[key] = true;
          }
          for (const Point &point : pointsOf(visit.box.core))
            for (int64_t query : queries)
              EXPECT_EQ(picture[query][keyAt(point)], '#')
                  << text << "\ncore of a half, query " << query;
        }
      for (int64_t query : queries)
        for (size_t key = 0; key < visited.size(); ++key)
          if (picture[query][key] == '#') {
            EXPECT_TRUE(visited[key]) << text << "\nmissed by half " << half
                                      << ", query " << query << ", key " << key;
          }
    }
  }

  void checkTile(const mlir::attn::IndexBox &tile,
                 llvm::ArrayRef<int64_t> queries) {
    std::map<Point, int> owners;
    std::vector<bool> visited(picture[0].size());
    for (const mlir::attn::KeyBox &box : analysis.keyBoxes(tile)) {
      EXPECT_GT(mlir::attn::volume(box.keys), 0) << text;
      for (const Point &point : pointsOf(box.keys)) {
        EXPECT_EQ(++owners[point], 1) << text << "\noverlap";
        if (int64_t key = keyAt(point); key >= 0)
          visited[key] = true;
      }
      for (const Point &point : pointsOf(box.core)) {
        EXPECT_TRUE(contains(box.keys, point)) << text;
        int64_t key = keyAt(point);
        ASSERT_GE(key, 0) << text << "\ncore beyond a ragged axis";
        for (int64_t query : queries)
          EXPECT_EQ(picture[query][key], '#')
              << text << "\ncore, query " << query << ", key " << key;
      }
    }
    int64_t drawn = 0;
    for (int64_t query : queries)
      for (size_t key = 0; key < visited.size(); ++key)
        if (picture[query][key] == '#') {
          ++drawn;
          EXPECT_TRUE(visited[key])
              << text << "\nmissed, query " << query << ", key " << key;
        }
    EXPECT_EQ(analysis.keptPairs(tile), drawn) << text;
  }

  const std::string &text;
  attn::IndexSpace space;
  const std::vector<Picture> &pictures;
  Picture picture; ///< of the head at hand
  mlir::attn::PlanAnalysis analysis;
};

} // namespace attntest

#endif // ATTN_TEST_UNIT_BOXCHECKER_H
