// Numbers that regions take from outside are passed to a launch as they are,
// and to the kernel in arrays of one element, which its regions look up.
//
// RUN: attn-opt --attn-outline-kernels %s | FileCheck %s

#plan = #attn.plan<tile = [16], group = [1], lanes = 16, slab = 32>
!t = tensor<1x1x?x8xf32>

// CHECK-LABEL: func.func @main(
// CHECK-SAME: %[[Q:[a-z0-9]+]]: tensor<1x1x?x8xf32>, %[[W:[a-z0-9]+]]: index, %[[P:[a-z0-9]+]]: i32, %[[X:[a-z0-9]+]]: f32, %[[T:[a-z0-9]+]]: tensor<4xi32>)
// CHECK: attn.launch @main_attention_0(%[[Q]], %[[Q]], %[[Q]], %[[T]], %[[W]], %[[P]], %[[X]])
// CHECK-SAME: tensor<4xi32>, index, i32, f32) -> tensor<1x1x?x8xf32>

// CHECK: func.func @main_attention_0(
// CHECK-SAME: %[[TABLE:arg3]]: memref<4xi32
// CHECK-SAME: %[[WIDTH:arg4]]: memref<1xi32
// CHECK-SAME: %[[PERIOD:arg5]]: memref<1xi32
// CHECK-SAME: %[[FACTOR:arg6]]: memref<1xf32
// CHECK-SAME: {name = "table", numbers, sizes = ["table0"]}
// CHECK-SAME: {name = "number", numbers, sizes = ["number1"]}
// CHECK-SAME: {name = "number", numbers, sizes = ["number2"]}
// CHECK-SAME: {name = "number", sizes = ["number0_0"]}
// CHECK-SAME: attn.sizes = {
// CHECK-SAME: number0_0 = 1 : i64, number1 = 1 : i64, number2 = 1 : i64
// CHECK-SAME: table0 = 4 : i64
// CHECK: attn.predicate
// CHECK-DAG: %[[A:.*]] = attn.lookup %[[WIDTH]][%{{.*}}]
// CHECK-DAG: %[[B:.*]] = attn.lookup %[[PERIOD]][%{{.*}}]
// CHECK-DAG: %[[B32:.*]] = arith.index_cast %[[B]] : index to i32
// CHECK: arith.cmpi slt, %{{.*}}, %[[A]] : index
// CHECK: arith.cmpi slt, %{{.*}}, %[[B32]] : i32
// CHECK: attn.lookup %[[TABLE]]
// CHECK: attn.score_mod
// CHECK: %[[C:.*]] = attn.lookup %[[FACTOR]][%{{.*}}]
// CHECK: arith.mulf %{{.*}}, %[[C]] : f32
func.func @main(%q: !t, %w: index, %p: i32, %x: f32, %t: tensor<4xi32>) -> !t {
  %m = attn.predicate (%b, %h, %i, %j) {
    %d = arith.subi %i, %j : index
    %near = arith.cmpi slt, %d, %w : index
    %i32 = arith.index_cast %i : index to i32
    %first = arith.cmpi slt, %i32, %p : i32
    %y = attn.lookup %t[%h] : tensor<4xi32>
    %shift = arith.cmpi slt, %d, %y : index
    %or = arith.ori %near, %first : i1
    %keep = arith.ori %or, %shift : i1
    attn.yield %keep : i1
  }
  %s = attn.score_mod (%score, %b, %h, %i, %j) {
    %y = arith.mulf %score, %x : f32
    attn.yield %y : f32
  }
  %o = attn.attention %q, %q, %q mask(%m) score(%s) {plan = #plan} : (!t, !t, !t) -> !t
  return %o : !t
}
