//===- Planner.cpp - the planner of a kernel, alone -----------------------===//

#include "tools/attn-bench/Planner.h"

#include "codegen/cpu/Pipeline.h"
#include "passes/OnlineScratch.h"
#include "passes/Passes.h"
#include "passes/Pipelines.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Pass/PassManager.h"

#include <chrono>

using namespace llvm;
using namespace mlir::attn;
using mlir::ImplicitLocOpBuilder;
using mlir::MemRefType;
using mlir::ModuleOp;
using mlir::Operation;
using mlir::OwningOpRef;

namespace attnbench {

static constexpr int64_t kCounters = 3;

/// counters[which] += amount; they lie behind the scratch that `array` is a
/// view of.
static void count(ImplicitLocOpBuilder &b, mlir::Value array, int64_t behind,
                  int64_t which, mlir::Value amount) {
  auto view = array.getDefiningOp<mlir::memref::ViewOp>();
  mlir::Value counters = mlir::memref::ViewOp::create(
      b, MemRefType::get({kCounters}, b.getI64Type()), view.getSource(),
      mlir::arith::ConstantIndexOp::create(b, behind), mlir::ValueRange());
  mlir::Value at = mlir::arith::ConstantIndexOp::create(b, which);
  mlir::Value more =
      mlir::arith::IndexCastOp::create(b, b.getI64Type(), amount).getResult();
  mlir::Value old = mlir::memref::LoadOp::create(b, counters, at);
  mlir::Value sum = mlir::arith::AddIOp::create(b, old, more);
  mlir::memref::StoreOp::create(b, sum, counters, at);
}

static void keepPlannerAlone(ModuleOp module, int64_t counters) {
  SmallVector<Operation *> ops;
  module.walk([&](Operation *op) {
    if (isa<TileBeginOp, StageKeysOp, ListAheadOp, TileScoresOp, TileMaskOp,
            TileModifyOp, TileSoftmaxOp, TileAccumulateOp, TileEndOp,
            TileResumeOp, TileKeepOp, DiagonalBeginOp, DiagonalKeysOp,
            DiagonalScoresOp, DiagonalModifyOp, DiagonalMaskOp,
            DiagonalAccumulateOp>(op))
      ops.push_back(op);
  });
  // Users of results before their makers.
  for (Operation *op : llvm::reverse(ops)) {
    ImplicitLocOpBuilder b(op->getLoc(), op);
    auto one = [&] {
      return mlir::arith::ConstantIndexOp::create(b, 1).getResult();
    };
    if (auto scores = dyn_cast<TileScoresOp>(op)) {
      mlir::Value keys =
          mlir::arith::MulIOp::create(b, scores.getNrows(), scores.getWidth());
      mlir::Value lanes = mlir::arith::ConstantIndexOp::create(
          b, scores.getS().getType().getDimSize(1));
      count(b, scores.getS(), counters, 0,
            mlir::arith::MulIOp::create(b, keys, lanes));
      count(b, scores.getS(), counters, 1, one());
    }
    if (auto mask = dyn_cast<TileMaskOp>(op))
      count(b, mask.getS(), counters, 2, one());
    if (auto scores = dyn_cast<DiagonalScoresOp>(op)) {
      mlir::Value lanes = mlir::arith::ConstantIndexOp::create(
          b, scores.getS().getType().getDimSize(1));
      mlir::Value visited =
          mlir::arith::MulIOp::create(b, scores.getCount(), lanes);
      count(b, scores.getS(), counters, 0, visited);
      count(b, scores.getS(), counters, 1, one());
    }
    if (auto mask = dyn_cast<DiagonalMaskOp>(op))
      count(b, mask.getS(), counters, 2, one());
    op->erase();
  }
}

/// Groups of one tile, and slabs that hold any box; lists stay as they are.
static PlanAttr withoutGroups(PlanAttr plan, int64_t keys) {
  if (plan.getDiagonals())
    keys = plan.getSlab();
  SmallVector<int64_t> group(plan.getGroup().size(), 1);
  return PlanAttr::get(plan.getContext(), plan.getLayout(), plan.getDilation(),
                       plan.getOrder(), plan.getTile(), group, plan.getLanes(),
                       keys, plan.getProducts(), plan.getDiagonals(),
                       plan.getHalves(), plan.getSlides());
}

Expected<Planner> Planner::create(ModuleOp planned) {
  OwningOpRef<ModuleOp> module(planned.clone());
  Planner planner;
  module->walk([&](AttentionOp op) {
    SmallVector<mlir::Attribute> plans;
    for (const PlanPart &part : op.getPlanParts()) {
      PlanAttr plan = withoutGroups(part.plan, op.getNumKeys());
      OnlineScratch scratch(plan, op.getHeadSize(), op.getValueSize());
      planner.counters = std::max(planner.counters, scratch.bytes);
      plans.push_back(plan);
    }
    auto all = mlir::ArrayAttr::get(op.getContext(), plans);
    if (op.getPlan()) {
      op.setPlanAttr(cast<PlanAttr>(plans[0]));
    } else if (op.getHeadPlans()) {
      op.setHeadPlansAttr(all);
    } else {
      op.setPartPlansAttr(all);
      planner.counters += 8 * op.getPartBlock();
    }
  });
  auto run = [&](function_ref<void(mlir::OpPassManager &)> build) {
    mlir::PassManager passes(module->getContext());
    build(passes);
    return passes.run(*module);
  };
  if (failed(run([](mlir::OpPassManager &passes) {
        passes.addPass(createOutlineKernels());
        buildTilePipeline(passes);
      })))
    return createStringError("cannot expand the kernel");
  keepPlannerAlone(*module, planner.counters);
  mlir::func::FuncOp function;
  for (auto some : module->getOps<mlir::func::FuncOp>())
    if (some->hasAttr(AttnDialect::kernelAttrName()))
      function = some;
  std::string name = function.getName().str();
  for (mlir::Type type : function.getArgumentTypes()) {
    auto memref = dyn_cast<MemRefType>(type);
    if (!memref || memref.getElementType().isInteger(8))
      continue;
    attn_array array = {};
    array.rank = memref.getRank();
    copy(memref.getShape(), array.sizes);
    planner.arrays.push_back(array);
  }
  if (failed(run([](mlir::OpPassManager &passes) {
        buildLowerToLLVMPipeline(passes);
      })))
    return createStringError("cannot lower the planner");
  Expected<std::unique_ptr<Jit>> jit = Jit::create(*module, hostTarget());
  if (!jit)
    return jit.takeError();
  planner.jit = std::move(*jit);
  Expected<KernelEntry> entry = planner.jit->kernel(name);
  if (!entry)
    return entry.takeError();
  planner.entry = *entry;
  return planner;
}

/// { allocated, aligned, offset, sizes, strides } of every parameter.
Planner::Descriptors
Planner::describe(ArrayRef<std::vector<int32_t>> tables) const {
  Descriptors descriptors;
  for (const attn_array &array : arrays) {
    const void *data = nullptr;
    if (array.rank == 1) {
      data = tables.front().data();
      tables = tables.drop_front();
    }
    auto address = reinterpret_cast<int64_t>(data);
    std::vector<int64_t> descriptor = {address, address, 0};
    std::vector<int64_t> strides(array.rank, 1);
    for (int32_t d = array.rank - 1; d > 0; --d)
      strides[d - 1] = strides[d] * array.sizes[d];
    descriptor.insert(descriptor.end(), array.sizes, array.sizes + array.rank);
    append_range(descriptor, strides);
    descriptors.push_back(std::move(descriptor));
  }
  return descriptors;
}

static SmallVector<void *>
pointersTo(std::vector<std::vector<int64_t>> &descriptors) {
  return map_to_vector(descriptors, [](std::vector<int64_t> &descriptor) {
    return static_cast<void *>(descriptor.data());
  });
}

int64_t Planner::units(ArrayRef<std::vector<int32_t>> tables) const {
  Descriptors descriptors = describe(tables);
  return entry.units(pointersTo(descriptors).data());
}

Listing Planner::run(ArrayRef<std::vector<int32_t>> tables,
                     int64_t step) const {
  Descriptors descriptors = describe(tables);
  SmallVector<void *> pointers = pointersTo(descriptors);
  // Never touched but for counters and rows.
  size_t bytes = alignTo(counters + kCounters * sizeof(int64_t), 64);
  std::unique_ptr<char, void (*)(void *)> scratch(
      static_cast<char *>(std::aligned_alloc(64, bytes)), std::free);
  auto *found = reinterpret_cast<int64_t *>(scratch.get() + counters);
  std::fill_n(found, kCounters, 0);
  int64_t units = entry.units(pointers.data());
  auto start = std::chrono::steady_clock::now();
  if (step == 1)
    entry.run(pointers.data(), 0, units, scratch.get());
  else
    for (int64_t n = step / 2; n < units; n += step)
      entry.run(pointers.data(), n, n + 1, scratch.get());
  std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
  return {step * found[0], step * found[1], step * found[2],
          step * took.count()};
}

} // namespace attnbench
