// RUN: attn-opt --attn-outline-kernels --attn-expand-online %s | FileCheck %s --implicit-check-not=attn.online_attention --implicit-check-not=attn.tile
// RUN: attn-opt --attn-outline-kernels --attn-expand-online %s | attn-opt --attn-to-cpu -o /dev/null

// State is cleared for every query of a tile. The loop that lists diagonals asks
// the planner for the next ones and drops those that no query keeps; then every
// query lists its keys, with mask code only where one may be dropped.
// CHECK-LABEL: func.func @powers_attention_0(
// CHECK: attn.query_begin
// CHECK: scf.while
// CHECK: scf.while
// CHECK: memref.store
// CHECK: scf.if
// CHECK: attn.query_keys {{.*}} {
// CHECK-NEXT: ^bb0(%{{.*}}: i32, %{{.*}}: i32):
// CHECK: attn.yield %{{.*}} : i1
// CHECK: } else {
// CHECK-NEXT: attn.query_keys
// CHECK-NEXT: } : memref<288xi32>, memref<288xi32>
// CHECK-NEXT: scf.yield
// CHECK: attn.query_scores
// CHECK-SAME: scale = 1.250000e-01 : f32
// CHECK: attn.query_modify
// CHECK: math.tanh
// CHECK: attn.yield %{{.*}} : f32
// CHECK: attn.query_softmax
// CHECK: attn.query_accumulate
// CHECK: attn.query_end
func.func @powers(%q: tensor<1x1x?x64xf32>, %k: tensor<1x1x?x64xf32>, %v: tensor<1x1x?x64xf32>) -> tensor<1x1x?x64xf32> {
  %p = attn.power_of_two
  %c = attn.causal
  %m = attn.and %p, %c
  %s = attn.softcap 0.7
  %o = attn.attention %q, %k, %v mask(%m) score(%s) {plan = #attn.plan<diagonals = true, tile = [64], group = [2], lanes = 64, slab = 256>} : (tensor<1x1x?x64xf32>, tensor<1x1x?x64xf32>, tensor<1x1x?x64xf32>) -> tensor<1x1x?x64xf32>
  return %o : tensor<1x1x?x64xf32>
}
