// RUN: attn-opt --attn-outline-kernels --attn-expand-online %s | FileCheck %s --implicit-check-not=attn.online_attention --implicit-check-not=attn.tile_end
// RUN: attn-opt --attn-outline-kernels --attn-expand-online %s | attn-opt --attn-to-cpu -o /dev/null

// The loop that lists diagonals asks the planner for the next ones and drops
// those that no query keeps; the tile visits them, with mask code only where a
// query may drop one. The last visit stores what it has.
// CHECK-LABEL: func.func @powers_attention_0(
// CHECK: attn.diagonal_begin
// CHECK: scf.while
// CHECK: %[[LISTED:.*]]:3 = scf.while
// CHECK: memref.store
// CHECK: attn.diagonal_keys %{{.*}}[%[[LISTED]]#1] {{.*}} : memref<256xi32> into memref<256x64xi32>
// CHECK-NEXT: attn.diagonal_scores
// CHECK-SAME: {scale = 1.250000e-01 : f32, tile = 64 : i64}
// CHECK-NEXT: attn.diagonal_modify
// CHECK: math.tanh
// CHECK: attn.yield %{{.*}} : f32
// CHECK: scf.if %[[LISTED]]#2 {
// CHECK: attn.diagonal_mask {{.*}} {
// CHECK-NEXT: ^bb0(%{{.*}}: i32, %{{.*}}: i32):
// CHECK: attn.yield %{{.*}} : i1
// CHECK: attn.tile_softmax {{.*}} : memref<256x64xf32>
// CHECK-NEXT: attn.diagonal_accumulate {{.*}} first %[[FIRST:.*]] last %[[LAST:.*]] into
func.func @powers(%q: tensor<1x1x?x64xf32>, %k: tensor<1x1x?x64xf32>, %v: tensor<1x1x?x64xf32>) -> tensor<1x1x?x64xf32> {
  %p = attn.power_of_two
  %c = attn.causal
  %m = attn.and %p, %c
  %s = attn.softcap 0.7
  %o = attn.attention %q, %k, %v mask(%m) score(%s) {plan = #attn.plan<diagonals = true, tile = [64], group = [2], lanes = 64, slab = 256>} : (tensor<1x1x?x64xf32>, tensor<1x1x?x64xf32>, tensor<1x1x?x64xf32>) -> tensor<1x1x?x64xf32>
  return %o : tensor<1x1x?x64xf32>
}
