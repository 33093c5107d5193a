//===- PredicateOps.cpp - masks that users write --------------------------===//

#include "dialect/PairRegion.h"
#include "dialect/expr/Linear.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Index/IR/IndexOps.h"
#include "llvm/ADT/SetVector.h"
#include "llvm/Support/MathExtras.h"

#include <numeric>

using namespace mlir;
using namespace mlir::attn;
using ::attn::Expr;
using ::attn::ExprKind;
using ::attn::MaskVars;

//===----------------------------------------------------------------------===//
// Syntax
//===----------------------------------------------------------------------===//

ParseResult PredicateOp::parse(OpAsmParser &parser, OperationState &result) {
  Type index = parser.getBuilder().getIndexType();
  result.addTypes(MaskType::get(parser.getContext()));
  return parsePairRegion(parser, result, "(batch, head, query, key)",
                         {index, index, index, index});
}

void PredicateOp::print(OpAsmPrinter &p) { printPairRegion(p, *this); }

//===----------------------------------------------------------------------===//
// Reading
//===----------------------------------------------------------------------===//

static PairRegionReader makeReader(PredicateOp op, MaskVars &vars,
                                   bool report) {
  return PairRegionReader(op.getTables(), vars,
                          {vars.b, vars.h, vars.i, vars.j}, report);
}

/// What is yielded.
static Value resultOf(PredicateOp op) {
  return op.getKeep().front().getTerminator()->getOperand(0);
}

Expr PredicateOp::buildPredicate(MaskVars &vars, ArrayRef<Expr>) {
  return makeReader(*this, vars, /*report=*/false).read(resultOf(*this));
}

/// The divisor of a remainder of tokens: tokens that are a multiple of it apart
/// all have the same. 1 for other expressions.
static int64_t remainderOfTokens(const MaskVars &vars, Expr expr) {
  if (expr->kind != ExprKind::Mod || !expr->operands[1].isConstant())
    return 1;
  ::attn::Linear sum(expr->operands[0]);
  bool hasKey = false;
  for (const ::attn::Linear::Term &term : sum.terms) {
    bool isToken = term.atom == vars.i || term.atom == vars.j;
    if (!isToken &&
        (dependsOn(term.atom, vars.i) || dependsOn(term.atom, vars.j)))
      return 1;
    hasKey |= term.atom == vars.j;
  }
  return hasKey && sum.exact ? expr->operands[1]->value : 1;
}

/// Calls `function` with every node of the predicate of an op, operands first.
static void
forNodes(PredicateOp op,
         llvm::function_ref<void(const MaskVars &vars, Expr)> function) {
  ::attn::ExprContext context;
  MaskVars vars(context);
  llvm::SetVector<const ::attn::ExprNode *> nodes;
  if (Expr keep = op.buildPredicate(vars, {}))
    nodes.insert(keep.get());
  for (size_t n = 0; n < nodes.size(); ++n)
    for (Expr operand : nodes[n]->operands)
      nodes.insert(operand.get());
  SmallVector<const ::attn::ExprNode *> sorted = nodes.takeVector();
  llvm::sort(sorted, [](auto *a, auto *b) { return a->number < b->number; });
  for (const ::attn::ExprNode *node : sorted)
    function(vars, Expr(node));
}

int64_t PredicateOp::getTokenDistance() {
  constexpr int64_t farthest = 1024;
  int64_t distance = 1, far = 1;
  forNodes(*this, [&](const MaskVars &vars, Expr expr) {
    int64_t divisor = remainderOfTokens(vars, expr);
    if (int64_t both = std::lcm(distance, divisor); both <= farthest)
      distance = both;
    else
      far = divisor;
  });
  return distance == 1 ? far : distance;
}

