//===- MaskPredicates.cpp - the predicate of each mask op -----------------===//
//
// The definitions of MaskOps.td as expressions, and nothing else.
//
//===----------------------------------------------------------------------===//

#include "dialect/AttnOps.h"

using namespace mlir;
using namespace mlir::attn;
using ::attn::Expr;
using ::attn::MaskVars;

Expr FullOp::buildPredicate(MaskVars &vars, ArrayRef<Expr>) {
  return vars.context.truth(true);
}

Expr EmptyOp::buildPredicate(MaskVars &vars, ArrayRef<Expr>) {
  return vars.context.truth(false);
}

Expr CausalOp::buildPredicate(MaskVars &vars, ArrayRef<Expr>) {
  if (getBottomRight())
    return lessEqual(vars.j, vars.i + vars.numKeys - vars.numQueries);
  return lessEqual(vars.j, vars.i);
}

/// No token or distance reaches the limit of lengths.
static int64_t clampToLimit(IntegerAttr bound) {
  return std::min(bound.getInt(), MaskVars::lengthLimit);
}

Expr WindowOp::buildPredicate(MaskVars &vars, ArrayRef<Expr>) {
  Expr keep = vars.context.truth(true);
  if (getLeftAttr())
    keep = keep && lessEqual(vars.i - clampToLimit(getLeftAttr()), vars.j);
  if (getRightAttr())
    keep = keep && lessEqual(vars.j, vars.i + clampToLimit(getRightAttr()));
  return keep;
}

Expr SinksOp::buildPredicate(MaskVars &vars, ArrayRef<Expr>) {
  return lessThan(vars.j, vars.context.constant(clampToLimit(getCountAttr())));
}

Expr GlobalOp::buildPredicate(MaskVars &vars, ArrayRef<Expr>) {
  // One comparison for each run of neighbouring tokens.
  SmallVector<int64_t> tokens(getTokens());
  llvm::sort(tokens);
  SmallVector<Expr> inRun;
  for (size_t first = 0, last; first < tokens.size(); first = last + 1) {
    last = first;
    while (last + 1 < tokens.size() && tokens[last + 1] <= tokens[last] + 1)
      ++last;
    Expr lo = vars.context.constant(tokens[first]);
    Expr hi = vars.context.constant(tokens[last]);
    for (Expr x : {vars.i, vars.j})
      inRun.push_back(lessEqual(lo, x) && lessEqual(x, hi));
  }
  return vars.context.any(inRun);
}

Expr AndOp::buildPredicate(MaskVars &vars, ArrayRef<Expr> operands) {
  return vars.context.all(operands);
}

Expr OrOp::buildPredicate(MaskVars &vars, ArrayRef<Expr> operands) {
  return vars.context.any(operands);
}

Expr NotOp::buildPredicate(MaskVars &, ArrayRef<Expr> operands) {
  return !operands[0];
}

Expr PartOp::buildPredicate(MaskVars &, ArrayRef<Expr> operands) {
  return partOf(operands[0], operands[1], getRest());
}

//===----------------------------------------------------------------------===//
// Neighborhood
//===----------------------------------------------------------------------===//

/// The coordinate of token x along each axis of a row-major layout.
static SmallVector<Expr> delinearize(Expr x, ArrayRef<int64_t> layout) {
  SmallVector<Expr> coordinates(layout.size());
  int64_t below = 1;
  for (size_t axis = layout.size(); axis-- > 0; below *= layout[axis]) {
    Expr coordinate = below == 1 ? x : floorDiv(x, below);
    coordinates[axis] = axis == 0 ? coordinate : mod(coordinate, layout[axis]);
  }
  return coordinates;
}

/// The keys of a causal axis: from the window's start up to the query.
static Expr causalWindow(Expr i, Expr j, Expr length,
                         const NeighborhoodOp::Axis &axis) {
  if (axis.isCovered())
    return lessEqual(j, i);
  Expr leader = i;
  if (axis.stride > 1)
    leader = min(floorDiv(i, axis.stride) * axis.stride + (axis.stride - 1),
                 length - 1);
  // j >= 0 stands for the clamp of the start.
  return lessEqual(leader - (axis.window - 1), j) && lessEqual(j, i);
}

/// The keys of an axis that looks both ways.
static Expr centredWindow(Expr i, Expr j, Expr length,
                          const NeighborhoodOp::Axis &axis, Boundary boundary) {
  ::attn::ExprContext &context = i.context();
  if (axis.isCovered() && boundary != Boundary::Clip)
    return context.truth(true);
  Expr window = axis.isCovered() ? length : context.constant(axis.window);
  Expr leader = i;
  if (axis.stride > 1)
    leader = min(floorDiv(i, axis.stride) * axis.stride + axis.stride / 2,
                 length - 1);
  Expr start = leader - floorDiv(window, 2);
  auto within = [&](Expr key) {
    return lessEqual(start, key) && lessThan(key, start + window);
  };
  switch (boundary) {
  case Boundary::Shift:
    start = max(min(start, length - window), context.constant(0));
    return within(j);
  case Boundary::Clip:
    return within(j);
  case Boundary::Wrap:
    // The window is shorter than the axis and its leader lies inside, so it
    // sticks out by less than one length, on one side.
    return within(j - length) || within(j) || within(j + length);
  }
  llvm_unreachable("no such boundary");
}

static Expr attendsOnAxis(Expr query, Expr key,
                          const NeighborhoodOp::Axis &axis, Boundary boundary) {
  ::attn::ExprContext &context = query.context();
  Expr i = query, j = key, length = context.constant(axis.extent);
  Expr sameGroup = context.truth(true);
  if (axis.dilation > 1) {
    Expr group = mod(query, axis.dilation);
    sameGroup = equal(group, mod(key, axis.dilation));
    i = floorDiv(query, axis.dilation);
    j = floorDiv(key, axis.dilation);
    length = axis.extent % axis.dilation == 0
                 ? context.constant(axis.shortestGroup())
                 : floorDiv(context.constant(axis.extent + axis.dilation - 1) -
                                group,
                            axis.dilation);
  }
  return sameGroup &&
         (axis.causal ? causalWindow(i, j, length, axis)
                      : centredWindow(i, j, length, axis, boundary));
}

Expr NeighborhoodOp::buildPredicate(MaskVars &vars, ArrayRef<Expr>) {
  SmallVector<Expr> queries = delinearize(vars.i, getLayout());
  SmallVector<Expr> keys = delinearize(vars.j, getLayout());
  SmallVector<Expr> axes;
  for (unsigned a = 0; a < getRank(); ++a)
    axes.push_back(
        attendsOnAxis(queries[a], keys[a], getAxis(a), getBoundaryMode()));
  return vars.context.all(axes);
}
