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
  KernelEntry entry;
  auto find = [&](StringRef prefix, auto &function) -> Error {
    auto address = lookup((prefix + name).str());
    if (!address)
      return address.takeError();
    function = reinterpret_cast<std::decay_t<decltype(function)>>(*address);
    return Error::success();
  };
  if (Error error = find("attn_units_", entry.units))
    return error;
  if (Error error = find("attn_scratch_bytes_", entry.scratchBytes))
    return error;
  if (Error error = find("attn_run_", entry.run))
    return error;
  return entry;
}

} // namespace mlir::attn
