//===- AxisFactors.h - pairs counted axis by axis ---------------*- C++ -*-===//
//
// Many masks of a layout ask each axis by itself: a neighborhood keeps a pair
// if its places on every axis are near. Then the pairs of a box are the product
// of those that each axis keeps, and what would be billions of pairs are
// thousands.
//
//===----------------------------------------------------------------------===//

#ifndef ATTN_PASSES_AXISFACTORS_H
#define ATTN_PASSES_AXISFACTORS_H

#include "passes/PairCounter.h"

#include <memory>

namespace mlir::attn {

class AxisFactors {
public:
  /// Finds the groups of axes, of queries and of keys, that parts of
  /// `predicate` connect.
  explicit AxisFactors(const ::attn::SpacePredicate &predicate);

  /// Gives a variable that is no axis its value.
  void set(::attn::Expr var, int64_t value);

  /// As PairCounter::count; nothing if there is one axis, or a group has too
  /// many places to try them one by one, of which there are few where all axes
  /// are connected.
  std::optional<int64_t> count(::attn::ConcreteBoxes &domain,
                               const ::attn::Box<int64_t> &queries,
                               const ::attn::Box<int64_t> &keys);

private:
  /// Axes are numbered from those of queries on.
  struct Group {
    SmallVector<unsigned> axes;
    ::attn::SpacePredicate predicate;
    std::unique_ptr<PairCounter> counter;
  };

  SmallVector<unsigned> axesOf(::attn::Expr part) const;

  const ::attn::SpacePredicate &predicate;
  unsigned rank;
  std::vector<Group> groups;
  SmallVector<unsigned> freeAxes;      ///< that nothing asks for
  SmallVector<::attn::Expr> otherwise; ///< parts that ask for no axis
};

} // namespace mlir::attn

#endif // ATTN_PASSES_AXISFACTORS_H
