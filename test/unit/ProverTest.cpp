//===- ProverTest.cpp - proofs beside all pairs ---------------------------===//
//
// Claims about masks with random parameters: what is proved holds for every
// pair, also with other elements in run-time tables, and a counter-example is
// one, the first. Only run-time tables leave a claim undecided.
//
//===----------------------------------------------------------------------===//

#include "dialect/expr/Prover.h"
#include "passes/PlanAnalysis.h"
#include "test/unit/MaskPicture.h"
#include "test/unit/RandomPattern.h"

#include <numeric>

using namespace attntest;
using attn::Expr;
using attn::ExprContext;
using attn::ExprKind;
using attn::MaskVars;
using attn::Proof;
using attn::Prover;
using mlir::Value;
using Outcome = Proof::Outcome;

namespace {

struct Count {
  int proved = 0, refuted = 0, undecided = 0;
};

/// A pair as h, i, j, or a row as h, i.
using Index = std::vector<int64_t>;

/// The pictures of a mask, by head.
using Pictures = std::vector<Picture>;

template <typename F>
std::optional<Index> firstPair(const Pictures &a, const Pictures &b,
                               F isWrong) {
  for (size_t h = 0; h < a.size(); ++h)
    for (size_t i = 0; i < a[h].size(); ++i)
      for (size_t j = 0; j < a[h][i].size(); ++j)
        if (isWrong(a[h][i][j] == '#', b[h][i][j] == '#'))
          return Index{int64_t(h), int64_t(i), int64_t(j)};
  return std::nullopt;
}

std::optional<Index> firstEmptyRow(const Pictures &mask) {
  for (size_t h = 0; h < mask.size(); ++h)
    for (size_t i = 0; i < mask[h].size(); ++i)
      if (mask[h][i].find('#') == std::string::npos)
        return Index{int64_t(h), int64_t(i)};
  return std::nullopt;
}

/// Claims about masks of one size, with the elements of their tables and with
/// others.
class Claims {
public:
  Claims(const RandomPattern &problem, const TableContents &contents,
         const TableContents &others)
      : problem(problem), vars(context, problem.queries, problem.keys,
                               problem.heads, problem.kvHeads),
        prover(vars), others(others) {
    vars.contents = &contents;
  }

  void checkPair(Value a, Value b, Count &count) {
    Expr x = mlir::attn::buildPredicate(a, vars);
    Expr y = mlir::attn::buildPredicate(b, vars);
    bool hasTables = !attn::runTimeTable(x && y).empty() ||
                     !attn::runTimeTable(x || y).empty();
    auto differ = [&](const TableContents &contents) {
      return firstPair(draw(a, contents), draw(b, contents),
                       [](bool p, bool q) { return p != q; });
    };
    auto beyond = [&](const TableContents &contents) {
      return firstPair(draw(a, contents), draw(b, contents),
                       [](bool p, bool q) { return q && !p; });
    };
    auto empty = [&](const TableContents &contents) {
      return firstEmptyRow(draw(a, contents));
    };
    std::string text = x.str() + "\n" + y.str();
    check(prover.equal(x, y), differ, hasTables, "equal\n" + text, count);
    check(prover.contains(x, y), beyond, hasTables, "contains\n" + text, count);
    check(prover.everyRowHasKey(x), empty, hasTables, "rows\n" + text, count);
  }

private:
  Pictures draw(Value mask, const TableContents &contents) {
    Pictures pictures;
    for (int64_t h = 0; h < problem.heads; ++h)
      pictures.push_back(
          attntest::draw(mask, problem.queries, problem.keys, Lengths::Static,
                         {h, problem.heads, problem.kvHeads}, &contents));
    return pictures;
  }

