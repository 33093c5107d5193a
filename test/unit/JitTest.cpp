//===- JitTest.cpp - parts of a module are linked -------------------------===//

#include "codegen/ObjectFile.h"
#include "test/unit/CompiledText.h"

#include "mlir/Pass/PassManager.h"
#include "llvm/Object/ObjectFile.h"

using namespace attntest;
using mlir::MLIRContext;

namespace {

/// Adds to each of four numbers twice that of a table, and to the last one once
/// more. Both functions read the table.
const char *const kText = R"(
memref.global "private" constant @table : memref<4xi32> = dense<[1, 20, 300, 4000]>
func.func private @add(%a: memref<4xi32>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c4 = arith.constant 4 : index
  %table = memref.get_global @table : memref<4xi32>
  scf.for %n = %c0 to %c4 step %c1 {
    %old = memref.load %a[%n] : memref<4xi32>
    %more = memref.load %table[%n] : memref<4xi32>
    %new = arith.addi %old, %more : i32
    memref.store %new, %a[%n] : memref<4xi32>
  }
  return
}
func.func @twice(%a: memref<4xi32>) attributes {llvm.emit_c_interface} {
  call @add(%a) : (memref<4xi32>) -> ()
  %c3 = arith.constant 3 : index
  %table = memref.get_global @table : memref<4xi32>
  %old = memref.load %a[%c3] : memref<4xi32>
  %more = memref.load %table[%c3] : memref<4xi32>
  %new = arith.addi %old, %more : i32
  memref.store %new, %a[%c3] : memref<4xi32>
  call @add(%a) : (memref<4xi32>) -> ()
  return
})";

class JitTest : public testing::TestWithParam<MLIRContext::Threading> {
protected:
  JitTest() : context(MLIRContext::Threading::DISABLED) {
    mlir::DialectRegistry registry;
    mlir::attn::registerCpuDialects(registry);
    registry.insert<mlir::attn::AttnDialect>();
    context.appendDialectRegistry(registry);
    context.enableMultithreading(GetParam() == MLIRContext::Threading::ENABLED);
    module = mlir::parseSourceString<mlir::ModuleOp>(kText, &context);
  }

  mlir::LogicalResult lower(unsigned parts) {
    mlir::PassManager passes(&context);
    mlir::attn::buildLowerToLLVMPipeline(passes, "generic", parts);
    return passes.run(*module);
  }

  llvm::Expected<std::unique_ptr<mlir::attn::Jit>> compile() {
    auto target = mlir::attn::lookupTarget("generic");
    return mlir::attn::Jit::create(*module, llvm::cantFail(std::move(target)));
  }

  MLIRContext context;
  mlir::OwningOpRef<mlir::ModuleOp> module;
};

TEST_P(JitTest, PartsCallEachOther) {
  ASSERT_TRUE(module);
  ASSERT_TRUE(mlir::succeeded(lower(/*parts=*/2)));
  EXPECT_EQ(llvm::range_size(module->getOps<mlir::ModuleOp>()), 2u);
  auto jit = llvm::cantFail(compile());
  std::vector<int32_t> numbers(4, 50000);
  auto memref = describe<1>(numbers, {4});
  auto *twice = reinterpret_cast<void (*)(void *)>(
      llvm::cantFail(jit->lookup("_mlir_ciface_twice")));
  twice(&memref);
  EXPECT_EQ(numbers, (std::vector<int32_t>{50002, 50040, 50600, 62000}));
}

TEST_P(JitTest, OnlyInterfacesAreVisible) {
  ASSERT_TRUE(module);
  ASSERT_TRUE(mlir::succeeded(lower(/*parts=*/2)));
  auto target = llvm::cantFail(mlir::attn::lookupTarget("generic"));
  std::vector<std::string> visible, hidden;
  for (auto part : module->getOps<mlir::ModuleOp>()) {
    auto buffer = llvm::cantFail(mlir::attn::compileObject(part, target));
    auto object = llvm::cantFail(
        llvm::object::ObjectFile::createObjectFile(buffer->getMemBufferRef()));
    for (llvm::object::SymbolRef symbol : object->symbols()) {
      using llvm::object::SymbolRef;
      uint32_t flags = llvm::cantFail(symbol.getFlags());
      if (!(flags & SymbolRef::SF_Global) || (flags & SymbolRef::SF_Undefined))
        continue;
      bool isHidden = flags & SymbolRef::SF_Hidden;
      (isHidden ? hidden : visible)
          .push_back(llvm::cantFail(symbol.getName()).str());
    }
  }
  llvm::sort(hidden);
  EXPECT_EQ(visible, (std::vector<std::string>{"_mlir_ciface_twice"}));
  EXPECT_EQ(hidden, (std::vector<std::string>{"add", "twice"}));
}

TEST_P(JitTest, WhatIsNotLoweredIsAnError) {
  ASSERT_TRUE(module);
  mlir::ScopedDiagnosticHandler quiet(&context, [](mlir::Diagnostic &) {});
  auto jit = compile();
  ASSERT_FALSE(bool(jit));
  EXPECT_EQ(llvm::toString(jit.takeError()),
            "the module is not in the LLVM dialect");
}

INSTANTIATE_TEST_SUITE_P(Threads, JitTest,
                         testing::Values(MLIRContext::Threading::DISABLED,
                                         MLIRContext::Threading::ENABLED));

} // namespace
