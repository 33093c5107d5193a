//===- OnlineVisit.cpp - the tile ops of a query group --------------------===//

#include "passes/OnlineVisit.h"

#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"

#include <cmath>

using namespace mlir;
using namespace mlir::attn;
using ::attn::BoxSolver;
using ::attn::Expr;
using ::attn::ExprKind;
using ::attn::IndexSpace;
using ::attn::MaskVars;
using ::attn::SpacePredicate;

//===----------------------------------------------------------------------===//
// Set-up
//===----------------------------------------------------------------------===//

OnlineVisit::OnlineVisit(OnlineAttentionOp op, IndexBuilder &index,
                         const IndexSpace &space, const OnlineMasks &masks,
                         const OnlineSizes &sizes)
    : OnlineTiles(op, index, space, masks, sizes),
      tile(space.numResidues(), 1) {
  PlanAttr plan = op.getPlan();
  llvm::append_range(tile, plan.getTile());
  for (const IndexSpace::Axis &axis : space.axes())
    strides.push_back(axis.stride);
  OnlineScratch scratch(plan, op.getQ().getType().getDimSize(3),
                        op.getV().getType().getDimSize(3));
  outputByQuery = scratch.outputByQuery;
  qt = view(scratch.qt);
  ot = view(scratch.ot);
  max = view(scratch.max);
  sum = view(scratch.sum);
  alpha = view(scratch.alpha);
  scores = view(scratch.scores);
  rows = view(scratch.rows);
  keys = view(scratch.keys);
  values = view(scratch.values);
  if (plan.multipliesPairs())
    weights = view(scratch.weights);
}

Value OnlineVisit::ofTile(Value array, const QueryTile &tile) {
  auto type = cast<MemRefType>(array.getType());
  SmallVector<OpFoldResult> offsets(type.getRank(), b.getIndexAttr(0));
  SmallVector<OpFoldResult> sizes =
      getAsIndexOpFoldResult(b.getContext(), type.getShape());
  SmallVector<OpFoldResult> steps(type.getRank(), b.getIndexAttr(1));
  offsets[0] = tile.number;
  if (std::optional<int64_t> number = IndexBuilder::known(tile.number))
    offsets[0] = b.getIndexAttr(*number);
  sizes[0] = b.getIndexAttr(1);
  auto reduced = memref::SubViewOp::inferRankReducedResultType(
      type.getShape().drop_front(), type, offsets, sizes, steps);
  return memref::SubViewOp::create(b, cast<MemRefType>(reduced), array, offsets,
                                   sizes, steps);
}

//===----------------------------------------------------------------------===//
// Tiles and slabs
//===----------------------------------------------------------------------===//

void OnlineVisit::begin(const QueryTile &t) {
  // Pairs are multiplied as they are, but for the sign.
  double scale = pairs.scoreScale();
  if (op.getPlan().multipliesPairs())
    scale = scale < 0 ? -1 : 1;
  TileBeginOp::create(b, op.getQ(), op.getBatch(), op.getHead(), t.origin,
                      sizes.queryExtents, pairs.emitSink(), ofTile(qt, t),
                      ofTile(ot, t), ofTile(max, t), ofTile(sum, t), tile,
                      strides, APFloat(float(scale)));
}

void OnlineVisit::end(const QueryTile &t) {
  TileEndOp::create(b, ofTile(ot, t), ofTile(max, t), ofTile(sum, t), t.origin,
                    sizes.queryExtents, op.getO(), op.getBatch(), op.getHead(),
                    op.getLse(), tile, strides, outputByQuery);
}

void OnlineVisit::stage(const EmittedBox &slab) {
  SmallVector<Value> lo, hi;
  for (const auto &interval : slab) {
    lo.push_back(interval.lo);
    hi.push_back(interval.hi);
  }
  StageKeysOp::create(b, op.getK(), op.getV(), op.getBatch(), op.getKvHead(),
                      lo, hi, keys, values, strides);
}

void OnlineVisit::visitBox(const QueryTile &t, const EmittedBox &slab,
                           const EmittedBox &box) {
  EmittedBoxes domain = domainOf(t);
  BoxSolver<EmittedBoxes> solver(domain, predicate.keys);
  visitBox(t, slab, box, solver.core(predicate.truth, box));
}

void OnlineVisit::visitTile(const QueryTile &t, const EmittedBox &slab) {
  EmittedBoxes domain = domainOf(t);
  emitKeyBoxes(domain, predicate, slab, [&](const EmittedBox &box) {
    BoxSolver<EmittedBoxes> solver(domain, predicate.keys);
    visitBox(t, slab, box, solver.core(predicate.truth, box));
  });
}