  template <typename F>
  void check(const Proof &proof, F firstWrong, bool hasTables,
             const std::string &what, Count &count) {
    std::optional<Index> expected = firstWrong(*vars.contents);
    switch (proof.outcome) {
    case Outcome::Proved:
      EXPECT_FALSE(expected) << what;
      EXPECT_FALSE(firstWrong(others)) << what;
      ++count.proved;
      return;
    case Outcome::Undecided:
      EXPECT_NE(proof.reason, "");
      EXPECT_TRUE(hasTables) << proof.reason << "\n" << what;
      EXPECT_FALSE(expected) << what;
      ++count.undecided;
      return;
    case Outcome::Refuted:
      ASSERT_TRUE(expected) << what;
      Index got;
      for (Expr var : {vars.h, vars.i, vars.j})
        got.push_back(var->kind == ExprKind::Var ? proof.example[var->value]
                                                 : 0);
      got.resize(expected->size());
      EXPECT_EQ(got, *expected) << what;
      ++count.refuted;
    }
  }

  const RandomPattern &problem;
  ExprContext context;
  MaskVars vars;
  Prover prover;
  const TableContents &others;
};

/// Other elements that a launch allows as well: offsets of documents of one
/// token and the rest, everything else backwards.
TableContents otherElements(llvm::ArrayRef<Value> masks,
                            const TableContents &contents) {
  TableContents result = contents;
  for (auto &[source, values] : result)
    std::reverse(values.begin(), values.end());
  for (Value mask : masks)
    for (const mlir::attn::MaskTable &table : mlir::attn::collectTables(mask)) {
      if (!table.isOffsets)
        continue;
      const void *source = table.values.getAsOpaquePointer();
      int64_t tokens = contents.lookup(source).back();
      std::vector<int64_t> &values = result[source];
      for (size_t n = 0; n + 1 < values.size(); ++n)
        values[n] = std::min<int64_t>(n, tokens);
      values.back() = tokens;
    }
  return result;
}

void checkComposition(RandomPattern &problem, const std::string &text,
                      Count &count) {
  MaskText mask(text, problem.tables);
  ASSERT_TRUE(mask.getMask()) << text;
  std::vector<Value> masks;
  for (mlir::Operation &op : *mask.getMask().getParentBlock())
    if (op.getNumResults() == 1)
      masks.push_back(op.getResult(0));
  TableContents others = otherElements(masks, mask.getContents());
  Claims claims(problem, mask.getContents(), others);
  for (int pair = 0; pair < 3; ++pair) {
    Value a = masks[problem.between(0, masks.size() - 1)];
    Value b = masks[problem.between(0, masks.size() - 1)];
    claims.checkPair(a, b, count);
  }
}

} // namespace

TEST(RandomClaims, Compositions) {
  Count count;
  for (unsigned n = 0; n < 200; ++n) {
    RandomPattern problem(7000 + n, 24);
    std::string text = problem.composition();
    checkComposition(problem, text, count);
    if (HasFailure()) {
      ADD_FAILURE() << n << ": " << problem.queries << " queries, "
                    << problem.keys << " keys, " << problem.heads << " heads\n"
                    << text;
      return;
    }
  }
  EXPECT_GT(count.proved, 400);
  EXPECT_GT(count.refuted, 400);
  EXPECT_LT(count.undecided, 90);
}

TEST(RandomClaims, WithLayouts) {
  Count count;
  for (unsigned n = 0; n < 60; ++n) {
    RandomPattern problem(9500 + n, 1);
    problem.queries = problem.keys = 20;
    std::string neighborhood =
        "neighborhood layout = [4, 5], window = [2, 3], dilation = [1, " +
        std::to_string(problem.between(1, 2)) + "], stride = [" +
        std::to_string(problem.between(1, 2)) + ", 1], boundary = " +
        (n % 3 == 0   ? "shift"
         : n % 3 == 1 ? "clip"
                      : "wrap");
    std::string text = problem.composition(neighborhood);
    checkComposition(problem, text, count);
    if (HasFailure()) {
      ADD_FAILURE() << n << "\n" << text;
      return;
    }
  }
  EXPECT_GT(count.proved, 50);
  EXPECT_GT(count.refuted, 50);
}

