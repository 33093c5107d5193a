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
  /// A null list asks for nothing.
  AheadLines(TileBuilder &b, Value list);

  /// Asks for the line after `n` others.
  void ask(Value n);
  /// Says that `count` lines were asked for.
  void finish(Value count);

private:
  TileBuilder &b;
  Value list, begin, last;
};

} // namespace mlir::attn

#endif // ATTN_CODEGEN_CPU_AHEADLINES_H
