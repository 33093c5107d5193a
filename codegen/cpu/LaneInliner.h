//===- LaneInliner.h - regions of one query on registers --------*- C++ -*-===//
//
// The region of a mask or a modification says what happens to one query and one
// key. It is inlined step by step, as its arguments become known; a value that
// depends on the query is a register of lanes, any other stays a scalar.
//
//===----------------------------------------------------------------------===//

#ifndef ATTN_CODEGEN_CPU_LANEINLINER_H
#define ATTN_CODEGEN_CPU_LANEINLINER_H

#include "codegen/cpu/TileBuilder.h"
#include "dialect/AttnOps.h"

namespace mlir::attn {

/// What is known of the values of a region so far. Copies go on by themselves.
class LaneInliner {
public:
  LaneInliner(Region &region, TileBuilder &b, size_t registers)
      : region(&region), b(b), registers(registers) {}

  /// Binds an argument of the region, to a scalar or to registers of lanes.
  void bind(unsigned argument, ArrayRef<Value> value) {
    values[region->getArgument(argument)] = Lanes(value);
  }

  /// Emits the ops of the region whose operands are known.
  void emit();

  /// What the region yields in register `r` of the lanes.
  Value result(size_t r);

private:
  /// A scalar, or a value for each register of lanes.
  using Lanes = SmallVector<Value, 4>;

  bool isCaptured(Value value) { return value.getParentRegion() != region; }
  bool isKnown(Value value) {
    return isCaptured(value) || values.contains(value);
  }
  bool isWide(Value value) {
    return !isCaptured(value) && isa<VectorType>(values[value][0].getType());
  }
  Value scalar(Value value) {
    return isCaptured(value) ? value : values[value][0];
  }
  Value widened(Value value, size_t r) {
    return isWide(value) ? values[value][r] : b.broadcast(scalar(value));
  }

  Lanes clone(Operation &inner);
  Value read(Operation &inner, ArrayRef<Value> at);
  Value readLanes(Operation &inner, ArrayRef<Value> at);
  Value gather(Operation &inner, ArrayRef<Value> at);
  Value readOneByOne(Operation &inner, ArrayRef<Value> at);
  Value floorDiv(Value x, Value y);

  Region *region;
  TileBuilder &b;
  size_t registers;
  DenseMap<Value, Lanes> values;
};

} // namespace mlir::attn

#endif // ATTN_CODEGEN_CPU_LANEINLINER_H
