//===- Jit.cpp - kernels compiled in this process -------------------------===//

#include "codegen/Jit.h"

#include "llvm/ExecutionEngine/Orc/CompileUtils.h"
#include "llvm/ExecutionEngine/Orc/JITTargetMachineBuilder.h"
#include "llvm/ExecutionEngine/Orc/LLJIT.h"

using namespace llvm;

namespace mlir::attn {

Jit::Jit(std::unique_ptr<orc::LLJIT> jit) : jit(std::move(jit)) {}
Jit::~Jit() = default;

Expected<std::unique_ptr<Jit>> Jit::create(ModuleOp module,
                                           const TargetDescription &target) {
  if (!runsOnHost(target))
    return createStringError("this machine cannot run code for target '" +
                             target.name + "'");
  auto built = buildLLVMModule(module, target);
  if (!built)
    return built.takeError();
  return create(std::move(*built));
}

Expected<std::unique_ptr<Jit>> Jit::create(LLVMModule built) {
  // The machine that optimised the code also generates it.
  std::shared_ptr<TargetMachine> machine = std::move(built.machine);
  orc::JITTargetMachineBuilder builder(machine->getTargetTriple());
  auto jit = orc::LLJITBuilder()
                 .setJITTargetMachineBuilder(builder)
                 .setDataLayout(machine->createDataLayout())
                 .setCompileFunctionCreator(
                     [machine](orc::JITTargetMachineBuilder)
                         -> Expected<
                             std::unique_ptr<orc::IRCompileLayer::IRCompiler>> {
                       struct Compiler : orc::SimpleCompiler {
                         std::shared_ptr<TargetMachine> machine;
                         Compiler(std::shared_ptr<TargetMachine> machine)
                             : SimpleCompiler(*machine), machine(machine) {}
                       };
                       return std::make_unique<Compiler>(machine);
                     })
                 .create();
  if (!jit)
    return jit.takeError();
  orc::ThreadSafeModule module(std::move(built.module),
                               std::move(built.context));
  if (Error error = (*jit)->addIRModule(std::move(module)))
    return error;
  return std::unique_ptr<Jit>(new Jit(std::move(*jit)));
}

Expected<void *> Jit::lookup(StringRef symbol) const {
  auto address = jit->lookup(symbol);
  if (!address)
    return address.takeError();
  return address->toPtr<void *>();
}

Expected<KernelEntry> Jit::kernel(StringRef name) const {
  auto units = lookup(("attn_units_" + name).str());
  if (!units)
    return units.takeError();
  auto run = lookup(("attn_run_" + name).str());
  if (!run)
    return run.takeError();
  KernelEntry entry;
  entry.units = reinterpret_cast<decltype(entry.units)>(*units);
  entry.run = reinterpret_cast<decltype(entry.run)>(*run);
  return entry;
}

} // namespace mlir::attn
