//===- ChoosePlan.cpp - the plan of an attention op -----------------------===//

#include "passes/ChoosePlan.h"
#include "passes/PlanChooser.h"
#include "passes/PlanSpaces.h"
#include "passes/SplitMask.h"

#include <cmath>

using namespace mlir;
using namespace mlir::attn;
using ::attn::IndexSpace;

bool mlir::attn::mayMultiplyPairs(AttentionOp op, const MachineModel &machine) {
  return machine.pairSpeed && op.suitsPairs();
}

namespace {

/// A plan and the cycles of a query that are predicted with it.
struct Choice {
  PlanAttr plan;
  double cycles;
  /// The heads whose masks differ.
  SmallVector<PlanAnalysis::HeadClass> classes = {};
};

} // namespace

namespace {

struct Axes {
  IndexSpace space;
  SmallVector<PlanAnalysis::HeadClass> classes = {}; ///< if they are known
};

} // namespace

/// The axes that the mask asks for, or rows of tokens if those are better.
static Axes chooseAxes(AttentionOp op, Value mask,
                       const MachineModel &machine) {
  IndexSpace asked = chooseIndexSpace(mask);
  std::optional<IndexSpace> rows =
      spaceOfRows(mask, op.getNumQueries(), op.getNumKeys());
  if (!rows)
    return {asked};
  PlanChooser plain(op, mask, machine, asked);
  PlanChooser byRows(op, mask, machine, *rows, plain.headClasses());
  return {byRows.glance() < plain.glance() ? *rows : asked,
          llvm::to_vector(plain.headClasses())};
}

/// The cheapest that multiplies as `machine` does it best.
static Choice cheapestPlan(AttentionOp op, Value mask,
                           const MachineModel &machine) {
  Axes axes = chooseAxes(op, mask, machine);
  PlanChooser plain(op, mask, machine, axes.space, axes.classes);
  Choice choice = {PlanAttr(), HUGE_VAL, llvm::to_vector(plain.headClasses())};
  auto consider = [&](PlanAttr plan, double cycles) {
    if (!choice.plan || cycles < choice.cycles)
      std::tie(choice.plan, choice.cycles) = std::tuple(plan, cycles);
  };
  std::optional<IndexSpace> apart;
  if (!plain.getSpace().hasLayout())
    apart = spaceOfDistantTokens(mask, op.getNumQueries(), op.getNumKeys());
  if (apart) {
    PlanChooser dilated(op, mask, machine, *apart, plain.headClasses());
    PlanAttr plan = dilated.choose();
    consider(plan, dilated.best);
  }
  // Where tokens by residue are far better, tokens one by one may have so many
  // boxes that looking at all candidates takes long.
  constexpr double farBetter = 2;
  if (!apart || plain.glance() < farBetter * choice.cycles) {
    PlanAttr plan = plain.choose();
    consider(plan, plain.best);
  }
  std::optional<IndexSpace> turned;
  if (plain.suitsSliding())
    turned = spaceOfFullRows(plain.getSpace());
  if (turned) {
    PlanChooser rows(op, mask, machine, *turned, plain.headClasses());
    if (PlanAttr plan = rows.chooseSliding(choice.cycles))
      consider(plan, rows.best);
  }
  if (plain.suitsDiagonals()) {
    PlanChooser diagonals(op, mask, machine, IndexSpace::ofDiagonals(),
                          plain.headClasses());
    if (PlanAttr plan = diagonals.chooseDiagonals(choice.cycles))
      consider(plan, diagonals.best);
  }
  return choice;
}

static MachineModel withoutPairs(MachineModel machine) {
  machine.pairSpeed = 0;
  return machine;
}

/// Pairs round weights, so they have to be worth it.
static Choice choosePlan(AttentionOp op, Value mask,
                         const MachineModel &machine) {
  Choice choice = cheapestPlan(op, mask, machine);
  if (!mayMultiplyPairs(op, machine))
    return choice;
  constexpr double leastGain = 1.15;
  Choice exact = cheapestPlan(op, mask, withoutPairs(machine));
  return leastGain * choice.cycles < exact.cycles ? choice : exact;
}

/// Masks that ask for the head number are analysed for all heads only.
static bool asksForHead(AttentionOp op, Value mask) {
  ::attn::ExprContext context;
  ::attn::MaskVars vars = makeMaskVars(context, op.getMaskSizes());
  return ::attn::dependsOn(buildPredicate(mask, vars), vars.h);
}

