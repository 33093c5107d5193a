//===- MaskMap.cpp - which parts of a mask are empty or full --------------===//

#include "tools/attn-explain/MaskMap.h"

#include "dialect/expr/Evaluate.h"

#include <cmath>

using namespace llvm;
using ::attn::Evaluator;
using ::attn::Expr;
using ::attn::ExprContext;
using ::attn::ExprKind;
using ::attn::ExprProgram;
using ::attn::IndexSpace;
using ::attn::MaskVars;
using ::attn::RangeDomain;
using ::attn::Truth;

namespace attnexplain {

/// Pairs looked at before a proof is tried, and boxes that a proof may take.
static constexpr int64_t kSamples = 32, kProofBoxes = 64;

static int64_t length(const Interval &interval) {
  return interval.hi - interval.lo;
}

static Interval part(const Interval &whole, int64_t number, int64_t parts) {
  auto at = [&](int64_t n) { return whole.lo + length(whole) * n / parts; };
  return {at(number), at(number + 1)};
}

Interval MapGrid::rowQueries(int64_t row) const {
  return part(queries, row, rows);
}
Interval MapGrid::columnKeys(int64_t column) const {
  return part(keys, column, columns);
}
bool MapGrid::isExact() const {
  return rows == length(queries) && columns == length(keys);
}

namespace {

struct PairBox {
  Interval queries, keys;

  int64_t pairs() const { return length(queries) * length(keys); }
};

/// What has been seen of a cell so far.
struct Seen {
  bool kept = false, dropped = false;

  void add(bool keep) { (keep ? kept : dropped) = true; }
  bool both() const { return kept && dropped; }
  Cover cover() const {
    return both() ? Cover::Partial : kept ? Cover::Full : Cover::Empty;
  }
};

} // namespace

struct MaskMap::State {
  ExprContext context;
  MaskVars vars;
  Expr truth;
  ExprProgram program;
  SmallVector<int64_t> values;       ///< of the variables, for `program`
  SmallVector<::attn::Range> ranges; ///< of the variables, for classification
  /// Token numbers with a carry in a layout: good places to cut at.
  SmallVector<int64_t> strides;
  MapGrid *grid = nullptr;

  State(mlir::Value mask, mlir::attn::MaskSizes sizes, int64_t head,
        const MaskVars::TableContents *contents)
      : vars(mlir::attn::makeMaskVars(context, sizes)),
        truth(read(mask, contents)), program(truth),
        values(context.numVariables()), ranges(context.numVariables()) {
    if (vars.h->kind == ExprKind::Var) {
      values[vars.h->value] = head;
      ranges[vars.h->value] = ::attn::Range::constant(head);
    }
    IndexSpace space = mlir::attn::chooseIndexSpace(mask);
    int64_t stride = 1;
    for (int64_t extent : reverse(space.getLayout()))
      strides.push_back(stride *= extent);
  }

  Expr read(mlir::Value mask, const MaskVars::TableContents *contents) {
    vars.contents = contents;
    return mlir::attn::buildPredicate(mask, vars);
  }

  bool keeps(int64_t query, int64_t key) {
    set(vars.i, query);
    set(vars.j, key);
    int64_t keep;
    program.run(values, keep);
    return keep;
  }
  void set(Expr var, int64_t value) {
    if (var->kind == ExprKind::Var)
      values[var->value] = value;
  }

  Truth classify(const PairBox &box) {
    setRange(vars.i, box.queries);
    setRange(vars.j, box.keys);
    RangeDomain domain{ranges};
    return Evaluator<RangeDomain>(domain).truth(truth);
  }
  void setRange(Expr var, const Interval &interval) {
    if (var->kind == ExprKind::Var)
      ranges[var->value] = ::attn::Range(interval.lo, interval.hi - 1);
  }

  /// In the middle, or nearby where rows of the layout meet.
  int64_t cut(const Interval &interval) const {
    int64_t middle = interval.lo + length(interval) / 2;
    for (int64_t stride : reverse(strides)) {
      int64_t at = (middle + stride / 2) / stride * stride;
      if (at > interval.lo && at < interval.hi)
        return at;
    }
    return middle;
  }

