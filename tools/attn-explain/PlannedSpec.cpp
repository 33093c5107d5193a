//===- PlannedSpec.cpp - a spec with plans and sizes ----------------------===//

#include "tools/attn-explain/PlannedSpec.h"

#include "tools/attn-run/Inputs.h"

#include "codegen/Compile.h"
#include "codegen/cpu/Pipeline.h"
#include "dialect/TableElements.h"
#include "passes/Pipelines.h"
#include "passes/PlanAnalysis.h"
#include "passes/ProveClaims.h"

#include "llvm/ADT/STLExtras.h"

using namespace llvm;
using attnrun::Shape;
using mlir::ShapedType;
using mlir::attn::AttentionOp;
using mlir::attn::MaskSizes;
using mlir::attn::MaskTable;
using mlir::attn::TargetDescription;
using mlir::func::FuncOp;

namespace attnexplain {

/// What a length is taken for if nobody says, as plans do.
static constexpr int64_t kAssumedLength = 4096;

FuncOp PlannedSpec::entry() const {
  mlir::ModuleOp module = *planned;
  return *module.getOps<FuncOp>().begin();
}

SmallVector<AttentionOp> PlannedSpec::attentions() const {
  return to_vector(entry().getOps<AttentionOp>());
}

Error PlannedSpec::read(const SpecSource &source,
                        const TargetDescription &target) {
  mlir::attn::registerCompileDialects(registry);
  context = std::make_unique<mlir::MLIRContext>(
      registry, mlir::MLIRContext::Threading::DISABLED);
  context->printOpOnDiagnostic(false);
  Expected<attnrun::Spec> read =
      attnrun::Spec::read(source.path, source.entry, context.get());
  if (!read)
    return read.takeError();
  spec = std::move(*read);
  attnrun::FirstError errors(context.get());
  if (failed(mlir::attn::proveClaims(spec->wholeModule())))
    return errors.take(createStringError("cannot decide the spec's claims"));
  if (Error error = readShapes(source))
    return error;
  if (Error error = plan(target))
    return error;
  return findShapes();
}

/// A size that nobody gives: that of the layout, if there is one.
int64_t PlannedSpec::assumeSize(unsigned argument, StringRef name) {
  bool isLength = name == "N";
  int64_t size = isLength ? kAssumedLength : 1;
  for (mlir::OpOperand &use : spec->entry().getArgument(argument).getUses()) {
    auto op = dyn_cast<AttentionOp>(use.getOwner());
    if (!op)
      continue;
    constexpr int64_t open = ShapedType::kDynamic;
    int64_t known = isLength        ? op.getLayoutTokens().value_or(open)
                    : name == "H"   ? op.getKvHeads()
                    : name == "Hkv" ? op.getQueryHeads()
                                    : open;
    if (!ShapedType::isDynamic(known))
      size = known;
  }
  // Contents of tables are assumed as a whole.
  if (isLength || is_contained({"B", "H", "Hkv"}, name))
    if (std::string text = (name + " = " + Twine(size)).str();
        !is_contained(assumed, text))
      assumed.push_back(text);
  return size;
}

Error PlannedSpec::readShapes(const SpecSource &source) {
  FuncOp entry = spec->entry();
  if (!source.files.empty()) {
    if (!source.sizes.empty() || !source.numbers.empty())
      return createStringError(
          "expected --in, or --size and --number, got both");
    attnrun::InputOptions options;
    options.files = source.files;
    Expected<std::vector<attnrun::Array>> arrays =
        attnrun::makeInputs(entry, options);
    if (!arrays)
      return arrays.takeError();
    for (auto [argument, array] : enumerate(*arrays)) {
      argumentShapes.emplace_back(array.shape());
      if (array.type() == ATTN_I32)
        integers[argument] = array.integers();
    }
    return Error::success();
  }
  attnrun::ShapeSolver solver(entry);
  if (Error error = solver.add({}, source.sizes))
    return error;
  solver.fill([&](unsigned argument, StringRef name) {
    return assumeSize(argument, name);
  });
  Expected<std::vector<Shape>> found = solver.take();
  if (!found)
    return found.takeError();
  argumentShapes = std::move(*found);
  auto numbers = attnrun::readNumbers(entry, source.numbers);
  if (!numbers)
    return numbers.takeError();
  for (auto [argument, value] : *numbers)
    if (*attnrun::elementTypeOf(entry.getArgument(argument)) == ATTN_I32)
      integers[argument] = {int64_t(value)};
  return Error::success();
}

Error PlannedSpec::plan(const TargetDescription &target) {
  planned = spec->exposeAttention();
  attnrun::FirstError errors(context.get());
  mlir::PassManager passes(context.get());
  mlir::attn::buildPlanPipeline(passes, mlir::attn::machineModel(target));
  if (failed(passes.run(*planned)))
    return errors.take(createStringError("cannot plan the spec"));
  return Error::success();
}

/// Shapes of all that attention ops work on, and whether they fit together.
Error PlannedSpec::findShapes() {
  for (auto [n, argument] : enumerate(entry().getArguments()))
    shapes[argument] = argumentShapes[n];
  for (mlir::Operation &op : entry().front())
    if (op.hasTrait<mlir::OpTrait::ConstantLike>())
      if (auto type = dyn_cast<mlir::ShapedType>(op.getResult(0).getType()))
        shapes[op.getResult(0)] = attnrun::openShape(type);
  for (const auto &[argument, values] : integers)
    contents[entry().getArgument(argument).getAsOpaquePointer()] = values;
  for (AttentionOp op : attentions()) {
    Shape q = shapes[op.getQ()], k = shapes[op.getK()], v = shapes[op.getV()];
    unsigned head = op.getHeadDimension(), token = op.getTokenDimension();
    auto fail = [&](const Twine &expected, const Twine &got) {
      return createStringError(attnrun::locationText(op.getLoc()) +
                               ": expected " + expected + ", got " + got);
    };
    for (unsigned d : {0u, head, token})
      if (k[d] != v[d] || (d == 0 && q[d] != k[d]))
        return fail("q, k and v whose sizes fit together",
                    Twine(d == 0 && q[d] != k[d] ? q[d] : v[d]) + " and " +
                        Twine(k[d]) + " for dimension " + Twine(d));
    if (q[head] == 0 || k[head] == 0)
      return fail("at least one head", "none");
    if (q[head] % k[head] != 0)
      return fail("heads of q that are a multiple of " + Twine(k[head]) +
                      " kv heads",
                  Twine(q[head]));
    if (q[head] % op.getHeadGroups() != 0)
      return fail("heads of q that are a multiple of the " +
                      Twine(op.getHeadGroups()) + " that the mask has",
                  Twine(q[head]));
    for (int64_t length : {q[token], k[token]}) {
      if (auto tokens = op.getLayoutTokens(); tokens && length != *tokens)
        return fail(Twine(*tokens) + " queries and keys, as the layout has",
                    Twine(length));
      for (const mlir::attn::PlanPart &part : op.getPlanParts()) {
        auto tokens = part.plan.getSpace().numTokens();
        if (tokens && length != *tokens)
          return fail(Twine(*tokens) + " queries and keys, as the layout has",
                      Twine(length));
      }
      if (length >= ::attn::MaskVars::lengthLimit)
        return fail("fewer than " + Twine(::attn::MaskVars::lengthLimit) +
                        " queries and keys",
                    Twine(length));
    }
    for (const MaskTable &table : mlir::attn::collectTables(op.getMask())) {
      auto elements = mlir::attn::constantElements(table.values);
      if (auto known = contents.find(table.values.getAsOpaquePointer());
          known != contents.end())
        elements = known->second;
      if (!elements)
        continue;
      std::string fault =
          mlir::attn::faultOfElements(table, *elements, {q[token], k[token]});
      if (!fault.empty())
        return createStringError(fault);
    }
    Shape o = q;
    o.back() = v.back();
    shapes[op.getO()] = o;
    if (mlir::Value lse = op.getLse())
      shapes[lse] = {q[0], q[head], q[token]};
  }
  return Error::success();
}

} // namespace attnexplain
