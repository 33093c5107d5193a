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
                         const OnlineSizes &sizes, bool asksAhead)
    : OnlineTiles(op, index, space, masks, sizes),
      halvedAxis(space.numResidues() +
                 PlanAttr::halvedAxis(op.getPlan().getTile())),
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
  if (plan.getSlides()) {
    runs = view(scratch.runs);
    starts = view(scratch.starts);
  }
  if (asksAhead)
    ahead = view(scratch.ahead);
  if (plan.multipliesPairs())
    weights = view(scratch.weights);
  if (!hasHalves())
    return;
  for (OnlineScratch::Array *array : {&scratch.alpha, &scratch.scores})
    array->shape.back() /= 2;
  halfAlpha = view(scratch.alpha);
  halfScores = view(scratch.scores);
}

bool OnlineVisit::hasHalves() {
  return op.getPlan().getHalves() && !predicate.truth.isTrue();
}

Value OnlineVisit::ofTile(Value array, const QueryTile &tile, Value firstLane) {
  auto type = cast<MemRefType>(array.getType());
  SmallVector<OpFoldResult> offsets(type.getRank(), b.getIndexAttr(0));
  SmallVector<OpFoldResult> sizes =
      getAsIndexOpFoldResult(b.getContext(), type.getShape());
  SmallVector<OpFoldResult> steps(type.getRank(), b.getIndexAttr(1));
  offsets[0] = tile.number;
  if (std::optional<int64_t> number = IndexBuilder::known(tile.number))
    offsets[0] = b.getIndexAttr(*number);
  sizes[0] = b.getIndexAttr(1);
  SmallVector<int64_t> shape(type.getShape().drop_front());
  if (firstLane) {
    shape.back() /= 2;
    offsets.back() = firstLane;
    sizes.back() = b.getIndexAttr(shape.back());
  }
  auto reduced = memref::SubViewOp::inferRankReducedResultType(
      shape, type, offsets, sizes, steps);
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
                      sizes.queryExtents,
                      op.getResumes() ? Value() : pairs.emitSink(),
                      ofTile(qt, t), ofTile(ot, t), ofTile(max, t),
                      ofTile(sum, t), tile, strides, APFloat(float(scale)));
  if (op.getResumes())
    TileResumeOp::create(b, op.getOutputs(), op.getKept(), inBlock(t.origin),
                         inBlock(sizes.queryExtents), ofTile(ot, t),
                         ofTile(max, t), ofTile(sum, t), tile, strides,
                         outputByQuery);
  if (runs)
    findRuns(t);
}

/// Coordinates from the beginning of the block that parts are visited for.
SmallVector<Value> OnlineVisit::inBlock(ArrayRef<Value> coordinates) {
  SmallVector<Value> result(coordinates);
  Value &position = result[space.numResidues()];
  Value first = b.createOrFold<arith::DivUIOp>(
      op.getFirst(), index.constant(strides[space.numResidues()]));
  position = index.sub(position, first);
  return result;
}

void OnlineVisit::end(const QueryTile &t) {
  if (op.getKeeps()) {
    SmallVector<Value> origin = inBlock(t.origin);
    SmallVector<Value> extent = inBlock(sizes.queryExtents);
    Value zero = index.constant(0);
    TileEndOp::create(b, ofTile(ot, t), ofTile(max, t), ofTile(sum, t), origin,
                      extent, op.getOutputs(), zero, zero, /*lse=*/Value(),
                      tile, strides, outputByQuery);
    TileKeepOp::create(b, ofTile(max, t), ofTile(sum, t), origin, extent,
                       op.getKept(), tile, strides);
    return;
  }
  TileEndOp::create(b, ofTile(ot, t), ofTile(max, t), ofTile(sum, t), t.origin,
                    sizes.queryExtents, op.getO(), op.getBatch(), op.getHead(),
                    op.getLse(), tile, strides, outputByQuery);
}

static std::pair<SmallVector<Value>, SmallVector<Value>>
ends(const EmittedBox &box) {
  std::pair<SmallVector<Value>, SmallVector<Value>> result;
  for (const auto &interval : box) {
    result.first.push_back(interval.lo);
    result.second.push_back(interval.hi);
  }
  return result;
}

void OnlineVisit::stage(const EmittedBox &slab) {
  auto [lo, hi] = ends(slab);
  StageKeysOp::create(b, op.getK(), op.getV(), op.getBatch(), op.getKvHead(),
                      lo, hi, keys, values, strides, /*transposed=*/bool(runs));
}

void OnlineVisit::list(ValueRange arrays, Value head, const EmittedBox &box,
                       bool restart) {
  auto [lo, hi] = ends(box);
  ListAheadOp::create(b, arrays, op.getBatch(), head, lo, hi, ahead, strides,
                      restart);
}

