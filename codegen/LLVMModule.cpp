//===- LLVMModule.cpp - kernels as optimised LLVM IR ----------------------===//

#include "codegen/LLVMModule.h"
#include "codegen/EntryPoints.h"

#include "mlir/Target/LLVMIR/Export.h"
#include "llvm/IR/LegacyPassManager.h"
#include "llvm/MC/TargetRegistry.h"
#include "llvm/Passes/PassBuilder.h"
#include "llvm/Support/CommandLine.h"
#include "llvm/Support/SmallVectorMemoryBuffer.h"
#include "llvm/Support/TargetSelect.h"
#include "llvm/TargetParser/Host.h"
#include "llvm/Transforms/Utils/Cloning.h"

using namespace llvm;

namespace mlir::attn {

/// Passes of the code generator that take a sixth of the time to compile a
/// kernel and gain it nothing: its loops step through memory as they are meant
/// to, and the CPU orders instructions itself. LLVM has only options for them.
static void leaveOutPasses() {
  for (StringRef name : {"disable-lsr", "disable-post-ra"}) {
    cl::Option *option = cl::getRegisteredOptions().lookup(name);
    assert(option && "expected an option that LLVM knows");
    // What someone asked for on the command line stays.
    if (option && !option->getNumOccurrences())
      static_cast<cl::opt<bool> *>(option)->setValue(true);
  }
}

Expected<std::unique_ptr<TargetMachine>>
createTargetMachine(const TargetDescription &target) {
  static const bool initialised = [] {
    leaveOutPasses();
    return !InitializeNativeTarget() && !InitializeNativeTargetAsmPrinter() &&
           !InitializeNativeTargetAsmParser();
  }();
  if (!initialised)
    return createStringError("LLVM has no code generator for this machine");
  Triple triple(sys::getProcessTriple());
  std::string message;
  const llvm::Target *found = TargetRegistry::lookupTarget(triple, message);
  if (!found)
    return createStringError(message);
  return std::unique_ptr<TargetMachine>(found->createTargetMachine(
      triple, target.cpu, target.features, TargetOptions(), Reloc::PIC_,
      std::nullopt, CodeGenOptLevel::Aggressive));
}

/// Tells every function what machine it is for.
static void setTarget(llvm::Module &module, const TargetMachine &machine,
                      const TargetDescription &target) {
  module.setDataLayout(machine.createDataLayout());
  std::string width = std::to_string(target.vectorBits);
  for (llvm::Function &function : module) {
    if (function.isDeclaration())
      continue;
    function.addFnAttr("target-cpu", machine.getTargetCPU());
    function.addFnAttr("target-features", machine.getTargetFeatureString());
    function.addFnAttr("prefer-vector-width", width);
    function.addFnAttr("min-legal-vector-width", width);
  }
}

/// The few passes that kernels gain from. They come with their loops blocked
/// and in vectors, so that the rest of O3 finds nothing in ten times the time.
static constexpr StringRef kPasses =
    "function(sroa,early-cse,instcombine<no-verify-fixpoint>,simplifycfg,"
    "loop-mssa(loop-rotate,licm),early-cse<memssa>,"
    "simplifycfg)";

static Error optimise(llvm::Module &module, TargetMachine &machine) {
  LoopAnalysisManager loops;
  FunctionAnalysisManager functions;
  CGSCCAnalysisManager components;
  llvm::ModuleAnalysisManager modules;
  PassBuilder builder(&machine);
  builder.registerModuleAnalyses(modules);
  builder.registerCGSCCAnalyses(components);
  builder.registerFunctionAnalyses(functions);
  builder.registerLoopAnalyses(loops);
  builder.crossRegisterProxies(loops, functions, components, modules);
  ModulePassManager passes;
  if (Error error = builder.parsePassPipeline(passes, kPasses))
    return error;
  passes.run(module, modules);
  return Error::success();
}

Expected<LLVMModule> buildLLVMModule(ModuleOp module,
                                     const TargetDescription &target) {
  auto machine = createTargetMachine(target);
  if (!machine)
    return machine.takeError();
  LLVMModule result;
  result.machine = std::move(*machine);
  result.context = std::make_unique<LLVMContext>();
  result.module = translateModuleToLLVMIR(module, *result.context, "attn");
  if (!result.module)
    return createStringError("the module is not in the LLVM dialect");
  result.module->setTargetTriple(result.machine->getTargetTriple());
  if (Error error = addEntryPoints(*result.module))
    return error;
  setTarget(*result.module, *result.machine, target);
  if (Error error = optimise(*result.module, *result.machine))
    return error;
  return result;
}

std::string LLVMModule::irText() const {
  std::string text;
  raw_string_ostream(text) << *module;
  return text;
}

Expected<std::string> LLVMModule::assemblyText() const {
  SmallVector<char, 0> buffer;
  raw_svector_ostream stream(buffer);
  auto copy = CloneModule(*module);
  legacy::PassManager passes;
  if (machine->addPassesToEmitFile(passes, stream, nullptr,
                                   CodeGenFileType::AssemblyFile))
    return createStringError("the target cannot emit assembly");
  passes.run(*copy);
  return std::string(buffer.begin(), buffer.end());
}

} // namespace mlir::attn
