//===- KernelBuilder.cpp - the functions of a kernel ----------------------===//

#include "passes/KernelBuilder.h"
#include "passes/EmitBoxes.h"
#include "passes/KernelParameters.h"
#include "passes/MaskCopy.h"
#include "passes/OnlineScratch.h"

using namespace mlir;
using namespace mlir::attn;
using ::attn::IndexSpace;

namespace {

/// The three functions of one kernel.
class KernelBuilder {
public:
  KernelBuilder(AttentionOp op, ModuleOp module, StringRef name)
      : op(op), parts(op.getPlanParts()), name(name),
        tables(collectTables(op.getMask())),
        scoreTables(collectScoreTables(op)),
        b(op.getLoc(), module.getBodyRegion()), index(b) {
    b.setInsertionPointToEnd(module.getBody());
    for (Value value : {op.getQ(), op.getK(), op.getV()})
      addParameter(value);
    for (const MaskTable &table : tables)
      addParameter(table.values);
    for (const ScoreTable &table : scoreTables)
      addParameter(table.values);
    addParameter(op.getO());
    if (op.getLse())
      addParameter(op.getLse());
  }

  void build() {
    func::FuncOp units = start(name + "_units", {});
    Value numUnits = countUnits(parts[0]);
    if (!op.getPartPlans())
      for (const PlanPart &part : llvm::drop_begin(parts))
        numUnits = index.add(numUnits, countUnits(part));
    func::ReturnOp::create(b, numUnits);
    finish(units);

    func::FuncOp scratch = start(name + "_scratch_bytes", {});
    int64_t most = 0, depth = op.getHeadSize(), width = op.getValueSize();
    for (const PlanPart &part : parts)
      most = std::max(most, OnlineScratch(part.plan, depth, width).bytes);
    if (op.getPartPlans()) {
      keptAt = most;
      outputsAt = llvm::alignTo(keptAt + 2 * 4 * op.getPartBlock(), 64);
      most = outputsAt + 4 * op.getPartBlock() * width;
    }
    func::ReturnOp::create(b, index.constant(most));
    finish(scratch);

    Type bytes = MemRefType::get({ShapedType::kDynamic}, b.getI8Type());
    func::FuncOp run = start(name, {b.getIndexType(), b.getIndexType(), bytes});
    ValueRange extra = run.getArguments().take_back(3);
    Value begin = index.constant(0);
    for (const PlanPart &part :
         op.getPartPlans() ? ArrayRef(parts).take_front() : ArrayRef(parts)) {
      Value end = index.add(begin, countUnits(part));
      computeUnits(part, begin, end, extra);
      begin = end;
    }
    func::ReturnOp::create(b);
    finish(run);
    describeParameters(op, run);
  }

private:
  void addParameter(Value value) {
    parameters.push_back(memrefOf(getTableType(value)));
  }

  /// Any strides, but the last dimension contiguous.
  MemRefType memrefOf(ShapedType type) {
    SmallVector<int64_t> strides(type.getRank(), ShapedType::kDynamic);
    strides.back() = 1;
    auto layout = StridedLayoutAttr::get(type.getContext(),
                                         ShapedType::kDynamic, strides);
    return MemRefType::get(type.getShape(), type.getElementType(), layout);
  }

  func::FuncOp start(const Twine &functionName, ArrayRef<Type> extra) {
    SmallVector<Type> inputs(parameters.begin(), parameters.end());
    llvm::append_range(inputs, extra);
    SmallVector<Type> results;
    if (extra.empty())
      results.push_back(b.getIndexType());
    auto function = func::FuncOp::create(b, functionName.str(),
                                         b.getFunctionType(inputs, results));
    function->setAttr("llvm.emit_c_interface", b.getUnitAttr());
    function->setAttr(extra.empty() ? AttnDialect::kernelSizeAttrName()
                                    : AttnDialect::kernelAttrName(),
                      b.getUnitAttr());
    after = b.saveInsertionPoint();
    b.setInsertionPointToStart(function.addEntryBlock());
    bind(function);
    return function;
  }
  void finish(func::FuncOp function) { b.restoreInsertionPoint(after); }

