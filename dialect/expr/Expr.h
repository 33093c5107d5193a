//===- Expr.h - symbolic integer and truth expressions --------*- C++ -*-===//
//
// A mask states its predicate once, as an expression over the batch b, the
// query head h, the query i, the key j and the lengths. Everything the compiler
// knows about a mask is a reading of that expression: one evaluator walks it,
// and only the domain of the values differs (see Evaluate.h).
//
// Expressions are immutable, uniqued in an ExprContext and kept in a normal
// form, so that pointer equality is structural equality:
//   - an integer is a sum: constant + sum of coefficient * atom, where an atom
//     is a variable or an operation that no sum can express;
//   - a truth is in negation normal form over two atoms, `sum >= 0` and
//     `sum == 0`; there is no negation node.
// The constructors fold with the ranges of the variables, which turns, for
// instance, floordiv(80 * y + x, 80) into y when x lies in [0, 80).
//
//===----------------------------------------------------------------------===//

#ifndef ATTN_DIALECT_EXPR_EXPR_H
#define ATTN_DIALECT_EXPR_EXPR_H

#include "dialect/expr/Range.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/raw_ostream.h"
#include <deque>
#include <optional>
#include <string>
#include <vector>

namespace attn {

enum class ExprKind : uint8_t {
  // Integers.
  Sum,      ///< value + sum of coefficient * operand; a constant has no operand
  Var,      ///< a variable, `value` is its number in the context
  Mul,      ///< product of two operands that are not constant
  FloorDiv, ///< operand divided by an operand > 0, rounded towards -infinity
  Mod,      ///< operand - floordiv(operand, m) * m, in [0, m)
  Min,
  Max,
  Select, ///< operands: truth, integer if true, integer if false
  BitAnd,
  BitOr,
  BitXor,
  Load,   ///< element `operand` of table `value`; 0 outside of the table
  Search, ///< of sorted table `value`: how many elements are <= operand, less 1
  // Truths.
  Bool,          ///< `value` is 0 or 1
  GeZero,        ///< operand >= 0
  EqZero,        ///< operand == 0
  PowerOfTwo,    ///< operand is 1, 2, 4, ...
  NotPowerOfTwo, ///< operand is not
  All,           ///< conjunction
  Any,           ///< disjunction
};

class ExprContext;
struct ExprNode;

/// A handle to a node of an ExprContext, copied freely. Null by default.
class Expr {
public:
  Expr() = default;
  explicit Expr(const ExprNode *node) : node(node) {}

  explicit operator bool() const { return node; }
  bool operator==(Expr other) const { return node == other.node; }
  bool operator!=(Expr other) const { return node != other.node; }
  const ExprNode *operator->() const { return node; }
  const ExprNode *get() const { return node; }

  ExprContext &context() const;
  bool isTruth() const;
  bool isConstant() const;
  bool isConstant(int64_t value) const;
  bool isTrue() const;
  bool isFalse() const;

  void print(llvm::raw_ostream &os) const;
  std::string str() const;

private:
  const ExprNode *node = nullptr;
};

/// Integers that an expression looks up. Those of a mask's attribute are known;
/// those of a run-time operand are known where a launch is analysed, and stand
/// in for the real ones while a plan is chosen.
struct ExprTable {
  std::string name;
  const void *source = nullptr; ///< the attribute or SSA value: its identity
  bool isKnown = true;          ///< false: a run-time operand
  bool isSorted = false;        ///< elements never decrease
  Range elements;               ///< of every element, at any time
  std::vector<int64_t> values;
  /// Of a table of runs, 0 for others: it has rows of so many columns. An
  /// element is positive where something is kept; its magnitude is the first
  /// column after it, or the number of columns, where that changes.
  int64_t columns = 0;

  int64_t at(int64_t index) const {
    bool isInside = index >= 0 && index < int64_t(values.size());
    return isInside ? values[index] : 0;
  }
  /// How many elements are at most x, less one.
  int64_t search(int64_t x) const;
  /// What the elements [lo, hi] are, and the zero outside of the table.
  Range range(int64_t lo, int64_t hi) const;
};

/// A node. Only ExprContext makes them.
struct ExprNode {
  ExprKind kind;
  int64_t value = 0;
  llvm::SmallVector<Expr, 2> operands;
  llvm::SmallVector<int64_t, 2> coefficients; ///< of a Sum, one per operand
  ExprContext *context = nullptr;
  unsigned number = 0; ///< order of creation: operands come before users
  /// A bit for each variable it depends on, that of variable v and v + 64.
  uint64_t variables = 0;
  const ExprNode *next = nullptr; ///< another one with the same hash, if any
  Range range; ///< of an integer: what is known for all variables
};

/// coefficient * term + rest, where only the term depends on the variable; it
/// is the variable or an operation.
struct KeyTerm {
  Expr term;
  int64_t coefficient;
  Expr rest;
};

/// Owns and normalises expressions. Not thread-safe.
class ExprContext {
public:
  /// A new variable with values in [lo, hi].
  Expr variable(llvm::StringRef name, int64_t lo = 0,
                int64_t hi = Range::maximum);
  llvm::StringRef variableName(int64_t number) const;
  unsigned numVariables() const { return names.size(); }

