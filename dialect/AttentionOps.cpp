//===- AttentionOps.cpp - verifiers of the attention ops ------------------===//
//
// The labels are those of dialect/README.md.
//
//===----------------------------------------------------------------------===//

#include "dialect/AttnOps.h"

#include "mlir/IR/Matchers.h"
#include "mlir/IR/PatternMatch.h"
#include "mlir/Interfaces/FunctionInterfaces.h"
#include "llvm/Support/MathExtras.h"

#include <cmath>
#include <numeric>

using namespace mlir;
using namespace mlir::attn;

static constexpr int64_t kLengthLimit = ::attn::MaskVars::lengthLimit;
static constexpr int64_t kMaxHeadSize = 512;

/// Sizes that are known only at run time are checked there.
static bool mayBeEqual(int64_t a, int64_t b) {
  return ShapedType::isDynamic(a) || ShapedType::isDynamic(b) || a == b;
}

static std::string sizeName(int64_t size) {
  return ShapedType::isDynamic(size) ? "?" : std::to_string(size);
}

/// What a size is called, and what it is in q and in the operand compared.
static LogicalResult verifyEqual(AttentionOp op, const Twine &what,
                                 int64_t expected, int64_t got) {
  if (mayBeEqual(expected, got))
    return success();
  return op.emitOpError() << "expected " << what << " of " << expected
                          << ", got " << got;
}

static LogicalResult verifyOperands(AttentionOp op) {
  RankedTensorType q = op.getQ().getType();
  std::pair<StringRef, RankedTensorType> operands[] = {
      {"q", q}, {"k", op.getK().getType()}, {"v", op.getV().getType()}};
  for (auto [name, type] : operands) {
    if (type.getRank() != 4) // attention_c1
      return op.emitOpError()
             << "expected '" << name << "' of rank 4, got " << type;
    Type element = type.getElementType(); // attention_c2
    if (!element.isF32() && !element.isBF16() && !element.isF16())
      return op.emitOpError() << "expected '" << name
                              << "' of f32, bf16 or f16, got " << element;
    if (element != q.getElementType())
      return op.emitOpError()
             << "expected '" << name << "' of " << q.getElementType()
             << " like 'q', got " << element;
    for (int64_t size : type.getShape()) // attention_c3
      if (!ShapedType::isDynamic(size) && size >= kLengthLimit)
        return op.emitOpError() << "expected sizes below " << kLengthLimit
                                << " in '" << name << "', got " << size;
    int64_t headSize = type.getDimSize(3); // attention_c4
    if (headSize < 1 || headSize > kMaxHeadSize)
      return op.emitOpError()
             << "expected a static last dimension of 1 to " << kMaxHeadSize
             << " for '" << name << "', got " << sizeName(headSize);
  }
  return success();
}

static LogicalResult verifySizes(AttentionOp op) {
  RankedTensorType k = op.getK().getType(), v = op.getV().getType();
  unsigned heads = op.getHeadDimension(), tokens = op.getTokenDimension();
  if (failed(verifyEqual(op, "a batch of 'k'", op.getBatch(),
                         k.getDimSize(0))) || // attention_c6
      failed(
          verifyEqual(op, "a batch of 'v'", op.getBatch(), v.getDimSize(0))) ||
      failed(verifyEqual(op, "a batch of 'v'", k.getDimSize(0),
                         v.getDimSize(0))) ||
      failed(verifyEqual(op, "a head size of 'k'", op.getHeadSize(),
                         k.getDimSize(3))) || // attention_c7
      failed(verifyEqual(op, "a number of keys of 'v'", op.getNumKeys(),
                         v.getDimSize(tokens))) || // attention_c8
      failed(verifyEqual(op, "a number of heads of 'v'", op.getKvHeads(),
                         v.getDimSize(heads)))) // attention_c9
    return failure();
  int64_t queryHeads = op.getQueryHeads(); // attention_c10
  for (int64_t kvHeads : {op.getKvHeads(), v.getDimSize(heads)}) {
    if (queryHeads == 0 || kvHeads == 0)
      return op.emitOpError("expected at least one head, got none");
    if (!ShapedType::isDynamic(queryHeads) && !ShapedType::isDynamic(kvHeads) &&
        queryHeads % kvHeads != 0)
      return op.emitOpError() << "expected query heads in a multiple of the "
                              << kvHeads << " kv heads, got " << queryHeads;
  }
  return success();
}

static LogicalResult verifyResult(AttentionOp op, StringRef name, Type got,
                                  RankedTensorType expected) {
  if (got == expected)
    return success();
  return op.emitOpError() << "expected '" << name << "' of type " << expected
                          << ", got " << got;
}

