//===- AheadLines.cpp - lines that are asked for ahead of time ------------===//

#include "codegen/cpu/AheadLines.h"
#include "codegen/cpu/LowerTiles.h"

#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

namespace mlir::attn {

/// Where a list says how many of its lines were asked for, and how many it has.
static constexpr int64_t kAsked = 0, kCount = 1;
static constexpr int64_t kFirstLine = ListAheadOp::firstLine;

static Value loadNumber(TileBuilder &b, Value list, Value at) {
  return b.toIndex(b.create<memref::LoadOp>(list, ValueRange{at}));
}

static void storeNumber(TileBuilder &b, Value number, Value list, int64_t at) {
  Value wide = b.create<arith::IndexCastOp>(b.getI64Type(), number);
  b.create<memref::StoreOp>(wide, list, ValueRange{b.index(at)});
}

AheadLines::AheadLines(TileBuilder &b, Value list, int64_t steps)
    : b(b), list(list), steps(steps) {
  if (!list)
    return;
  Value count = loadNumber(b, list, b.index(kCount));
  begin = b.add(loadNumber(b, list, b.index(kAsked)), kFirstLine);
  last = b.create<arith::MaxSIOp>(b.add(count, kFirstLine - 1),
                                  b.index(kFirstLine));
}

void AheadLines::ask(Value n) {
  if (!list)
    return;
  // Beyond the end the last line is asked for again, which costs little.
  Value line = b.createOrFold<arith::DivUIOp>(n, b.index(steps));
  Value at = b.min(b.add(begin, line), last);
  Value address = b.create<memref::LoadOp>(list, ValueRange{at});
  auto type = LLVM::LLVMPointerType::get(b.getContext());
  Value pointer = b.create<LLVM::IntToPtrOp>(type, address);
  constexpr unsigned read = 0, everywhere = 3, data = 1;
  b.create<LLVM::Prefetch>(pointer, read, everywhere, data);
}

void AheadLines::finish(Value count) {
  if (!list)
    return;
  Value end = b.add(b.sub(begin, b.index(kFirstLine)), b.ceilDiv(count, steps));
  storeNumber(b, end, list, kAsked);
}

namespace {

/// Where the rows of one batch and head of an array lie.
struct Rows {
  Value first, stride; ///< bytes
  int64_t lines;

  Rows(TileBuilder &b, Value array, Value batch, Value head) {
    auto type = cast<MemRefType>(array.getType());
    int64_t bytes = type.getElementTypeBitWidth() / 8;
    auto parts = b.create<memref::ExtractStridedMetadataOp>(array);
    Value base = b.create<memref::ExtractAlignedPointerAsIndexOp>(array);
    auto strides = parts.getStrides();
    Value element = b.add(parts.getOffset(), b.mul(batch, strides[0]));
    element = b.add(element, b.mul(head, strides[1]));
    first = b.add(base, b.mul(element, bytes));
    stride = b.mul(strides[2], bytes);
    lines = ListAheadOp::linesOfRow(type);
  }
};

} // namespace

/// Appends the lines of a row to those before; returns how many there are.
static Value appendRow(TileBuilder &b, const Rows &rows, Value row, Value list,
                       Value count) {
  SmallVector<int64_t> offsets;
  for (int64_t line = 0; line < rows.lines; ++line)
    offsets.push_back(line * ListAheadOp::lineBytes);
  auto type = VectorType::get({rows.lines}, b.getI64Type());
  Value address = b.add(rows.first, b.mul(row, rows.stride));
  address = b.create<arith::IndexCastOp>(b.getI64Type(), address);
  Value lines = b.create<vector::BroadcastOp>(type, address);
  lines = b.create<arith::AddIOp>(
      lines, b.constant(DenseElementsAttr::get(type, ArrayRef(offsets))));
  b.create<vector::StoreOp>(lines, list, ValueRange{b.add(count, kFirstLine)});
  return b.add(count, rows.lines);
}

/// Appends the rows of the box. Its rows along the last axis are a loop of
/// their own; the coordinates of the other axes advance like the digits of a
/// counter, which is less code than a loop for each. Once the list is full its
/// last rows are written over.
static Value appendBox(ListAheadOp op, TileBuilder &b, ArrayRef<Rows> arrays,
                       Value count) {
  auto lo = op.getLo(), hi = op.getHi();
  ArrayRef<int64_t> strides = op.getStrides();
  int64_t room = op.getAhead().getType().getDimSize(0) - kFirstLine;
  for (const Rows &rows : arrays)
    room -= rows.lines;
  size_t outer = lo.size() - 1;
  Value runs = b.index(1);
  SmallVector<Value> carried = {count};
  for (size_t a = 0; a < outer; ++a) {
    Value length = b.create<arith::MaxSIOp>(b.sub(hi[a], lo[a]), b.index(0));
    runs = b.mul(runs, length);
    carried.push_back(lo[a]);
  }
  auto body = [&](Value, ValueRange carried) -> TileBuilder::Carried {
    Value row = b.index(0);
    for (size_t a = 0; a < outer; ++a)
      row = b.add(row, b.mul(carried[1 + a], strides[a]));
    auto append = [&](Value x, ValueRange count) -> TileBuilder::Carried {
      Value here = b.add(row, b.mul(x, strides.back()));
      Value after = b.min(count[0], b.index(room));
      for (const Rows &rows : arrays)
        after = appendRow(b, rows, here, op.getAhead(), after);
      return {after};
    };
    SmallVector<Value> next(carried);
    next[0] = b.loop(lo.back(), hi.back(), 1, carried[0], append)[0];
    Value step = b.index(1);
    for (size_t a = outer; a-- > 0;) {
      Value x = b.add(carried[1 + a], step);
      Value wraps =
          b.create<arith::CmpIOp>(arith::CmpIPredicate::sge, x, hi[a]);
      next[1 + a] = b.select(wraps, lo[a], x);
      step = b.select(wraps, step, b.index(0));
    }
    return next;
  };
  if (outer == 0)
    return body(Value(), carried)[0];
  return b.loop(b.index(0), runs, 1, carried, body)[0];
}

void lowerListAhead(ListAheadOp op, TileBuilder &b) {
  SmallVector<Rows> arrays;
  for (Value array : op.getArrays())
    arrays.emplace_back(b, array, op.getBatch(), op.getHead());
  Value list = op.getAhead(), count = b.index(0);
  if (op.getRestart()) {
    storeNumber(b, count, list, kAsked);
    // There is always one to ask for.
    storeNumber(b, arrays[0].first, list, kFirstLine);
  } else {
    count = loadNumber(b, list, b.index(kCount));
  }
  storeNumber(b, appendBox(op, b, arrays, count), list, kCount);
}

} // namespace mlir::attn
