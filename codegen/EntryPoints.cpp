//===- EntryPoints.cpp - functions that the runtime calls -----------------===//

#include "codegen/EntryPoints.h"

#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/IR/IntrinsicsX86.h"

using namespace llvm;

namespace mlir::attn {

static constexpr StringRef kInterface = "_mlir_ciface_";
static constexpr StringRef kUnits = "_units";
static constexpr StringRef kScratchBytes = "_scratch_bytes";

/// Builds the body of one entry point.
class EntryBuilder {
public:
  EntryBuilder(Function *entry)
      : b(BasicBlock::Create(entry->getContext(), "entry", entry)),
        entry(entry) {}

  /// The first `count` descriptors.
  SmallVector<Value *> descriptors(unsigned count) {
    SmallVector<Value *> result;
    for (unsigned k = 0; k < count; ++k) {
      Value *at =
          b.CreateConstInBoundsGEP1_64(b.getPtrTy(), entry->getArg(0), k);
      result.push_back(b.CreateLoad(b.getPtrTy(), at));
    }
    return result;
  }

  /// A descriptor of a memref of rank 1 at `data`. Nobody reads its size.
  Value *scratchDescriptor(Value *data) {
    Type *word = b.getInt64Ty();
    StructType *type =
        StructType::get(b.getPtrTy(), b.getPtrTy(), word, word, word);
    Value *descriptor = b.CreateAlloca(type);
    Value *fields[] = {data, data, b.getInt64(0), b.getInt64(-1),
                       b.getInt64(1)};
    for (auto [i, field] : enumerate(fields))
      b.CreateStore(field, b.CreateStructGEP(type, descriptor, i));
    return descriptor;
  }

  /// Takes subnormal numbers as zero; returns where the mode before is.
  Value *flushSubnormals() {
    constexpr unsigned flushToZero = 0x8000, subnormalsAreZero = 0x0040;
    Value *before = b.CreateAlloca(b.getInt32Ty());
    Value *during = b.CreateAlloca(b.getInt32Ty());
    b.CreateIntrinsic(Intrinsic::x86_sse_stmxcsr, {before});
    Value *mode = b.CreateLoad(b.getInt32Ty(), before);
    b.CreateStore(b.CreateOr(mode, flushToZero | subnormalsAreZero), during);
    b.CreateIntrinsic(Intrinsic::x86_sse_ldmxcsr, {during});
    return before;
  }
  void restoreMode(Value *before) {
    b.CreateIntrinsic(Intrinsic::x86_sse_ldmxcsr, {before});
  }

  IRBuilder<> b;

private:
  Function *entry;
};

static Function *declareEntry(Module &module, Twine name, Type *result,
                              ArrayRef<Type *> arguments) {
  return Function::Create(FunctionType::get(result, arguments, false),
                          Function::ExternalLinkage, name, module);
}

/// An entry point that asks `size` for a number.
static void addSize(Module &module, Twine name, Function *size) {
  LLVMContext &context = module.getContext();
  Type *pointer = PointerType::getUnqual(context);
  Function *entry =
      declareEntry(module, name, Type::getInt64Ty(context), {pointer});
  EntryBuilder body(entry);
  body.b.CreateRet(body.b.CreateCall(size, body.descriptors(size->arg_size())));
}

static void addRun(Module &module, StringRef name, Function *run) {
  LLVMContext &context = module.getContext();
  Type *pointer = PointerType::getUnqual(context);
  Type *word = Type::getInt64Ty(context);
  Function *entry =
      declareEntry(module, "attn_run_" + name, Type::getVoidTy(context),
                   {pointer, word, word, pointer});
  EntryBuilder body(entry);
  SmallVector<Value *> arguments = body.descriptors(run->arg_size() - 3);
  arguments.push_back(entry->getArg(1));
  arguments.push_back(entry->getArg(2));
  arguments.push_back(body.scratchDescriptor(entry->getArg(3)));
  bool isX86 = module.getTargetTriple().isX86();
  Value *mode = isX86 ? body.flushSubnormals() : nullptr;
  body.b.CreateCall(run, arguments);
  if (isX86)
    body.restoreMode(mode);
  body.b.CreateRetVoid();
}

/// Makes `interface`, and what it calls, part of its only caller: most fields
/// of descriptors are read for nobody.
static void dissolve(Function *interface) {
  SmallVector<Function *, 2> functions = {interface};
  for (Instruction &inner : instructions(interface))
    if (auto *call = dyn_cast<CallInst>(&inner))
      if (Function *called = call->getCalledFunction();
          called && !called->isDeclaration())
        functions.push_back(called);
  for (Function *function : functions) {
    function->setVisibility(GlobalValue::DefaultVisibility);
    function->setLinkage(GlobalValue::InternalLinkage);
    function->addFnAttr(Attribute::AlwaysInline);
  }
}

Error addEntryPoints(Module &module) {
  SmallVector<std::string> names;
  for (Function &function : module) {
    StringRef name = function.getName();
    if (function.isDeclaration())
      continue;
    // Functions of other parts may call it.
    if (!name.consume_front(kInterface))
      function.setVisibility(Function::HiddenVisibility);
    else if (name.consume_back(kUnits))
      names.push_back(name.str());
  }
  for (StringRef name : names) {
    auto find = [&](Twine symbol) { return module.getFunction(symbol.str()); };
    Function *units = find(kInterface + name + kUnits);
    Function *scratch = find(kInterface + name + kScratchBytes);
    if (!scratch || scratch->arg_size() != units->arg_size())
      return createStringError("kernel '" + name + "': expected a function '" +
                               name + kScratchBytes + "' with the arguments " +
                               "of '" + name + kUnits + "'");
    Function *run = find(kInterface + name);
    if (!run || run->arg_size() != units->arg_size() + 3)
      return createStringError("kernel '" + name + "': expected a function " +
                               "with the arguments of '" + name + kUnits +
                               "' and three more");
    addSize(module, "attn_units_" + name, units);
    addSize(module, "attn_scratch_bytes_" + name, scratch);
    addRun(module, name, run);
    run->setVisibility(Function::HiddenVisibility);
    dissolve(units);
    dissolve(scratch);
  }
  return Error::success();
}

} // namespace mlir::attn