static LogicalResult verifyResults(AttentionOp op) {
  RankedTensorType q = op.getQ().getType();
  SmallVector<int64_t> shape(q.getShape()); // attention_c11
  shape.back() = op.getValueSize();
  if (failed(verifyResult(op, "o", op.getO().getType(), q.clone(shape))))
    return failure();
  if (!op.getLse())
    return success();
  auto lse = RankedTensorType::get( // attention_c12
      {op.getBatch(), op.getQueryHeads(), op.getNumQueries()},
      Float32Type::get(op.getContext()));
  return verifyResult(op, "lse", op.getLse().getType(), lse);
}

/// Modifications are made by score ops; their tables have these sizes.
static LogicalResult verifyScore(AttentionOp op) { // attention_c18
  for (Value modification : op.getScore())
    if (!modification.getDefiningOp<ScoreOpInterface>())
      return op.emitOpError("expected modifications that score ops make, got "
                            "one that depends on a block argument or another "
                            "op");
  auto isSinks = [](Value modification) {
    return static_cast<bool>(modification.getDefiningOp<SinkLogitsOp>());
  };
  if (llvm::count_if(op.getScore(), isSinks) > 1) // attention_c19
    return op.emitOpError("expected one attn.sink_logits, got several");
  std::pair<StringRef, int64_t> known[] = {{"batch", op.getBatch()},
                                           {"query_heads", op.getQueryHeads()},
                                           {"queries", op.getNumQueries()},
                                           {"keys", op.getNumKeys()}};
  for (const ScoreTable &table : collectScoreTables(op))
    for (auto [d, name] : llvm::enumerate(table.sizes))
      for (auto [size, expected] : known) {
        int64_t got = getTableType(table.values).getDimSize(d);
        if (size == name && !mayBeEqual(expected, got))
          return op.emitOpError() << "expected " << expected << " for size "
                                  << d << " of the table '" << table.name
                                  << "' (" << name << "), got " << got;
      }
  return success();
}

/// The masks of modifications, and the arithmetic of users, fit these sizes.
static LogicalResult verifyScoreFits(AttentionOp op, const MaskSizes &sizes) {
  for (Value modification : op.getScore()) {
    for (Value operand : modification.getDefiningOp()->getOperands())
      if (isa<MaskType>(operand.getType()) &&
          failed(verifyMaskFits(op, operand, sizes)))
        return failure();
    auto region = modification.getDefiningOp<ScoreModOp>();
    if (!region)
      continue;
    ::attn::ExprContext context;
    ::attn::MaskVars vars = makeMaskVars(context, sizes);
    if (failed(region.verifyFor(vars))) // attention_c17
      return failure();
  }
  return success();
}

static LogicalResult verifyOnePlan(AttentionOp op) { // attention_c20
  if (op.getPlan() && op.getHeadPlans())
    return op.emitOpError("expected one of 'plan' and 'head_plans', got both");
  if (op.getPartPlans() && (op.getPlan() || op.getHeadPlans()))
    return op.emitOpError("expected one of 'part_plans' and '")
           << (op.getPlan() ? "plan" : "head_plans") << "', got both";
  return success();
}

static LogicalResult verifyHeadPlans(AttentionOp op) {
  if (!op.getHeadPlans())
    return success();
  auto masks = op.getMask() ? op.getMask().getDefiningOp<PerHeadOp>() : nullptr;
  if (!masks) // attention_c21
    return op.emitOpError("expected 'head_plans' with a mask by "
                          "attn.per_head only");
  if (op.getHeadPlans()->size() != masks.getMasks().size()) // attention_c22
    return op.emitOpError("expected a plan for each of ")
           << masks.getMasks().size() << " masks, got "
           << op.getHeadPlans()->size();
  return success();
}

static LogicalResult verifyPartPlans(AttentionOp op) {
  if (bool(op.getFirst()) != bool(op.getPartPlans())) // attention_c26
    return op.emitOpError(
        "expected 'part_plans' with 'first', got one of them");
  if (!op.getFirst())
    return success();
  if (op.getPartPlans()->size() != 2) // attention_c27
    return op.emitOpError("expected 2 'part_plans', got ")
           << op.getPartPlans()->size();
  for (const PlanPart &part : op.getPlanParts()) // attention_c28
    if (part.plan.getTile().size() != 1 || part.plan.getDiagonals() ||
        part.plan.getSlides())
      return op.emitOpError("expected 'part_plans' of one axis, without "
                            "'diagonals' and 'slides', got ")
             << part.plan;
  if (!collectTables(op.getFirst()).empty()) // attention_c29
    return op.emitOpError("expected no run-time tables in 'first', got some");
  if (op.getPartBlock() > AttentionOp::mostPartBlock) // attention_c30
    return op.emitOpError("expected groups of 'part_plans' that both end after "
                          "at most ")
           << AttentionOp::mostPartBlock << " queries";
  return verifyMaskFits(op, op.getFirst(), op.getMaskSizes());
}

