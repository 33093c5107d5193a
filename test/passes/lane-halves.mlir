// RUN: attn-opt --attn-expand-online --split-input-file %s | FileCheck %s

!t = memref<1x1x64x8xf32, strided<[?, ?, ?, 1], offset: ?>>

// What both halves need is visited by all 32 lanes. A loop over the two ends of
// a box then visits what one half needs alone, with its 16 lanes: a part of each
// row of queries and outputs, and scores as many as there are lanes. Whether
// there is mask code is decided for the queries of the half.
// CHECK-LABEL: @causal
// CHECK: attn.tile_scores {{.*}} into memref<56x32xf32>
// CHECK: attn.tile_mask {{.*}} {tile = array<i64: 32>}
// CHECK: attn.tile_softmax {{.*}} : memref<56x32xf32>,
// CHECK: attn.tile_accumulate
// CHECK: scf.for
// CHECK: scf.if
// CHECK-DAG: %[[QT:.*]] = memref.subview {{.*}} : memref<2x8x32xf32> to memref<8x16xf32, strided<[32, 1], offset: ?>>
// CHECK-DAG: %[[OT:.*]] = memref.subview {{.*}} : memref<2x8x32xf32> to memref<8x16xf32, strided<[32, 1], offset: ?>>
// CHECK: attn.tile_scores {{.*}} : memref<8x16xf32, strided<[32, 1], offset: ?>>, {{.*}} into memref<56x16xf32>
// CHECK: scf.if
// CHECK: attn.tile_mask {{.*}} {tile = array<i64: 16>}
// CHECK: attn.tile_softmax {{.*}} : memref<56x16xf32>, memref<16xf32, strided<[1], offset: ?>>
// CHECK: attn.tile_accumulate {{.*}} into memref<8x16xf32, strided<[32, 1], offset: ?>>
// CHECK-NOT: attn.tile_scores
// CHECK: attn.tile_end
func.func @causal(%q: !t, %k: !t, %v: !t, %o: !t, %s: memref<?xi8>, %b: index, %i: index) {
  %m = attn.causal
  attn.online_attention %q, %k, %v mask(%m) [%b, %b, %b] origin(%i) into %o scratch %s
    {plan = #attn.plan<halves = true, tile = [32], group = [2], lanes = 32, slab = 24>, scale = 1.0 : f32}
    : !t, !t, !t into !t scratch memref<?xi8>
  return
}

// -----

!t = memref<1x1x64x8xf32, strided<[?, ?, ?, 1], offset: ?>>

// Of a box of queries the first axis is cut.
// CHECK-LABEL: @neighborhood
// CHECK: attn.tile_mask {{.*}} {tile = array<i64: 8, 4>}
// CHECK: attn.tile_mask {{.*}} {tile = array<i64: 4, 4>}
func.func @neighborhood(%q: !t, %k: !t, %v: !t, %o: !t, %s: memref<?xi8>, %b: index, %i: index) {
  %m = attn.neighborhood layout = [8, 8], window = [3, 3]
  attn.online_attention %q, %k, %v mask(%m) [%b, %b, %b] origin(%i, %i) into %o scratch %s
    {plan = #attn.plan<halves = true, layout = [8, 8], dilation = [1, 1], tile = [8, 4], group = [1, 2], lanes = 32, slab = 24>, scale = 1.0 : f32}
    : !t, !t, !t into !t scratch memref<?xi8>
  return
}

// -----

!t = memref<1x1x64x8xf32, strided<[?, ?, ?, 1], offset: ?>>

// Where every key is for all there are no halves.
// CHECK-LABEL: @full
// CHECK: attn.tile_scores
// CHECK-NOT: attn.tile_scores
func.func @full(%q: !t, %k: !t, %v: !t, %o: !t, %s: memref<?xi8>, %b: index, %i: index) {
  attn.online_attention %q, %k, %v [%b, %b, %b] origin(%i) into %o scratch %s
    {plan = #attn.plan<halves = true, tile = [32], group = [2], lanes = 32, slab = 24>, scale = 1.0 : f32}
    : !t, !t, !t into !t scratch memref<?xi8>
  return
}
