// RUN: attn-opt --attn-plan-attention=permute-cost=0.3 %s | FileCheck %s
// RUN: attn-opt --attn-plan-attention %s | FileCheck %s --check-prefix=NONE
// RUN: attn-opt '--attn-plan-attention=permute-cost=0.3 vector-lanes=8 l1-bytes=32768' %s | FileCheck %s --check-prefix=EIGHT

// Where keys of their own would have to be gathered nothing slides.
// NONE-NOT: slides

!t = tensor<1x1x16384x64xf32>

// A window of 13 x 13: tiles of 4 x 16 that slide visit 16 x 13 keys a query,
// less than any box.
// CHECK-LABEL: @windows
// CHECK: plan = #attn.plan<slides = true, layout = [128, 128], dilation = [1, 1], tile = [4, 16],
// EIGHT: plan = #attn.plan<slides = true, layout = [128, 128], dilation = [1, 1], tile = [4, 16],
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

// A last axis of 8 leaves half of the lanes without queries, the first none.
// CHECK-LABEL: @short_rows
// CHECK: plan = #attn.plan<slides = true, layout = [2048, 8], dilation = [1, 1], order = [1, 0], tile = [4, 16],
func.func @short_rows(%q: !t, %k: !t, %v: !t) -> !t {
  %m = attn.neighborhood layout = [2048, 8], window = [13, 5]
  %o = attn.attention %q, %k, %v mask(%m) : (!t, !t, !t) -> !t
  return %o : !t
}

// Where all axes do, boxes are better.
!s = tensor<1x1x512x64xf32>
// CHECK-LABEL: @short_axes
// CHECK: plan = #attn.plan<layout
func.func @short_axes(%q: !s, %k: !s, %v: !s) -> !s {
  %m = attn.neighborhood layout = [8, 8, 8], window = [3, 3, 3]
  %o = attn.attention %q, %k, %v mask(%m) : (!s, !s, !s) -> !s
  return %o : !s
}

// Residues of 2 leave 40 positions on the last axis, three registers of places
// of which the last is half empty; the 30 of the first fill two. 128 features of
// 64 queries are all of a first-level cache of 32 KiB: there it does not slide.
!d = tensor<1x1x115200x128xf32>
// CHECK-LABEL: @full_rows
// CHECK: plan = #attn.plan<slides = true, layout = [30, 48, 80], dilation = [1, 2, 2], order = [1, 2, 0], tile = [2, 2, 16],
// EIGHT-LABEL: @full_rows
// EIGHT: plan = #attn.plan<layout
func.func @full_rows(%q: !d, %k: !d, %v: !d) -> !d {
  %m = attn.neighborhood layout = [30, 48, 80], window = [18, 12, 12], dilation = [1, 2, 2]
  %o = attn.attention %q, %k, %v mask(%m) : (!d, !d, !d) -> !d
  return %o : !d
}