void OnlineVisit::visitBox(const QueryTile &t, const EmittedBox &slab,
                           const EmittedBox &box, const EmittedBox &core) {
  Value numRows = writeRows(slab, box, core);
  Value width = index.sub(box.back().hi, box.back().lo);
  Value qtOfTile = ofTile(qt, t), otOfTile = ofTile(ot, t);
  Value maxOfTile = ofTile(max, t), sumOfTile = ofTile(sum, t);
  TileScoresOp::create(b, qtOfTile, keys, rows, numRows, width, scores,
                       IntegerAttr());
  if (pairs.mapsScores())
    modify(t, box, numRows, width);
  if (!predicate.truth.isTrue()) {
    Value isPartial = index.flag(false);
    for (auto [part, whole] : llvm::zip_equal(core, box)) {
      isPartial = index.either(isPartial, index.less(whole.lo, part.lo));
      isPartial = index.either(isPartial, index.less(part.hi, whole.hi));
    }
    ifThen(isPartial, [&] { mask(t, box, numRows, width); });
  }
  Value count = index.mul(numRows, width);
  if (weights) {
    double scale = pairs.mapsScores() ? 1 : std::fabs(pairs.scoreScale());
    TileSoftmaxOp::create(b, scores, count, maxOfTile, sumOfTile, alpha,
                          weights, width, b.getF32FloatAttr(scale));
  } else {
    TileSoftmaxOp::create(b, scores, count, maxOfTile, sumOfTile, alpha,
                          /*w=*/Value(), /*width=*/Value(), FloatAttr());
  }
  TileAccumulateOp::create(b, weights ? weights : scores, values, rows, numRows,
                           width, alpha, otOfTile, outputByQuery);
}

//===----------------------------------------------------------------------===//
// Rows
//===----------------------------------------------------------------------===//

Value OnlineVisit::writeRows(const EmittedBox &slab, const EmittedBox &box,
                             const EmittedBox &core) {
  Value zero = index.constant(0);
  writeRows(0, slab, box, core, zero, zero, index.flag(true), {});
  Value count = index.constant(1);
  for (const auto &interval : ArrayRef(box).drop_back())
    count = index.mul(count, index.sub(interval.hi, interval.lo));
  return count;
}

void OnlineVisit::writeRows(unsigned axis, const EmittedBox &slab,
                            const EmittedBox &box, const EmittedBox &core,
                            Value row, Value slot, Value inCore,
                            SmallVector<Value> coordinates) {
  Value slabLength = index.sub(slab[axis].hi, slab[axis].lo);
  auto slotAt = [&](Value x) {
    return index.add(index.mul(slot, slabLength), index.sub(x, slab[axis].lo));
  };
  if (axis + 1 < box.size()) {
    Value length = index.sub(box[axis].hi, box[axis].lo);
    loop(index.constant(0), length, index.constant(1), [&](Value n) {
      Value x = index.add(box[axis].lo, n);
      Value inside = index.both(
          inCore, index.both(index.less(x, core[axis].hi),
                             index.less(core[axis].lo,
                                        index.add(x, index.constant(1)))));
      SmallVector<Value> inner = coordinates;
      inner.push_back(x);
      writeRows(axis + 1, slab, box, core, index.add(index.mul(row, length), n),
                slotAt(x), inside, inner);
    });
    return;
  }
  Value zero = index.constant(0), first = box[axis].lo;
  Value coreBegin = index.max(index.sub(core[axis].lo, first), zero);
  Value coreEnd = index.sub(core[axis].hi, first);
  Value hasCore = index.both(inCore, index.less(coreBegin, coreEnd));
  SmallVector<Value> columns = {slotAt(first),
                                index.select(hasCore, coreBegin, zero),
                                index.select(hasCore, coreEnd, zero)};
  llvm::append_range(columns, coordinates);
  for (auto [n, column] : llvm::enumerate(columns))
    memref::StoreOp::create(b, index.toI32(column), rows,
                            ValueRange{row, index.constant(n)});
}

//===----------------------------------------------------------------------===//
// Scores
//===----------------------------------------------------------------------===//

void OnlineVisit::modify(const QueryTile &t, const EmittedBox &box,
                         Value numRows, Value width) {
  auto modifyOp =
      TileModifyOp::create(b, scores, rows, numRows, width, box.back().lo,
                           t.origin, sizes.queryExtents, tile);
  bool isUnscaled = op.getPlan().multipliesPairs();
  pairs.emitScore(modifyOp.getBody(),
                  isUnscaled ? std::fabs(pairs.scoreScale()) : 1);
}

void OnlineVisit::mask(const QueryTile &t, const EmittedBox &box, Value numRows,
                       Value width) {
  auto maskOp =
      TileMaskOp::create(b, scores, rows, numRows, width, box.back().lo,
                         t.origin, sizes.queryExtents, tile);
  pairs.emitKeep(maskOp.getKeep());
}
