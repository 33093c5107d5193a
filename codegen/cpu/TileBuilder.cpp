//===- TileBuilder.cpp - emits vector code for one target -----------------===//

#include "codegen/cpu/TileBuilder.h"

#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

#include "llvm/ADT/StringExtras.h"

#include <numeric>

namespace mlir::attn {

TileBuilder::TileBuilder(func::FuncOp func, const TargetDescription &target)
    : ImplicitLocOpBuilder(func.getLoc(), func.getContext()), target(target),
      entry(&func.getBody().front()) {}

//===----------------------------------------------------------------------===//
// Constants and index arithmetic
//===----------------------------------------------------------------------===//

Value TileBuilder::constant(TypedAttr value) {
  Value &known = constants[value];
  if (!known) {
    InsertionGuard guard(*this);
    setInsertionPointToStart(entry);
    known = create<arith::ConstantOp>(value);
  }
  return known;
}

Value TileBuilder::index(int64_t value) {
  return constant(getIndexAttr(value));
}

Value TileBuilder::splat(float value) {
  return constant(DenseElementsAttr::get(lanesOf(getF32Type()), value));
}

Value TileBuilder::splatI32(int32_t value) {
  return constant(DenseElementsAttr::get(lanesOf(getI32Type()), value));
}

Value TileBuilder::laneNumbers() {
  SmallVector<int32_t> numbers(lanes());
  std::iota(numbers.begin(), numbers.end(), 0);
  return constant(
      DenseElementsAttr::get(lanesOf(getI32Type()), ArrayRef(numbers)));
}

Value TileBuilder::firstLanes(int64_t count) {
  SmallVector<bool> inside(lanes());
  std::fill_n(inside.begin(), count, true);
  return constant(DenseElementsAttr::get(lanesOf(getI1Type()), inside));
}

Value TileBuilder::ceilDiv(Value a, int64_t b) {
  if (b == 1)
    return a;
  return createOrFold<arith::DivUIOp>(add(a, b - 1), index(b));
}

Value TileBuilder::toIndex(Value i32) {
  return createOrFold<arith::IndexCastOp>(getIndexType(), i32);
}

Value TileBuilder::toI32(Value index) {
  return createOrFold<arith::IndexCastOp>(getI32Type(), index);
}

Value TileBuilder::window(Value memref, Value first, int64_t count) {
  auto type = cast<MemRefType>(memref.getType());
  SmallVector<OpFoldResult> offsets(type.getRank(), getIndexAttr(0));
  SmallVector<OpFoldResult> sizes =
      getAsIndexOpFoldResult(getContext(), type.getShape());
  SmallVector<OpFoldResult> strides(type.getRank(), getIndexAttr(1));
  offsets[0] = first;
  sizes[0] = getIndexAttr(count);
  return create<memref::SubViewOp>(memref, offsets, sizes, strides);
}

TileBuilder::Row TileBuilder::rowAt(Value memref, Value first, int64_t n) {
  if (n == 0)
    return {memref, first};
  return {window(memref, first, n + 1), index(n)};
}

//===----------------------------------------------------------------------===//
// Lanes
//===----------------------------------------------------------------------===//

Value TileBuilder::load(Value memref, ValueRange indices) {
  Type element = cast<MemRefType>(memref.getType()).getElementType();
  return create<vector::LoadOp>(lanesOf(element), memref, indices);
}

void TileBuilder::store(Value vector, Value memref, ValueRange indices) {
  create<vector::StoreOp>(vector, memref, indices);
}

void TileBuilder::storeForElements(Value vector, Value memref, Value first) {
  auto type = cast<VectorType>(vector.getType());
  int64_t part = 256 / type.getElementTypeBitWidth();
  if (lanes() <= part)
    return store(vector, memref, {first});
  for (int64_t begin = 0; begin < lanes(); begin += part) {
    auto elements = llvm::to_vector(llvm::seq(begin, begin + part));
    // LLVM would merge the parts again.
    Value half = opaque(create<vector::ShuffleOp>(vector, vector, elements));
    create<vector::StoreOp>(half, memref, add(first, begin));
  }
}

Value TileBuilder::opaque(Value value) {
  // The operand is the result.
  return create<LLVM::InlineAsmOp>(
             value.getType(), value, /*asm_string=*/"", /*constraints=*/"=v,0",
             /*has_side_effects=*/false, /*is_align_stack=*/false,
             LLVM::tailcallkind::TailCallKind::None, /*asm_dialect=*/nullptr,
             /*operand_attrs=*/nullptr)
      .getResult(0);
}

SmallVector<Value> TileBuilder::fence(ValueRange vectors) {
  SmallVector<Value> after(vectors);
  if (target.vectorBits != 256)
    return after;
  // Operands are results.
  SmallVector<std::string> constraints(vectors.size(), "=v");
  for (size_t n = 0; n < vectors.size(); ++n)
    constraints.push_back(std::to_string(n));
  Type result = vectors.front().getType();
  if (vectors.size() > 1)
    result = LLVM::LLVMStructType::getLiteral(
        getContext(), llvm::to_vector(vectors.getTypes()));
  Value all =
      create<LLVM::InlineAsmOp>(
          result, vectors, /*asm_string=*/"", llvm::join(constraints, ","),
          /*has_side_effects=*/true,
          /*is_align_stack=*/false, LLVM::tailcallkind::TailCallKind::None,
          /*asm_dialect=*/nullptr, /*operand_attrs=*/nullptr)
          .getResult(0);
  if (vectors.size() == 1)
    return {all};
  for (auto [n, vector] : llvm::enumerate(after))
    vector = create<LLVM::ExtractValueOp>(all, n);
  return after;
}

Value TileBuilder::broadcast(Value scalar) {
  return create<vector::BroadcastOp>(lanesOf(scalar.getType()), scalar);
}

Value TileBuilder::broadcastForFma(Value scalar, size_t uses) {
  Value wide = broadcast(scalar);
  return uses > 1 || !target.hasFastBroadcast ? wide : opaque(wide);
}

Value TileBuilder::fma(Value a, Value b, Value c) {
  if (target.hasFma)
    return create<vector::FMAOp>(a, b, c);
  return create<arith::AddFOp>(create<arith::MulFOp>(a, b), c);
}

Value TileBuilder::max(Value a, Value b) {
  // Not arith.maximumf or maxnumf: both cost two more instructions on x86.
  Value greater = create<arith::CmpFOp>(arith::CmpFPredicate::OGT, a, b);
  return select(greater, a, b);
}

Value TileBuilder::select(Value condition, Value a, Value b) {
  return create<arith::SelectOp>(condition, a, b);
}

Value TileBuilder::equal(Value a, Value b) {
  return create<arith::CmpFOp>(arith::CmpFPredicate::OEQ, a, b);
}

//===----------------------------------------------------------------------===//
// Control flow and memory
//===----------------------------------------------------------------------===//

TileBuilder::Carried
TileBuilder::loop(Value lo, Value hi, int64_t step, ValueRange init,
                  function_ref<Carried(Value, ValueRange)> body) {
  auto forOp = create<scf::ForOp>(lo, hi, index(step), init);
  {
    InsertionGuard guard(*this);
    setInsertionPointToStart(forOp.getBody());
    Carried results = body(forOp.getInductionVar(), forOp.getRegionIterArgs());
    if (!init.empty())
      create<scf::YieldOp>(results);
  }
  return Carried(forOp.getResults());
}

void TileBuilder::loop(Value lo, Value hi, int64_t step,
                       function_ref<void(Value)> body) {
  loop(lo, hi, step, ValueRange(), [&](Value iv, ValueRange) {
    body(iv);
    return Carried();
  });
}

TileBuilder::Carried
TileBuilder::loopBySteps(Value lo, Value hi, int64_t steps, ValueRange init,
                         function_ref<Carried(Value, int64_t, ValueRange)> body,
                         bool isWhole) {
  auto run = [&](Value lo, Value hi, int64_t count, ValueRange init) {
    return loop(lo, hi, count, init, [&](Value first, ValueRange before) {
      return body(first, count, before);
    });
  };
  if (steps == 1 || isWhole)
    return run(lo, hi, steps, init);
  Value rounds = createOrFold<arith::DivUIOp>(sub(hi, lo), index(steps));
  Value whole = add(lo, mul(rounds, steps));
  Carried carried = run(lo, whole, steps, init);
  auto end = getConstantIntValue(hi);
  if (end && end == getConstantIntValue(whole))
    return carried;
  return run(whole, hi, 1, carried);
}

TileBuilder::Carried
TileBuilder::loopOfBlock(Value lo, Value hi, ValueRange init,
                         function_ref<Carried(Value, int64_t, ValueRange)> body,
                         bool isWhole) {
  auto steps = [&](Value first, int64_t count, ValueRange before) {
    Carried after(before);
    for (int64_t n = 0; n < count; ++n)
      after = body(first, n, after);
    return after;
  };
  return loopBySteps(lo, hi, target.stepsOfBlock(), init, steps, isWhole);
}

void TileBuilder::ifThen(Value condition, function_ref<void()> body) {
  auto ifOp = create<scf::IfOp>(condition, /*withElseRegion=*/false);
  InsertionGuard guard(*this);
  setInsertionPointToStart(ifOp.thenBlock());
  body();
}

void TileBuilder::forLaneGroups(int64_t count, int64_t maxVectors,
                                function_ref<void(ArrayRef<Value>)> body) {
  int64_t vectors = std::min(count / lanes(), maxVectors);
  auto group = [&](Value begin) {
    SmallVector<Value> begins;
    for (int64_t v = 0; v < vectors; ++v)
      begins.push_back(add(begin, v * lanes()));
    body(begins);
  };
  if (count == vectors * lanes())
    group(index(0));
  else
    loop(index(0), index(count), vectors * lanes(), group);
}

void TileBuilder::forParts(int64_t count, int64_t longest,
                           function_ref<void(Value, int64_t)> body) {
  int64_t parts = llvm::divideCeil(count, longest);
  int64_t length = count / parts, split = count % parts * (length + 1);
  auto emit = [&](int64_t begin, int64_t end, int64_t length) {
    if (begin + length == end)
      body(index(begin), length);
    else if (begin != end)
      loop(index(begin), index(end), length,
           [&](Value begin) { body(begin, length); });
  };
  emit(0, split, length + 1);
  emit(split, count, length);
}

Value TileBuilder::stack(ArrayRef<int64_t> shape, Type element) {
  InsertionGuard guard(*this);
  setInsertionPointToStart(entry);
  return create<memref::AllocaOp>(MemRefType::get(shape, element),
                                  getI64IntegerAttr(64));
}

Value TileBuilder::intrinsic(StringRef name, Type result, ValueRange operands) {
  return create<LLVM::CallIntrinsicOp>(result, getStringAttr(name), operands)
      .getResult(0);
}

} // namespace mlir::attn