static LogicalResult verifyProducts(AttentionOp op) { // attention_c24
  if (!op.hasPlan() || op.suitsPairs())
    return success();
  for (const PlanPart &part : op.getPlanParts())
    if (part.plan.multipliesPairs())
      return op.emitOpError("expected operands of bf16 and a scale that is not "
                            "0 or subnormal for 'products' of bf16, got ")
             << op.getElementType() << " and " << op.getScaleValue();
  return success();
}

/// Lengths that are open are those of the layouts, which have to agree.
static LogicalResult verifyLayouts(AttentionOp op) { // attention_c13
  MaskOpInterface first;
  int64_t tokens = 0;
  for (Value mask : op.getAllMasks())
    for (MaskOpInterface part : collectMaskOps(mask)) {
      std::optional<::attn::IndexSpace> space = part.getIndexSpace();
      std::optional<int64_t> other = space ? space->numTokens() : std::nullopt;
      if (!other || (first && *other == tokens))
        continue;
      if (first) {
        InFlightDiagnostic error =
            op.emitOpError() << "expected as many tokens in every layout of "
                                "its masks, got "
                             << tokens << " and " << *other;
        error.attachNote(first.getLoc()) << "the first layout is given here";
        error.attachNote(part.getLoc()) << "the other layout is given here";
        return error;
      }
      std::tie(first, tokens) = std::tuple(part, *other);
    }
  return success();
}

static LogicalResult verifyTokens(AttentionOp op) { // attention_c31
  if (!op.getTokensAttr())
    return success();
  int64_t tokens = op.getTokensAttr().getInt();
  if (tokens < 0 || tokens >= kLengthLimit)
    return op.emitOpError() << "expected 'tokens' in [0, " << kLengthLimit
                            << "), got " << tokens;
  for (int64_t length : {op.getNumQueries(), op.getNumKeys()})
    if (!ShapedType::isDynamic(length) && length != tokens)
      return op.emitOpError() << "expected 'tokens' queries and keys, "
                              << tokens << ", got " << length;
  MaskSizes sizes = op.getMaskSizes();
  sizes.queries = sizes.keys = tokens;
  for (Value mask : op.getAllMasks())
    if (failed(verifyMaskFits(op, mask, sizes)))
      return failure();
  return success();
}

LogicalResult AttentionOp::verify() {
  // Those of other dialects have their names before a dot.
  for (NamedAttribute attribute :
       (*this)->getDiscardableAttrs()) // attention_c25
    if (!attribute.getName().getValue().contains('.'))
      return emitOpError() << "expected attributes that it has, got '"
                           << attribute.getName().getValue() << "'";
  if (getLayout() != "bhsd" && getLayout() != "bshd") // attention_c5
    return emitOpError() << "expected 'layout' bhsd or bshd, got "
                         << getLayoutAttr();
  if (getScaleAttr() && !getScaleAttr().getValue().isFinite()) // attention_c14
    return emitOpError() << "expected a finite 'scale', got " << getScaleAttr();
  if (failed(verifyOperands(*this)) || failed(verifySizes(*this)) ||
      failed(verifyResults(*this)))
    return failure();
  MaskSizes sizes = getMaskSizes();
  if (failed(verifyMaskFits(*this, getMask(), sizes)) ||
      failed(verifyOnePlan(*this)) || failed(verifyHeadPlans(*this)) ||
      failed(verifyPartPlans(*this)) || failed(verifyProducts(*this)) ||
      failed(verifyScore(*this)))
    return failure();
  if (failed(verifyScoreFits(*this, sizes)) || failed(verifyLayouts(*this)))
    return failure();
  return verifyTokens(*this);
}

SmallVector<PlanPart> AttentionOp::getPlanParts() {
  if (getPlan())
    return {{getMask(), *getPlan()}};
  SmallVector<PlanPart> parts;
  if (getPartPlans()) {
    for (PlanAttr plan : getPartPlans()->getAsRange<PlanAttr>())
      parts.push_back({{getMask(), getFirst(), !parts.empty()}, plan});
    return parts;
  }
  OperandRange masks = getMask().getDefiningOp<PerHeadOp>().getMasks();
  for (auto [mask, plan] :
       llvm::zip_equal(masks, getHeadPlans()->getAsRange<PlanAttr>()))
    parts.push_back({mask, plan, int64_t(parts.size()), int64_t(masks.size())});
  return parts;
}

