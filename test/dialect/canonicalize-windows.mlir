// Windows merge, and neighborhoods take one form.
// RUN: attn-opt %s -canonicalize | FileCheck %s

// CHECK-LABEL: @window_and_window
func.func @window_and_window() -> !attn.mask {
  // CHECK-NEXT: %[[M:.*]] = attn.window left = 3, right = 5{{$}}
  // CHECK-NEXT: return %[[M]]
  %a = attn.window left = 3
  %b = attn.window left = 9, right = 5
  %m = attn.and %a, %b
  return %m : !attn.mask
}

// Both contain j = i, so no gap lies between them.
// CHECK-LABEL: @window_or_window
func.func @window_or_window() -> !attn.mask {
  // CHECK-NEXT: %[[M:.*]] = attn.window left = 9{{$}}
  // CHECK-NEXT: return %[[M]]
  %a = attn.window left = 3
  %b = attn.window left = 9, right = 5
  %m = attn.or %a, %b
  return %m : !attn.mask
}

// CHECK-LABEL: @causal_and_window
func.func @causal_and_window() -> !attn.mask {
  // CHECK-NEXT: %[[M:.*]] = attn.window left = 9, right = 0{{$}}
  // CHECK-NEXT: return %[[M]]
  %a = attn.causal
  %b = attn.window left = 9, right = 5
  %m = attn.and %a, %b
  return %m : !attn.mask
}

// CHECK-LABEL: @causal_and_causal
func.func @causal_and_causal() -> !attn.mask {
  // CHECK-NEXT: %[[M:.*]] = attn.causal{{$}}
  // CHECK-NEXT: return %[[M]]
  %a = attn.causal
  %b = attn.window right = 7
  %m = attn.and %a, %b
  return %m : !attn.mask
}

// The bottom right corner depends on the lengths.
// CHECK-LABEL: @bottom_right_stays
func.func @bottom_right_stays() -> !attn.mask {
  // CHECK-DAG: %[[C:.*]] = attn.causal bottom_right
  // CHECK-DAG: %[[W:.*]] = attn.window left = 2, right = 4
  // CHECK: attn.and %[[W]], %[[C]]
  %c = attn.causal bottom_right
  %a = attn.window left = 2
  %b = attn.window right = 4
  %m = attn.and %a, %c, %b
  return %m : !attn.mask
}

// CHECK-LABEL: @defaults_left_out
func.func @defaults_left_out() -> !attn.mask {
  // CHECK-NEXT: attn.neighborhood layout = [10, 10], window = [4, 4]{{$}}
  %m = attn.neighborhood layout = [10, 10], window = [4, 4], stride = [1, 1],
      dilation = [1, 1], causal = [false, false], boundary = shift
  return %m : !attn.mask
}

// The longest group of axis 0 has 4 tokens; on axis 1 all keys are seen
// whoever leads.
// CHECK-LABEL: @windows_clamped
func.func @windows_clamped() -> !attn.mask {
  // CHECK-NEXT: attn.neighborhood layout = [10, 10], window = [4, 10], dilation = [3, 1]{{$}}
  %m = attn.neighborhood layout = [10, 10], window = [9, 12], stride = [2, 5],
      dilation = [3, 1]
  return %m : !attn.mask
}

// CHECK-LABEL: @covering_neighborhood_is_full
func.func @covering_neighborhood_is_full() -> (!attn.mask, !attn.mask) {
  // CHECK-NEXT: %[[M:.*]] = attn.full
  // CHECK-NEXT: return %[[M]], %[[M]]
  %a = attn.neighborhood layout = [4, 5], window = [4, 9], stride = [3, 1]
  %b = attn.neighborhood layout = [4, 5], window = [4, 5], boundary = wrap
  return %a, %b : !attn.mask, !attn.mask
}

// A causal axis, a dilation, a window cut off at the border: each drops pairs.
// CHECK-LABEL: @not_covering
func.func @not_covering() -> (!attn.mask, !attn.mask, !attn.mask, !attn.mask) {
  // CHECK-COUNT-4: attn.neighborhood
  %a = attn.neighborhood layout = [4, 5], window = [4, 5], causal = [false, true]
  %b = attn.neighborhood layout = [4, 6], window = [4, 3], dilation = [1, 2]
  %c = attn.neighborhood layout = [4, 5], window = [4, 5], boundary = clip
  %d = attn.neighborhood layout = [4, 5], window = [4, 4]
  return %a, %b, %c, %d : !attn.mask, !attn.mask, !attn.mask, !attn.mask
}