  void evaluate(const PairBox &box, Seen &seen);
  void sample(const PairBox &box, Seen &seen);
  bool prove(const PairBox &box, Seen &seen);
  Cover decide(const PairBox &box);
  void fill(Interval rows, Interval columns);
};

MaskMap::MaskMap(mlir::Value mask, mlir::attn::MaskSizes sizes, int64_t head,
                 const MaskVars::TableContents *contents)
    : state(std::make_unique<State>(mask, sizes, head, contents)) {}
MaskMap::~MaskMap() = default;

bool MaskMap::dependsOnHead() const {
  return state->vars.h->kind == ExprKind::Var &&
         dependsOn(state->truth, state->vars.h);
}

void MaskMap::State::evaluate(const PairBox &box, Seen &seen) {
  for (int64_t i = box.queries.lo; i < box.queries.hi; ++i)
    for (int64_t j = box.keys.lo; j < box.keys.hi && !seen.both(); ++j)
      seen.add(keeps(i, j));
}

/// The corners, and pairs that lie well apart.
void MaskMap::State::sample(const PairBox &box, Seen &seen) {
  for (int64_t i : {box.queries.lo, box.queries.hi - 1})
    for (int64_t j : {box.keys.lo, box.keys.hi - 1})
      seen.add(keeps(i, j));
  // Multiples of these lie evenly in a square (the plastic number).
  constexpr double stepI = 0.7548776662466927, stepJ = 0.5698402909980532;
  auto at = [](const Interval &interval, double place) {
    return interval.lo +
           int64_t((place - std::floor(place)) * double(length(interval)));
  };
  for (int64_t n = 1; n <= kSamples && !seen.both(); ++n)
    seen.add(keeps(at(box.queries, n * stepI), at(box.keys, n * stepJ)));
}

/// Looks at all of the box, in parts that are small or of one kind. False if
/// that takes too many parts.
bool MaskMap::State::prove(const PairBox &box, Seen &seen) {
  SmallVector<PairBox> open = {box};
  for (int64_t boxes = 0; !open.empty() && !seen.both(); ++boxes) {
    if (boxes == kProofBoxes)
      return false;
    PairBox next = open.pop_back_val();
    if (next.pairs() <= kExactPairs) {
      evaluate(next, seen);
      continue;
    }
    if (Truth truth = classify(next); truth != Truth::Unknown) {
      seen.add(truth == Truth::True);
      continue;
    }
    PairBox low = next, high = next;
    if (length(next.queries) >= length(next.keys))
      low.queries.hi = high.queries.lo = cut(next.queries);
    else
      low.keys.hi = high.keys.lo = cut(next.keys);
    open.append({high, low});
  }
  return true;
}

Cover MaskMap::State::decide(const PairBox &box) {
  Seen seen;
  if (box.pairs() <= kExactPairs) {
    evaluate(box, seen);
    return seen.cover();
  }
  sample(box, seen);
  if (seen.both() || prove(box, seen))
    return seen.cover();
  ++grid->undecided;
  return Cover::Partial;
}

/// Cells of one kind are settled together.
void MaskMap::State::fill(Interval rows, Interval columns) {
  PairBox box = {
      {grid->rowQueries(rows.lo).lo, grid->rowQueries(rows.hi - 1).hi},
      {grid->columnKeys(columns.lo).lo, grid->columnKeys(columns.hi - 1).hi}};
  Truth truth = classify(box);
  if (truth != Truth::Unknown) {
    Cover cover = truth == Truth::True ? Cover::Full : Cover::Empty;
    for (int64_t row = rows.lo; row < rows.hi; ++row)
      std::fill_n(grid->cells.begin() + row * grid->columns + columns.lo,
                  length(columns), cover);
    return;
  }
  if (length(rows) == 1 && length(columns) == 1) {
    grid->cells[rows.lo * grid->columns + columns.lo] = decide(box);
    return;
  }
  if (length(rows) >= length(columns)) {
    fill(part(rows, 0, 2), columns);
    fill(part(rows, 1, 2), columns);
  } else {
    fill(rows, part(columns, 0, 2));
    fill(rows, part(columns, 1, 2));
  }
}

MapGrid MaskMap::draw(Interval queries, Interval keys, int64_t rows,
                      int64_t columns) {
  MapGrid grid;
  grid.queries = queries;
  grid.keys = keys;
  grid.rows = std::min(rows, length(queries));
  grid.columns = std::min(columns, length(keys));
  grid.cells.resize(grid.rows * grid.columns);
  state->grid = &grid;
  if (!grid.cells.empty())
    state->fill({0, grid.rows}, {0, grid.columns});
  return grid;
}

} // namespace attnexplain