SmallVector<int64_t> PredicateOp::getRowLengths() {
  // Of the number of a token, or of its row, place in one, or a difference of
  // such: the tokens that share a number. 0 of other expressions.
  llvm::DenseMap<const ::attn::ExprNode *, int64_t> sharing;
  llvm::SmallSetVector<int64_t, 4> rows, places;
  forNodes(*this, [&](const MaskVars &vars, Expr expr) {
    auto of = [&](Expr part) { return sharing.lookup(part.get()); };
    int64_t &tokens = sharing[expr.get()], length;
    if (expr == vars.i || expr == vars.j) {
      tokens = 1;
    } else if (expr->kind == ExprKind::Sum && !expr.isConstant()) {
      if (llvm::all_equal(llvm::map_range(expr->operands, of)))
        tokens = of(expr->operands[0]);
    } else if (expr->kind == ExprKind::FloorDiv ||
               expr->kind == ExprKind::Mod) {
      Expr divided = expr->operands[0], divisor = expr->operands[1];
      if (!of(divided) || !divisor.isConstant() ||
          llvm::MulOverflow(of(divided), divisor->value, length))
        return;
      bool isRow = expr->kind == ExprKind::FloorDiv;
      tokens = isRow ? length : of(divided);
      (isRow ? rows : places).insert(length);
    }
  });
  // What is told of rows may be the same of several.
  SmallVector<int64_t> lengths;
  llvm::copy_if(places, std::back_inserter(lengths), [&](int64_t length) {
    return llvm::any_of(rows, [&](int64_t row) { return row % length == 0; });
  });
  llvm::sort(lengths);
  for (auto [shorter, longer] : llvm::zip(lengths, llvm::drop_begin(lengths)))
    if (longer % shorter)
      return {};
  return lengths;
}

LogicalResult PredicateOp::verifyFor(MaskVars &vars) {
  PairRegionReader reader = makeReader(*this, vars, /*report=*/true);
  for (Operation &inner : getKeep().front().without_terminator())
    if (reader.read(inner.getResult(0)) == Expr())
      return failure();
  return success(reader.read(resultOf(*this)) != Expr());
}

SmallVector<MaskTable> PredicateOp::getTables() {
  SmallVector<MaskTable> tables;
  Block &body = getKeep().front();
  for (auto lookup : body.getOps<LookupOp>()) {
    StringRef size = lookup.getAt()[0] == body.getArgument(2)   ? "queries"
                     : lookup.getAt()[0] == body.getArgument(3) ? "keys"
                                                                : "";
    bool isKnown = llvm::any_of(tables, [&](const MaskTable &table) {
      return table.values == lookup.getTable() && table.size == size;
    });
    if (!isKnown)
      tables.push_back({lookup.getTable(), "table", size, "",
                        /*isOffsets=*/false, MaskTable::Assumed::Zero,
                        /*isNumbers=*/true});
  }
  for (Value number : capturedNumbers(*this))
    tables.push_back({number, "number", "", "", /*isOffsets=*/false,
                      MaskTable::Assumed::Zero, /*isNumbers=*/true});
  return tables;
}

//===----------------------------------------------------------------------===//
// Verifier
//===----------------------------------------------------------------------===//

LogicalResult PredicateOp::verifyRegions() {
  Block &body = getKeep().front();
  for (Operation &inner : body.without_terminator()) { // predicate_c1
    bool isAllowed = isa<LookupOp, arith::ConstantOp, index::ConstantOp,
                         index::BoolConstantOp>(inner) ||
                     isIntegerOp(inner);
    if (!isAllowed)
      return inner.emitOpError("is not allowed in a predicate, expected "
                               "integer ops of arith and index, math.absi and "
                               "attn.lookup");
    for (Type type : inner.getResultTypes())
      if (!type.isSignlessInteger() && !type.isIndex())
        return inner.emitOpError("is not allowed in a predicate, expected "
                                 "integers, got ")
               << type;
    if (failed(verifyIntegers(inner)))
      return failure();
  }
  Operation *yield = body.getTerminator(); // predicate_c2
  if (yield->getNumOperands() != 1 ||
      !yield->getOperand(0).getType().isInteger(1))
    return emitOpError("expected the region to yield one i1");
  Builder b(getContext());
  return verifyCaptures(*this,
                        {b.getIndexType(), b.getI32Type()}); // predicate_c3
}

Type LookupOp::getResultType(Type table) {
  Type element = cast<ShapedType>(table).getElementType();
  return element.isF32() ? element : IndexType::get(table.getContext());
}

LogicalResult LookupOp::verify() {
  auto table = cast<ShapedType>(getTable().getType());
  if (static_cast<int64_t>(getAt().size()) != table.getRank()) // lookup_c1
    return emitOpError() << "expected " << table.getRank()
                         << " indices for a table of that rank, got "
                         << getAt().size();
  bool isReal = table.getElementType().isF32();
  if (isReal != isa<ScoreModOp>((*this)->getParentOp())) // lookup_c2
    return emitOpError() << "expected a table of "
                         << (isReal ? "i32 in a predicate"
                                    : "f32 in a "
                                      "modification")
                         << ", got " << table.getElementType();
  return success();
}
