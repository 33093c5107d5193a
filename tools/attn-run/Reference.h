//===- Reference.h - what an attention op should compute --------*- C++ -*-===//
//
// The oracle of --verify: softmax attention in f64, one row at a time, written
// for reading. It takes the mask from the ops of the spec by formulas of its
// own, after the descriptions in dialect/MaskOps.td, and shares nothing with
// the compiler but the classes of the ops.
//
// A row is one query of one head. Masked pairs have no influence, whatever
// their arrays hold. A row whose scores are all -inf, because nothing is kept
// or because the arrays say so, has output 0 and LSE -inf. Apart from that NaN
// and infinities do as IEEE says in
//
//   m = max s[j]    p[j] = exp(s[j] - m)    l = sum p[j]
//   o = sum p[j] v[j] / l                   lse = m + log(l)
//
//===----------------------------------------------------------------------===//

#ifndef ATTN_TOOLS_ATTNRUN_REFERENCE_H
#define ATTN_TOOLS_ATTNRUN_REFERENCE_H

#include "tools/attn-run/Array.h"
#include "tools/attn-run/ReferenceMask.h"
#include "tools/attn-run/ReferenceScore.h"

#include "dialect/AttnOps.h"

#include "llvm/ADT/STLFunctionalExtras.h"

#include <functional>
#include <vector>

namespace attnrun {

class Reference {
public:
  /// The arrays must fit the op and each other. `tables` has those of the mask,
  /// `scoreTables` those of the modifications.
  static llvm::Expected<Reference>
  create(mlir::attn::AttentionOp op, const Array &q, const Array &k,
         const Array &v,
         llvm::DenseMap<mlir::Value, std::vector<int64_t>> tables =
             llvm::DenseMap<mlir::Value, std::vector<int64_t>>(),
         llvm::DenseMap<mlir::Value, const Array *> scoreTables =
             llvm::DenseMap<mlir::Value, const Array *>());

  struct Row {
    std::vector<double> o;
    double lse;
  };

  /// Rows are numbered row-major over batch, head and query.
  Row compute(int64_t row) const;
  int64_t numRows() const { return batch * queryHeads * numQueries; }
  int64_t numRowsOfHead() const { return numQueries; }

  /// Whether any value that this row's head reads, masked or not, is NaN or
  /// infinite in column `e`.
  bool hasSpecialValue(int64_t row, int64_t e) const;

  /// Where a row of O begins in its array.
  int64_t outputOffset(int64_t row) const;
  int64_t valueSize() const { return v->shape().back(); }

  /// About how many multiply-adds a row takes, its mask included.
  double costOf(int64_t row) const;

private:
  Reference() = default;
  int64_t offset(int64_t b, int64_t head, int64_t token, int64_t heads,
                 int64_t tokens, int64_t width) const;

  /// The mask and the modifications, in order.
  struct Rules {
    Keeps keeps;
    std::vector<Modify> modifications;
  };
  const Rules &rulesOf(int64_t b) const {
    return rules[rules.size() == 1 ? 0 : b];
  }

  const Array *q, *k, *v;
  /// For all of the batch, or where predicates ask for it, for each element.
  std::vector<Rules> rules;
  const Array *sinks = nullptr; ///< logits by head
  double scale;
  bool isBshd;
  int64_t batch, queryHeads, kvHeads, numQueries, numKeys;
};

/// How far arrays are from the reference.
struct Comparison {
  /// The largest error of any row checked. The error of a row of O is the
  /// largest difference by the largest magnitude in that row of the reference
  /// (by 1 if that is 0); the error of an LSE is the difference by its
  /// magnitude, or by 1 if that is more. Differences of an O that no more than
  /// subnormal numbers make, 2^-100 or in f16 2^-24, are none. Infinite where
  /// one is NaN or infinite and the other is not the same, with one exception:
  /// a kernel multiplies masked values by 0, which IEEE makes NaN if a value is
  /// not finite, so O may be NaN in a column where the values have such a one.
  double maxError = 0;
  int64_t rowsChecked = 0, rows = 0;
};

/// The rows to check: all of them if that costs no more than about `budget`
/// multiply-adds, otherwise as many as it allows, spread evenly over batch and
/// heads, with the first and last rows of the first and the last head and those
/// in their middle always among them.
std::vector<int64_t> chooseRows(const Reference &reference, double budget);

/// `lse` may be null. `progress` hears of rows done.
Comparison compare(const Reference &reference, const Array &o, const Array *lse,
                   double budget, llvm::function_ref<void(double)> progress);

/// The largest error that is explained by rounding, for arrays like unit normal
/// numbers; larger scores lose more, as a score s in f32 is off by about
/// 2^-24 |s| and its exponential by the same share.
///  - f32: 2e-6, about 32 roundings of 2^-24.
///  - bf16 and f16: inputs are exact, O is rounded once (2^-8 and 2^-11 of its
///    magnitude at most), and P may be rounded before it is multiplied with V,
///    which moves a row by less than that where many keys share it. Four such
///    roundings cover both: 1.6e-2 and 2e-3.
double errorBound(attn_type type);

} // namespace attnrun

#endif // ATTN_TOOLS_ATTNRUN_REFERENCE_H
