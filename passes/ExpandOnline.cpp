//===- ExpandOnline.cpp - online attention becomes loops of tile ops ------===//

#include "passes/DiagonalWalk.h"
#include "passes/Passes.h"
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
                const OnlineMasks &masks)
      : op(op), b(b), index(b), space(op.getPlan().getSpace()),
        sizes(op, index, space), common(op, index, space, masks, sizes),
        masks(masks) {
    if (!space.hasDiagonals())
      visit.emplace(op, index, space, masks, sizes);
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
      return forTiles([&](const QueryTile &tile) { walk.walk(tile); });
    }
    forTiles([&](const QueryTile &tile) { visit->begin(tile); });
    if (space.size() == 1)
      walkInOrder();
    else
      walkBoxesOfGroup();
    forTiles([&](const QueryTile &tile) { visit->end(tile); });
  }

  void walkInOrder() {
    OnlineScratch scratch(op.getPlan(), op.getQ().getType().getDimSize(3),
                          op.getV().getType().getDimSize(3));
    Value length = index.sub(groupEnd(0), op.getOrigin()[0]);
    Value count =
        index.ceilDiv(length, index.constant(op.getPlan().getTile()[0]));
    TileCursors(
        op, *visit, index, common.view(scratch.cursors), count,
        [&](function_ref<void(const QueryTile &)> body) { forTiles(body); })
        .walk();
  }

  void walkBoxesOfGroup() {
    const SpacePredicate &predicate = masks.predicate;
    EmittedBoxes domain(index, masks.tables);
    sizes.setLengths(domain, masks.vars);
    for (unsigned a = 0; a < space.size(); ++a)
      domain.setRange(predicate.queries[a], op.getOrigin()[a],
                      index.sub(groupEnd(a), index.constant(1)));
    EmittedBox all;
    for (Value extent : sizes.keyExtents)
      all.push_back({index.constant(0), extent});
    emitKeyBoxes(domain, predicate, all, [&](const EmittedBox &box) {
      forSlabs(box, [&](const EmittedBox &slab) {
        visit->stage(slab);
        forTiles([&](const QueryTile &tile) { visit->visitTile(tile, slab); });
      });
    });
  }

  /// One beyond the last query of the group on an axis.
  Value groupEnd(unsigned axis) {
    unsigned residues = space.numResidues();
    int64_t extent =
        axis < residues ? 1 : op.getPlan().getGroupExtent(axis - residues);
    return index.min(index.add(op.getOrigin()[axis], index.constant(extent)),
                     sizes.queryExtents[axis]);
  }

  void forTiles(function_ref<void(const QueryTile &)> body) {
    QueryTile tile;
    tile.number = index.constant(0);
    forTiles(0, tile, body);
  }
  void forTiles(unsigned axis, QueryTile tile,
                function_ref<void(const QueryTile &)> body) {
    if (axis == space.size())
      return body(tile);
    Value origin = op.getOrigin()[axis];
    if (axis < space.numResidues()) {
      tile.origin.push_back(origin);
      tile.end.push_back(index.add(origin, index.constant(1)));
      return forTiles(axis + 1, tile, body);
    }
    unsigned position = axis - space.numResidues();
    int64_t size = op.getPlan().getTile()[position];
    Value end = groupEnd(axis);
    Value count = index.ceilDiv(index.sub(end, origin), index.constant(size));
    common.loop(index.constant(0), count, index.constant(1), [&](Value n) {
      QueryTile inner = tile;
      Value first = index.add(origin, index.mul(n, index.constant(size)));
      inner.origin.push_back(first);
      inner.end.push_back(
          index.min(index.add(first, index.constant(size)), end));
      int64_t along = op.getPlan().getGroup()[position];
      inner.number =
          index.add(index.mul(tile.number, index.constant(along)), n);
      forTiles(axis + 1, inner, body);
    });
  }

  /// Cuts a box into slabs of at most `slab` keys: whole rows where they fit,
  /// and parts of about equal length.
  void forSlabs(const EmittedBox &box,
                function_ref<void(const EmittedBox &)> body) {
    SmallVector<Value> parts(box.size());
    Value room = index.constant(op.getPlan().getSlab());
    for (unsigned a = box.size(); a-- > 0;) {
      Value length = index.sub(box[a].hi, box[a].lo);
      Value most = index.min(length, room);
      Value count = index.ceilDiv(length, most);
      parts[a] = index.ceilDiv(length, count);
      room = index.max(b.createOrFold<arith::DivUIOp>(room, parts[a]),
                       index.constant(1));
    }
    forSlabs(0, box, parts, body);
  }
  void forSlabs(unsigned axis, EmittedBox box, ArrayRef<Value> parts,
                function_ref<void(const EmittedBox &)> body) {
    if (axis == box.size())
      return body(box);
    Interval all = box[axis];
    common.loop(all.lo, all.hi, parts[axis], [&](Value lo) {
      box[axis] = {lo, index.min(index.add(lo, parts[axis]), all.hi)};
      forSlabs(axis + 1, box, parts, body);
    });
  }

  using Interval = ::attn::Interval<Value>;

  OnlineAttentionOp op;
  ImplicitLocOpBuilder &b;
  IndexBuilder index;
  IndexSpace space;
  OnlineSizes sizes;
  OnlineTiles common;
  std::optional<OnlineVisit> visit; ///< unless there are diagonals
  const OnlineMasks &masks;
};

struct ExpandOnline : impl::ExpandOnlineBase<ExpandOnline> {
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
                  length(op.getQ(), 1), length(op.getK(), 1));
    ::attn::Expr mask = buildPredicate(op.getMask(), vars);
    SpacePredicate predicate(op.getPlan().getSpace(), vars, mask);
    DenseMap<Value, ::attn::Expr> scoreMasks;
    for (Value modification : op.getScore())
      for (Value operand : modification.getDefiningOp()->getOperands())
        if (isa<MaskType>(operand.getType()))
          scoreMasks[operand] = buildPredicate(operand, vars);
    ImplicitLocOpBuilder b(op.getLoc(), op);
    SmallVector<Value> tables = makeTables(b, context);
    GroupExpander(op, b, {predicate, scoreMasks, vars, tables}).run();
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
