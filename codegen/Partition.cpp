//===- Partition.cpp - a module falls into parts --------------------------===//

#include "codegen/Passes.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/IR/SymbolTable.h"

namespace mlir::attn {

#define GEN_PASS_DEF_PARTITION
#include "codegen/Passes.h.inc"

static int64_t countOps(func::FuncOp function) {
  int64_t ops = 0;
  function.walk([&](Operation *) { ++ops; });
  return ops;
}

static bool hasInterface(func::FuncOp function) {
  return function->hasAttr(LLVM::LLVMDialect::getEmitCWrapperAttrName());
}

/// The functions of each part: the largest ones first, each to the part that
/// is the smallest by then.
static SmallVector<SmallVector<func::FuncOp>> deal(ModuleOp module,
                                                   size_t count) {
  struct Sized {
    func::FuncOp function;
    int64_t ops;
  };
  SmallVector<Sized> all;
  for (auto function : module.getOps<func::FuncOp>())
    if (!function.isExternal())
      all.push_back({function, countOps(function)});
  llvm::stable_sort(all, [](const Sized &a, const Sized &b) {
    return std::pair(hasInterface(a.function), a.ops) >
           std::pair(hasInterface(b.function), b.ops);
  });
  SmallVector<SmallVector<func::FuncOp>> parts(count);
  SmallVector<int64_t> ops(count);
  for (const Sized &some : all) {
    size_t part =
        hasInterface(some.function) ? 0 : llvm::min_element(ops) - ops.begin();
    parts[part].push_back(some.function);
    ops[part] += some.ops;
  }
  llvm::erase_if(parts, [](const auto &part) { return part.empty(); });
  return parts;
}

/// Copies to `part` what it uses of the symbols `all` without having it: the
/// declaration of a function, or else the whole of it.
static void copyUsed(ModuleOp part, const SymbolTable &all) {
  SymbolTable here(part);
  auto uses = SymbolTable::getSymbolUses(&part.getBodyRegion());
  for (const SymbolTable::SymbolUse &use : *uses) {
    StringAttr name = use.getSymbolRef().getRootReference();
    Operation *used = all.lookup(name);
    if (!used || here.lookup(name))
      continue;
    auto function = dyn_cast<func::FuncOp>(used);
    Operation *copy = function ? used->cloneWithoutRegions() : used->clone();
    if (function) {
      copy->removeAttr(LLVM::LLVMDialect::getEmitCWrapperAttrName());
      cast<func::FuncOp>(copy).setPrivate();
    }
    here.insert(copy, part.getBody()->begin());
  }
}

namespace {

struct Partition : impl::PartitionBase<Partition> {
  using PartitionBase::PartitionBase;

  void runOnOperation() override {
    if (count == 0) {
      getOperation().emitError("expected a 'count' of at least 1, got 0");
      return signalPassFailure();
    }
    ModuleOp module = getOperation();
    OpBuilder b = OpBuilder::atBlockEnd(module.getBody());
    SmallVector<ModuleOp> parts;
    for (ArrayRef<func::FuncOp> functions : deal(module, count)) {
      parts.push_back(ModuleOp::create(b, module.getLoc()));
      for (func::FuncOp function : functions) {
        function->getBlock()->push_front(function->cloneWithoutRegions());
        function->moveBefore(parts.back().getBody(),
                             parts.back().getBody()->end());
      }
    }
    SymbolTable rest(module);
    for (ModuleOp part : parts)
      copyUsed(part, rest);
    for (Operation &op : llvm::make_early_inc_range(*module.getBody()))
      if (!isa<ModuleOp>(op))
        op.erase();
  }
};

} // namespace

} // namespace mlir::attn
