// RUN: attn-opt --attn-simplify-masks %s | FileCheck %s

!t = tensor<1x1x8x4xf32>

// Causal bounds the right side of a window: one window says both.
// CHECK-LABEL: @window_and_causal
// CHECK-NEXT: %[[M:.*]] = attn.window left = 7, right = 0
// CHECK-NEXT: attn.attention {{.*}} mask(%[[M]])
func.func @window_and_causal(%q: !t, %k: !t, %v: !t) -> !t {
  %w = attn.window left = 7, right = 5
  %c = attn.causal
  %m = attn.and %w, %c
  %o = attn.attention %q, %k, %v mask(%m) : (!t, !t, !t) -> !t
  return %o : !t
}

// Two masks that are equal only in their canonical forms become one value.
// CHECK-LABEL: @equal_masks_once
// CHECK-SAME: %[[Q:.*]]: {{.*}}, %[[K:.*]]: {{.*}}, %[[V:.*]]: {{.*}})
// CHECK-NEXT: %[[M:.*]] = attn.global [1, 3]
// CHECK-NEXT: attn.attention %[[Q]], %[[K]], %[[V]] mask(%[[M]])
// CHECK-NEXT: attn.attention %[[K]], %[[Q]], %[[V]] mask(%[[M]])
// CHECK-NEXT: return
func.func @equal_masks_once(%q: !t, %k: !t, %v: !t) -> (!t, !t) {
  %a = attn.global [3, 1]
  %b = attn.global [1, 3, 1]
  %x = attn.attention %q, %k, %v mask(%a) : (!t, !t, !t) -> !t
  %y = attn.attention %k, %q, %v mask(%b) : (!t, !t, !t) -> !t
  return %x, %y : !t, !t
}

// The corners differ where lengths do, and these lengths are not looked at.
// CHECK-LABEL: @corners_differ
// CHECK-DAG: attn.causal{{$}}
// CHECK-DAG: attn.causal bottom_right
// CHECK: attn.and
func.func @corners_differ(%q: !t, %k: !t, %v: !t) -> !t {
  %a = attn.causal
  %b = attn.causal bottom_right
  %m = attn.and %a, %b
  %o = attn.attention %q, %k, %v mask(%m) : (!t, !t, !t) -> !t
  return %o : !t
}

// A mask that nothing reads does nothing.
// CHECK-LABEL: @unused_mask
// CHECK-NEXT: return
func.func @unused_mask() {
  %m = attn.sinks 3
  return
}

// Masks that are returned are simplified like those that are attended with.
// CHECK-LABEL: @returned_mask
// CHECK-NEXT: %[[M:.*]] = attn.sinks 3
// CHECK-NEXT: return %[[M]]
func.func @returned_mask() -> !attn.mask {
  %s = attn.sinks 3
  %n = attn.not %s
  %m = attn.not %n
  return %m : !attn.mask
}

// A layout that its windows cover is no mask, but says how many tokens there
// are. Of known lengths that is known.
// CHECK-LABEL: @covered_layout
// CHECK-NEXT: attn.attention %arg0, %arg0, %arg0 {tokens = 48 : i64} : (tensor<1x1x?x4xf32>
// CHECK-NEXT: attn.attention %arg1, %arg1, %arg1 : (tensor<1x1x48x4xf32>
!open = tensor<1x1x?x4xf32>
!known = tensor<1x1x48x4xf32>
func.func @covered_layout(%q: !open, %k: !known) -> (!open, !known) {
  %m = attn.neighborhood layout = [6, 8], window = [6, 8]
  %o = attn.attention %q, %q, %q mask(%m) : (!open, !open, !open) -> !open
  %p = attn.attention %k, %k, %k mask(%m) : (!known, !known, !known) -> !known
  return %o, %p : !open, !known
}
