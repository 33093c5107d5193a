//===- Jit.cpp - kernels compiled in this process -------------------------===//

#include "codegen/Jit.h"
#include "codegen/ObjectFile.h"

#include "mlir/IR/Threading.h"
#include "llvm/ExecutionEngine/Orc/LLJIT.h"

using namespace llvm;

namespace mlir::attn {

Jit::Jit(std::unique_ptr<orc::LLJIT> jit) : jit(std::move(jit)) {}
Jit::~Jit() = default;

/// An object file of each part of `module`.
static Expected<std::vector<std::unique_ptr<MemoryBuffer>>>
compileParts(ModuleOp module, const TargetDescription &target) {
  auto parts = to_vector(module.getOps<ModuleOp>());
  if (parts.empty())
    parts.push_back(module);
  std::vector<std::unique_ptr<MemoryBuffer>> objects(parts.size());
  std::vector<std::string> errors(parts.size());
  parallelFor(module.getContext(), 0, parts.size(), [&](size_t n) {
    auto object = compileObject(parts[n], target);
    if (object)
      objects[n] = std::move(*object);
    else
      errors[n] = toString(object.takeError());
  });
  for (const std::string &error : errors)
    if (!error.empty())
      return createStringError(error);
  return objects;
}

Expected<std::unique_ptr<Jit>> Jit::create(ModuleOp module,
                                           const TargetDescription &target) {
  if (!runsOnHost(target))
    return createStringError("this machine cannot run code for target '" +
                             target.name + "'");
  auto objects = compileParts(module, target);
  if (!objects)
    return objects.takeError();
  auto jit = orc::LLJITBuilder().create();
  if (!jit)
    return jit.takeError();
  for (std::unique_ptr<MemoryBuffer> &object : *objects)
    if (Error error = (*jit)->addObjectFile(std::move(object)))
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
