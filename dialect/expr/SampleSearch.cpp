//===- SampleSearch.cpp - a point of a truth, by trying some --------------===//

#include "dialect/expr/PointSearch.h"
#include "llvm/Support/MathExtras.h"

#include <random>

using namespace attn;

/// Masks are often about how far apart things are: values lie at one place of
/// their ranges, and apart by some power of two.
PointSearch attn::findPointBySamples(Expr truth, int64_t count) {
  PointSearch result;
  result.outcome = PointSearch::Outcome::Undecided;
  result.reason = "it holds at none of " + std::to_string(count) + " points";
  if (llvm::StringRef table = runTimeTable(truth); !table.empty()) {
    result.reason = dependsOnTable(table);
    return result;
  }
  llvm::SmallVector<const ExprNode *> variables;
  unsigned bits = 1;
  for (Expr node : collectNodes(truth))
    if (node->kind == ExprKind::Var) {
      variables.push_back(node.get());
      uint64_t length = node->range.hi - node->range.lo;
      bits = std::max(bits, llvm::Log2_64(length + 1) + 1);
    }
  std::mt19937_64 random(1);
  Point point(truth.context().numVariables(), 0);
  for (int64_t n = 0; n < count; ++n) {
    uint64_t place = random() >> 32, apart = uint64_t(1) << (n % bits);
    for (const ExprNode *var : variables) {
      uint64_t length = var->range.hi - var->range.lo + 1;
      uint64_t back = random() % std::min(apart, length);
      uint64_t offset = (place * length >> 32) + length - back;
      point[var->value] = var->range.lo + int64_t(offset % length);
    }
    if (!holdsAt(truth, point))
      continue;
    result.outcome = PointSearch::Outcome::Found;
    result.point = point;
    return result;
  }
  return result;
}
