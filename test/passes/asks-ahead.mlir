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

!q = memref<1x4x64x8xf32, strided<[?, ?, ?, 1], offset: ?>>
!k = memref<1x2x64x8xf32, strided<[?, ?, ?, 1], offset: ?>>

// After the first group of a head comes the last one of the head before, whose
// keys may be those of another head.
// CHECK-LABEL: @heads
// CHECK-SAME: %[[HEAD:arg6]]: index, %[[KV:arg7]]: index, %[[ORIGIN:arg8]]: index
// CHECK: attn.stage_keys
// CHECK: %[[FIRST:.*]] = arith.cmpi slt, %[[ORIGIN]], %{{.*}} : index
// CHECK: %[[FIRST:.*]] = arith.cmpi slt, %[[ORIGIN]], %{{.*}} : index
// CHECK: %[[LESS:.*]] = arith.subi %[[HEAD]], %{{.*}} : index
// CHECK-NEXT: %[[BEFORE:.*]] = arith.maxsi %[[LESS]], %{{.*}} : index
// CHECK-NEXT: %[[NEXT:.*]] = arith.select %[[FIRST]], %[[BEFORE]], %[[HEAD]] : index
// CHECK: %[[NEXT_KV:.*]] = arith.divui %[[NEXT]], %c2{{.*}} : index
// CHECK-NEXT: %[[OF_KEYS:.*]] = arith.select %{{.*}}, %[[NEXT_KV]], %[[KV]] : index
// CHECK-NEXT: attn.list_ahead %arg0[%{{.*}}, %[[NEXT]]]
// CHECK-NEXT: attn.list_ahead %arg1, %arg2[%{{.*}}, %[[OF_KEYS]]]
func.func @heads(%q: !q, %k: !k, %v: !k, %o: !q, %s: memref<?xi8>, %b: index, %h: index, %g: index, %i: index) {
  attn.online_attention %q, %k, %v [%b, %h, %g] origin(%i) into %o scratch %s
    {plan = #attn.plan<tile = [16], group = [2], lanes = 16, slab = 32>, scale = 1.0 : f32}
    : !q, !k, !k into !q scratch memref<?xi8>
  return
}
