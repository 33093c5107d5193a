//===- ProveClaims.cpp - decides what a spec claims about its masks -------===//

#include "passes/ProveClaims.h"
#include "dialect/AttnOps.h"
#include "dialect/expr/Prover.h"
#include "passes/Passes.h"

#include "llvm/ADT/StringExtras.h"

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

/// One claim, read for its sizes.
class ClaimReader {
public:
  explicit ClaimReader(ProveOp op) : ClaimReader(op, op.getSizes()) {}

  Proof prove();
  LogicalResult report(const Proof &proof);

private:
  ClaimReader(ProveOp op, MaskSizes sizes)
      : op(op), vars(context, known(sizes.queries), known(sizes.keys),
                     known(sizes.heads), known(sizes.kvHeads)) {
    if (op.hasEqualLengths())
      vars.numKeys = vars.numQueries;
    if (ShapedType::isDynamic(sizes.kvHeads))
      vars.numKvHeads = vars.numHeads;
    for (Value mask : op.getMasks())
      predicates.push_back(buildPredicate(mask, vars));
  }

  static int64_t known(int64_t size) {
    return ShapedType::isDynamic(size) ? -1 : size;
  }

  std::string describe(const Proof &proof);
  void addNotes(const Proof &proof, InFlightDiagnostic &error);

  ProveOp op;
  ExprContext context;
  MaskVars vars;
  SmallVector<Expr> predicates;
};

} // namespace

Proof ClaimReader::prove() {
  Prover prover(vars);
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
    int64_t value = var->kind == ExprKind::Var ? proof.example[var->value] : 0;
    parts.push_back((name + " = " + Twine(value)).str());
  };
  auto matters = [&](Expr var) {
    return llvm::any_of(predicates, [&](Expr predicate) {
      return ::attn::dependsOn(predicate, var);
    });
  };
  auto isOpen = [](Expr length) { return length->kind == ExprKind::Var; };
  if (isOpen(vars.numQueries) && vars.numQueries == vars.numKeys) {
    add("tokens", vars.numQueries);
  } else {
    if (isOpen(vars.numQueries))
      add("queries", vars.numQueries);
    if (isOpen(vars.numKeys))
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

LogicalResult proveClaims(Operation *root) {
  SmallVector<ProveOp> claims;
  root->walk([&](ProveOp op) { claims.push_back(op); });
  bool areTrue = true;
  for (ProveOp op : claims) {
    for (Value mask : op.getMasks())
      if (failed(verifyMadeByMaskOps(op, mask)))
        return failure();
    ClaimReader reader(op);
    if (succeeded(reader.report(reader.prove())))
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
