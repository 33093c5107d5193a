//===- TileBuilder.h - emits vector code for one target ---------*- C++ -*-===//
//
// The builder that the lowerings of all tile ops share. It knows the target,
// keeps one constant op per value and function, and spells the few shapes of
// code that microkernels are made of: loops that carry vectors, rows of lanes
// split into vector registers, conversions without library calls.
//
// Lane vectors are always exactly one register of the target long; a row of L
// lanes is L / lanes() of them.
//
//===----------------------------------------------------------------------===//

#ifndef ATTN_CODEGEN_CPU_TILEBUILDER_H
#define ATTN_CODEGEN_CPU_TILEBUILDER_H

#include "codegen/TargetDescription.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/BuiltinTypes.h"

namespace mlir::attn {

class TileBuilder : public ImplicitLocOpBuilder {
public:
  TileBuilder(func::FuncOp func, const TargetDescription &target);

  const TargetDescription &target;

  /// f32 elements of a register.
  int64_t lanes() const { return target.lanes(); }
  /// A register of `element`s, one for each lane.
  VectorType lanesOf(Type element) const {
    return VectorType::get({lanes()}, element);
  }

  // Constants, made once at the start of the function.
  Value index(int64_t value);
  Value constant(TypedAttr value);
  Value i32(int32_t value) { return constant(getI32IntegerAttr(value)); }
  /// `value` in every lane.
  Value splat(float value);
  Value splatI32(int32_t value);

  /// 0, 1, 2, ... in the lanes, as i32.
  Value laneNumbers();
  /// A condition that holds in the first lanes.
  Value firstLanes(int64_t count);

  // Index arithmetic, folded where it can be. It never overflows, and LLVM
  // finds better addresses when told so.
  Value add(Value a, Value b) {
    return createOrFold<arith::AddIOp>(a, b, arith::IntegerOverflowFlags::nsw);
  }
  Value add(Value a, int64_t b) { return b ? add(a, index(b)) : a; }
  Value mul(Value a, Value b) {
    return createOrFold<arith::MulIOp>(a, b, arith::IntegerOverflowFlags::nsw);
  }
  Value mul(Value a, int64_t b) { return mul(a, index(b)); }
  Value sub(Value a, Value b) { return createOrFold<arith::SubIOp>(a, b); }
  Value min(Value a, Value b) { return createOrFold<arith::MinSIOp>(a, b); }
  Value ceilDiv(Value a, int64_t b);
  Value toIndex(Value i32);
  Value toI32(Value index);

  /// Rows [first, first + count) of `memref`. Addressing rows that are a
  /// constant apart through their common window keeps one pointer alive, not
  /// one each.
  Value window(Value memref, Value first, int64_t count);
  struct Row {
    Value memref, row;
  };
  /// Row `first` + n of a memref. What it adds to the address of row `first` is
  /// constant.
  Row rowAt(Value memref, Value first, int64_t n);

  // Lanes.
  Value load(Value memref, ValueRange indices);
  void store(Value vector, Value memref, ValueRange indices);
  /// The same, to be read element by element soon: in parts of 32 bytes, as the
  /// upper half of a 64-byte store reaches no shorter load before the cache.
  void storeForElements(Value vector, Value memref, Value first);
  /// `value`, hidden from LLVM by an empty x86 instruction.
  Value opaque(Value value);
  /// `vectors`, computed before all that is loaded from here on: with 16
  /// registers LLVM would rather load early and spill accumulators.
  SmallVector<Value> fence(ValueRange vectors);
  Value broadcast(Value scalar);
  /// The same for an operand of `uses` multiply-adds. Used once, it would be
  /// embedded in that instruction, which some CPUs execute slower.
  Value broadcastForFma(Value scalar, size_t uses);
  /// a * b + c.
  Value fma(Value a, Value b, Value c);
  /// The larger lane by lane, `b` where either is NaN: one instruction.
  Value max(Value a, Value b);
  Value select(Value condition, Value a, Value b);
  Value equal(Value a, Value b);

  /// Vectors or scalars of f32, bf16 or f16 to f32 and back, rounding to
  /// nearest even.
  Value toF32(Value value);
  Value fromF32(Value value, Type element);

  /// for (iv = lo; iv < hi; iv += step) `body`, with carried values.
  using Carried = SmallVector<Value>;
  Carried loop(Value lo, Value hi, int64_t step, ValueRange init,
               function_ref<Carried(Value iv, ValueRange carried)> body);
  void loop(Value lo, Value hi, int64_t step,
            function_ref<void(Value iv)> body);
  /// The same as the first, `steps` at a time and then one by one: `body` does
  /// `count` of them from `first` on. If it `isWhole`, hi - lo is a multiple.
  Carried loopBySteps(
      Value lo, Value hi, int64_t steps, ValueRange init,
      function_ref<Carried(Value first, int64_t count, ValueRange carried)>
          body,
      bool isWhole = false);
  /// The same as the first in steps of one, of which the target says how many
  /// are written out: `body` is step `first` + n.
  Carried loopOfBlock(
      Value lo, Value hi, ValueRange init,
      function_ref<Carried(Value first, int64_t n, ValueRange carried)> body,
      bool isWhole = false);
  void ifThen(Value condition, function_ref<void()> body);

  /// Runs over a row of `count` lanes in groups of at most `maxVectors`
  /// registers: calls `body` with the lanes at which the registers begin.
  void forLaneGroups(int64_t count, int64_t maxVectors,
                     function_ref<void(ArrayRef<Value> begins)> body);

  /// Calls `body` for parts of [0, count), all as long as the first or shorter
  /// by one, and at most `longest`.
  void forParts(int64_t count, int64_t longest,
                function_ref<void(Value begin, int64_t length)> body);

  /// Scratch on the stack, allocated once at the start of the function.
  Value stack(ArrayRef<int64_t> shape, Type element);

  /// Calls an LLVM intrinsic with one result.
  Value intrinsic(StringRef name, Type result, ValueRange operands);

private:
  Block *entry;
  DenseMap<Attribute, Value> constants;
};

} // namespace mlir::attn

#endif // ATTN_CODEGEN_CPU_TILEBUILDER_H
