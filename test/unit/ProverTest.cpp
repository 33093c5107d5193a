//===- ProverTest.cpp - proofs beside all pairs ---------------------------===//
//
// Claims about masks with random parameters: what is proved holds for every
// pair, and a counter-example is one, the first.
//
//===----------------------------------------------------------------------===//

#include "dialect/expr/Prover.h"
#include "test/unit/MaskPicture.h"
#include "test/unit/RandomPattern.h"

using namespace attn;
using namespace attntest;
using mlir::Value;
using Outcome = Proof::Outcome;

namespace {

struct Count {
  int proved = 0, refuted = 0, undecided = 0;
};

/// Pictures of some masks by head, and claims about them.
class Claims {
public:
  Claims(const RandomPattern &problem, const TableContents &contents)
      : problem(problem), vars(context, problem.queries, problem.keys,
                               problem.heads, problem.kvHeads),
        prover(vars) {
    vars.contents = &contents;
  }

  struct Mask {
    Expr predicate;
    std::vector<Picture> pictures; ///< by head
  };

  Mask read(Value mask) {
    Mask result;
    result.predicate = mlir::attn::buildPredicate(mask, vars);
    for (int64_t h = 0; h < problem.heads; ++h)
      result.pictures.push_back(draw(mask, problem.queries, problem.keys,
                                     Lengths::Static,
                                     {h, problem.heads, problem.kvHeads},
                                     vars.contents));
    return result;
  }

  using Index = std::vector<int64_t>; ///< h, i, and j for pairs

  /// The first pair for which `isWrong`.
  template <typename F>
  std::optional<Index> firstPair(const Mask &a, const Mask &b, F isWrong) {
    for (int64_t h = 0; h < problem.heads; ++h)
      for (int64_t i = 0; i < problem.queries; ++i)
        for (int64_t j = 0; j < problem.keys; ++j)
          if (isWrong(a.pictures[h][i][j] == '#', b.pictures[h][i][j] == '#'))
            return Index{h, i, j};
    return std::nullopt;
  }

  std::optional<Index> firstEmptyRow(const Mask &mask) {
    for (int64_t h = 0; h < problem.heads; ++h)
      for (int64_t i = 0; i < problem.queries; ++i)
        if (mask.pictures[h][i].find('#') == std::string::npos)
          return Index{h, i};
    return std::nullopt;
  }

  void check(const Proof &proof, std::optional<Index> expected,
             const std::string &what, Count &count) {
    switch (proof.outcome) {
    case Outcome::Proved:
      EXPECT_FALSE(expected) << what << " proved";
      ++count.proved;
      return;
    case Outcome::Undecided:
      EXPECT_NE(proof.reason, "");
      ++count.undecided;
      undecided += what + ": " + proof.reason + "\n";
      return;
    case Outcome::Refuted:
      ASSERT_TRUE(expected) << what << " refuted";
      ++count.refuted;
      Index got;
      for (Expr var : {vars.h, vars.i, vars.j})
        got.push_back(var->kind == ExprKind::Var ? proof.example[var->value]
                                                 : 0);
      got.resize(expected->size());
      EXPECT_EQ(got, *expected) << what;
    }
  }

  void checkPair(Value first, Value second, Count &count) {
    Mask a = read(first), b = read(second);
    check(prover.equal(a.predicate, b.predicate),
          firstPair(a, b, [](bool x, bool y) { return x != y; }),
          "equal(" + a.predicate.str() + ", " + b.predicate.str() + ")", count);
    check(prover.contains(a.predicate, b.predicate),
          firstPair(a, b, [](bool x, bool y) { return y && !x; }),
          "contains(" + a.predicate.str() + ", " + b.predicate.str() + ")",
          count);
    check(prover.everyRowHasKey(a.predicate), firstEmptyRow(a),
          "rows(" + a.predicate.str() + ")", count);
  }

  std::string undecided;

private:
  const RandomPattern &problem;
  ExprContext context;
  MaskVars vars;
  Prover prover;
};

} // namespace

static std::vector<Value> masksOf(const MaskText &text) {
  std::vector<Value> masks;
  for (mlir::Operation &op : *text.getMask().getParentBlock())
    if (op.getNumResults() == 1)
      masks.push_back(op.getResult(0));
  return masks;
}

TEST(RandomClaims, Compositions) {
  Count count;
  for (unsigned n = 0; n < 100; ++n) {
    RandomPattern problem(7000 + n, 24);
    std::string text = problem.composition();
    MaskText mask(text, problem.tables);
    ASSERT_TRUE(mask.getMask()) << text;
    std::vector<Value> masks = masksOf(mask);
    Claims claims(problem, mask.getContents());
    for (int pair = 0; pair < 3; ++pair) {
      Value a = masks[problem.between(0, masks.size() - 1)];
      Value b = masks[problem.between(0, masks.size() - 1)];
      claims.checkPair(a, b, count);
    }
    if (HasFailure()) {
      llvm::errs() << n << ": " << problem.queries << " queries, "
                   << problem.keys << " keys, " << problem.heads << " heads\n"
                   << text << claims.undecided;
      return;
    }
    llvm::errs() << claims.undecided;
  }
  llvm::errs() << count.proved << " " << count.refuted << " "
               << count.undecided << "\n";
}