// Claims about all lengths hold for small ones; a counter-example is one at the
// lengths that it has.
TEST(RandomClaims, OfAnyLength) {
  Count count;
  for (unsigned n = 0; n < 60; ++n) {
    RandomPattern problem(11000 + n, 1);
    // Without run-time tables.
    std::string text = "%0 = attn." + problem.op(n % 13) + "\n%1 = attn." +
                       problem.op(problem.between(0, 12)) +
                       "\n%2 = attn.causal\n"
                       "%3 = attn.and %0, %1\n%4 = attn.or %0, %2\n"
                       "%5 = attn.not %1\n%m = attn.or %3, %5";
    MaskText parsed(text);
    ASSERT_TRUE(parsed.getMask()) << text;
    std::vector<Value> masks;
    for (mlir::Operation &op : *parsed.getMask().getParentBlock())
      if (op.getNumResults() == 1)
        masks.push_back(op.getResult(0));
    Value a = masks[problem.between(0, 6)], b = masks[problem.between(0, 6)];
    ExprContext context;
    MaskVars vars(context, -1, -1, problem.heads, problem.kvHeads);
    Expr x = mlir::attn::buildPredicate(a, vars);
    Expr y = mlir::attn::buildPredicate(b, vars);
    Prover prover(vars);
    auto draw = [&](Value mask, int64_t queries, int64_t keys, int64_t h) {
      return attntest::draw(mask, queries, keys, Lengths::Static,
                            {h, problem.heads, problem.kvHeads});
    };
    auto isEmpty = [](const std::string &row) {
      return row.find('#') == std::string::npos;
    };
    for (bool isOfRows : {false, true}) {
      Proof proof = isOfRows ? prover.everyRowHasKey(x) : prover.contains(x, y);
      std::string what =
          text + "\n" + x.str() + "\n" + y.str() + "\n" + proof.reason;
      auto isWrong = [&](int64_t queries, int64_t keys, int64_t h) {
        Picture p = draw(a, queries, keys, h), q = draw(b, queries, keys, h);
        bool isWrong = false;
        for (int64_t i = 0; i < queries; ++i) {
          isWrong |= isOfRows && isEmpty(p[i]);
          for (int64_t j = 0; j < keys && !isOfRows; ++j)
            isWrong |= q[i][j] == '#' && p[i][j] != '#';
        }
        return isWrong;
      };
      if (proof.outcome == Outcome::Undecided) {
        ++count.undecided;
      } else if (proof.outcome == Outcome::Proved) {
        ++count.proved;
        for (int64_t queries = 1; queries < 9; ++queries)
          for (int64_t keys = 1; keys < 9; ++keys)
            for (int64_t h = 0; h < problem.heads; ++h)
              ASSERT_FALSE(isWrong(queries, keys, h))
                  << queries << " " << keys << "\n"
                  << what;
      } else {
        ++count.refuted;
        auto value = [&](Expr var) {
          return var->kind == ExprKind::Var ? proof.example[var->value] : 0;
        };
        int64_t queries = value(vars.numQueries), keys = value(vars.numKeys);
        int64_t h = value(vars.h);
        ASSERT_LT(queries * keys, 1 << 16) << what;
        ASSERT_TRUE(isWrong(queries, keys, h)) << what;
        // The shortest: no fewer queries do, nor fewer keys.
        for (int64_t fewer = 1; fewer < queries; ++fewer)
          ASSERT_FALSE(isWrong(fewer, keys, h)) << fewer << " " << what;
        for (int64_t fewer = 1; fewer < keys; ++fewer)
          ASSERT_FALSE(isWrong(queries, fewer, h)) << fewer << " " << what;
      }
    }
  }
  EXPECT_GT(count.proved, 20);
  EXPECT_GT(count.refuted, 20);
  EXPECT_EQ(count.undecided, 0);
}

//===----------------------------------------------------------------------===//
// Both searches
//===----------------------------------------------------------------------===//

/// Products, bits and divisions by a variable: a point of x * y == 391 with x
/// below y is 17 and 23 alone, but for 1 and 391.
TEST(PointSearch, FindsAFactor) {
  for (auto search : {attn::findPointByCases, attn::findPointByBoxes}) {
    ExprContext context;
    Expr x = context.variable("x", 2, 300), y = context.variable("y", 2, 300);
    Expr truth = equal(x * y, context.constant(391)) && lessThan(x, y);
    attn::PointSearch found = search(truth, 1 << 14);
    ASSERT_EQ(found.outcome, attn::PointSearch::Outcome::Found);
    EXPECT_EQ(found.point, attn::Point({17, 23}));
    // 389 is a prime.
    truth = equal(x * y, context.constant(389));
    EXPECT_EQ(search(truth, 1 << 14).outcome, attn::PointSearch::Outcome::None);
    // Without work there is no answer, and never a wrong one.
    EXPECT_EQ(search(truth, 0).outcome, attn::PointSearch::Outcome::Undecided);
  }
}

