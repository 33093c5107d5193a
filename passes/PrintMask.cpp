//===- PrintMask.cpp - draws the mask of every attention op ---------------===//

#include "dialect/AttnOps.h"
#include "dialect/expr/Evaluate.h"
#include "passes/Passes.h"
#include "passes/PlanAnalysis.h"

namespace mlir::attn {

#define GEN_PASS_DEF_PRINTMASK
#include "passes/Passes.h.inc"

using ::attn::Expr;
using ::attn::ExprContext;
using ::attn::ExprKind;
using ::attn::ExprProgram;
using ::attn::MaskVars;

namespace {

struct PrintMask : impl::PrintMaskBase<PrintMask> {
  using PrintMaskBase::PrintMaskBase;

  void runOnOperation() override {
    if (length < 0) {
      getOperation().emitError("expected a 'length' of 0 or more, got ")
          << int64_t(length);
      return signalPassFailure();
    }
    getOperation().walk([&](AttentionOp op) { print(op, llvm::errs()); });
  }

  void print(AttentionOp op, raw_ostream &os) {
    auto function = op->getParentOfType<func::FuncOp>();
    MaskSizes sizes = op.getMaskSizes();
    os << "mask in @" << (function ? function.getName() : "") << ": ";
    for (int64_t *size : {&sizes.queries, &sizes.keys}) {
      if (ShapedType::isDynamic(*size))
        *size = op.getLayoutTokens().value_or(length);
      if (*size > limit) {
        os << "not drawn, expected at most " << limit
           << " queries and keys, got " << *size << "\n";
        return;
      }
    }
    int64_t queries = sizes.queries, keys = sizes.keys;
    int64_t heads = op.getQueryHeads();
    if (head < 0 || (!ShapedType::isDynamic(heads) && head >= heads)) {
      os << "not drawn, expected a head from 0";
      if (!ShapedType::isDynamic(heads))
        os << " to " << heads - 1;
      os << ", got " << head << "\n";
      return;
    }
    ExprContext context;
    MaskVars vars = makeMaskVars(context, sizes);
    if (!isMadeByMaskOps(op.getMask())) {
      os << "not drawn, it is not made by mask ops\n";
      return;
    }
    Expr predicate = buildPredicate(op.getMask(), vars);
    os << queries << " queries, " << keys << " keys";
    if (head > 0)
      os << ", head " << head;
    if (std::string assumed = describeTables(op.getMask()); !assumed.empty())
      os << ", assumed: " << assumed;
    os << "\n";
    ExprProgram program(predicate);
    SmallVector<int64_t> values(context.numVariables());
    auto set = [&](Expr var, int64_t value) {
      if (var->kind == ExprKind::Var)
        values[var->value] = value;
    };
    set(vars.h, head);
    for (int64_t i = 0; i < queries; ++i) {
      std::string row(keys, '.');
      for (int64_t j = 0; j < keys; ++j) {
        set(vars.i, i);
        set(vars.j, j);
        int64_t keep;
        program.run(values, keep);
        if (keep)
          row[j] = '#';
      }
      os << row << "\n";
    }
  }
};

} // namespace

} // namespace mlir::attn