  /// The parameters; q, k, v and o as [batch, head, token, feature].
  void bind(func::FuncOp function) {
    SmallVector<Value> arrays;
    for (auto [n, type] : llvm::enumerate(parameters)) {
      Value array = function.getArgument(n);
      bool isOutput = n == 3 + tables.size() + scoreTables.size();
      if (op.isBshd() && (n < 3 || isOutput)) {
        MLIRContext *context = b.getContext();
        auto swap = AffineMap::getPermutationMap(ArrayRef<unsigned>{0, 2, 1, 3},
                                                 context);
        array = memref::TransposeOp::create(b, array, AffineMapAttr::get(swap));
      }
      arrays.push_back(array);
    }
    q = arrays[0];
    k = arrays[1];
    v = arrays[2];
    ArrayRef<Value> rest = ArrayRef(arrays).drop_front(3);
    tableArrays.assign(rest.begin(), rest.begin() + tables.size());
    rest = rest.drop_front(tables.size());
    scoreArrays.assign(rest.begin(), rest.begin() + scoreTables.size());
    rest = rest.drop_front(scoreTables.size());
    o = rest[0];
    lse = rest.size() > 1 ? rest[1] : Value();
    auto size = [&](Value array, int64_t dimension) {
      return b.createOrFold<memref::DimOp>(array, dimension);
    };
    batch = size(q, 0);
    heads = size(q, 1);
    kvHeads = size(k, 1);
    queries = size(q, 2);
  }

  /// Query groups along each axis, for the longest residue; with part plans,
  /// blocks of queries.
  SmallVector<Value> countGroups(PlanAttr plan) {
    SmallVector<Value> counts;
    if (op.getPartPlans())
      return {index.ceilDiv(queries, index.constant(op.getPartBlock()))};
    IndexSpace space = plan.getSpace();
    for (unsigned a = 0; a < space.size(); ++a) {
      Value extent = emitExtent(index, space, a, queries);
      int64_t step = a < space.numResidues()
                         ? 1
                         : plan.getGroupExtent(a - space.numResidues());
      counts.push_back(index.ceilDiv(extent, index.constant(step)));
    }
    return counts;
  }

  Value countUnits(const PlanPart &part) {
    Value units = index.mul(batch, index.floorDiv(heads, part.count));
    for (Value count : countGroups(part.plan))
      units = index.mul(units, count);
    return units;
  }

  /// Those of the units that are asked for which belong to the part: its units
  /// are [begin, end).
  void computeUnits(const PlanPart &part, Value begin, Value end,
                    ValueRange asked) {
    bool isAll = part.count == 1;
    auto loop = scf::ForOp::create(
        b, isAll ? asked[0] : index.max(asked[0], begin),
        isAll ? asked[1] : index.min(asked[1], end), index.constant(1));
    b.setInsertionPointToStart(loop.getBody());
    computeUnit(part, index.sub(loop.getInductionVar(), begin), asked[2]);
    b.setInsertionPointAfter(loop);
  }

  /// Later groups come first: where a mask is causal, they are the longest, and
  /// short ones fill the gaps at the end. The very last, which may be cut off,
  /// is the last unit, so that the first units stand for most.
  void computeUnit(const PlanPart &part, Value unit, Value scratch) {
    Value total = countUnits(part), two = index.constant(2);
    Value number = b.createOrFold<arith::RemUIOp>(
        index.sub(index.mul(total, two), index.add(unit, two)), total);
    SmallVector<Value> counts = countGroups(part.plan);
    SmallVector<Value> group(counts.size());
    auto divide = [&](Value count) {
      Value rest = b.createOrFold<arith::RemUIOp>(number, count);
      number = b.createOrFold<arith::DivUIOp>(number, count);
      return rest;
    };
    for (unsigned a = counts.size(); a-- > 0;)
      group[a] = divide(counts[a]);
    Value ofPart = index.floorDiv(heads, part.count);
    Value head = divide(ofPart);
    if (part.number)
      head = index.add(head, index.mul(ofPart, index.constant(part.number)));
    if (op.getPartPlans())
      return computeBlock({number, head}, group[0], scratch);
    SmallVector<Value> origin;
    IndexSpace space = part.plan.getSpace();
    for (auto [a, n] : llvm::enumerate(group)) {
      int64_t step = a < space.numResidues()
                         ? 1
                         : part.plan.getGroupExtent(a - space.numResidues());
      origin.push_back(index.mul(n, index.constant(step)));
    }
    attend(part, {number, head}, origin, scratch);
  }

