//===- RowSearch.h - rows in which a mask keeps no key ----------*- C++ -*-===//
//
// A row is a batch, a head and a query. That it has no key is a truth about all
// keys, so it is not a point of the predicate. The search instead keeps a list
// of keys, given in terms of the row ("i", "the last one"), and asks for a
// point, a row, at which none of them is kept. If the row has no key at all it
// is found; if it has one, this key is stated in terms of the row and joins the
// list. No such row: none without a key.
//
//===----------------------------------------------------------------------===//

#ifndef ATTN_DIALECT_EXPR_ROWSEARCH_H
#define ATTN_DIALECT_EXPR_ROWSEARCH_H

#include "dialect/expr/PointSearch.h"
#include "llvm/ADT/STLFunctionalExtras.h"

#include <optional>

namespace attn {

class RowSearch {
public:
  /// `find` searches for a point of a truth over rows.
  using Find = llvm::function_ref<PointSearch(Expr truth)>;

  RowSearch(MaskVars &vars, Expr mask);

  /// A row within a truth without a key that `mask` keeps. The keys that are
  /// found to matter are kept for the next search.
  PointSearch find(Expr within, Find findPoint);

private:
  bool isKept(llvm::ArrayRef<int64_t> row, int64_t key) const;
  std::optional<int64_t> keyOf(llvm::ArrayRef<int64_t> row, bool &isSure);
  void addKey(llvm::ArrayRef<int64_t> row, int64_t key);
  bool addCandidate(llvm::ArrayRef<int64_t> row);
  void collectCandidates();
  void addBounds(Expr sum, Expr value);
  PointSearch findByBoxes(Expr within);
  Expr at(Expr key);
  int64_t numKeysOf(llvm::ArrayRef<int64_t> row) const;

  MaskVars &vars;
  ExprContext &context;
  Expr mask;
  llvm::SmallVector<Expr> rowVars; ///< of the mask, but the key
  llvm::SmallVector<Expr> candidates;
  llvm::SmallVector<Expr> keys;
  bool hasKey; ///< whether j is a variable
};

} // namespace attn

#endif // ATTN_DIALECT_EXPR_ROWSEARCH_H
