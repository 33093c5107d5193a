//===- IndexSpace.h - the axes along which tokens are walked ----*- C++ -*-===//
//
// Tokens are numbered; a plan walks them along axes. Without a layout there is
// one axis, the token number. A layout gives an axis each; where a pattern is
// dilated, an axis of extent N splits in two: the residue g in [0, d) and, with
// stride d, the position y in [0, ceil((N - g) / d)), so that the keys of a
// dilated window are neighbours. Residues come first, positions last, in the
// order of the layout or another one: lanes and keys run along the last axis.
// A layout of one axis may be open: then N is the number of queries for queries
// and that of keys for keys, which need not be known or the same.
//
// Keys may be numbered by diagonals instead: the key j of query i lies on
// diagonal d = j - i + (queries - 1), which grows with the key. Where a mask
// keeps distances between tokens, the diagonals of neighbouring queries are the
// same.
//
//===----------------------------------------------------------------------===//

#ifndef ATTN_DIALECT_EXPR_INDEXSPACE_H
#define ATTN_DIALECT_EXPR_INDEXSPACE_H

#include "dialect/expr/Expr.h"
#include <optional>

namespace attn {

class IndexSpace {
public:
  /// An extent that follows from the number of queries, or of keys.
  static constexpr int64_t open = -1;

  struct Axis {
    int64_t extent;         ///< the longest, or `open`
    int64_t stride;         ///< in tokens
    int64_t residueOf = -1; ///< a residue axis: the layout axis it belongs to
    int64_t residue = -1;   ///< a position axis: its residue axis, if any
    int64_t layoutAxis = 0;
  };

  /// No layout: one axis. `dilation` has a value for each axis of `layout`, and
  /// `order` lists those axes as their positions follow each other, or is empty
  /// if they do as in the layout.
  IndexSpace(llvm::ArrayRef<int64_t> layout, llvm::ArrayRef<int64_t> dilation,
             llvm::ArrayRef<int64_t> order = {});

  /// One axis of queries, and keys by diagonals.
  static IndexSpace ofDiagonals();
  bool hasDiagonals() const { return diagonals; }

  llvm::ArrayRef<Axis> axes() const { return allAxes; }
  unsigned size() const { return allAxes.size(); }
  unsigned numResidues() const { return residues; }
  /// Axes that tiles extend along.
  unsigned numPositions() const { return size() - residues; }
  bool hasLayout() const { return !layout.empty(); }
  llvm::ArrayRef<int64_t> getLayout() const { return layout; }
  llvm::ArrayRef<int64_t> getDilation() const { return dilation; }
  llvm::ArrayRef<int64_t> getOrder() const { return order; }

  /// Tokens of the layout; nothing if there is none, or an open one.
  std::optional<int64_t> numTokens() const;

  /// The extent of axis `axis` for residue g, ceil((N - g) / d), where there
  /// are `tokens` queries or keys. Residue 0 has the longest.
  int64_t extent(unsigned axis, int64_t tokens, int64_t residue = 0) const;
  /// Whether residues of this axis may differ in extent.
  bool isRagged(unsigned axis) const;

private:
  llvm::SmallVector<int64_t> layout, dilation, order;
  llvm::SmallVector<Axis, 4> allAxes;
  unsigned residues = 0;
  bool diagonals = false;
};

/// A mask's predicate in the coordinates of a space.
struct SpacePredicate {
  llvm::SmallVector<Expr, 4> queries, keys; ///< a variable for each axis
  unsigned numResidues;                     ///< how many axes are residues
  Expr truth;

  /// `predicate` is over vars.i and vars.j. Keys beyond a ragged axis, and
  /// diagonals where a query has no key, are dropped by the truth.
  SpacePredicate(const IndexSpace &space, MaskVars &vars, Expr predicate);

  /// The first axis along which tiles visit what lies between keys of a short
  /// period too: not residues, of which each is visited alone, nor diagonals.
  size_t firstJoined() const {
    return isOfDiagonals ? keys.size() : numResidues;
  }

private:
  bool isOfDiagonals;
};

/// The integer `expr` by its one part that depends on `var`; nothing if it has
/// none or several.
std::optional<KeyTerm> keyTerm(Expr expr, Expr var);

/// The same where variables share bits of ExprNode::variables.
bool dependsOnOneOfMany(Expr expr, Expr var);

inline bool dependsOn(Expr expr, Expr var) {
  if (expr == var)
    return true;
  // Operands are made before users.
  if (expr->number < var->number || !(expr->variables & var->variables))
    return false;
  return var.context().numVariables() <= 64 || dependsOnOneOfMany(expr, var);
}

/// The axes of those of `keys` that a sum depends on: where keys weigh most
/// first, since those of the other axes may be anywhere, then the last ones.
llvm::SmallVector<unsigned, 4> axesByWeight(Expr sum,
                                            llvm::ArrayRef<Expr> keys);

} // namespace attn

#endif // ATTN_DIALECT_EXPR_INDEXSPACE_H
