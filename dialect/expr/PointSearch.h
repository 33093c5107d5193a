//===- PointSearch.h - values for which a truth holds -----------*- C++ -*-===//
//
// Is there a point, a value for each variable within its range, at which a
// truth holds? Claims about masks (Prover.h) are questions of this kind. Three
// searches answer them, all exact where they answer at all:
//
//   - point by point, where there are only a few thousand;
//   - by cases: disjunctions, minima, selections and powers of two are told
//     apart case by case; within a case all that is left are comparisons of
//     sums, quotients and remainders, which Presburger arithmetic decides
//     whatever the lengths. Products, bits and tables are bounded, and their
//     operands are cut in halves where the bounds do not decide;
//   - by boxes: a box of points is classified with intervals and cut in halves
//     where its truth is unknown.
//
// The last two have a budget of steps and say "undecided" when it is spent.
//
//===----------------------------------------------------------------------===//

#ifndef ATTN_DIALECT_EXPR_POINTSEARCH_H
#define ATTN_DIALECT_EXPR_POINTSEARCH_H

#include "dialect/expr/Expr.h"

namespace attn {

/// A value for each variable, by its number.
using Point = llvm::SmallVector<int64_t>;

struct PointSearch {
  enum class Outcome { None, Found, Undecided };

  Outcome outcome = Outcome::None;
  Point point;          ///< where one was found; the truth was evaluated there
  std::string reason;   ///< why it is undecided
  bool isSpent = false; ///< a search spent its budget, which takes long
};

/// Undecided, at once, where the truth depends on more than `most` points.
/// Run-time tables are read as they stand in the context.
PointSearch findPointOneByOne(Expr truth, int64_t most = 1 << 14);

/// Cases are told apart at a rate of some thousands a second. No answer "none"
/// depends on the elements of tables that are known only at run time; a point
/// that is found does.
PointSearch findPointByCases(Expr truth, int64_t budget);

/// Some hundred thousand boxes a second. Run-time tables are read as they stand
/// in the context.
PointSearch findPointByBoxes(Expr truth, int64_t budget = 1 << 16);

/// What each truth says at the same points, '0' or '1' for each: until no two
/// of them say the same, or at so many points, which takes a millisecond for
/// some thousands. Run-time tables are read as they stand in the context.
std::vector<std::string> answersAtSamples(llvm::ArrayRef<Expr> truths,
                                          int64_t count);

/// Whether the expression reads a table that is known only at run time: the
/// name of the first, or nothing.
llvm::StringRef runTimeTable(Expr expr);
/// The reason of what is undecided for it.
std::string dependsOnTable(llvm::StringRef table);

/// A value in (lo, hi] to cut the range in two at: a multiple of the largest
/// power of two that has one there.
int64_t cutOf(int64_t lo, int64_t hi);

bool holdsAt(Expr truth, llvm::ArrayRef<int64_t> point);

} // namespace attn

#endif // ATTN_DIALECT_EXPR_POINTSEARCH_H
