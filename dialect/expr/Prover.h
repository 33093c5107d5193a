//===- Prover.h - proofs about masks ----------------------------*- C++ -*-===//
//
// Are two masks equal, does one contain the other, has every row a key? Each
// claim is about all batches, heads, queries and keys, and about all lengths
// where they are not known. It is proved, or refuted by a counter-example, or
// undecided: never proved wrongly, and a counter-example was evaluated.
//
// A claim is the question whether some point contradicts it (PointSearch.h), or
// some row (RowSearch.h).
//
//===----------------------------------------------------------------------===//

#ifndef ATTN_DIALECT_EXPR_PROVER_H
#define ATTN_DIALECT_EXPR_PROVER_H

#include "dialect/expr/PointSearch.h"
#include "llvm/ADT/STLFunctionalExtras.h"

namespace attn {

struct Proof {
  enum class Outcome { Proved, Refuted, Undecided };

  Outcome outcome = Outcome::Proved;
  /// The counter-example that is first by lengths, batch, head, query and key,
  /// as far as the search tells. Variables that do not matter have their least
  /// value.
  Point example;
  /// The name of a run-time table whose elements, as they stand in the context,
  /// belong to the counter-example; empty if it holds for all.
  llvm::StringRef table;
  std::string reason; ///< why it is undecided
};

class Prover {
public:
  /// Lengths that `vars` leaves open are at least 1. Run-time tables may have
  /// any elements that their kind allows.
  /// `caseBudget` is that of a search by cases; less after one that spent it.
  explicit Prover(MaskVars &vars, int64_t caseBudget = usualBudget);

  /// Every pair that one mask keeps, the other keeps too.
  Proof equal(Expr a, Expr b);
  /// `outer` keeps every pair that `inner` keeps.
  Proof contains(Expr outer, Expr inner);
  /// Every query has a key that the mask keeps. The example's j means nothing.
  Proof everyRowHasKey(Expr mask);

private:
  using Search = llvm::function_ref<PointSearch(Expr within)>;

  Proof prove(Expr about, bool isOfPairs, Search search);
  void minimise(Point &example, bool isOfPairs, Search search);
  Expr offsetsFacts(Expr about);
  PointSearch findPoint(Expr truth);
  /// A point that was found, with the values of variables that are narrowed.
  PointSearch completed(PointSearch found, Expr truth);
  /// From here on `var` is in [least, most].
  void narrow(Expr var, int64_t least, int64_t most);
  /// An example of a few tokens and heads, which takes milliseconds, where
  /// lengths are open: most claims that are false have one.
  PointSearch findShort(bool isOfPairs, Search search);
  bool areLengthsKnown() const;

  MaskVars &vars;
  ExprContext &context;
  /// What stands for some variables while an example is made smaller.
  llvm::SmallVector<Expr> narrowed;
  bool isOneByOne = false; ///< whether points are only looked for that way
  static constexpr int64_t usualBudget = 1 << 13; ///< takes seconds
  int64_t caseBudget;
};

} // namespace attn

#endif // ATTN_DIALECT_EXPR_PROVER_H
