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

static constexpr double log2e = 1.4426950408889634;

//===----------------------------------------------------------------------===//
// Sizes
//===----------------------------------------------------------------------===//

OnlineSizes::OnlineSizes(OnlineAttentionOp op, IndexBuilder &index,
                         const IndexSpace &space)
    : batch(op.getBatch()), head(op.getHead()) {
  auto size = [&](Value memref, int64_t dimension) {
    return index.b.createOrFold<memref::DimOp>(memref, dimension);
  };
  numQueries = size(op.getQ(), 2);
  numKeys = size(op.getK(), 2);
  numHeads = size(op.getQ(), 1);
  numKvHeads = size(op.getK(), 1);
  for (auto [a, axis] : llvm::enumerate(space.axes())) {
    if (axis.extent < 0) {
      queryExtents.push_back(numQueries);
      keyExtents.push_back(numKeys);
      continue;
    }
    keyExtents.push_back(index.constant(axis.extent));
    queryExtents.push_back(keyExtents.back());
    if (!space.isRagged(a))
      continue;
    int64_t d = space.getDilation()[axis.layoutAxis];
    Value rest =
        index.sub(index.constant(space.getLayout()[axis.layoutAxis] + d - 1),
                  op.getOrigin()[axis.residue]);
    queryExtents.back() = index.floorDiv(rest, d);
  }
}

void OnlineSizes::setLengths(EmittedBoxes &domain, MaskVars &vars) const {
  for (auto [var, value] :
       {std::pair(vars.numQueries, numQueries),
        std::pair(vars.numKeys, numKeys), std::pair(vars.numHeads, numHeads),
        std::pair(vars.numKvHeads, numKvHeads), std::pair(vars.b, batch),
        std::pair(vars.h, head)})
    if (var->kind == ExprKind::Var)
      domain.setRange(var, value, value);
}

//===----------------------------------------------------------------------===//
// Set-up
//===----------------------------------------------------------------------===//

