//===- DiagonalWalk.cpp - tiles visit diagonals ---------------------------===//

#include "passes/DiagonalWalk.h"

#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"

using namespace mlir;
using namespace mlir::attn;

DiagonalWalk::DiagonalWalk(OnlineAttentionOp op, IndexBuilder &index,
                           const ::attn::IndexSpace &space,
                           const OnlineMasks &masks, const OnlineSizes &sizes)
    : OnlineTiles(op, index, space, masks, sizes),
      room(op.getPlan().getSlab()) {
  OnlineScratch scratch(op.getPlan(), op.getQ().getType().getDimSize(3),
                        op.getV().getType().getDimSize(3));
  ot = view(scratch.ot);
  max = view(scratch.max);
  sum = view(scratch.sum);
  alpha = view(scratch.alpha);
  scores = view(scratch.scores);
  diagonals = view(scratch.diagonals);
  keys = view(scratch.keys);
}

void DiagonalWalk::walk(const QueryTile &tile) {
  DiagonalBeginOp::create(b, max, sum, pairs.emitSink());

  Value all = sizes.keyExtents[0];
  auto loop = scf::WhileOp::create(b, TypeRange{b.getIndexType()},
                                   ValueRange{index.constant(0)});
  {
    OpBuilder::InsertionGuard guard(b);
    Block *before =
        b.createBlock(&loop.getBefore(), {}, {b.getIndexType()}, {b.getLoc()});
    auto [position, listed] = list(tile, before->getArgument(0));
    Value isFirst = index.less(before->getArgument(0), index.constant(1));
    visit(tile, listed, isFirst,
          index.less(index.sub(all, index.constant(1)), position));
    scf::ConditionOp::create(b, index.less(position, all), position);
    Block *after =
        b.createBlock(&loop.getAfter(), {}, {b.getIndexType()}, {b.getLoc()});
    scf::YieldOp::create(b, after->getArguments());
  }
}

std::pair<Value, DiagonalWalk::Listed> DiagonalWalk::list(const QueryTile &tile,
                                                          Value position) {
  Type types[] = {b.getIndexType(), b.getIndexType(), b.getI1Type()};
  SmallVector<Location> locs(3, b.getLoc());
  auto loop = scf::WhileOp::create(
      b, types, ValueRange{position, index.constant(0), index.flag(false)});
  OpBuilder::InsertionGuard guard(b);
  Block *before = b.createBlock(&loop.getBefore(), {}, types, locs);
  Value isOpen =
      index.both(index.less(before->getArgument(0), sizes.keyExtents[0]),
                 index.less(before->getArgument(1), index.constant(room)));
  scf::ConditionOp::create(b, isOpen, before->getArguments());
  Block *after = b.createBlock(&loop.getAfter(), {}, types, locs);
  Listed listed = {after->getArgument(1), after->getArgument(2)};
  ::attn::Interval<Value> box = nextBox(tile, after->getArgument(0));
  Value free = index.sub(index.constant(room), listed.count);
  Value end = index.min(box.hi, index.add(box.lo, free));
  listed = listBox(tile, box.lo, end, listed);
  scf::YieldOp::create(b, ValueRange{end, listed.count, listed.isPartial});
  return {loop.getResult(0), {loop.getResult(1), loop.getResult(2)}};
}

DiagonalWalk::Listed DiagonalWalk::listBox(const QueryTile &tile, Value lo,
                                           Value hi, Listed before) {
  auto loop = scf::ForOp::create(b, lo, hi, index.constant(1),
                                 ValueRange{before.count, before.isPartial});
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToStart(loop.getBody());
  Value count = loop.getRegionIterArg(0), diagonal = loop.getInductionVar();
  EmittedBoxes domain = domainOf(tile);
  domain.setRange(predicate.keys[0], diagonal, diagonal);
  auto [may, must] = domain.certainty(predicate.truth);
  memref::StoreOp::create(b, index.toI32(diagonal), diagonals, count);
  Value more = index.add(count, index.constant(1));
  Value drops =
      index.both(may, b.createOrFold<arith::XOrIOp>(must, index.flag(true)));
  scf::YieldOp::create(
      b, ValueRange{index.select(may, more, count),
                    index.either(loop.getRegionIterArg(1), drops)});
  return {loop.getResult(0), loop.getResult(1)};
}

void DiagonalWalk::visit(const QueryTile &tile, Listed listed, Value isFirst,
                         Value isLast) {
  Value origin = tile.origin[0], count = listed.count;
  Value queries = sizes.numQueries;
  int64_t size = op.getPlan().getTile()[0];
  DiagonalKeysOp::create(b, diagonals, count, origin, queries, sizes.numKeys,
                         keys, size);
  DiagonalScoresOp::create(b, op.getQ(), op.getBatch(), op.getHead(), op.getK(),
                           op.getKvHead(), keys, count, origin, queries, scores,
                           size, APFloat(float(pairs.scoreScale())));
  if (pairs.mapsScores()) {
    auto modify =
        DiagonalModifyOp::create(b, scores, keys, count, origin, queries, size);
    pairs.emitScore(modify.getBody(), /*factor=*/1);
  }
  ifThen(listed.isPartial, [&] {
    auto mask = DiagonalMaskOp::create(b, scores, diagonals, count, origin,
                                       queries, size);
    pairs.emitKeep(mask.getKeep());
  });
  TileSoftmaxOp::create(b, scores, count, max, sum, alpha, /*w=*/Value(),
                        /*width=*/Value(), FloatAttr());
  DiagonalAccumulateOp::create(b, scores, op.getV(), op.getBatch(),
                               op.getKvHead(), keys, count, alpha, max, sum,
                               origin, queries, isFirst, isLast, ot, op.getO(),
                               op.getHead(), op.getLse(), size);
}
