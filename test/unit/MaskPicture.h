//===- MaskPicture.h - a mask drawn in characters ---------------*- C++ -*-===//
//
// Reads the predicate of a mask pair by pair: a row for each query, a column
// for each key, '#' where the query attends to the key.
//
//===----------------------------------------------------------------------===//

#ifndef ATTN_TEST_UNIT_MASKPICTURE_H
#define ATTN_TEST_UNIT_MASKPICTURE_H

#include "dialect/AttnOps.h"
#include "dialect/expr/Evaluate.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/MLIRContext.h"
#include "mlir/Parser/Parser.h"
#include "gtest/gtest.h"

#include <algorithm>
#include <string>
#include <vector>

namespace attntest {

using Picture = std::vector<std::string>;

/// Whether the lengths are known when the predicate is built.
enum class Lengths { Static, Dynamic };

inline Picture draw(mlir::Value mask, int64_t numQueries, int64_t numKeys,
                    Lengths lengths) {
  attn::ExprContext context;
  bool known = lengths == Lengths::Static;
  attn::MaskVars vars(context, known ? numQueries : -1, known ? numKeys : -1);
  attn::Expr predicate = mlir::attn::buildPredicate(mask, vars);
  attn::ExprProgram program(predicate);
  std::vector<int64_t> values(context.numVariables());
  // A variable with one value may have become a constant.
  auto set = [&](attn::Expr var, int64_t value) {
    if (var->kind == attn::ExprKind::Var)
      values[var->value] = value;
  };
  set(vars.numQueries, numQueries);
  set(vars.numKeys, numKeys);
  Picture picture(numQueries, std::string(numKeys, '.'));
  for (int64_t i = 0; i < numQueries; ++i)
    for (int64_t j = 0; j < numKeys; ++j) {
      set(vars.i, i);
      set(vars.j, j);
      int64_t keep;
      program.run(values, keep);
      if (keep)
        picture[i][j] = '#';
    }
  return picture;
}

/// Mask ops as text; the mask drawn is %m.
class MaskText {
public:
  explicit MaskText(const std::string &text) {
    context.loadDialect<mlir::attn::AttnDialect, mlir::func::FuncDialect>();
    module = mlir::parseSourceString<mlir::ModuleOp>(
        "func.func @mask() -> !attn.mask {\n" + text +
            "\nreturn %m : !attn.mask\n}",
        &context);
    if (module)
      module->walk([&](mlir::func::ReturnOp op) { mask = op.getOperand(0); });
  }

  /// Null if the text does not parse.
  mlir::Value getMask() const { return mask; }

  /// Empty if the text does not parse.
  Picture draw(int64_t numQueries, int64_t numKeys, Lengths lengths) {
    return mask ? attntest::draw(mask, numQueries, numKeys, lengths)
                : Picture();
  }

private:
  mlir::MLIRContext context{mlir::MLIRContext::Threading::DISABLED};
  mlir::OwningOpRef<mlir::ModuleOp> module;
  mlir::Value mask;
};

/// Compares with a picture drawn by hand, with and without known lengths.
/// Spaces in the picture only part the rows of a layout.
inline void expectMask(const std::string &text, Picture expected) {
  for (std::string &row : expected)
    row.erase(std::remove(row.begin(), row.end(), ' '), row.end());
  MaskText mask(text);
  for (Lengths lengths : {Lengths::Static, Lengths::Dynamic})
    EXPECT_EQ(mask.draw(expected.size(), expected[0].size(), lengths), expected)
        << text;
}

} // namespace attntest

#endif // ATTN_TEST_UNIT_MASKPICTURE_H
