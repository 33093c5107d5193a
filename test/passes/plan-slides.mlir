// RUN: attn-opt --attn-plan-attention=permute-cost=0.3 %s | FileCheck %s
// RUN: attn-opt --attn-plan-attention %s | FileCheck %s --check-prefix=NONE
// RUN: attn-opt '--attn-plan-attention=permute-cost=0.3 vector-lanes=8' %s | FileCheck %s --check-prefix=NONE

// Without a permutation of two registers, or with registers of 8 lanes, nothing
// slides.
// NONE-NOT: slides

!t = tensor<1x1x16384x64xf32>

// A window of 13 x 13: tiles of 4 x 16 that slide visit 16 x 13 keys a query,
// less than any box.
// CHECK-LABEL: @windows
// CHECK: plan = #attn.plan<slides = true, layout = [128, 128], dilation = [1, 1], tile = [4, 16],
func.func @windows(%q: !t, %k: !t, %v: !t) -> !t {
  %m = attn.neighborhood layout = [128, 128], window = [13, 13]
  %o = attn.attention %q, %k, %v mask(%m) : (!t, !t, !t) -> !t
  return %o : !t
}

// Where queries of a tile share their windows, nothing is gained.
// CHECK-LABEL: @shared_windows
// CHECK: plan = #attn.plan<layout
func.func @shared_windows(%q: !t, %k: !t, %v: !t) -> !t {
  %m = attn.neighborhood layout = [128, 128], window = [16, 16], stride = [16, 16]
  %o = attn.attention %q, %k, %v mask(%m) : (!t, !t, !t) -> !t
  return %o : !t
}

// One axis has one register of queries for each key.
// CHECK-LABEL: @one_axis
// CHECK: plan = #attn.plan<tile
func.func @one_axis(%q: !t, %k: !t, %v: !t) -> !t {
  %m = attn.window left = 20, right = 20
  %o = attn.attention %q, %k, %v mask(%m) : (!t, !t, !t) -> !t
  return %o : !t
}

// A last axis of 8 leaves half of the lanes without queries.
// CHECK-LABEL: @short_rows
// CHECK: plan = #attn.plan<layout
func.func @short_rows(%q: !t, %k: !t, %v: !t) -> !t {
  %m = attn.neighborhood layout = [2048, 8], window = [13, 5]
  %o = attn.attention %q, %k, %v mask(%m) : (!t, !t, !t) -> !t
  return %o : !t
}