void OnlineVisit::listAhead(QueryGroup &group, EmittedBox queries,
                            const EmittedBox &keys, Value isLast) {
  auto &ends = queries.front();
  ends.hi = index.select(isLast, ends.hi, ends.lo);
  auto [head, kvHead] = group.nextHeads();
  kvHead = index.select(isLast, kvHead, op.getKvHead());
  list(op.getQ(), head, queries, /*restart=*/true);
  list({op.getK(), op.getV()}, kvHead, keys, /*restart=*/false);
}

void OnlineVisit::visitTile(const QueryTile &t, const EmittedBox &slab) {
  EmittedBoxes domain = domainOf(t);
  emitKeyBoxes(domain, predicate, slab, [&](const EmittedBox &box) {
    visitBox(domain, t, slab, box, box);
  });
}

void OnlineVisit::visitBox(const QueryTile &t, const EmittedBox &slab,
                           const EmittedBox &box, const EmittedBox &part) {
  EmittedBoxes domain = domainOf(t);
  visitBox(domain, t, slab, box, part);
}

void OnlineVisit::visitBox(EmittedBoxes &domain, const QueryTile &t,
                           const EmittedBox &slab, const EmittedBox &box,
                           const EmittedBox &part) {
  if (runs)
    return visitSliding(t, slab, part);
  EmittedBox core = coreIn(domain, part);
  if (hasHalves())
    visitHalves(t, slab, box, part, core);
  else
    visit(allLanes(t), slab, part, core);
}

EmittedBox OnlineVisit::coreIn(EmittedBoxes &domain, const EmittedBox &box) {
  BoxSolver<EmittedBoxes> solver(domain, predicate.keys);
  return solver.core(predicate.truth, box);
}

Value OnlineVisit::isPartial(const EmittedBox &box, const EmittedBox &core) {
  Value result = index.flag(false);
  for (auto [part, whole] : llvm::zip_equal(core, box)) {
    result = index.either(result, index.less(whole.lo, part.lo));
    result = index.either(result, index.less(part.hi, whole.hi));
  }
  return result;
}

void OnlineVisit::visit(const Lanes &lanes, const EmittedBox &slab,
                        const EmittedBox &box, const EmittedBox &core) {
  Value numRows = writeRows(slab, box, core);
  Value width = index.sub(box.back().hi, box.back().lo);
  TileScoresOp::create(b, lanes.qt, keys, rows, numRows, width, starts,
                       lanes.scores, IntegerAttr());
  if (pairs.mapsScores())
    modify(lanes, box, numRows, width);
  if (!predicate.truth.isTrue())
    ifThen(isPartial(box, core), [&] { mask(lanes, box, numRows, width); });
  Value count = index.mul(numRows, width);
  if (weights) {
    double scale = pairs.mapsScores() ? 1 : std::fabs(pairs.scoreScale());
    TileSoftmaxOp::create(b, lanes.scores, count, lanes.max, lanes.sum,
                          lanes.alpha, weights, width,
                          b.getF32FloatAttr(scale));
  } else {
    TileSoftmaxOp::create(b, lanes.scores, count, lanes.max, lanes.sum,
                          lanes.alpha, /*w=*/Value(), /*width=*/Value(),
                          FloatAttr());
  }
  TileAccumulateOp::create(b, weights ? weights : lanes.scores, values, rows,
                           numRows, width, starts, lanes.alpha, ahead, lanes.ot,
                           outputByQuery);
}

OnlineVisit::Lanes OnlineVisit::allLanes(const QueryTile &t) {
  return {t,
          tile,
          ofTile(qt, t),
          ofTile(ot, t),
          ofTile(max, t),
          ofTile(sum, t),
          alpha,
          scores};
}

//===----------------------------------------------------------------------===//
// Halves
//===----------------------------------------------------------------------===//

/// Beyond the last query lanes repeat it: a half without queries of its own is
/// that query.
QueryTile OnlineVisit::queriesOfHalf(const QueryTile &t, Value half) {
  QueryTile result = t;
  Value length = index.constant(tile[halvedAxis] / 2);
  Value &origin = result.origin[halvedAxis], &end = result.end[halvedAxis];
  origin = index.min(index.add(origin, index.mul(half, length)),
                     index.sub(end, index.constant(1)));
  end = index.min(index.add(origin, length), end);
  return result;
}

OnlineVisit::Lanes OnlineVisit::lanesOfHalf(const QueryTile &t, Value half) {
  Value first = index.mul(half, index.constant(op.getPlan().getLanes() / 2));
  SmallVector<int64_t> shape = tile;
  shape[halvedAxis] /= 2;
  return {queriesOfHalf(t, half),
          shape,
          ofTile(qt, t, first),
          ofTile(ot, t, first),
          ofTile(max, t, first),
          ofTile(sum, t, first),
          halfAlpha,
          halfScores};
}