  Expr constant(int64_t value);
  Expr sum(int64_t constant, llvm::ArrayRef<Expr> operands,
           llvm::ArrayRef<int64_t> coefficients);
  Expr mul(Expr a, Expr b);
  Expr floorDiv(Expr a, Expr b); ///< b must be positive
  Expr mod(Expr a, Expr b);      ///< b must be positive
  Expr min(Expr a, Expr b);
  Expr max(Expr a, Expr b);
  Expr abs(Expr a);
  Expr select(Expr condition, Expr a, Expr b);
  Expr bitAnd(Expr a, Expr b);
  Expr bitOr(Expr a, Expr b);
  Expr bitXor(Expr a, Expr b);

  /// The number of a table; the same for the same source.
  int64_t addTable(ExprTable table);
  const ExprTable &table(int64_t number) const { return tables[number]; }
  int64_t numTables() const { return tables.size(); }
  Expr load(int64_t table, Expr index);
  Expr search(int64_t table, Expr x);

  Expr truth(bool value);
  Expr geZero(Expr a);
  Expr eqZero(Expr a);
  Expr powerOfTwo(Expr a);
  Expr notPowerOfTwo(Expr a);
  Expr all(llvm::ArrayRef<Expr> operands);
  Expr any(llvm::ArrayRef<Expr> operands);
  Expr negate(Expr a);
  /// The conjunction, without alternatives of each that the other one decides:
  /// that takes longer than `all`.
  Expr within(Expr truth, Expr other);
  Expr exclusiveOr(Expr a, Expr b);

  /// The expression with variables replaced; variables that are not in the map
  /// stay. `values` is indexed by variable number, null means unchanged.
  Expr substitute(Expr expr, llvm::ArrayRef<Expr> values);

  /// See the function of that name.
  std::optional<KeyTerm> keyTerm(Expr expr, Expr var);

private:
  Expr unique(ExprNode node);
  Expr junction(ExprKind kind, llvm::ArrayRef<Expr> operands);

  std::deque<ExprNode> nodes;
  llvm::DenseMap<size_t, const ExprNode *> known; ///< the first of a hash
  llvm::DenseMap<std::pair<const ExprNode *, const ExprNode *>,
                 std::optional<KeyTerm>>
      keyTerms;
  std::deque<ExprTable> tables;
  llvm::SmallVector<std::string> names;
};

inline ExprContext &Expr::context() const { return *node->context; }

Expr operator+(Expr a, Expr b);
Expr operator-(Expr a, Expr b);
Expr operator*(Expr a, Expr b);
Expr operator-(Expr a);
Expr operator+(Expr a, int64_t b);
Expr operator-(Expr a, int64_t b);
Expr operator*(Expr a, int64_t b);
Expr floorDiv(Expr a, int64_t b);
Expr mod(Expr a, int64_t b);
Expr min(Expr a, Expr b);
Expr max(Expr a, Expr b);
Expr lessEqual(Expr a, Expr b);
Expr lessThan(Expr a, Expr b);
Expr equal(Expr a, Expr b);
Expr operator&&(Expr a, Expr b);
Expr operator||(Expr a, Expr b);
Expr operator!(Expr a); ///< the negation, not a test for null

inline llvm::raw_ostream &operator<<(llvm::raw_ostream &os, Expr expr) {
  expr.print(os);
  return os;
}

/// The operations that these are made of, operands before users, each once.
llvm::SmallVector<Expr> collectNodes(llvm::ArrayRef<Expr> exprs);

/// The variables of a predicate. h is the query head; lengths are those of the
/// attention op that the mask is used by.
struct MaskVars {
  /// Lengths are below this: i32 holds the sum of any two coordinates.
  static constexpr int64_t lengthLimit = int64_t(1) << 30;

  ExprContext &context;
  Expr b, h, i, j, numQueries, numKeys, numHeads, numKvHeads;

  /// Variables with the ranges that the lengths give. A length below zero is
  /// unknown until run time; a known one becomes a constant.
  MaskVars(ExprContext &context, int64_t numQueries = -1, int64_t numKeys = -1,
           int64_t numHeads = -1, int64_t numKvHeads = -1, int64_t batch = -1);

  /// The elements of run-time tables by their source, where they are known.
  using TableContents = llvm::DenseMap<const void *, std::vector<int64_t>>;
  const TableContents *contents = nullptr;
  /// Whether a table that is a constant is part of the expressions, as claims
  /// have it. Kernels take it as an operand like others.
  bool foldsConstants = false;

  /// The kv head of the query head.
  Expr kvHead();
  /// Which of `count` equal groups of heads that follow each other h is in.
  Expr headGroup(int64_t count);
};

} // namespace attn

#endif // ATTN_DIALECT_EXPR_EXPR_H