  struct Place {
    Value batch, head;
  };
  /// What parts leave to each other, for the queries from token `first` on.
  struct Block {
    Value outputs, kept, first;
  };

  /// A block of queries, all parts of the mask one after the other.
  void computeBlock(const Place &place, Value number, Value scratch) {
    int64_t block = op.getPartBlock();
    auto view = [&](ArrayRef<int64_t> shape, int64_t at) {
      return memref::ViewOp::create(b, MemRefType::get(shape, b.getF32Type()),
                                    scratch, index.constant(at), ValueRange());
    };
    Value first = index.mul(number, index.constant(block));
    Block state = {view({1, 1, block, op.getValueSize()}, outputsAt),
                   view({2, block}, keptAt), first};
    for (const PlanPart &part : parts) {
      PlanAttr plan = part.plan;
      IndexSpace space = plan.getSpace();
      int64_t residues = plan.getGroupTokens() / plan.getGroupExtent(0);
      int64_t step = plan.getGroupExtent(0), groups = block / residues / step;
      unsigned position = space.numResidues();
      SmallVector<Value> origin;
      OpBuilder::InsertionGuard guard(b);
      auto loop = [&](int64_t count) {
        // The last one first, as units are.
        auto forOp = scf::ForOp::create(
            b, index.constant(0), index.constant(count), index.constant(1));
        b.setInsertionPointToStart(forOp.getBody());
        return index.sub(index.constant(count - 1), forOp.getInductionVar());
      };
      if (position)
        origin.push_back(loop(residues));
      Value begin =
          b.createOrFold<arith::DivUIOp>(first, index.constant(residues));
      origin.push_back(
          index.add(begin, index.mul(loop(groups), index.constant(step))));
      Value some = index.less(origin[position],
                              emitExtent(index, space, position, queries));
      auto ifOp = scf::IfOp::create(b, some, /*withElseRegion=*/false);
      b.setInsertionPointToStart(ifOp.thenBlock());
      attend(part, place, origin, scratch, state);
    }
  }

  void attend(const PlanPart &part, const Place &place, ArrayRef<Value> origin,
              Value scratch, const Block &block = {}) {
    auto [batch, head] = place;
    Value headsPerKvHead = b.createOrFold<arith::DivUIOp>(heads, kvHeads);
    Value kvHead = b.createOrFold<arith::DivUIOp>(head, headsPerKvHead);
    MaskCopy copy(b, tables, tableArrays);
    Value mask = copy.mask(part.mask.mask);
    if (Value chosen = copy.mask(part.mask.first)) {
      if (!mask)
        mask = FullOp::create(b);
      mask = PartOp::create(b, mask, chosen, part.mask.isRest);
    }
    SmallVector<Value> score =
        MaskCopy(b, scoreTables, scoreArrays).score(op.getScore());
    bool isRest = part.mask.isRest, isFirst = part.mask.first && !isRest;
    OnlineAttentionOp::create(b, q, k, v, mask, score, batch, head, kvHead,
                              origin, o, lse, scratch, block.outputs,
                              block.kept, block.first, part.plan,
                              APFloat(op.getScaleValue()), /*resumes=*/isRest,
                              /*keeps=*/isFirst);
  }

  AttentionOp op;
  SmallVector<PlanPart> parts;
  std::string name;
  SmallVector<MaskTable> tables;
  SmallVector<ScoreTable> scoreTables;
  ImplicitLocOpBuilder b;
  IndexBuilder index;
  OpBuilder::InsertPoint after;
  SmallVector<MemRefType> parameters;
  int64_t keptAt = 0, outputsAt = 0; ///< the state of a block, in scratch
  // In the function at hand.
  SmallVector<Value> tableArrays, scoreArrays;
  Value q, k, v, o, lse, batch, heads, kvHeads, queries;
};

} // namespace

void mlir::attn::buildKernel(AttentionOp op, ModuleOp module, StringRef name) {
  KernelBuilder(op, module, name).build();
}
