//===- ReferenceSpec.h - one attention op, for the reference ----*- C++ -*-===//

#ifndef ATTN_TEST_UNIT_REFERENCESPEC_H
#define ATTN_TEST_UNIT_REFERENCESPEC_H

#include "dialect/AttnOps.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/MLIRContext.h"
#include "mlir/Parser/Parser.h"
#include "gtest/gtest.h"

#include <string>

namespace attntest {

/// One function with one attention op; `mask` is the text of ops, the last of
/// them %m, or empty.
class Spec {
public:
  Spec(llvm::StringRef mask, llvm::StringRef q = "1x1x?x1",
       llvm::StringRef k = "1x1x?x1", llvm::StringRef v = "1x1x?x1",
       llvm::StringRef attributes = "") {
    context.loadDialect<mlir::attn::AttnDialect, mlir::func::FuncDialect>();
    auto type = [](llvm::StringRef shape) {
      return ("tensor<" + shape + "xf32>").str();
    };
    std::string o = (q.rsplit('x').first + "x" + v.rsplit('x').second).str();
    std::string text = "func.func @f(%q: " + type(q) + ", %k: " + type(k) +
                       ", %v: " + type(v) + ") {\n" + mask.str() +
                       "\n%o = attn.attention %q, %k, %v" +
                       (mask.empty() ? "" : " mask(%m)") + attributes.str() +
                       " : (" + type(q) + ", " + type(k) + ", " + type(v) +
                       ") -> " + type(o) + "\nreturn\n}";
    module = mlir::parseSourceString<mlir::ModuleOp>(text, &context);
    if (module)
      module->walk([&](mlir::attn::AttentionOp found) { op = found; });
    EXPECT_TRUE(op) << text;
  }

  mlir::attn::AttentionOp op;

private:
  mlir::MLIRContext context{mlir::MLIRContext::Threading::DISABLED};
  mlir::OwningOpRef<mlir::ModuleOp> module;
};

} // namespace attntest

#endif // ATTN_TEST_UNIT_REFERENCESPEC_H