int64_t AttentionOp::getPartBlock() {
  return getPartBlock(llvm::to_vector(getPartPlans()->getAsRange<PlanAttr>()));
}

int64_t AttentionOp::getPartBlock(ArrayRef<PlanAttr> plans) {
  int64_t block = 1;
  for (PlanAttr plan : plans) {
    if (plan.getGroupTokens() > mostPartBlock)
      return plan.getGroupTokens();
    block = std::lcm(block, plan.getGroupTokens());
  }
  return block;
}

void AttentionOp::dropPlan() {
  for (StringAttr name :
       {getPlanAttrName(), getHeadPlansAttrName(), getPartPlansAttrName()})
    (*this)->removeAttr(name);
  dropFirst();
}

void AttentionOp::dropFirst() {
  SmallVector<MaskOpInterface> ops = collectMaskOps(getFirst());
  getFirstMutable().clear();
  for (MaskOpInterface op : llvm::reverse(ops))
    if (isOpTriviallyDead(op))
      op.erase();
}

float AttentionOp::getScaleValue() {
  if (std::optional<APFloat> scale = getScale())
    return scale->convertToFloat();
  return 1.0 / std::sqrt(static_cast<double>(getHeadSize()));
}

MaskSizes AttentionOp::getMaskSizes() {
  return {getNumQueries(), getNumKeys(), getQueryHeads(), getKvHeads(),
          getBatch()};
}

SmallVector<Value> AttentionOp::getAllMasks() {
  SmallVector<Value> masks;
  if (getMask())
    masks.push_back(getMask());
  for (Value modification : getScore())
    for (Value operand : modification.getDefiningOp()->getOperands())
      if (isa<MaskType>(operand.getType()))
        masks.push_back(operand);
  return masks;
}

int64_t AttentionOp::getHeadGroups() {
  int64_t groups = 1;
  for (Value mask : getAllMasks())
    for (MaskOpInterface part : collectMaskOps(mask))
      for (int64_t count : part.getHeadGroups())
        if (llvm::MulOverflow(groups, count / std::gcd(groups, count), groups))
          return std::numeric_limits<int64_t>::max();
  return groups;
}

std::optional<int64_t> AttentionOp::getLayoutTokens() {
  if (getTokensAttr())
    return getTokensAttr().getInt();
  for (Value mask : getAllMasks())
    if (std::optional<int64_t> tokens = chooseIndexSpace(mask).numTokens())
      return tokens;
  return std::nullopt;
}

void AttentionOp::keepTokens() {
  std::optional<int64_t> tokens = getLayoutTokens();
  if (tokens && (ShapedType::isDynamic(getNumQueries()) ||
                 ShapedType::isDynamic(getNumKeys())))
    setTokens(tokens);
}

bool AttentionOp::suitsPairs() {
  return getElementType().isBF16() && std::isnormal(getScaleValue());
}

LogicalResult AttentionOp::canonicalize(AttentionOp op,
                                        PatternRewriter &rewriter) {
  BoolAttr constant;
  if (!op.getMask() || !matchPattern(op.getMask(), m_Constant(&constant)) ||
      !constant.getValue())
    return rewriter.notifyMatchFailure(op, "no full mask to drop");
  rewriter.modifyOpInPlace(op, [&] { op.getMaskMutable().clear(); });
  return success();
}

SmallVector<ScoreTable> mlir::attn::collectScoreTables(AttentionOp op) {
  SmallVector<ScoreTable> tables;
  for (Value modification : op.getScore())
    for (const ScoreTable &table :
         modification.getDefiningOp<ScoreOpInterface>().getTables())
      if (llvm::none_of(tables, [&](const ScoreTable &known) {
            return known.values == table.values && known.sizes == table.sizes;
          }))
        tables.push_back(table);
  return tables;
}

void mlir::attn::eraseUnusedMasksAndScores(Block &block) {
  for (Operation &op :
       llvm::make_early_inc_range(llvm::reverse(block.getOperations())))
    if (isa<MaskOpInterface, ScoreOpInterface>(op) && isOpTriviallyDead(&op))
      op.erase();
}

LogicalResult LaunchOp::verifySymbolUses(SymbolTableCollection &symbols) {
  auto kernel = symbols.lookupNearestSymbolFrom<FunctionOpInterface>(
      *this, getKernelAttr());
  if (!kernel) // launch_c1
    return emitOpError() << "expected a function named '" << getKernel()
                         << "', got none";
  if (!kernel->hasAttr(AttnDialect::kernelAttrName())) // launch_c2
    return emitOpError() << "expected a function with '"
                         << AttnDialect::kernelAttrName() << "', got '"
                         << getKernel() << "' without it";
  return success();
}
