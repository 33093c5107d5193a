// RUN: attn-opt --attn-expand-online=asks-ahead %s | FileCheck %s
// RUN: attn-opt --attn-expand-online=asks-ahead %s | attn-opt --attn-to-cpu -o /dev/null
// RUN: attn-opt --attn-expand-online %s | FileCheck %s --check-prefix=NONE --implicit-check-not=attn.list_ahead --implicit-check-not=" ahead "

!t = memref<1x1x64x8xf32, strided<[?, ?, ?, 1], offset: ?>>

// Once tiles have looked for their boxes, a slab lists queries of the group
// before, if it is the last one, and the keys that come next, and every visit
// asks for some of that.
// CHECK-LABEL: @causal
// CHECK: scf.while
// CHECK: attn.stage_keys
// CHECK: scf.if
// CHECK: attn.list_ahead %arg0[{{.*}} into %[[LIST:.*]] {restart, strides = array<i64: 1>}
// CHECK-NEXT: attn.list_ahead %arg1, %arg2[{{.*}} into %[[LIST]] {strides = array<i64: 1>}
// CHECK: attn.tile_scores
// CHECK: attn.tile_accumulate {{.*}} ahead %[[LIST]] into
// NONE-LABEL: @causal
// NONE: attn.tile_accumulate
func.func @causal(%q: !t, %k: !t, %v: !t, %o: !t, %s: memref<?xi8>, %b: index, %i: index) {
  %m = attn.causal
  attn.online_attention %q, %k, %v mask(%m) [%b, %b, %b] origin(%i) into %o scratch %s
    {plan = #attn.plan<tile = [16], group = [2], lanes = 16, slab = 32>, scale = 1.0 : f32}
    : !t, !t, !t into !t scratch memref<?xi8>
  return
}

// Along several axes slabs are listed by a function of their own, first, so that
// it is known which slab comes after each.
// CHECK-LABEL: func.func private @layout_slabs
// CHECK: memref.store
// CHECK-LABEL: func.func @layout
// CHECK: scf.while
// CHECK: %[[ALL:.*]] = func.call @layout_slabs
// CHECK: scf.for
// CHECK: attn.stage_keys
// CHECK: attn.list_ahead %arg0[{{.*}} {restart, strides = array<i64: 8, 1>}
// CHECK: attn.list_ahead %arg1, %arg2[
// CHECK: attn.tile_accumulate {{.*}} ahead
// NONE-NOT: layout_slabs
// NONE-LABEL: @layout
// NONE: attn.stage_keys
func.func @layout(%q: !t, %k: !t, %v: !t, %o: !t, %s: memref<?xi8>, %b: index, %i: index) {
  %m = attn.neighborhood layout = [8, 8], window = [3, 3]
  attn.online_attention %q, %k, %v mask(%m) [%b, %b, %b] origin(%i, %i) into %o scratch %s
    {plan = #attn.plan<layout = [8, 8], dilation = [1, 1], tile = [4, 4], group = [1, 2], lanes = 16, slab = 16>, scale = 1.0 : f32}
    : !t, !t, !t into !t scratch memref<?xi8>
  return
}
