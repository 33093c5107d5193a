//===- ReferencePredicate.cpp - predicates of users, interpreted ----------===//

#include "tools/attn-run/ReferencePredicate.h"

#include "tools/attn-run/ReferenceRegion.h"

namespace attnrun {

Keeps readPredicate(mlir::attn::PredicateOp op, const MaskProblem &problem) {
  return [op, tables = problem.tables, b = problem.batch](int64_t h, int64_t i,
                                                          int64_t j) mutable {
    using Number = RegionInterpreter::Number;
    RegionInterpreter interpreter(
        [&](mlir::Value table, llvm::ArrayRef<int64_t> at) {
          return Number{tables.lookup(table)[at[0]], 0};
        });
    Number place[] = {{b, 0}, {h, 0}, {i, 0}, {j, 0}};
    return interpreter.run(op.getKeep(), place).integer != 0;
  };
}

} // namespace attnrun
