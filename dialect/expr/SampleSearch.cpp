//===- SampleSearch.cpp - truths at points that are tried -----------------===//

#include "dialect/expr/Evaluate.h"
#include "dialect/expr/PointSearch.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/Support/MathExtras.h"

#include <random>

using namespace attn;

/// The variables that some truths depend on.
static llvm::SmallVector<const ExprNode *>
variablesOf(llvm::ArrayRef<Expr> truths) {
  llvm::SmallVector<const ExprNode *> variables;
  for (Expr node : collectNodes(truths))
    if (node->kind == ExprKind::Var)
      variables.push_back(node.get());
  return variables;
}

PointSearch attn::findPointOneByOne(Expr truth, int64_t most) {
  PointSearch result;
  result.outcome = PointSearch::Outcome::Undecided;
  result.reason = "there are too many points";
  auto variables = variablesOf(truth);
  Point point(truth.context().numVariables(), 0);
  for (const ExprNode *var : variables) {
    if (var->range.hi - var->range.lo >= most)
      return result;
    most /= var->range.hi - var->range.lo + 1;
    point[var->value] = var->range.lo;
  }
  ExprProgram program(truth);
  for (;;) {
    int64_t holds;
    program.run(point, holds);
    if (holds) {
      result.outcome = PointSearch::Outcome::Found;
      result.point = std::move(point);
      return result;
    }
    // The next one: the first variable that is not at its end goes on.
    auto *next = llvm::find_if(variables, [&](const ExprNode *var) {
      return point[var->value] < var->range.hi;
    });
    for (auto *var = variables.begin(); var != next; ++var)
      point[(*var)->value] = (*var)->range.lo;
    if (next == variables.end())
      break;
    ++point[(*next)->value];
  }
  result.outcome = PointSearch::Outcome::None;
  return result;
}

static bool areDifferent(llvm::ArrayRef<std::string> texts) {
  llvm::StringSet<> seen;
  return llvm::all_of(
      texts, [&](const std::string &text) { return seen.insert(text).second; });
}

/// Masks are often about how far apart things are: values lie at one place of
/// their ranges, and apart by some power of two.
std::vector<std::string> attn::answersAtSamples(llvm::ArrayRef<Expr> truths,
                                                int64_t count) {
  std::vector<std::string> answers(truths.size());
  if (truths.size() < 2)
    return answers;
  ExprContext &context = truths.front().context();
  auto variables = variablesOf(truths);
  unsigned bits = 1;
  for (const ExprNode *var : variables) {
    uint64_t length = var->range.hi - var->range.lo;
    bits = std::max(bits, llvm::Log2_64(length + 1) + 1);
  }
  ExprProgram program(truths);
  llvm::SmallVector<int64_t> holds(truths.size());
  std::mt19937_64 random(1);
  Point point(context.numVariables(), 0);
  for (int64_t n = 0; n < count; ++n) {
    uint64_t place = random() >> 32, apart = uint64_t(1) << (n % bits);
    for (const ExprNode *var : variables) {
      uint64_t length = var->range.hi - var->range.lo + 1;
      uint64_t back = random() % std::min(apart, length);
      uint64_t offset = (place * length >> 32) + length - back;
      point[var->value] = var->range.lo + int64_t(offset % length);
    }
    program.run(point, holds);
    for (auto [answer, isTrue] : llvm::zip_equal(answers, holds))
      answer += isTrue ? '1' : '0';
    if (!llvm::all_equal(holds) && areDifferent(answers))
      break;
  }
  return answers;
}
