//===- TableRuns.h - runs of keys that a table lists ------------*- C++ -*-===//
//
// A map of blocks keeps runs of columns in each of its rows. A table of runs
// (ExprTable::columns) says where each of them ends, so that BoxSolver goes
// from one to the next instead of searching for them.
//
//===----------------------------------------------------------------------===//

#ifndef ATTN_DIALECT_EXPR_TABLERUNS_H
#define ATTN_DIALECT_EXPR_TABLERUNS_H

#include "dialect/expr/Linear.h"
#include "dialect/expr/Segment.h"

namespace attn {

/// An element of a sorted table; far below or above it outside.
template <typename Domain>
typename Domain::Num sortedElement(Domain &domain, int64_t table,
                                   typename Domain::Num index) {
  using Num = typename Domain::Num;
  constexpr int64_t farAway = int64_t(1) << 40;
  Num zero = domain.constant(0);
  Num last = domain.add(domain.size(table), domain.constant(-1));
  auto isBefore = domain.less(index, zero), isAfter = domain.less(last, index);
  Num inside = domain.load(table, domain.max(domain.min(index, last), zero));
  return domain.select(
      isBefore, domain.constant(-farAway),
      domain.select(isAfter, domain.constant(farAway), inside));
}

/// What `truth` asks a table of runs for: the elements [rows + column], with
/// the columns of the keys of one axis and the rows of all queries in their
/// ranges.
template <typename Domain> class TableRuns {
public:
  using Num = typename Domain::Num;

  /// Nothing if the truth asks for something else. Of one column any sum would
  /// be a row.
  static std::optional<TableRuns> of(Domain &domain, Expr truth, Expr key) {
    if (truth->kind != ExprKind::GeZero && truth->kind != ExprKind::EqZero)
      return std::nullopt;
    std::optional<KeyTerm> kept = keyTerm(truth->operands[0], key);
    if (!kept || kept->term->kind != ExprKind::Load || kept->coefficient != 1 ||
        !kept->rest.isConstant(-1))
      return std::nullopt;
    Expr load = kept->term;
    // Where nothing else is kept, >= 1 is == 1.
    if (truth->kind == ExprKind::EqZero && load->range.hi > 1)
      return std::nullopt;
    int64_t columns = truth.context().table(load->value).columns;
    std::optional<KeyTerm> at = keyTerm(load->operands[0], key);
    if (columns < 2 || !at || at->coefficient != 1 ||
        !isColumn(at->term, key) || !areRows(at->rest, columns))
      return std::nullopt;
    return TableRuns(domain, load->value, columns, at->term, at->rest);
  }

  /// The first keys in [from, to) that some row keeps: those of the rows that
  /// keep the first of them, to the end of the longest run. Empty if none does.
  Interval<Num> some(Expr key, Num from, Num to) {
    Num first = domain.valueAt(column, key, from);
    Num none = domain.constant(columns);
    Carried<Num> run =
        forRows({none, none}, [&](Num row, llvm::ArrayRef<Num> before) {
          Num begin = beginOfRun(row, first), end = endOfRun(row, begin);
          // There is none, as in rows beyond the table.
          auto exists = domain.less(begin, end);
          begin = domain.select(exists, begin, none);
          end = domain.select(exists, end, none);
          Num ofBoth = domain.max(before[1], end);
          Num ofLater =
              domain.select(domain.less(before[0], begin), before[1], ofBoth);
          return Carried<Num>{
              domain.min(before[0], begin),
              domain.select(domain.less(begin, before[0]), end, ofLater)};
        });
    return keys(run, from, to);
  }

  /// The first keys in [from, to) that all rows keep, from where the last of
  /// them begins to keep any. Empty if they do not.
  Interval<Num> all(Expr key, Num from, Num to) {
    Num first = domain.valueAt(column, key, from);
    Num begin = forRows({first}, [&](Num row, llvm::ArrayRef<Num> before) {
      return Carried<Num>{domain.max(before[0], beginOfRun(row, first))};
    })[0];
    Num end = forRows(
        {domain.constant(columns)}, [&](Num row, llvm::ArrayRef<Num> before) {
          return Carried<Num>{domain.min(before[0], endOfRun(row, begin))};
        })[0];
    return keys({begin, end}, from, to);
  }

private:
  TableRuns(Domain &domain, int64_t table, int64_t columns, Expr column,
            Expr rows)
      : domain(domain), table(table), columns(columns), column(column),
        rows(rows) {}

  /// Whether a key has one column, and it is known where that begins.
  static bool isColumn(Expr column, Expr key) {
    switch (column->kind) {
    case ExprKind::Var:
      return column == key;
    case ExprKind::FloorDiv:
      return column->operands[0] == key && column->operands[1].isConstant();
    case ExprKind::Search:
      return column->operands[0] == key;
    default:
      return false;
    }
  }

  static bool areRows(Expr rows, int64_t columns) {
    Linear sum(rows);
    return sum.exact && sum.constant % columns == 0 &&
           sum.commonFactor() % columns == 0;
  }

  Num firstKeyOf(Num at) {
    if (column->kind == ExprKind::FloorDiv)
      return domain.mul(at, column->operands[1]->value);
    if (column->kind == ExprKind::Search)
      return sortedElement(domain, column->value, at);
    return at;
  }

  Interval<Num> keys(const Carried<Num> &run, Num from, Num to) {
    auto exists = domain.less(run[0], run[1]);
    Num begin = domain.max(firstKeyOf(run[0]), from);
    Num end = domain.min(firstKeyOf(run[1]), to);
    return {begin, domain.select(exists, end, begin)};
  }

  Carried<Num>
  forRows(Carried<Num> init,
          llvm::function_ref<Carried<Num>(Num row, llvm::ArrayRef<Num>)> body) {
    auto [first, last] = domain.bounds(rows);
    // One row outside of the table is like all of them.
    Num before = domain.constant(-columns), after = domain.size(table);
    Num begin = domain.min(domain.max(first, before), after);
    Num end = domain.add(domain.min(domain.max(last, before), after),
                         domain.constant(1));
    return domain.fold(begin, end, columns, init, body);
  }

  /// Of the run of a row that holds the column.
  Num element(Num row, Num at) {
    Num last = domain.constant(columns - 1);
    return domain.load(table, domain.add(row, domain.min(at, last)));
  }

  /// The first column from `at` on that the row keeps; there is none beyond the
  /// last one.
  Num beginOfRun(Num row, Num at) {
    return domain.max(at, domain.negate(element(row, at)));
  }

  /// Where the run that holds the column ends; there if it is not kept.
  Num endOfRun(Num row, Num at) { return domain.max(at, element(row, at)); }

  Domain &domain;
  int64_t table, columns;
  Expr column, rows;
};

/// The first keys in [from, to) that may make the truth true.
template <typename Domain>
Interval<typename Domain::Num> searchKeys(Domain &domain, Expr truth, Expr key,
                                          typename Domain::Num from,
                                          typename Domain::Num to) {
  if (auto runs = TableRuns<Domain>::of(domain, truth, key))
    return runs->some(key, from, to);
  return domain.search(truth, key, from, to);
}

} // namespace attn

#endif // ATTN_DIALECT_EXPR_TABLERUNS_H
