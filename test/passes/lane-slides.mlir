// RUN: attn-opt --attn-expand-online --split-input-file %s | FileCheck %s

!t = memref<1x1x128x8xf32, strided<[?, ?, ?, 1], offset: ?>>

// Before the first slab it is found out for each of 16 places which keys it
// needs, and on the first axis what all of them have full. Keys are transposed.
// A visit is as wide as the place that needs most. Rows are masked where they
// are not full for all.
// CHECK-LABEL: @neighborhood
// CHECK: attn.tile_begin
// CHECK: %[[FULL:.*]]:2 = scf.for %[[PLACE:.*]] = %{{.*}} to %c16
// CHECK: memref.store %{{.*}}, %[[RUNS:.*]][%c0{{.*}}, %[[PLACE]]] : memref<5x16xi32, strided<[16, 1], offset: ?>>
// CHECK: memref.store %{{.*}}, %[[RUNS]][%c3{{.*}}, %[[PLACE]]]
// CHECK: scf.yield
// CHECK: memref.store %{{.*}}, %[[RUNS]][%c4{{.*}}, %c0
// CHECK: memref.store %{{.*}}, %[[RUNS]][%c4{{.*}}, %c1
// CHECK: attn.stage_keys {{.*}} transposed} : {{.*}} into memref<8x112xf32>, memref<80x16xf32>
// CHECK: %[[WIDTH:.*]], %{{.*}} = attn.tile_slide %{{.*}} lo(%[[LO:.*]]) hi(%{{.*}}) into %[[STARTS:.*]] :
// CHECK: attn.tile_scores {{.*}} width %{{.*}} starts %[[STARTS]] into %{{.*}} : memref<8x64xf32, {{.*}}, memref<8x112xf32>
// CHECK: scf.if
// CHECK: attn.tile_mask {{.*}} first %[[LO]] starts %[[STARTS]] {{.*}} {tile = array<i64: 4, 16>}
// CHECK: attn.tile_softmax {{.*}} : memref<80x64xf32>
// CHECK: attn.tile_accumulate {{.*}} starts %[[STARTS]], {{.*}} {by_query}
// CHECK: attn.tile_end {{.*}} {by_query,
func.func @neighborhood(%q: !t, %k: !t, %v: !t, %o: !t, %s: memref<?xi8>, %b: index, %i: index) {
  %m = attn.neighborhood layout = [4, 32], window = [3, 5]
  attn.online_attention %q, %k, %v mask(%m) [%b, %b, %b] origin(%i, %i) into %o scratch %s
    {plan = #attn.plan<slides = true, layout = [4, 32], dilation = [1, 1], tile = [4, 16], group = [1, 2], lanes = 64, slab = 48>, scale = 1.0 : f32}
    : !t, !t, !t into !t scratch memref<?xi8>
  return
}

// -----

!t = memref<1x1x128x8xf32, strided<[?, ?, ?, 1], offset: ?>>

// Modifications of scores get the key of each place as well, and without a mask
// there is nothing to mask.
// CHECK-LABEL: @score
// CHECK: attn.tile_modify {{.*}} starts %{{.*}} origin
// CHECK-NOT: attn.tile_mask
func.func @score(%q: !t, %k: !t, %v: !t, %o: !t, %s: memref<?xi8>, %b: index, %i: index) {
  %a = attn.softcap 3.0
  attn.online_attention %q, %k, %v score(%a) [%b, %b, %b] origin(%i, %i) into %o scratch %s
    {plan = #attn.plan<slides = true, layout = [4, 32], dilation = [1, 1], tile = [2, 16], group = [1, 2], lanes = 32, slab = 48>, scale = 1.0 : f32}
    : !t, !t, !t into !t scratch memref<?xi8>
  return
}
