//===- IndexSpace.cpp - the axes along which tokens are walked ------------===//

#include "dialect/expr/IndexSpace.h"
#include "llvm/ADT/STLExtras.h"

using namespace attn;

IndexSpace::IndexSpace(llvm::ArrayRef<int64_t> layout,
                       llvm::ArrayRef<int64_t> dilation,
                       llvm::ArrayRef<int64_t> order)
    : layout(layout), dilation(dilation), order(order) {
  if (layout.empty()) {
    allAxes.push_back({open, 1});
    return;
  }
  llvm::SmallVector<int64_t> strides(layout.size());
  int64_t stride = 1;
  for (size_t a = layout.size(); a-- > 0; stride *= layout[a])
    strides[a] = stride;
  for (auto [a, d] : llvm::enumerate(dilation)) {
    if (d == 1)
      continue;
    Axis residue{d, strides[a]};
    residue.residueOf = residue.layoutAxis = a;
    allAxes.push_back(residue);
  }
  residues = allAxes.size();
  for (size_t n = 0; n < layout.size(); ++n) {
    int64_t a = order.empty() ? n : order[n], d = dilation[a];
    Axis position{open, strides[a] * d};
    if (layout[a] != open)
      position.extent = (layout[a] + d - 1) / d;
    position.layoutAxis = a;
    for (unsigned r = 0; r < residues; ++r)
      if (allAxes[r].residueOf == a)
        position.residue = r;
    allAxes.push_back(position);
  }
}

IndexSpace IndexSpace::ofDiagonals() {
  IndexSpace space({}, {});
  space.diagonals = true;
  return space;
}

std::optional<int64_t> IndexSpace::numTokens() const {
  if (!hasLayout() || layout[0] == open)
    return std::nullopt;
  int64_t tokens = 1;
  for (int64_t extent : layout)
    tokens *= extent;
  return tokens;
}

/// Tokens along the layout axis that `axis` belongs to.
static int64_t lengthAlong(const IndexSpace &space,
                           const IndexSpace::Axis &axis, int64_t tokens) {
  int64_t length = space.getLayout()[axis.layoutAxis];
  return length == IndexSpace::open ? tokens : length;
}

int64_t IndexSpace::extent(unsigned axis, int64_t tokens,
                           int64_t residue) const {
  const Axis &a = allAxes[axis];
  if (a.residue < 0)
    return a.extent == open ? tokens : a.extent;
  int64_t d = dilation[a.layoutAxis];
  return (lengthAlong(*this, a, tokens) - residue + d - 1) / d;
}

bool IndexSpace::isRagged(unsigned axis) const {
  const Axis &a = allAxes[axis];
  return a.residue >= 0 &&
         (a.extent == open || layout[a.layoutAxis] % dilation[a.layoutAxis]);
}

namespace {

/// One side, queries or keys, of a predicate.
struct Side {
  llvm::SmallVector<Expr> coordinates; ///< a variable for each position axis
  llvm::SmallVector<Expr> positions;   ///< the same in terms of the axes
  llvm::SmallVector<Expr, 4> axes;     ///< a variable for each axis
  Expr token;                          ///< in terms of the coordinates
};

} // namespace

/// `token` is the one of the mask's own variables.
static Side makeSide(const IndexSpace &space, Expr token,
                     llvm::StringRef name) {
  ExprContext &context = token.context();
  int64_t tokens = token->range.hi + 1; // at most
  Side side;
  side.token = context.constant(0);
  auto named = [&](std::string kind, int64_t n) {
    return name.str() + kind + std::to_string(n);
  };
  for (auto [n, axis] : llvm::enumerate(space.axes()))
    side.axes.push_back(
        context.variable(named("", n), 0, space.extent(n, tokens) - 1));
  for (unsigned n = space.numResidues(); n < space.size(); ++n) {
    const IndexSpace::Axis &axis = space.axes()[n];
    int64_t a = axis.layoutAxis, d = space.getDilation()[a];
    // Known to lie inside, where d * position + residue alone may not.
    Expr x = context.variable(named("x", a), 0,
                              lengthAlong(space, axis, tokens) - 1);
    side.coordinates.push_back(x);
    Expr position = side.axes[n];
    if (axis.residue >= 0)
      position = position * d + side.axes[axis.residue];
    side.positions.push_back(position);
    side.token = side.token + x * (axis.stride / d);
  }
  return side;
}