TEST(PointSearch, TriesPointsThatLieFarApartAndClose) {
  ExprContext context;
  constexpr int64_t length = 1 << 20;
  Expr x = context.variable("x", 0, length),
       y = context.variable("y", 0, length);
  Expr none = lessThan(x, y) && lessThan(y, x);
  Expr close = lessThan(y, x) && lessThan(x, y + context.constant(8));
  Expr far = lessThan(x + context.constant(length / 4), y);
  auto answers = attn::answersAtSamples({none, close, far}, 1024);
  EXPECT_EQ(answers[0].find('1'), std::string::npos);
  EXPECT_NE(answers[1].find('1'), std::string::npos);
  EXPECT_NE(answers[2].find('1'), std::string::npos);
  // It stops when all are told apart, and not before.
  size_t points = answers[0].size();
  EXPECT_LT(points, 1024u);
  EXPECT_NE(answers[1].back(), answers[2].back());
  // Those that are equal are not, and others see the points of before.
  auto twice = attn::answersAtSamples({far, far, close}, 1024);
  EXPECT_EQ(twice[0].size(), 1024u);
  EXPECT_EQ(twice[0], twice[1]);
  EXPECT_EQ(twice[2].substr(0, points), answers[1]);
}

TEST(PointSearch, CutsRangesAtPowersOfTwo) {
  EXPECT_EQ(attn::cutOf(0, 1), 1);
  EXPECT_EQ(attn::cutOf(0, 100), 64);
  EXPECT_EQ(attn::cutOf(65, 100), 96);
  EXPECT_EQ(attn::cutOf(-5, 100), 0);
  EXPECT_EQ(attn::cutOf(-8, -1), -4);
}

//===----------------------------------------------------------------------===//
// Heads
//===----------------------------------------------------------------------===//

static std::vector<std::pair<int64_t, int64_t>>
headClasses(const std::string &text, int64_t heads) {
  MaskText mask(text);
  mlir::attn::PlanAnalysis analysis(
      mask.getMask(), attn::IndexSpace({}, {}),
      {/*queries=*/4096, /*keys=*/4096, heads, heads});
  std::vector<std::pair<int64_t, int64_t>> result;
  for (auto [head, count] : analysis.headClasses())
    result.push_back({head, count});
  return result;
}

using Classes = std::vector<std::pair<int64_t, int64_t>>;

// Stripes of stride 4 come again with every fourth head.
TEST(HeadClasses, AreThoseOfThePattern) {
  EXPECT_EQ(headClasses("%m = attn.strided block = 64, local = 2, stride = 4, "
                        "head_step = 1",
                        8),
            Classes({{0, 2}, {1, 2}, {2, 2}, {3, 2}}));
  EXPECT_EQ(headClasses("%m = attn.causal", 8), Classes({{0, 8}}));
}

// Both masks fold to one expression.
TEST(HeadClasses, FoldToOne) {
  EXPECT_EQ(headClasses("%a = attn.window left = 7, right = 0\n"
                        "%b = attn.window left = 7\n%c = attn.causal\n"
                        "%d = attn.and %b, %c\n"
                        "%m = attn.per_head %a, %d",
                        8),
            Classes({{0, 8}}));
}

// A block of 64 before the query's own and that one hold the 64 keys before it:
// the window adds nothing, which no fold sees.
TEST(HeadClasses, ProvedToBeOne) {
  EXPECT_EQ(headClasses("%c = attn.causal\n"
                        "%l = attn.block_window block = 64, left = 1\n"
                        "%a = attn.and %l, %c\n"
                        "%w = attn.window left = 64, right = 0\n"
                        "%b = attn.or %a, %w\n"
                        "%n = attn.window left = 65, right = 0\n"
                        "%d = attn.or %a, %n\n"
                        "%m = attn.per_head %a, %b, %d, %a",
                        8),
            Classes({{0, 6}, {4, 2}}));
}
