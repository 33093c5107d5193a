//===- Compile.cpp - a spec becomes kernels in this process ---------------===//

#include "codegen/Compile.h"

#include "codegen/cpu/Pipeline.h"
#include "dialect/AttnOps.h"
#include "passes/Passes.h"
#include "passes/Pipelines.h"

#include "mlir/Dialect/Index/IR/IndexDialect.h"
#include "mlir/IR/Diagnostics.h"
#include "mlir/IR/Verifier.h"

using namespace llvm;

namespace mlir::attn {

void registerCompileDialects(DialectRegistry &registry) {
  // Regions of users may be written in `index`.
  registry.insert<AttnDialect, index::IndexDialect>();
  registerCpuDialects(registry);
}

/// A kernel's description and the memory that it points to.
struct CompiledSpec::Kernel {
  attn_kernel description = {};
  AttentionOp attention;
  std::string name;
  SmallVector<std::string> sizeNames, parameterNames;
  SmallVector<attn_size> sizes;
  SmallVector<attn_parameter> parameters;
};

CompiledSpec::CompiledSpec() = default;
CompiledSpec::~CompiledSpec() = default;

const attn_kernel *CompiledSpec::kernel(StringRef name) const {
  auto found = kernels.find(name);
  return found == kernels.end() ? nullptr : &found->second->description;
}

AttentionOp CompiledSpec::attention(StringRef kernelName) const {
  auto found = kernels.find(kernelName);
  return found == kernels.end() ? AttentionOp() : found->second->attention;
}

static attn_type typeOf(MemRefType type) {
  Type element = type.getElementType();
  return element.isF32()    ? ATTN_F32
         : element.isBF16() ? ATTN_BF16
         : element.isF16()  ? ATTN_F16
                            : ATTN_I32;
}

/// What the attributes of a kernel function (attn-outline-kernels) say about
/// its parameters. Sizes are numbered by name, in order of appearance.
std::unique_ptr<CompiledSpec::Kernel>
CompiledSpec::describe(func::FuncOp function) {
  auto kernel = std::make_unique<Kernel>();
  kernel->name = function.getName().str();
  auto described = function->getAttrOfType<ArrayAttr>("attn.parameters");
  for (auto [n, about] : enumerate(described.getAsRange<DictionaryAttr>())) {
    auto name = about.getAs<StringAttr>("name");
    auto type = cast<MemRefType>(function.getArgumentTypes()[n]);
    attn_parameter parameter = {};
    parameter.type = typeOf(type);
    parameter.rank = type.getRank();
    parameter.is_output = name == "o" || name == "lse";
    auto sizes = about.getAs<ArrayAttr>("sizes");
    auto numberOf = [&](StringRef size) {
      auto known = find(kernel->sizeNames, size);
      if (known == kernel->sizeNames.end())
        kernel->sizeNames.push_back(size.str());
      return int32_t(find(kernel->sizeNames, size) - kernel->sizeNames.begin());
    };
    for (auto [d, size] : enumerate(sizes.getAsValueRange<StringAttr>()))
      parameter.sizes[d] = numberOf(size);
    auto limit = about.getAs<StringAttr>("limit");
    parameter.limit = limit                              ? numberOf(limit)
                      : about.getAs<UnitAttr>("numbers") ? ATTN_NUMBERS
                                                         : ATTN_ANYTHING;
    parameter.is_offsets = bool(about.getAs<UnitAttr>("offsets"));
    kernel->parameters.push_back(parameter);
    kernel->parameterNames.push_back(name.str());
  }
  auto values = function->getAttrOfType<DictionaryAttr>("attn.sizes");
  for (const std::string &name : kernel->sizeNames) {
    attn_size size = {name.c_str(), -1, -1, 0};
    if (auto value = values.getAs<IntegerAttr>(name))
      size.value = value.getInt();
    if (name == "query_heads") {
      size.multiple =
          find(kernel->sizeNames, "kv_heads") - kernel->sizeNames.begin();
      if (auto groups =
              function->getAttrOfType<IntegerAttr>("attn.head_groups"))
        size.groups = groups.getInt();
    }
    kernel->sizes.push_back(size);
  }
  for (auto [parameter, name] :
       zip_equal(kernel->parameters, kernel->parameterNames))
    parameter.name = name.c_str();

  attn_kernel &description = kernel->description;
  description.name = kernel->name.c_str();
  description.sizes = kernel->sizes.data();
  description.num_sizes = kernel->sizes.size();
  description.parameters = kernel->parameters.data();
  description.num_parameters = kernel->parameters.size();
  return kernel;
}

/// Runs passes; the first error that they report becomes the error, warnings
/// are left to the caller's handler.
static Error runPasses(ModuleOp module,
                       function_ref<void(OpPassManager &)> build) {
  std::string text;
  auto keepError = [&](Diagnostic &diagnostic) {
    if (diagnostic.getSeverity() == DiagnosticSeverity::Warning)
      return failure();
    if (diagnostic.getSeverity() != DiagnosticSeverity::Error || !text.empty())
      return success();
    raw_string_ostream stream(text);
    if (auto at = diagnostic.getLocation()->findInstanceOf<FileLineColLoc>())
      stream << at.getFilename().getValue() << ":" << at.getLine() << ":"
             << at.getColumn() << ": ";
    stream << diagnostic;
    return success();
  };
  ScopedDiagnosticHandler handler(module.getContext(), keepError);
  PassManager passes(module.getContext());
  passes.enableVerifier(false);
  build(passes);
  if (succeeded(passes.run(module)))
    return Error::success();
  return createStringError(text.empty() ? "compilation failed" : text);
}

/// As many as there are threads to compile them. Four, at most: the largest
/// function, which adds up outputs, is more than a quarter of a kernel.
static unsigned partsFor(MLIRContext &context) {
  return std::min(context.getNumThreads(), 4u);
}

Expected<std::unique_ptr<CompiledSpec>>
compileSpec(ModuleOp spec, const std::string &targetName) {
  auto target = lookupTarget(targetName);
  if (!target)
    return target.takeError();
  if (!runsOnHost(*target))
    return createStringError("this machine cannot run code for target '" +
                             targetName + "'");
  std::unique_ptr<CompiledSpec> compiled(new CompiledSpec());
  compiled->plannedModule = spec.clone();
  ModuleOp planned = *compiled->plannedModule;
  if (Error error = runPasses(planned, [&](OpPassManager &passes) {
        buildPlanPipeline(passes, machineModel(*target));
      }))
    return error;

  compiled->hostModule = planned.clone();
  ModuleOp host = compiled->host();
  if (Error error = runPasses(host, [&](OpPassManager &passes) {
        passes.addPass(createOutlineKernels());
      }))
    return error;

  OwningOpRef<ModuleOp> kernels(host.clone());
  if (Error error = runPasses(*kernels, [&](OpPassManager &passes) {
        buildTilePipeline(passes, target->asksAhead);
        buildLowerToLLVMPipeline(passes, targetName,
                                 partsFor(*spec.getContext()));
      }))
    return error;
  auto jit = Jit::create(*kernels, *target);
  if (!jit)
    return jit.takeError();
  compiled->jit = std::move(*jit);

  // Kernels are outlined in the order of the attention ops.
  SmallVector<AttentionOp> ops;
  planned.walk([&](AttentionOp op) { ops.push_back(op); });
  size_t next = 0;
  for (auto function : host.getOps<func::FuncOp>()) {
    if (!function->hasAttr(AttnDialect::kernelAttrName()))
      continue;
    auto entry = compiled->jit->kernel(function.getName());
    if (!entry)
      return entry.takeError();
    auto kernel = CompiledSpec::describe(function);
    kernel->attention = ops[next++];
    kernel->description.units = entry->units;
    kernel->description.scratch_bytes = entry->scratchBytes;
    kernel->description.run = entry->run;
    compiled->kernels[function.getName()] = std::move(kernel);
  }
  return compiled;
}

} // namespace mlir::attn
