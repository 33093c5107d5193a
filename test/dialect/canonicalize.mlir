// Folds and canonical forms of masks. Every one must hold for all lengths.
// RUN: attn-opt %s -canonicalize | FileCheck %s

// A window without bounds keeps everything.
// CHECK-LABEL: @unbounded_window_is_full
func.func @unbounded_window_is_full() -> !attn.mask {
  // CHECK: %[[M:.*]] = attn.full
  // CHECK: return %[[M]]
  %m = attn.window
  return %m : !attn.mask
}

// CHECK-LABEL: @half_window_is_causal
func.func @half_window_is_causal() -> !attn.mask {
  // CHECK: attn.causal{{$}}
  %m = attn.window right = 0
  return %m : !attn.mask
}

// CHECK-LABEL: @nothing_chosen_is_empty
func.func @nothing_chosen_is_empty() -> (!attn.mask, !attn.mask) {
  // CHECK: %[[M:.*]] = attn.empty
  // CHECK: return %[[M]], %[[M]]
  %s = attn.sinks 0
  %g = attn.global []
  return %s, %g : !attn.mask, !attn.mask
}

// CHECK-LABEL: @tokens_sorted_once
func.func @tokens_sorted_once() -> !attn.mask {
  // CHECK: attn.global [2, 5, 9]
  %m = attn.global [9, 2, 5, 2]
  return %m : !attn.mask
}

// CHECK-LABEL: @double_not
// CHECK-SAME: %[[A:.*]]: !attn.mask
func.func @double_not(%a: !attn.mask) -> !attn.mask {
  // CHECK: return %[[A]]
  %n = attn.not %a
  %m = attn.not %n
  return %m : !attn.mask
}

// CHECK-LABEL: @not_of_constants
func.func @not_of_constants() -> (!attn.mask, !attn.mask) {
  // CHECK-DAG: %[[FULL:.*]] = attn.full
  // CHECK-DAG: %[[EMPTY:.*]] = attn.empty
  // CHECK: return %[[EMPTY]], %[[FULL]]
  %f = attn.full
  %e = attn.empty
  %nf = attn.not %f
  %ne = attn.not %e
  return %nf, %ne : !attn.mask, !attn.mask
}

// full is the unit of and, empty decides it.
// CHECK-LABEL: @and_constants
// CHECK-SAME: %[[A:.*]]: !attn.mask
func.func @and_constants(%a: !attn.mask) -> (!attn.mask, !attn.mask) {
  // CHECK: %[[EMPTY:.*]] = attn.empty
  // CHECK: return %[[A]], %[[EMPTY]]
  %f = attn.full
  %e = attn.empty
  %unit = attn.and %f, %a
  %decided = attn.and %a, %e
  return %unit, %decided : !attn.mask, !attn.mask
}

// empty is the unit of or, full decides it.
// CHECK-LABEL: @or_constants
// CHECK-SAME: %[[A:.*]]: !attn.mask
func.func @or_constants(%a: !attn.mask) -> (!attn.mask, !attn.mask) {
  // CHECK: %[[FULL:.*]] = attn.full
  // CHECK: return %[[A]], %[[FULL]]
  %f = attn.full
  %e = attn.empty
  %unit = attn.or %e, %a
  %decided = attn.or %a, %f
  return %unit, %decided : !attn.mask, !attn.mask
}

// CHECK-LABEL: @flatten
// CHECK-SAME: %[[A:.*]]: !attn.mask, %[[B:.*]]: !attn.mask, %[[C:.*]]: !attn.mask
func.func @flatten(%a: !attn.mask, %b: !attn.mask, %c: !attn.mask) -> (!attn.mask, !attn.mask) {
  // CHECK: %[[AND:.*]] = attn.and %[[A]], %[[B]], %[[C]]
  // The inner op is another one, so it stays.
  // CHECK: %[[OR:.*]] = attn.or %[[A]], %[[AND]]
  // CHECK: return %[[AND]], %[[OR]]
  %ab = attn.and %a, %b
  %abc = attn.and %ab, %c, %a
  %other = attn.or %a, %abc
  return %abc, %other : !attn.mask, !attn.mask
}

// CHECK-LABEL: @duplicates
// CHECK-SAME: %[[A:.*]]: !attn.mask
func.func @duplicates(%a: !attn.mask) -> (!attn.mask, !attn.mask) {
  // CHECK: return %[[A]], %[[A]]
  %m = attn.and %a, %a
  %n = attn.or %a, %a, %a
  return %m, %n : !attn.mask, !attn.mask
}

// No mask is the canonical form of the full one.
// CHECK-LABEL: @attention_without_mask
func.func @attention_without_mask(%q: tensor<1x1x8x4xf32>) -> tensor<1x1x8x4xf32> {
  // CHECK-NOT: mask
  // CHECK: attn.attention %{{.*}}, %{{.*}}, %{{.*}} :
  %m = attn.full
  %o = attn.attention %q, %q, %q mask(%m) : (tensor<1x1x8x4xf32>, tensor<1x1x8x4xf32>, tensor<1x1x8x4xf32>) -> tensor<1x1x8x4xf32>
  return %o : tensor<1x1x8x4xf32>
}
