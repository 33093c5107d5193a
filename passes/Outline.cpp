//===- Outline.cpp - code that becomes a function of its own --------------===//

#include "passes/Outline.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/SCF/Utils/Utils.h"
#include "mlir/Transforms/RegionUtils.h"

using namespace mlir;

/// Views of scratch, and constants, also of their offsets, are made again
/// inside, not handed over.
static void makeAgain(Region &region, OpBuilder &b) {
  OpBuilder::InsertionGuard guard(b);
  auto clone = [&](auto kind) {
    b.setInsertionPointToStart(&region.front());
    llvm::SetVector<Value> captured;
    getUsedValuesDefinedAbove(region, captured);
    for (Value value : captured)
      if (auto op = value.getDefiningOp<decltype(kind)>())
        replaceAllUsesInRegionWith(value, b.clone(*op)->getResult(0), region);
  };
  clone(memref::SubViewOp());
  clone(memref::ViewOp());
  clone(arith::ConstantOp());
}

func::CallOp mlir::attn::outline(ImplicitLocOpBuilder &b, TypeRange types,
                                 StringRef name,
                                 function_ref<SmallVector<Value>()> emit) {
  auto regionOp = scf::ExecuteRegionOp::create(b, types);
  Region &region = regionOp.getRegion();
  {
    OpBuilder::InsertionGuard guard(b);
    b.createBlock(&region);
    scf::YieldOp::create(b, emit());
    makeAgain(region, b);
  }
  auto parent = regionOp->getParentOfType<func::FuncOp>();
  auto module = parent->getParentOfType<ModuleOp>();
  std::string base = (parent.getName() + "_" + name).str(), unique = base;
  for (int n = 1; module.lookupSymbol(unique); ++n)
    unique = base + "_" + std::to_string(n);
  IRRewriter rewriter(b);
  func::CallOp call;
  auto function =
      outlineSingleBlockRegion(rewriter, b.getLoc(), region, unique, &call);
  assert(succeeded(function) && "a region of one block");
  function->setPrivate();
  call->moveBefore(regionOp);
  regionOp->erase();
  return call;
}
