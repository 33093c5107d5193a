//===- ExpandOnline.cpp - online attention becomes loops of tile ops ------===//

#include "passes/DiagonalWalk.h"
#include "passes/Passes.h"
#include "passes/SlabWalk.h"
#include "passes/TileCursors.h"

#include "mlir/Dialect/MemRef/IR/MemRef.h"

namespace mlir::attn {

#define GEN_PASS_DEF_EXPANDONLINE
#include "passes/Passes.h.inc"

using ::attn::ExprContext;
using ::attn::IndexSpace;
using ::attn::MaskVars;
using ::attn::SpacePredicate;

namespace {

/// Loops of one query group.
class GroupExpander {
public:
  GroupExpander(OnlineAttentionOp op, ImplicitLocOpBuilder &b,
                const OnlineMasks &masks, bool asksAhead)
      : op(op), b(b), index(b), space(op.getPlan().getSpace()),
        sizes(op, index, space), common(op, index, space, masks, sizes),
        group(op, index, space, common, sizes), masks(masks) {
    if (!space.hasDiagonals())
      visit.emplace(op, index, space, masks, sizes, asksAhead);
  }

  void run() {
    Value some = index.flag(true);
    for (unsigned a = 0; a < space.size(); ++a)
      if (space.isRagged(a))
        some = index.both(some,
                          index.less(op.getOrigin()[a], sizes.queryExtents[a]));
    common.ifThen(some, [&] { expand(); });
  }

private:
  void expand() {
    if (space.hasDiagonals()) {
      DiagonalWalk walk(op, index, space, masks, sizes);
      return group.forTiles([&](const QueryTile &tile) { walk.walk(tile); });
    }
    group.forTiles([&](const QueryTile &tile) { visit->begin(tile); });
    OnlineScratch scratch(op.getPlan(), op.getQ().getType().getDimSize(3),
                          op.getV().getType().getDimSize(3));
    if (space.size() == 1)
      TileCursors(op, *visit, index, group, common.view(scratch.cursors))
          .walk();
    else
      SlabWalk(op, *visit, index, group, common.view(scratch.slabs), sizes,
               masks.predicate)
          .walk();
    group.forTiles([&](const QueryTile &tile) { visit->end(tile); });
  }

  OnlineAttentionOp op;
  ImplicitLocOpBuilder &b;
  IndexBuilder index;
  IndexSpace space;
  OnlineSizes sizes;
  OnlineTiles common;
  QueryGroup group;
  std::optional<OnlineVisit> visit; ///< unless there are diagonals
  const OnlineMasks &masks;
};

struct ExpandOnline : impl::ExpandOnlineBase<ExpandOnline> {
  using ExpandOnlineBase::ExpandOnlineBase;

  void runOnOperation() override {
    SmallVector<OnlineAttentionOp> ops;
    getOperation().walk([&](OnlineAttentionOp op) { ops.push_back(op); });
    for (OnlineAttentionOp op : ops)
      if (failed(expand(op)))
        return signalPassFailure();
  }

  LogicalResult expand(OnlineAttentionOp op) {
    if (failed(verifyMadeByMaskOps(op, op.getMask())))
      return failure();
    ExprContext context;
    auto length = [](Value memref, unsigned dimension) {
      int64_t size = cast<MemRefType>(memref.getType()).getDimSize(dimension);
      return ShapedType::isDynamic(size) ? -1 : size;
    };
    MaskVars vars(context, length(op.getQ(), 2), length(op.getK(), 2),
                  length(op.getQ(), 1), length(op.getK(), 1),
                  length(op.getQ(), 0));
    ::attn::Expr mask = buildPredicate(op.getMask(), vars);
    SpacePredicate predicate(op.getPlan().getSpace(), vars, mask);
    DenseMap<Value, ::attn::Expr> scoreMasks;
    for (Value modification : op.getScore())
      for (Value operand : modification.getDefiningOp()->getOperands())
        if (isa<MaskType>(operand.getType()))
          scoreMasks[operand] = buildPredicate(operand, vars);
    ImplicitLocOpBuilder b(op.getLoc(), op);
    SmallVector<Value> tables = makeTables(b, context);
    GroupExpander(op, b, {predicate, scoreMasks, vars, tables}, asksAhead)
        .run();
    Block *block = op->getBlock();
    op.erase();
    eraseUnusedMasksAndScores(*block);
    return success();
  }

  /// Run-time tables are at hand; known ones become globals of the module.
  SmallVector<Value> makeTables(ImplicitLocOpBuilder &b,
                                const ExprContext &context) {
    SmallVector<Value> tables;
    for (int64_t n = 0; n < context.numTables(); ++n) {
      const ::attn::ExprTable &table = context.table(n);
      tables.push_back(table.isKnown
                           ? makeGlobal(b, table)
                           : Value::getFromOpaquePointer(table.source));
    }
    return tables;
  }

  Value makeGlobal(ImplicitLocOpBuilder &b, const ::attn::ExprTable &table) {
    auto size = static_cast<int64_t>(table.values.size());
    auto tensor = RankedTensorType::get({size}, b.getI32Type());
    SmallVector<int32_t> elements(table.values.begin(), table.values.end());
    auto values = DenseElementsAttr::get(tensor, ArrayRef(elements));
    auto type = MemRefType::get({size}, b.getI32Type());
    memref::GlobalOp global = globals.lookup(values);
    if (!global) {
      OpBuilder::InsertionGuard guard(b);
      b.setInsertionPointToStart(getOperation().getBody());
      global = memref::GlobalOp::create(
          b, "table_" + std::to_string(globals.size()),
          b.getStringAttr("private"), type, values, /*constant=*/true,
          /*alignment=*/IntegerAttr());
      SymbolTable(getOperation()).insert(global);
      globals[values] = global;
    }
    return memref::GetGlobalOp::create(b, type, global.getSymName());
  }

  DenseMap<Attribute, memref::GlobalOp> globals;
};

} // namespace

} // namespace mlir::attn