/// Groups of so many tiles of which a block of queries has whole ones.
static PlanAttr withGroupThatDivides(PlanAttr plan, int64_t block) {
  int64_t residues = plan.getGroupTokens() / plan.getGroupExtent(0);
  for (int64_t tiles = plan.getGroup()[0]; tiles > 1; --tiles)
    if (block % (tiles * plan.getTile()[0] * residues) == 0)
      return plan.withGroup(tiles);
  return plan.withGroup(1);
}

/// Plans for the pairs that `first` keeps too, token by token, and for the
/// rest, by residue. Both take turns for a block of queries: there are as many
/// blocks as there would be groups, as long as a few tiles share the keys of a
/// residue. None if they do not gain enough over one plan.
static SmallVector<Attribute> choosePartPlans(AttentionOp op, Value first,
                                              const IndexSpace &apart,
                                              const MachineModel &machine,
                                              const Choice &one) {
  constexpr int64_t fewTiles = 4;
  constexpr double leastGain = 1.1, leastByOneTile = 1.03;
  PlanChooser near(op, {op.getMask(), first, /*isRest=*/false}, machine,
                   IndexSpace({}, {}), one.classes);
  PlanChooser rest(op, {op.getMask(), first, /*isRest=*/true}, machine, apart,
                   one.classes);
  PlanAttr ofNear = near.choose(), ofRest;
  // The tiles of the one plan say whether it is worth to look for others.
  if (one.plan.getSpace().hasLayout() &&
      leastByOneTile * (near.best + rest.estimate(one.plan)) > one.cycles)
    return {};
  ofRest = rest.choose();
  double resuming =
      rest.costModel().resume(ofRest.getLanes()) / double(ofRest.getTile()[0]);
  if (leastGain * (near.best + rest.best + resuming) > one.cycles)
    return {};
  // What is kept of a query, beside 4 MiB for all of a block.
  int64_t queryBytes = 4 * (op.getValueSize() + 2), mostBytes = 4 << 20;
  for (int64_t tiles = ofRest.getGroup()[0]; tiles; tiles /= 2) {
    ofRest = ofRest.withGroup(tiles);
    ofNear = withGroupThatDivides(ofNear, ofRest.getGroupTokens());
    int64_t block = AttentionOp::getPartBlock({ofNear, ofRest});
    int64_t blocks = llvm::divideCeil(rest.length(op.getNumQueries()), block);
    bool areEnough = tiles <= fewTiles || blocks >= rest.leastGroups();
    bool fits = tiles == 1 || block * queryBytes <= mostBytes;
    if (areEnough && fits && block <= AttentionOp::mostPartBlock)
      return {ofNear, ofRest};
  }
  return {};
}

/// Parts of the mask instead of one plan, where they gain enough.
static void considerParts(AttentionOp op, const MachineModel &machine,
                          const Choice &one) {
  auto apart =
      spaceOfDistantTokens(op.getMask(), op.getNumQueries(), op.getNumKeys());
  Value first = apart ? splitMask(op, op.getMask()) : Value();
  if (!first)
    return;
  SmallVector<Attribute> plans;
  if (collectTables(first).empty())
    plans = choosePartPlans(
        op, first, *apart,
        one.plan.multipliesPairs() ? machine : withoutPairs(machine), one);
  if (!plans.empty()) {
    op.removePlanAttr();
    op.setPartPlansAttr(ArrayAttr::get(op.getContext(), plans));
  }
  op.getFirstMutable().assign(first);
  if (plans.empty())
    op.dropFirst();
}

void mlir::attn::planAttention(AttentionOp op, const MachineModel &machine) {
  Choice all = choosePlan(op, op.getMask(), machine);
  op.setPlanAttr(all.plan);
  considerParts(op, machine, all);
  // Every plan is compiled.
  constexpr size_t few = 4;
  constexpr double leastGain = 1.1;
  auto masks = op.getMask() ? op.getMask().getDefiningOp<PerHeadOp>() : nullptr;
  if (!masks || masks.getMasks().size() > few ||
      llvm::any_of(masks.getMasks(),
                   [&](Value mask) { return asksForHead(op, mask); }))
    return;
  double cycles = 0;
  SmallVector<Attribute> plans;
  for (Value mask : masks.getMasks()) {
    Choice choice = choosePlan(op, mask, machine);
    plans.push_back(choice.plan);
    cycles += choice.cycles / masks.getMasks().size();
  }
  if (llvm::all_equal(plans) || leastGain * cycles > all.cycles)
    return;
  op.removePlanAttr();
  op.setHeadPlansAttr(ArrayAttr::get(op.getContext(), plans));
}
