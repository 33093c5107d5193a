//===- Spec.cpp - the spec that is run ------------------------------------===//

#include "tools/attn-run/Spec.h"

#include "tools/attn-run/Files.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/IR/Builders.h"
#include "mlir/Parser/Parser.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/SourceMgr.h"
#include "llvm/Support/raw_ostream.h"

using namespace llvm;
using namespace mlir;
using mlir::attn::AttentionOp;

namespace attnrun {

std::string locationText(Location location) {
  auto place = location->findInstanceOf<FileLineColLoc>();
  if (!place)
    return "the spec";
  return (place.getFilename().getValue() + ":" + Twine(place.getLine()) + ":" +
          Twine(place.getColumn()))
      .str();
}

FirstError::FirstError(MLIRContext *context)
    : handler(context, [this](Diagnostic &diagnostic) {
        raw_string_ostream stream(text);
        if (diagnostic.getSeverity() == DiagnosticSeverity::Warning)
          errs() << locationText(diagnostic.getLocation())
                 << ": warning: " << diagnostic << "\n";
        if (diagnostic.getSeverity() != DiagnosticSeverity::Error ||
            !text.empty())
          return success();
        stream << locationText(diagnostic.getLocation()) << ": " << diagnostic;
        for (Diagnostic &note : diagnostic.getNotes())
          stream << " (" << locationText(note.getLocation()) << ": " << note
                 << ")";
        return success();
      }) {}

Error FirstError::take(Error otherwise) {
  if (text.empty())
    return otherwise;
  consumeError(std::move(otherwise));
  return createStringError(std::exchange(text, ""));
}

std::optional<attn_type> elementTypeOf(mlir::Value argument) {
  Type type = argument.getType();
  if (!isa<RankedTensorType, IndexType>(type) && !type.isF32() &&
      !type.isSignlessInteger(32))
    return std::nullopt;
  Type element = mlir::attn::getTableType(argument).getElementType();
  if (element.isF32())
    return ATTN_F32;
  if (element.isBF16())
    return ATTN_BF16;
  if (element.isF16())
    return ATTN_F16;
  if (element.isSignlessInteger(32))
    return ATTN_I32;
  return std::nullopt;
}

template <typename... Parts>
static Error errorAt(Operation *op, Parts... parts) {
  std::string text = locationText(op->getLoc()) + ": ";
  raw_string_ostream stream(text);
  (stream << ... << parts);
  return createStringError(text);
}

static Expected<OwningOpRef<ModuleOp>> parse(StringRef path,
                                             MLIRContext *context) {
  if (Error error = checkReadable(path))
    return error;
  auto file = MemoryBuffer::getFileOrSTDIN(path, /*IsText=*/true);
  if (std::error_code code = file.getError())
    return createStringError("cannot read '" + path + "': " + code.message());
  SourceMgr sources;
  sources.AddNewSourceBuffer(std::move(*file), SMLoc());
  FirstError errors(context);
  auto module = parseSourceFile<ModuleOp>(sources, context);
  if (!module)
    return errors.take(createStringError("'" + path + "' does not parse"));
  return module;
}

static Expected<func::FuncOp> findEntry(ModuleOp module, StringRef path,
                                        StringRef name) {
  SmallVector<func::FuncOp> defined;
  for (auto function : module.getOps<func::FuncOp>())
    if (!function.isExternal())
      defined.push_back(function);
  StringRef wanted = name.empty() ? "main" : name;
  for (func::FuncOp function : defined)
    if (function.getName() == wanted)
      return function;
  if (name.empty() && defined.size() == 1)
    return defined.front();
  std::string names = join(
      map_range(defined,
                [](func::FuncOp f) { return ("'" + f.getName() + "'").str(); }),
      ", ");
  return createStringError(
      "expected a function '" + wanted + "' in '" + path + "', got " +
      (names.empty() ? "none" : names) +
      (name.empty() && !names.empty() ? " (choose with --entry)" : ""));
}

/// Masks and attention on arrays, in straight order: what can be run here.
static Error checkEntry(func::FuncOp entry) {
  for (auto [i, argument] : enumerate(entry.getArguments()))
    if (!elementTypeOf(argument))
      return errorAt(entry,
                     "expected a tensor of f32, bf16, f16 or i32, or a number "
                     "of type index, i32 or f32, for argument ",
                     i, " of '", entry.getName(), "', got ",
                     argument.getType());
  if (!entry.getBody().hasOneBlock())
    return errorAt(entry, "expected one block in '", entry.getName(), "', got ",
                   entry.getBody().getBlocks().size());
  bool hasAttention = false;
  for (Operation &op : entry.front()) {
    hasAttention |= isa<AttentionOp>(op);
    if (!isa<AttentionOp, mlir::attn::MaskOpInterface,
             mlir::attn::ScoreOpInterface, mlir::attn::ProveOp, func::ReturnOp>(
            op) &&
        !op.hasTrait<OpTrait::ConstantLike>())
      return errorAt(&op,
                     "expected masks, scores, claims and attn.attention in '",
                     entry.getName(), "', got '", op.getName(), "'");
  }
  if (!hasAttention)
    return errorAt(entry, "expected attn.attention in '", entry.getName(),
                   "', got none");
  return Error::success();
}

Expected<Spec> Spec::read(StringRef path, StringRef entry,
                          MLIRContext *context) {
  Spec spec;
  Expected<OwningOpRef<ModuleOp>> module = parse(path, context);
  if (!module)
    return module.takeError();
  spec.module = std::move(*module);
  Expected<func::FuncOp> function = findEntry(*spec.module, path, entry);
  if (!function)
    return function.takeError();
  spec.function = *function;
  if (Error error = checkEntry(*function))
    return error;
  append_range(spec.ops, function->getOps<AttentionOp>());
  return spec;
}

OwningOpRef<ModuleOp> Spec::exposeAttention() const {
  func::FuncOp entry = function;
  OwningOpRef<ModuleOp> result = ModuleOp::create(entry.getLoc());
  OpBuilder builder(result->getBodyRegion());
  auto clone = cast<func::FuncOp>(builder.clone(*entry));
  clone.setPublic();
  Operation *end = clone.front().getTerminator();
  SmallVector<Value> values(end->getOperands());
  for (AttentionOp op : clone.getOps<AttentionOp>())
    append_range(values, op->getResults());
  end->setOperands(values);
  clone.setFunctionType(builder.getFunctionType(clone.getArgumentTypes(),
                                                TypeRange(ValueRange(values))));
  // Attributes of results count the results before.
  clone->removeAttr(clone.getResAttrsAttrName());
  return result;
}

/// Whether both are the same problem but for their masks.
static bool isSameProblem(AttentionOp a, AttentionOp b) {
  return a.getQ().getType() == b.getQ().getType() &&
         a.getK().getType() == b.getK().getType() &&
         a.getV().getType() == b.getV().getType() &&
         a->getResultTypes() == b->getResultTypes() &&
         a.getScaleValue() == b.getScaleValue() &&
         a.getLayout() == b.getLayout();
}

/// func.func @name(%q, %k, %v) { return attn.attention %q, %k, %v }
static void addDense(OpBuilder &builder, StringRef name, AttentionOp op) {
  SmallVector<Type> inputs{op.getQ().getType(), op.getK().getType(),
                           op.getV().getType()};
  auto type = builder.getFunctionType(inputs, op->getResultTypes());
  auto function = func::FuncOp::create(builder, op.getLoc(), name, type);
  OpBuilder body = OpBuilder::atBlockEnd(function.addEntryBlock());
  auto dense = AttentionOp::create(
      body, op.getLoc(), op.getO().getType(),
      op.getLse() ? op.getLse().getType() : Type(), function.getArgument(0),
      function.getArgument(1), function.getArgument(2), /*mask=*/Value(),
      /*first=*/Value(), /*score=*/ValueRange(), op.getScaleAttr(),
      op.getLayoutAttr(), /*tokens=*/mlir::IntegerAttr(),
      /*plan=*/mlir::attn::PlanAttr(),
      /*head_plans=*/mlir::ArrayAttr(), /*part_plans=*/mlir::ArrayAttr());
  func::ReturnOp::create(body, op.getLoc(), dense->getResults());
}

OwningOpRef<ModuleOp>
Spec::makeDense(SmallVectorImpl<std::string> &names) const {
  func::FuncOp entry = function;
  OwningOpRef<ModuleOp> result = ModuleOp::create(entry.getLoc());
  OpBuilder builder(result->getBodyRegion());
  for (auto [i, op] : enumerate(ops)) {
    auto *same = find_if(
        ops, [op = op](AttentionOp other) { return isSameProblem(op, other); });
    size_t first = same - ops.begin();
    names.push_back("dense" + std::to_string(first));
    if (first == i)
      addDense(builder, names.back(), op);
  }
  return result;
}

} // namespace attnrun
