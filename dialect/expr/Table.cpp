//===- Table.cpp - tables and bits in expressions -------------------------===//

#include "dialect/expr/Linear.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/MathExtras.h"
#include <algorithm>

using namespace attn;

//===----------------------------------------------------------------------===//
// Tables
//===----------------------------------------------------------------------===//

int64_t ExprTable::search(int64_t x) const {
  return llvm::upper_bound(values, x) - values.begin() - 1;
}

Range ExprTable::range(int64_t lo, int64_t hi) const {
  int64_t last = int64_t(values.size()) - 1;
  bool leaves = lo < 0 || hi > last;
  lo = std::max<int64_t>(lo, 0);
  hi = std::min(hi, last);
  if (lo > hi)
    return Range::constant(0);
  Range result(values[lo], values[hi]);
  if (!isSorted) {
    auto [least, greatest] =
        std::minmax_element(values.begin() + lo, values.begin() + hi + 1);
    result = Range(*least, *greatest);
  }
  return leaves ? Range::join(result, Range::constant(0)) : result;
}

int64_t ExprContext::addTable(ExprTable table) {
  for (auto [number, known] : llvm::enumerate(tables))
    if (known.source == table.source)
      return number;
  tables.push_back(std::move(table));
  return tables.size() - 1;
}

Expr ExprContext::load(int64_t table, Expr index) {
  const ExprTable &from = tables[table];
  if (from.isKnown && index.isConstant())
    return constant(from.at(index->value));
  ExprNode node = makeNode(ExprKind::Load, index, table);
  node.range = from.isKnown ? from.range(index->range.lo, index->range.hi)
                            : Range::join(from.elements, Range::constant(0));
  return unique(std::move(node));
}

Expr ExprContext::search(int64_t table, Expr x) {
  const ExprTable &in = tables[table];
  if (in.isKnown && x.isConstant())
    return constant(in.search(x->value));
  ExprNode node = makeNode(ExprKind::Search, x, table);
  node.range = in.isKnown
                   ? Range(in.search(x->range.lo), in.search(x->range.hi))
                   : Range(-1, Range::maximum);
  return unique(std::move(node));
}

//===----------------------------------------------------------------------===//
// Bits
//===----------------------------------------------------------------------===//

static bool isEarlier(Expr a, Expr b) { return a->number < b->number; }

Expr ExprContext::bitAnd(Expr a, Expr b) {
  if (a == b)
    return a;
  if (!b.isConstant())
    std::swap(a, b);
  if (b.isConstant()) {
    // The low bits of a number of either sign.
    int64_t mask = b->value;
    if (mask >= 0 && mask < Range::maximum && llvm::isPowerOf2_64(mask + 1))
      return mask == 0 ? constant(0) : attn::mod(a, mask + 1);
  }
  Expr operands[] = {a, b};
  llvm::sort(operands, isEarlier);
  return unique(makeNode(ExprKind::BitAnd, operands));
}

Expr ExprContext::bitOr(Expr a, Expr b) {
  if (a == b || b.isConstant(0))
    return a;
  if (a.isConstant(0))
    return b;
  Expr operands[] = {a, b};
  llvm::sort(operands, isEarlier);
  return unique(makeNode(ExprKind::BitOr, operands));
}

Expr ExprContext::bitXor(Expr a, Expr b) {
  if (a == b)
    return constant(0);
  if (b.isConstant(0))
    return a;
  if (a.isConstant(0))
    return b;
  Expr operands[] = {a, b};
  llvm::sort(operands, isEarlier);
  return unique(makeNode(ExprKind::BitXor, operands));
}