/// A loop over both halves: its code may be long.
::attn::HalvedBox<Value> OnlineVisit::cut(const QueryTile &t,
                                          const EmittedBox &box) {
  Value zero = index.constant(0), one = index.constant(1);
  auto loop = scf::ForOp::create(b, zero, index.constant(2), one,
                                 ValueRange{zero, zero, zero, zero});
  {
    OpBuilder::InsertionGuard guard(b);
    b.setInsertionPointToStart(loop.getBody());
    EmittedBoxes domain = domainOf(queriesOfHalf(t, loop.getInductionVar()));
    BoxSolver<EmittedBoxes> solver(domain, predicate.keys);
    auto hull = solver.hull(predicate.truth, halvedAxis, box);
    scf::YieldOp::create(b, ValueRange{loop.getRegionIterArg(2),
                                       loop.getRegionIterArg(3), hull.lo,
                                       hull.hi});
  }
  EmittedBoxes domain = domainOf(t);
  return ::attn::cutForHalves<EmittedBoxes>(
      domain, {loop.getResult(0), loop.getResult(1)},
      {loop.getResult(2), loop.getResult(3)},
      ::attn::fewestAlone(halvedAxis, box.size()));
}

/// What is full for the tile is not cut: it is most of what there is.
void OnlineVisit::visitHalves(const QueryTile &t, const EmittedBox &slab,
                              const EmittedBox &box, const EmittedBox &part,
                              const EmittedBox &core) {
  Value isCut = isPartial(part, core), zero = index.constant(0);
  auto ifOp = scf::IfOp::create(b, SmallVector<Type>(8, b.getIndexType()),
                                isCut, true, true);
  auto yield = [&](Block *block, auto makeCut) {
    OpBuilder::InsertionGuard guard(b);
    b.setInsertionPointToStart(block);
    auto [both, first, last] = makeCut();
    scf::YieldOp::create(b, ValueRange{both.lo, both.hi, first.keys.lo,
                                       first.keys.hi, first.half, last.keys.lo,
                                       last.keys.hi, last.half});
  };
  yield(ifOp.thenBlock(), [&] { return cut(t, box); });
  yield(ifOp.elseBlock(), [&] {
    ::attn::HalvedBox<Value>::Alone none = {{zero, zero}, zero};
    return ::attn::HalvedBox<Value>{part[halvedAxis], none, none};
  });
  auto within = [&](EmittedBox all, Value lo, Value hi) {
    auto &interval = all[halvedAxis];
    interval = {index.max(interval.lo, lo), index.min(interval.hi, hi)};
    return all;
  };
  auto isLeft = [&](const EmittedBox &keys) {
    return index.less(keys[halvedAxis].lo, keys[halvedAxis].hi);
  };
  ValueRange cut = ifOp.getResults();
  EmittedBox both = within(part, cut[0], cut[1]);
  ifThen(isLeft(both),
         [&] { visit(allLanes(t), slab, both, within(core, cut[0], cut[1])); });
  ifThen(isCut, [&] {
    Value one = index.constant(1);
    loop(zero, index.constant(2), one, [&](Value n) {
      auto ofEnd = [&](unsigned k) {
        return index.select(index.less(n, one), cut[2 + k], cut[5 + k]);
      };
      EmittedBox keys = within(part, ofEnd(0), ofEnd(1));
      ifThen(isLeft(keys), [&] {
        Lanes lanes = lanesOfHalf(t, ofEnd(2));
        EmittedBoxes domain = domainOf(lanes.queries);
        visit(lanes, slab, keys, coreIn(domain, keys));
      });
    });
  });
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

void OnlineVisit::modify(const Lanes &lanes, const EmittedBox &box,
                         Value numRows, Value width) {
  auto modifyOp = TileModifyOp::create(
      b, lanes.scores, rows, numRows, width, box.back().lo, starts,
      lanes.queries.origin, sizes.queryExtents, lanes.tile);
  bool isUnscaled = op.getPlan().multipliesPairs();
  pairs.emitScore(modifyOp.getBody(),
                  isUnscaled ? std::fabs(pairs.scoreScale()) : 1);
}

void OnlineVisit::mask(const Lanes &lanes, const EmittedBox &box, Value numRows,
                       Value width) {
  auto maskOp = TileMaskOp::create(b, lanes.scores, rows, numRows, width,
                                   box.back().lo, starts, lanes.queries.origin,
                                   sizes.queryExtents, lanes.tile);
  pairs.emitKeep(maskOp.getKeep());
}
