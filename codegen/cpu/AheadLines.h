//===- AheadLines.h - lines that are asked for ahead of time ----*- C++ -*-===//
//
// Memory answers many requests at a time, but not all at once: those for the
// keys of a slab are spread over the products of the slab before.
//
//===----------------------------------------------------------------------===//

#ifndef ATTN_CODEGEN_CPU_AHEADLINES_H
#define ATTN_CODEGEN_CPU_AHEADLINES_H

#include "codegen/cpu/TileBuilder.h"

namespace mlir::attn {

/// What one loop asks for of a list that ListAheadOp wrote.
class AheadLines {
public:
  /// A null list asks for nothing. One line is for `steps` steps of the loop.
  AheadLines(TileBuilder &b, Value list, int64_t steps = 1);

  /// Asks for the line of step `n`.
  void ask(Value n);
  /// Says that the loop had `count` steps.
  void finish(Value count);

private:
  TileBuilder &b;
  Value list, begin, last;
  int64_t steps;
};

} // namespace mlir::attn

#endif // ATTN_CODEGEN_CPU_AHEADLINES_H
