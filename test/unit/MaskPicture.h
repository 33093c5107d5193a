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

#include "mlir/Dialect/Arith/IR/Arith.h"
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

/// The head to draw, out of how many.
struct Head {
  int64_t head = 0, queryHeads = 1, kvHeads = 1;
};

/// The elements of the run-time tables %t0, %t1, ...
using Tables = std::vector<std::vector<int64_t>>;
using TableContents = attn::MaskVars::TableContents;

inline Picture draw(mlir::Value mask, int64_t numQueries, int64_t numKeys,
                    Lengths lengths, Head head = {},
                    const TableContents *contents = nullptr) {
  attn::ExprContext context;
  auto known = [&](int64_t size) {
    return lengths == Lengths::Static ? size : -1;
  };
  attn::MaskVars vars(context, known(numQueries), known(numKeys),
                      known(head.queryHeads), known(head.kvHeads));
  vars.contents = contents;
  attn::Expr predicate = mlir::attn::buildPredicate(mask, vars);
  attn::ExprProgram program(predicate);
  std::vector<int64_t> values(context.numVariables());
  // A variable with one value may have become a constant.
  auto set = [&](attn::Expr var, int64_t value) {
    if (var->kind == attn::ExprKind::Var)
      values[var->value] = value;
  };
  set(vars.h, head.head);
  set(vars.numHeads, head.queryHeads);
  set(vars.numKvHeads, head.kvHeads);
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

/// Mask ops as text; the mask drawn is %m. Its tables are %t0, %t1, ...
class MaskText {
public:
  explicit MaskText(const std::string &text, const Tables &tables = {}) {
    context.loadDialect<mlir::attn::AttnDialect, mlir::arith::ArithDialect,
                        mlir::func::FuncDialect>();
    std::string arguments;
    for (size_t n = 0; n < tables.size(); ++n)
      arguments += (n ? ", %t" : "%t") + std::to_string(n) + ": tensor<?xi32>";
    module = mlir::parseSourceString<mlir::ModuleOp>(
        "func.func @mask(" + arguments + ") -> !attn.mask {\n" + text +
            "\nreturn %m : !attn.mask\n}",
        &context);
    if (!module)
      return;
    module->walk([&](mlir::func::ReturnOp op) { mask = op.getOperand(0); });
    auto function = *module->getOps<mlir::func::FuncOp>().begin();
    for (size_t n = 0; n < tables.size(); ++n) {
      arrays[function.getArgument(n)] = tables[n];
      contents[function.getArgument(n).getAsOpaquePointer()] = tables[n];
    }
  }

  /// Null if the text does not parse.
  mlir::Value getMask() const { return mask; }
  const TableContents &getContents() const { return contents; }
  /// The same by value.
  const llvm::DenseMap<mlir::Value, std::vector<int64_t>> &getArrays() const {
    return arrays;
  }

  /// Empty if the text does not parse.
  Picture draw(int64_t numQueries, int64_t numKeys, Lengths lengths,
               Head head = {}) {
    return mask ? attntest::draw(mask, numQueries, numKeys, lengths, head,
                                 &contents)
                : Picture();
  }

private:
  mlir::MLIRContext context{mlir::MLIRContext::Threading::DISABLED};
  mlir::OwningOpRef<mlir::ModuleOp> module;
  mlir::Value mask;
  TableContents contents;
  llvm::DenseMap<mlir::Value, std::vector<int64_t>> arrays;
};

inline int64_t countPairs(const Picture &picture) {
  int64_t pairs = 0;
  for (const std::string &row : picture)
    pairs += std::count(row.begin(), row.end(), '#');
  return pairs;
}

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
