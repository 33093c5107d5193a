//===- HalvedFactors.h - pairs counted axis by axis, by halves --*- C++ -*-===//
//
// A mask that asks for the number of a token, as global tokens do, connects all
// axes of a layout. In most boxes of pairs that is decided, and what is left of
// the mask asks for axes one by one: boxes are halved until AxisFactors can
// count them.
//
//===----------------------------------------------------------------------===//

#ifndef ATTN_PASSES_HALVEDFACTORS_H
#define ATTN_PASSES_HALVEDFACTORS_H

#include "passes/AxisFactors.h"

namespace mlir::attn {

class HalvedFactors {
public:
  /// `predicate` must outlive what counts with it.
  explicit HalvedFactors(const ::attn::SpacePredicate &predicate)
      : predicate(predicate), rank(predicate.keys.size()) {}

  /// Gives a variable that is no axis its value.
  void set(::attn::Expr var, int64_t value);

  /// As AxisFactors::count; nothing too if that would take many halves.
  std::optional<int64_t> count(::attn::ConcreteBoxes &domain,
                               const ::attn::Box<int64_t> &queries,
                               const ::attn::Box<int64_t> &keys);

private:
  using Box = ::attn::Box<int64_t>;

  /// What is left of a mask, and how it is counted.
  struct Rest {
    ::attn::SpacePredicate predicate;
    std::optional<AxisFactors> factors;
  };

  /// The truth without what the ranges of the domain decide.
  ::attn::Expr undecided(::attn::ConcreteBoxes &domain, ::attn::Expr truth);
  AxisFactors &factorsOf(::attn::Expr truth);
  std::optional<int64_t> countPart(::attn::ConcreteBoxes &domain,
                                   const Box &queries, const Box &keys);
  /// The axis to halve a box along, those of keys after those of queries: the
  /// outermost that is long of a comparison that connects axes, or of any.
  std::optional<unsigned> axisToHalve(::attn::Expr truth, const Box &queries,
                                      const Box &keys);

  const ::attn::SpacePredicate &predicate;
  unsigned rank;
  std::vector<std::pair<::attn::Expr, int64_t>> values;
  llvm::DenseMap<const ::attn::ExprNode *, std::unique_ptr<Rest>> rests;
  int64_t boxesLeft = 0;
  bool isHopeless = false; ///< took too many once
};

} // namespace mlir::attn

#endif // ATTN_PASSES_HALVEDFACTORS_H
