//===- BoxSearch.cpp - a point of a truth, by boxes of points -------------===//

#include "dialect/expr/Evaluate.h"
#include "dialect/expr/IndexSpace.h"
#include "dialect/expr/PointSearch.h"
#include "llvm/ADT/DenseSet.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/MathExtras.h"

using namespace attn;

llvm::StringRef attn::runTimeTable(Expr expr) {
  for (Expr node : collectNodes(expr))
    if (node->kind == ExprKind::Load || node->kind == ExprKind::Search)
      if (const ExprTable &table = tableOf(*node.get()); !table.isKnown)
        return table.name;
  return "";
}

std::string attn::dependsOnTable(llvm::StringRef table) {
  return "it depends on the elements of the run-time table '" + table.str() +
         "'";
}

int64_t attn::cutOf(int64_t lo, int64_t hi) {
  assert(lo < hi && "expected two values or more");
  if (lo < 0 && hi >= 0)
    return 0;
  // The highest bit in which both differ is set in hi only.
  int64_t unit = int64_t(1) << llvm::Log2_64(uint64_t(lo) ^ uint64_t(hi));
  return hi & ~(unit - 1);
}

bool attn::holdsAt(Expr truth, llvm::ArrayRef<int64_t> point) {
  ConcreteDomain domain{point};
  return Evaluator<ConcreteDomain>(domain).truth(truth);
}

PointSearch attn::findPointByBoxes(Expr truth, int64_t budget) {
  using Ranges = llvm::SmallVector<Range>;
  ExprContext &context = truth.context();
  llvm::SmallVector<int64_t> decisive; // what the truth depends on
  Ranges all(context.numVariables(), Range::constant(0));
  for (Expr node : collectNodes(truth))
    if (node->kind == ExprKind::Var) {
      decisive.push_back(node->value);
      all[node->value] = node->range;
    }

  PointSearch result;
  llvm::SmallVector<Ranges> boxes = {all};
  while (!boxes.empty()) {
    if (budget-- == 0) {
      result.outcome = PointSearch::Outcome::Undecided;
      result.isSpent = true;
      result.reason = "too many boxes of pairs are neither full nor empty";
      return result;
    }
    Ranges box = boxes.pop_back_val();
    RangeDomain domain{box};
    Truth known = Evaluator<RangeDomain>(domain).truth(truth);
    if (known == Truth::False)
      continue;
    auto length = [&](int64_t var) { return box[var].hi - box[var].lo; };
    int64_t widest = -1;
    for (int64_t var : decisive)
      if (widest < 0 || length(var) > length(widest))
        widest = var;
    if (known == Truth::True || widest < 0 || length(widest) == 0) {
      result.point =
          Point(llvm::map_range(box, [](const Range &x) { return x.lo; }));
      if (holdsAt(truth, result.point)) {
        result.outcome = PointSearch::Outcome::Found;
        return result;
      }
      continue;
    }
    int64_t cut = cutOf(box[widest].lo, box[widest].hi);
    Ranges high = box;
    high[widest] = Range(cut, box[widest].hi);
    box[widest] = Range(box[widest].lo, cut - 1);
    boxes.push_back(high);
    boxes.push_back(box);
  }
  return result;
}