SpacePredicate::SpacePredicate(const IndexSpace &space, MaskVars &vars,
                               Expr predicate)
    : numResidues(space.numResidues()), isOfDiagonals(space.hasDiagonals()) {
  if (space.hasDiagonals()) {
    ExprContext &context = vars.context;
    Expr diagonal = context.variable("d", 0, 2 * MaskVars::lengthLimit - 2);
    Expr key = diagonal + vars.i - vars.numQueries + 1;
    llvm::SmallVector<Expr> values(context.numVariables());
    values[vars.j->value] = key;
    truth = context.all({context.substitute(predicate, values),
                         context.geZero(key), lessThan(key, vars.numKeys)});
    queries = {vars.i};
    keys = {diagonal};
    return;
  }
  if (!space.hasLayout()) {
    queries = {vars.i};
    keys = {vars.j};
    truth = predicate;
    return;
  }
  ExprContext &context = vars.context;
  Side query = makeSide(space, vars.i, "q"), key = makeSide(space, vars.j, "k");
  auto replace = [&](llvm::ArrayRef<Expr> from, llvm::ArrayRef<Expr> to) {
    llvm::SmallVector<Expr> values(context.numVariables());
    for (auto [var, value] : llvm::zip_equal(from, to))
      values[var->value] = value;
    predicate = context.substitute(predicate, values);
  };
  // First coordinates, which are in range, then axes, which may not be.
  replace({vars.i, vars.j}, {query.token, key.token});
  replace(query.coordinates, query.positions);
  replace(key.coordinates, key.positions);
  llvm::SmallVector<Expr> parts = {predicate};
  for (unsigned n = 0; n < space.size(); ++n)
    if (space.isRagged(n)) {
      const IndexSpace::Axis &axis = space.axes()[n];
      Expr length = axis.extent == IndexSpace::open
                        ? vars.numKeys
                        : context.constant(space.getLayout()[axis.layoutAxis]);
      parts.push_back(lessThan(key.positions[n - space.numResidues()], length));
    }
  queries = query.axes;
  keys = key.axes;
  truth = context.all(parts);
}

bool attn::dependsOnOneOfMany(Expr expr, Expr var) {
  return llvm::any_of(expr->operands,
                      [&](Expr operand) { return dependsOn(operand, var); });
}

static std::optional<KeyTerm> findKeyTerm(Expr expr, Expr var) {
  ExprContext &context = expr.context();
  if (expr->kind != ExprKind::Sum) {
    if (!dependsOn(expr, var))
      return std::nullopt;
    return KeyTerm{expr, 1, context.constant(0)};
  }
  std::optional<KeyTerm> result;
  for (auto [operand, coefficient] :
       llvm::zip_equal(expr->operands, expr->coefficients)) {
    if (!dependsOn(operand, var))
      continue;
    if (result)
      return std::nullopt;
    result = KeyTerm{operand, coefficient, expr - operand * coefficient};
  }
  return result;
}

std::optional<KeyTerm> ExprContext::keyTerm(Expr expr, Expr var) {
  auto [place, isNew] =
      keyTerms.insert({{expr.get(), var.get()}, std::nullopt});
  if (isNew)
    place->second = findKeyTerm(expr, var);
  return place->second;
}

std::optional<KeyTerm> attn::keyTerm(Expr expr, Expr var) {
  return expr.context().keyTerm(expr, var);
}

llvm::SmallVector<unsigned, 4> attn::axesByWeight(Expr sum,
                                                  llvm::ArrayRef<Expr> keys) {
  llvm::SmallVector<unsigned, 4> axes;
  for (unsigned axis = keys.size(); axis-- > 0;)
    if (dependsOn(sum, keys[axis]))
      axes.push_back(axis);
  auto weight = [&](unsigned axis) -> int64_t {
    std::optional<KeyTerm> term = keyTerm(sum, keys[axis]);
    return term && term->term == keys[axis] ? std::abs(term->coefficient) : 0;
  };
  if (axes.size() > 1)
    llvm::sort(axes, [&](unsigned a, unsigned b) {
      return std::pair(weight(a), a) > std::pair(weight(b), b);
    });
  return axes;
}
