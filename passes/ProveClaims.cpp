//===- ProveClaims.cpp - decides what a spec claims about its masks -------===//

#include "passes/ProveClaims.h"
#include "dialect/AttnOps.h"
#include "dialect/expr/Prover.h"
#include "passes/Passes.h"

#include "llvm/ADT/StringExtras.h"

#include <random>

namespace mlir::attn {

#define GEN_PASS_DEF_PROVECLAIMS
#include "passes/Passes.h.inc"

using ::attn::Expr;
using ::attn::ExprContext;
using ::attn::ExprKind;
using ::attn::MaskVars;
using ::attn::Proof;
using ::attn::Prover;

namespace {

/// One claim, read for its sizes or some of those that it is about.
class ClaimReader {
public:
  /// Run-time tables have `contents`, or what plans assume of them.
  ClaimReader(ProveOp op, MaskSizes sizes,
              const MaskVars::TableContents *contents = nullptr);

  Proof prove();
  /// Looks less long for a counter-example than for a proof.
  Proof refute();
  LogicalResult report(const Proof &proof);

private:
  Proof prove(Prover prover);
  std::string describe(const Proof &proof);
  void addNotes(const Proof &proof, InFlightDiagnostic &error);

  ProveOp op;
  ExprContext context;
  MaskVars vars;
  SmallVector<Expr> predicates;
};

} // namespace

ClaimReader::ClaimReader(ProveOp op, MaskSizes sizes,
                         const MaskVars::TableContents *contents)
    : op(op), vars(makeMaskVars(context, sizes)) {
  vars.contents = contents;
  vars.foldsConstants = true;
  if (op.hasEqualLengths())
    vars.numKeys = vars.numQueries;
  if (ShapedType::isDynamic(sizes.kvHeads))
    vars.numKvHeads = vars.numHeads;
  for (Value mask : op.getMasks())
    predicates.push_back(buildPredicate(mask, vars));
  vars.contents = nullptr;
}

Proof ClaimReader::prove() { return prove(Prover(vars)); }

Proof ClaimReader::refute() {
  constexpr int64_t fewCases = 64;
  return prove(Prover(vars, fewCases));
}

Proof ClaimReader::prove(Prover prover) {
  switch (op.getClaim()) {
  case Claim::Equal:
    return prover.equal(predicates[0], predicates[1]);
  case Claim::Contains:
    return prover.contains(predicates[0], predicates[1]);
  case Claim::EveryRowHasAKey:
    return prover.everyRowHasKey(predicates[0]);
  }
  llvm_unreachable("no such claim");
}

/// The lengths that the claim leaves open, and the pair or the row.
std::string ClaimReader::describe(const Proof &proof) {
  SmallVector<std::string> parts;
  auto add = [&](StringRef name, Expr var) {
    int64_t value = var.isConstant() ? var->value : proof.example[var->value];
    parts.push_back((name + " = " + Twine(value)).str());
  };
  auto matters = [&](Expr var) {
    return llvm::any_of(predicates, [&](Expr predicate) {
      return ::attn::dependsOn(predicate, var);
    });
  };
  auto isOpen = [](Expr length) { return length->kind == ExprKind::Var; };
  MaskSizes asked = op.getSizes();
  bool areQueriesOpen = ShapedType::isDynamic(asked.queries);
  if (areQueriesOpen && vars.numQueries == vars.numKeys) {
    add("tokens", vars.numQueries);
  } else {
    if (areQueriesOpen)
      add("queries", vars.numQueries);
    if (ShapedType::isDynamic(asked.keys))
      add("keys", vars.numKeys);
  }
  if (isOpen(vars.numHeads) && (matters(vars.h) || matters(vars.numHeads)))
    add("heads", vars.numHeads);
  if (matters(vars.b))
    add("b", vars.b);
  add("h", vars.h);
  add("i", vars.i);
  if (op.getClaim() != Claim::EveryRowHasAKey)
    add("j", vars.j);
  return llvm::join(parts, ", ");
}

/// What each mask does, and the tables that the counter-example is about.
void ClaimReader::addNotes(const Proof &proof, InFlightDiagnostic &error) {
  for (auto [mask, predicate] : llvm::zip_equal(op.getMasks(), predicates)) {
    bool isRow = op.getClaim() == Claim::EveryRowHasAKey;
    bool keeps = !isRow && ::attn::holdsAt(predicate, proof.example);
    error.attachNote(mask.getLoc())
        << "this mask " << (keeps ? "keeps" : "drops") << " the "
        << (isRow ? "row" : "pair");
  }
  if (proof.table.empty())
    return;
  for (int64_t n = 0; n < context.numTables(); ++n) {
    const ::attn::ExprTable &table = context.table(n);
    if (table.isKnown)
      continue;
    constexpr size_t fewElements = 16;
    ArrayRef<int64_t> values = table.values;
    Diagnostic &note = error.attachNote();
    note << "where '" << table.name << "' is [";
    llvm::interleaveComma(values.take_front(fewElements), note);
    note << (values.size() > fewElements ? ", ...]" : "]");
  }
}

LogicalResult ClaimReader::report(const Proof &proof) {
  struct Words {
    StringRef proved, refuted, asked;
  };
  static constexpr Words all[] = {
      {"the masks are equal", "the masks are not equal",
       "whether the masks are equal"},
      {"the first mask contains the second",
       "the first mask does not contain the second",
       "whether the first mask contains the second"},
      {"every row has a key", "not every row has a key",
       "whether every row has a key"}};
  const Words &words = all[static_cast<unsigned>(op.getClaim())];
  switch (proof.outcome) {
  case Proof::Outcome::Proved:
    emitRemark(op.getLoc()) << "proved: " << words.proved;
    return success();
  case Proof::Outcome::Undecided:
    emitWarning(op.getLoc())
        << "cannot tell " << words.asked << ": " << proof.reason;
    return success();
  case Proof::Outcome::Refuted: {
    InFlightDiagnostic error = emitError(op.getLoc())
                               << words.refuted
                               << ", counter-example: " << describe(proof);
    addNotes(proof, error);
    return error;
  }
  }
  llvm_unreachable("no such outcome");
}

/// Elements that a launch may find in a table of a claim about these sizes:
/// number `attempt` of a few ways to choose them; none if there are no more.
static std::vector<int64_t> chooseElements(const MaskTable &table,
                                           const MaskSizes &sizes,
                                           int64_t attempt,
                                           std::mt19937_64 &random) {
  constexpr int64_t few = 4, attempts = 6;
  auto lengthOf = [&](StringRef name, int64_t otherwise) {
    return name == "queries" ? sizes.queries
           : name == "keys"  ? sizes.keys
                             : otherwise;
  };
  int64_t limit = lengthOf(table.limit, /*otherwise=*/1);
  int64_t size = getTableType(table.values).getDimSize(0);
  if (ShapedType::isDynamic(size))
    size = lengthOf(table.size, few);
  // One offset is no document.
  if (attempt >= attempts || (table.isOffsets && size < 2))
    return {};
  std::vector<int64_t> elements(size);
  for (auto [n, element] : llvm::enumerate(elements))
    element = attempt == 0   ? 0
              : attempt == 1 ? limit
              : attempt == 2 ? (n % 2 ? limit : 0)
              : attempt == 3 ? (n % 2 ? 0 : limit)
                             : int64_t(random() % (limit + 1));
  if (table.isOffsets) {
    llvm::sort(elements);
    elements.front() = 0;
    elements.back() = limit;
  }
  return elements;
}

/// What refutes a claim with other elements in its run-time tables than plans
/// assume, and some length where it is open; null if a few attempts do not.
static std::unique_ptr<ClaimReader> refuteByElements(ProveOp op, Proof &proof) {
  constexpr int64_t someLength = 16;
  MaskSizes sizes = op.getSizes();
  if (ShapedType::isDynamic(sizes.queries))
    sizes.queries = ShapedType::isDynamic(sizes.keys) ? someLength : sizes.keys;
  if (ShapedType::isDynamic(sizes.keys))
    sizes.keys = sizes.queries;
  std::mt19937_64 random(1);
  SmallVector<MaskTable> tables;
  for (Value mask : op.getMasks())
    llvm::copy_if(
        collectTables(mask), std::back_inserter(tables),
        [](const MaskTable &table) { return !constantElements(table.values); });
  for (int64_t attempt = 0; !tables.empty(); ++attempt) {
    MaskVars::TableContents contents;
    for (const MaskTable &table : tables) {
      std::vector<int64_t> elements =
          chooseElements(table, sizes, attempt, random);
      // What suits one use of a table may not suit another.
      auto *first = llvm::find_if(tables, [&](const MaskTable &other) {
        return other.values == table.values;
      });
      auto place = contents.try_emplace(table.values.getAsOpaquePointer(),
                                        std::move(elements));
      bool suits = place.second || first->isSameAs(table) ||
                   (!first->isOffsets && !table.isOffsets &&
                    first->limit == table.limit &&
                    place.first->second.size() == elements.size());
      if (!suits || place.first->second.empty())
        return nullptr;
    }
    auto reader = std::make_unique<ClaimReader>(op, sizes, &contents);
    Proof other = reader->refute();
    if (other.outcome != Proof::Outcome::Refuted)
      continue;
    proof = std::move(other);
    return reader;
  }
  return nullptr;
}

LogicalResult proveClaims(Operation *root) {
  SmallVector<ProveOp> claims;
  root->walk([&](ProveOp op) { claims.push_back(op); });
  bool areTrue = true;
  for (ProveOp op : claims) {
    for (Value mask : op.getMasks())
      if (failed(verifyMadeByMaskOps(op, mask)))
        return failure();
    auto reader = std::make_unique<ClaimReader>(op, op.getSizes());
    Proof proof = reader->prove();
    if (proof.outcome == Proof::Outcome::Undecided)
      if (auto refuted = refuteByElements(op, proof))
        reader = std::move(refuted);
    if (succeeded(reader->report(proof)))
      op.erase();
    else
      areTrue = false;
  }
  return success(areTrue);
}

namespace {

struct ProveClaims : impl::ProveClaimsBase<ProveClaims> {
  void runOnOperation() override {
    if (failed(proveClaims(getOperation())))
      signalPassFailure();
  }
};

} // namespace

} // namespace mlir::attn
