//===- ObjectFile.cpp - kernels as machine code ---------------------------===//

#include "codegen/ObjectFile.h"
#include "codegen/EntryPoints.h"

#include "mlir/Target/LLVMIR/Export.h"
#include "llvm/ExecutionEngine/Orc/CompileUtils.h"
#include "llvm/MC/TargetRegistry.h"
#include "llvm/Passes/PassBuilder.h"
#include "llvm/Support/CommandLine.h"
#include "llvm/Support/TargetSelect.h"
#include "llvm/Target/TargetMachine.h"
#include "llvm/TargetParser/Host.h"

using namespace llvm;

namespace mlir::attn {

/// Passes of the code generator that take a fifth of the time to compile a
/// kernel and gain it nothing: its loops step through memory as they are meant
/// to, and the CPU orders instructions itself. LLVM has only options for them.
static void leaveOutPasses() {
  for (auto [name, value] :
       {std::pair("disable-lsr", "true"), std::pair("disable-post-ra", "true"),
        std::pair("enable-misched", "false")}) {
    cl::Option *option = cl::getRegisteredOptions().lookup(name);
    assert(option && "expected an option that LLVM knows");
    // What someone asked for on the command line stays. As if asked for there:
    // of some, a value alone changes nothing.
    if (option && !option->getNumOccurrences())
      option->addOccurrence(0, name, value);
  }
}

static Expected<std::unique_ptr<TargetMachine>>
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
    "always-inline,function(sroa,early-cse,instcombine<no-verify-fixpoint>,"
    "simplifycfg,"
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

Expected<std::unique_ptr<MemoryBuffer>>
compileObject(ModuleOp module, const TargetDescription &target) {
  auto machine = createTargetMachine(target);
  if (!machine)
    return machine.takeError();
  LLVMContext context;
  auto translated = translateModuleToLLVMIR(module, context, "attn");
  if (!translated)
    return createStringError("the module is not in the LLVM dialect");
  translated->setTargetTriple((*machine)->getTargetTriple());
  if (Error error = addEntryPoints(*translated))
    return error;
  setTarget(*translated, **machine, target);
  if (Error error = optimise(*translated, **machine))
    return error;
  return orc::SimpleCompiler(**machine)(*translated);
}

} // namespace mlir::attn