OnlineVisit::OnlineVisit(OnlineAttentionOp op, IndexBuilder &index,
                         const IndexSpace &space, const OnlineMasks &masks,
                         const OnlineSizes &sizes)
    : op(op), index(index), b(index.b), space(space),
      predicate(masks.predicate), scoreMasks(masks.ofScores), vars(masks.vars),
      sizes(sizes), tables(masks.tables), tile(space.numResidues(), 1) {
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

Value OnlineVisit::view(const OnlineScratch::Array &array) {
  Type elements[] = {b.getF32Type(), b.getI32Type(), b.getBF16Type()};
  Type element = elements[static_cast<size_t>(array.element)];
  return memref::ViewOp::create(b, MemRefType::get(array.shape, element),
                                op.getScratch(), index.constant(array.offset),
                                ValueRange());
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

Value OnlineVisit::toI32(Value value) {
  return b.createOrFold<arith::IndexCastOp>(b.getI32Type(), value);
}

void OnlineVisit::loop(Value lo, Value hi, Value step,
                       function_ref<void(Value)> body) {
  auto forOp = scf::ForOp::create(b, lo, hi, step);
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToStart(forOp.getBody());
  body(forOp.getInductionVar());
}

void OnlineVisit::ifThen(Value condition, function_ref<void()> body) {
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

//===----------------------------------------------------------------------===//
// Tiles and slabs
//===----------------------------------------------------------------------===//

void OnlineVisit::begin(const QueryTile &t) {
  // Pairs are multiplied as they are, but for the sign.
  double scale = scoreScale();
  if (op.getPlan().multipliesPairs())
    scale = scale < 0 ? -1 : 1;
  TileBeginOp::create(b, op.getQ(), op.getBatch(), op.getHead(), t.origin,
                      sizes.queryExtents, emitSink(), ofTile(qt, t),
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

EmittedBoxes OnlineVisit::domainOf(const QueryTile &t) {
  EmittedBoxes domain(index, tables);
  sizes.setLengths(domain, vars);
  for (auto [var, lo, end] :
       llvm::zip_equal(predicate.queries, t.origin, t.end))
    domain.setRange(var, lo, index.sub(end, index.constant(1)));
  return domain;
}

void OnlineVisit::visitBox(const QueryTile &t, const EmittedBox &slab,
                           const EmittedBox &box) {
  EmittedBoxes domain = domainOf(t);
  BoxSolver<EmittedBoxes> solver(domain, predicate.keys);
  visitBox(t, slab, box, solver.core(predicate.truth, box));
}

::attn::Interval<Value> OnlineVisit::nextBox(const QueryTile &t,
                                             Value position) {
  EmittedBoxes domain = domainOf(t);
  BoxSolver<EmittedBoxes> solver(domain, predicate.keys);
  EmittedBox all = {{index.constant(0), sizes.keyExtents[0]}};
  auto segments = solver.segments(predicate.truth, 0, all);
  return solver.next(segments, 0, all, position);
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
  if (mapsScores())
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
    double scale = mapsScores() ? 1 : std::fabs(scoreScale());
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
    memref::StoreOp::create(b, toI32(column), rows,
                            ValueRange{row, index.constant(n)});
}

/// The token at coordinates of the axes.
Value OnlineVisit::tokenAt(ValueRange coordinates) {
  Value token;
  for (auto [x, stride] : llvm::zip_equal(coordinates, strides)) {
    Value part = b.createOrFold<arith::MulIOp>(
        x, arith::ConstantOp::create(b, b.getI32IntegerAttr(stride)));
    token = token ? b.createOrFold<arith::AddIOp>(token, part) : part;
  }
  return token;
}

//===----------------------------------------------------------------------===//
// Scores
//===----------------------------------------------------------------------===//

static ScoreOpInterface scoreOp(Value modification) {
  return modification.getDefiningOp<ScoreOpInterface>();
}

/// What products of queries and keys are multiplied by to become scores;
/// modifications make powers of two of them themselves.
double OnlineVisit::scoreScale() {
  return op.getScale().convertToFloat() * (mapsScores() ? 1 : log2e);
}

bool OnlineVisit::mapsScores() {
  return llvm::any_of(op.getScore(), [](Value modification) {
    return scoreOp(modification).mapsScores();
  });
}

ScorePoint OnlineVisit::scorePoint() {
  ScorePoint point;
  point.batch = toI32(op.getBatch());
  point.head = toI32(op.getHead());
  point.numQueries = toI32(sizes.numQueries);
  point.numKeys = toI32(sizes.numKeys);
  point.numHeads = toI32(sizes.numHeads);
  return point;
}

/// The score that every row starts with, null for none.
Value OnlineVisit::emitSink() {
  for (Value modification : op.getScore())
    if (Value sink = scoreOp(modification).emitSink(b, scorePoint())) {
      Value factor = arith::ConstantOp::create(b, b.getF32FloatAttr(log2e));
      return arith::MulFOp::create(b, sink, factor);
    }
  return Value();
}

/// Known lengths are no variables.
static void set(DenseMap<int64_t, MaskVariable> &variables, Expr var,
                Value value, unsigned level) {
  if (var->kind == ExprKind::Var)
    variables[var->value] = {value, level};
}

DenseMap<int64_t, MaskVariable> OnlineVisit::maskVariables() {
  DenseMap<int64_t, MaskVariable> variables;
  set(variables, vars.numQueries, toI32(sizes.numQueries), 0);
  set(variables, vars.numKeys, toI32(sizes.numKeys), 0);
  set(variables, vars.numHeads, toI32(sizes.numHeads), 0);
  set(variables, vars.numKvHeads, toI32(sizes.numKvHeads), 0);
  set(variables, vars.b, toI32(op.getBatch()), 0);
  set(variables, vars.h, toI32(op.getHead()), 0);
  return variables;
}

Block *OnlineVisit::createBlock(Region &region, TypeRange types) {
  SmallVector<Location> locs(types.size(), b.getLoc());
  return b.createBlock(&region, {}, types, locs);
}

void OnlineVisit::modify(const QueryTile &t, const EmittedBox &box,
                         Value numRows, Value width) {
  ScorePoint point = scorePoint();
  DenseMap<int64_t, MaskVariable> variables = maskVariables();
  auto modifyOp =
      TileModifyOp::create(b, scores, rows, numRows, width, box.back().lo,
                           t.origin, sizes.queryExtents, tile);
  OpBuilder::InsertionGuard guard(b);
  unsigned axes = space.size();
  SmallVector<Type> types(1 + 2 * axes, b.getI32Type());
  types[0] = b.getF32Type();
  Block *block = createBlock(modifyOp.getBody(), types);
  point.query = tokenAt(block->getArguments().slice(1, axes));
  point.key = tokenAt(block->getArguments().slice(1 + axes, axes));
  set(variables, vars.i, point.query, 1);
  set(variables, vars.j, point.key, 3);
  point.keeps = [&](Value mask) {
    return emitMask(b, scoreMasks.lookup(mask), variables, tables);
  };
  Value score = block->getArgument(0);
  if (op.getPlan().multipliesPairs()) {
    Value scale = arith::ConstantOp::create(
        b, b.getF32FloatAttr(std::fabs(scoreScale())));
    score = arith::MulFOp::create(b, score, scale);
  }
  for (Value modification : op.getScore())
    score = scoreOp(modification).emit(b, score, point);
  YieldOp::create(b, score);
}

void OnlineVisit::mask(const QueryTile &t, const EmittedBox &box, Value numRows,
                       Value width) {
  DenseMap<int64_t, MaskVariable> variables = maskVariables();
  auto maskOp =
      TileMaskOp::create(b, scores, rows, numRows, width, box.back().lo,
                         t.origin, sizes.queryExtents, tile);
  OpBuilder::InsertionGuard guard(b);
  unsigned axes = space.size();
  SmallVector<Type> types(2 * axes, b.getI32Type());
  Block *block = createBlock(maskOp.getKeep(), types);
  for (unsigned a = 0; a < axes; ++a) {
    set(variables, predicate.queries[a], block->getArgument(a), 1);
    set(variables, predicate.keys[a], block->getArgument(axes + a),
        a + 1 == axes ? 3 : 2);
  }
  YieldOp::create(b, emitMask(b, predicate.truth, variables, tables));
}
