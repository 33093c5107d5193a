// RUN: attn-opt --attn-expand-online %s | FileCheck %s --implicit-check-not=attn.online_attention

!t = memref<1x1x64x8xf32, strided<[?, ?, ?, 1], offset: ?>>

// A full mask has no partial box, so no mask code; keys are read once for all
// tiles of the group.
// CHECK-LABEL: @full
// CHECK-NOT: attn.tile_mask
// CHECK: attn.tile_begin
// CHECK: attn.stage_keys
// CHECK-NOT: attn.tile_mask
// CHECK: attn.tile_scores
// CHECK-NOT: attn.tile_mask
// CHECK: attn.tile_softmax
// CHECK: attn.tile_accumulate
// CHECK-NOT: attn.tile_mask
// CHECK: attn.tile_end
func.func @full(%q: !t, %k: !t, %v: !t, %o: !t, %s: memref<?xi8>, %b: index, %i: index) {
  attn.online_attention %q, %k, %v [%b, %b, %b] origin(%i) into %o scratch %s
    {plan = #attn.plan<tile = [16], group = [2], lanes = 16, slab = 32>, scale = 1.0 : f32}
    : !t, !t, !t into !t scratch memref<?xi8>
  return
}

// The diagonal crosses a box: mask code, where the box is not full.
// Tiles keep their next box: each looks for it anew once it is used up.
// CHECK-LABEL: @causal
// CHECK: scf.while
// CHECK: attn.stage_keys
// CHECK: scf.while
// CHECK: attn.tile_scores
// CHECK: scf.if
// CHECK: attn.tile_mask
// CHECK: attn.tile_softmax
func.func @causal(%q: !t, %k: !t, %v: !t, %o: !t, %s: memref<?xi8>, %b: index, %i: index) {
  %m = attn.causal
  attn.online_attention %q, %k, %v mask(%m) [%b, %b, %b] origin(%i) into %o scratch %s
    {plan = #attn.plan<tile = [16], group = [2], lanes = 16, slab = 32>, scale = 1.0 : f32}
    : !t, !t, !t into !t scratch memref<?xi8>
  return
}
