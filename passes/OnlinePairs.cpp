//===- OnlinePairs.cpp - what happens to one pair -------------------------===//

#include "passes/OnlinePairs.h"

#include "mlir/Dialect/MemRef/IR/MemRef.h"

using namespace mlir;
using namespace mlir::attn;
using ::attn::Expr;
using ::attn::ExprKind;
using ::attn::IndexSpace;
using ::attn::MaskVars;

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
  if (space.hasDiagonals()) {
    queryExtents = {numQueries};
    keyExtents = {index.sub(index.add(numQueries, numKeys), index.constant(1))};
    return;
  }
  for (auto [a, axis] : llvm::enumerate(space.axes())) {
    Value residue = axis.residue < 0 ? Value() : op.getOrigin()[axis.residue];
    queryExtents.push_back(emitExtent(index, space, a, numQueries, residue));
    keyExtents.push_back(emitExtent(index, space, a, numKeys));
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
// Pairs
//===----------------------------------------------------------------------===//

OnlinePairs::OnlinePairs(OnlineAttentionOp op, IndexBuilder &index,
                         const IndexSpace &space, const OnlineMasks &masks,
                         const OnlineSizes &sizes)
    : op(op), index(index), b(index.b), space(space),
      predicate(masks.predicate), scoreMasks(masks.ofScores), vars(masks.vars),
      sizes(sizes), tables(masks.tables) {}

/// The token at coordinates of the axes.
Value OnlinePairs::tokenAt(ValueRange coordinates) {
  Value token;
  for (auto [x, axis] : llvm::zip_equal(coordinates, space.axes())) {
    Value part = b.createOrFold<arith::MulIOp>(
        x, arith::ConstantOp::create(b, b.getI32IntegerAttr(axis.stride)));
    token = token ? b.createOrFold<arith::AddIOp>(token, part) : part;
  }
  return token;
}

static ScoreOpInterface scoreOp(Value modification) {
  return modification.getDefiningOp<ScoreOpInterface>();
}

double OnlinePairs::scoreScale() {
  return op.getScale().convertToFloat() * (mapsScores() ? 1 : log2e);
}

bool OnlinePairs::mapsScores() {
  return llvm::any_of(op.getScore(), [](Value modification) {
    return scoreOp(modification).mapsScores();
  });
}

ScorePoint OnlinePairs::scorePoint() {
  ScorePoint point;
  point.batch = index.toI32(op.getBatch());
  point.head = index.toI32(op.getHead());
  point.numQueries = index.toI32(sizes.numQueries);
  point.numKeys = index.toI32(sizes.numKeys);
  point.numHeads = index.toI32(sizes.numHeads);
  return point;
}

Value OnlinePairs::emitSink() {
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

DenseMap<int64_t, MaskVariable> OnlinePairs::maskVariables() {
  DenseMap<int64_t, MaskVariable> variables;
  set(variables, vars.numQueries, index.toI32(sizes.numQueries), 0);
  set(variables, vars.numKeys, index.toI32(sizes.numKeys), 0);
  set(variables, vars.numHeads, index.toI32(sizes.numHeads), 0);
  set(variables, vars.numKvHeads, index.toI32(sizes.numKvHeads), 0);
  set(variables, vars.b, index.toI32(op.getBatch()), 0);
  set(variables, vars.h, index.toI32(op.getHead()), 0);
  return variables;
}

Block *OnlinePairs::createBlock(Region &region, TypeRange types) {
  SmallVector<Location> locs(types.size(), b.getLoc());
  return b.createBlock(&region, {}, types, locs);
}

void OnlinePairs::emitScore(Region &region, double factor) {
  OpBuilder::InsertionGuard guard(b);
  unsigned axes = space.size();
  SmallVector<Type> types(1 + 2 * axes, b.getI32Type());
  types[0] = b.getF32Type();
  Block *block = createBlock(region, types);
  ScorePoint point = scorePoint();
  DenseMap<int64_t, MaskVariable> variables = maskVariables();
  point.query = tokenAt(block->getArguments().slice(1, axes));
  point.key = tokenAt(block->getArguments().slice(1 + axes, axes));
  set(variables, vars.i, point.query, 1);
  set(variables, vars.j, point.key, 3);
  point.keeps = [&](Value mask) {
    return emitMask(b, scoreMasks.lookup(mask), variables, tables);
  };
  Value score = block->getArgument(0);
  if (factor != 1) {
    Value scale =
        arith::ConstantOp::create(b, b.getF32FloatAttr(float(factor)));
    score = arith::MulFOp::create(b, score, scale);
  }
  for (Value modification : op.getScore())
    score = scoreOp(modification).emit(b, score, point);
  YieldOp::create(b, score);
}

void OnlinePairs::emitKeep(Region &region) {
  OpBuilder::InsertionGuard guard(b);
  unsigned axes = space.size();
  SmallVector<Type> types(2 * axes, b.getI32Type());
  Block *block = createBlock(region, types);
  DenseMap<int64_t, MaskVariable> variables = maskVariables();
  for (unsigned a = 0; a < axes; ++a) {
    set(variables, predicate.queries[a], block->getArgument(a), 1);
    set(variables, predicate.keys[a], block->getArgument(axes + a),
        a + 1 == axes ? 3 : 2);
  }
  YieldOp::create(b, emitMask(b, predicate.truth, variables, tables));
}
