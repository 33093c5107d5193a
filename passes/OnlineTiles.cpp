//===- OnlineTiles.cpp - what all visits of query tiles share -------------===//

#include "passes/OnlineTiles.h"

#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"

using namespace mlir;
using namespace mlir::attn;
using ::attn::BoxSolver;
using ::attn::IndexSpace;

OnlineTiles::OnlineTiles(OnlineAttentionOp op, IndexBuilder &index,
                         const IndexSpace &space, const OnlineMasks &masks,
                         const OnlineSizes &sizes)
    : op(op), index(index), b(index.b), space(space),
      predicate(masks.predicate), vars(masks.vars), sizes(sizes),
      tables(masks.tables), pairs(op, index, space, masks, sizes) {}

Value OnlineTiles::view(const OnlineScratch::Array &array) {
  Type elements[] = {b.getF32Type(), b.getI32Type(), b.getBF16Type(),
                     b.getI64Type()};
  Type element = elements[static_cast<size_t>(array.element)];
  return memref::ViewOp::create(b, MemRefType::get(array.shape, element),
                                op.getScratch(), index.constant(array.offset),
                                ValueRange());
}

void OnlineTiles::loop(Value lo, Value hi, Value step,
                       function_ref<void(Value)> body) {
  auto forOp = scf::ForOp::create(b, lo, hi, step);
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToStart(forOp.getBody());
  body(forOp.getInductionVar());
}

void OnlineTiles::ifThen(Value condition, function_ref<void()> body) {
  if (std::optional<int64_t> known = IndexBuilder::known(condition)) {
    if (*known)
      body();
    return;
  }
  auto ifOp = scf::IfOp::create(b, condition, /*withElseRegion=*/false);
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToStart(ifOp.thenBlock());
  body();
}

EmittedBoxes OnlineTiles::domainOf(const QueryTile &t) {
  EmittedBox queries;
  for (auto [lo, end] : llvm::zip_equal(t.origin, t.end))
    queries.push_back({lo, end});
  return domainOf(queries);
}

EmittedBoxes OnlineTiles::domainOf(const EmittedBox &queries) {
  EmittedBoxes domain(index, tables);
  sizes.setLengths(domain, vars);
  for (auto [var, along] : llvm::zip_equal(predicate.queries, queries))
    domain.setRange(var, along.lo, index.sub(along.hi, index.constant(1)));
  return domain;
}

::attn::Interval<Value> OnlineTiles::nextBox(const QueryTile &t,
                                             Value position) {
  EmittedBoxes domain = domainOf(t);
  BoxSolver<EmittedBoxes> solver(domain, predicate.keys,
                                 predicate.firstJoined());
  EmittedBox all = {{index.constant(0), sizes.keyExtents[0]}};
  auto segments = solver.segments(predicate.truth, 0, all);
  return solver.next(segments, 0, all, position);
}
