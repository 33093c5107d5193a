//===- DiagonalWalk.cpp - queries read their own keys ---------------------===//

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
  scores = view(scratch.scores);
  diagonals = view(scratch.diagonals);
  keys = view(scratch.list);
}

void DiagonalWalk::forQueries(
    const QueryTile &tile, function_ref<void(Value lane, Value query)> body) {
  Value count = index.sub(tile.end[0], tile.origin[0]);
  loop(index.constant(0), count, index.constant(1),
       [&](Value lane) { body(lane, index.add(tile.origin[0], lane)); });
}

void DiagonalWalk::walk(const QueryTile &tile) {
  Value sink = pairs.emitSink();
  forQueries(tile, [&](Value lane, Value) {
    QueryBeginOp::create(b, ot, max, sum, lane, sink);
  });

  Value all = sizes.keyExtents[0];
  auto loop = scf::WhileOp::create(b, TypeRange{b.getIndexType()},
                                   ValueRange{index.constant(0)});
  {
    OpBuilder::InsertionGuard guard(b);
    Block *before =
        b.createBlock(&loop.getBefore(), {}, {b.getIndexType()}, {b.getLoc()});
    auto [position, listed] = list(tile, before->getArgument(0));
    ifThen(index.less(index.constant(0), listed.count), [&] {
      forQueries(tile, [&](Value lane, Value query) {
        visitQuery(lane, query, listed);
      });
    });
    scf::ConditionOp::create(b, index.less(position, all), position);
    Block *after =
        b.createBlock(&loop.getAfter(), {}, {b.getIndexType()}, {b.getLoc()});
    scf::YieldOp::create(b, after->getArguments());
  }

  forQueries(tile, [&](Value lane, Value query) {
    QueryEndOp::create(b, ot, max, sum, lane, op.getO(), op.getBatch(),
                       op.getHead(), query, op.getLse());
  });
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

/// Writes the list of the query's keys; returns how many there are.
Value DiagonalWalk::listKeys(Value query, Listed listed) {
  Value shift = index.sub(sizes.numQueries, index.constant(1));
  auto emit = [&] {
    return QueryKeysOp::create(b, b.getIndexType(), diagonals, listed.count,
                               query, shift, keys);
  };
  auto branch = scf::IfOp::create(b, TypeRange{b.getIndexType()},
                                  listed.isPartial, true, true);
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToStart(branch.thenBlock());
  QueryKeysOp partial = emit();
  scf::YieldOp::create(b, partial.getSize());
  pairs.emitKeep(partial.getKeep());
  b.setInsertionPointToStart(branch.elseBlock());
  scf::YieldOp::create(b, emit().getSize());
  return branch.getResult(0);
}

void DiagonalWalk::visitQuery(Value lane, Value query, Listed listed) {
  Value size = listKeys(query, listed);
  ifThen(index.less(index.constant(0), size), [&] {
    QueryScoresOp::create(b, op.getQ(), op.getBatch(), op.getHead(), query,
                          op.getK(), op.getKvHead(), keys, size, scores,
                          APFloat(float(pairs.scoreScale())));
    if (pairs.mapsScores()) {
      auto modify = QueryModifyOp::create(b, scores, keys, size, query);
      pairs.emitScore(modify.getBody(), /*factor=*/1);
    }
    Value alpha =
        QuerySoftmaxOp::create(b, b.getF32Type(), scores, size, max, sum, lane);
    QueryAccumulateOp::create(b, scores, op.getV(), op.getBatch(),
                              op.getKvHead(), keys, size, alpha, ot, lane);
  });
}
