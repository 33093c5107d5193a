//===- OnlineSlide.cpp - visits of tiles that slide -----------------------===//
//
// Each place of a tile on the last axis has keys of its own: which, is found
// out once for the tile, whatever slabs it visits.
//
//===----------------------------------------------------------------------===//

#include "passes/OnlineVisit.h"

#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"

using namespace mlir;
using namespace mlir::attn;
using ::attn::BoxSolver;

/// Beyond the last query places repeat it. On the other axes full is what all
/// places have full.
void OnlineVisit::findRuns(const QueryTile &t) {
  Value ofTile = this->ofTile(runs, t);
  unsigned last = space.size() - 1;
  auto store = [&](Value number, int64_t row, Value column) {
    memref::StoreOp::create(b, index.toI32(number), ofTile,
                            ValueRange{index.constant(row), column});
  };
  EmittedBox all;
  SmallVector<Value> init;
  for (auto [a, extent] : llvm::enumerate(sizes.keyExtents)) {
    all.push_back({index.constant(0), extent});
    if (a < last)
      init.append({index.constant(0), extent});
  }
  auto loop = scf::ForOp::create(b, index.constant(0),
                                 index.constant(PlanAttr::slidingLanes),
                                 index.constant(1), init);
  {
    OpBuilder::InsertionGuard guard(b);
    b.setInsertionPointToStart(loop.getBody());
    Value place = loop.getInductionVar(), one = index.constant(1);
    QueryTile queries = t;
    queries.origin[last] = index.min(index.add(t.origin[last], place),
                                     index.sub(t.end[last], one));
    queries.end[last] = index.add(queries.origin[last], one);
    EmittedBoxes domain = domainOf(queries);
    BoxSolver<EmittedBoxes> solver(domain, predicate.keys);
    auto needed = solver.hull(predicate.truth, last, all);
    EmittedBox core = solver.core(predicate.truth, all);
    Value ends[] = {needed.lo, needed.hi, core[last].lo, core[last].hi};
    for (auto [row, end] : llvm::enumerate(ends))
      store(end, row, place);
    SmallVector<Value> common;
    for (unsigned a = 0; a < last; ++a)
      common.append({index.max(core[a].lo, loop.getRegionIterArg(2 * a)),
                     index.min(core[a].hi, loop.getRegionIterArg(2 * a + 1))});
    if (!common.empty())
      scf::YieldOp::create(b, common);
  }
  for (auto [column, end] : llvm::enumerate(loop.getResults()))
    store(end, OnlineScratch::coreRow, index.constant(column));
}

void OnlineVisit::visitSliding(const QueryTile &t, const EmittedBox &slab,
                               EmittedBox box) {
  auto &along = box.back();
  Value ofTile = this->ofTile(runs, t);
  auto slide = TileSlideOp::create(b, ofTile, along.lo, along.hi, starts);
  along.hi = index.add(along.lo, slide.getWidth());
  EmittedBox core = box;
  for (unsigned a = 0; a + 1 < box.size(); ++a) {
    auto load = [&](int64_t column) -> Value {
      Value row = index.constant(OnlineScratch::coreRow);
      Value end = memref::LoadOp::create(
          b, ofTile, ValueRange{row, index.constant(column)});
      return arith::IndexCastOp::create(b, b.getIndexType(), end);
    };
    core[a] = {load(2 * a), load(2 * a + 1)};
  }
  core.back().hi = index.select(slide.getIsFull(), along.hi, along.lo);
  ifThen(index.less(along.lo, along.hi),
         [&] { visit(allLanes(t), slab, box, core); });
}
