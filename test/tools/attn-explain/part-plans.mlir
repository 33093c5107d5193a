// Two parts of a mask: each plan says what it is for, and pairs are those of
// both. A block of 16 keys for each of 64 queries, and of the others those at
// distance 8 times n: 64 x 16 pairs and 64 x 6.
//
// RUN: attn-explain %s | FileCheck %s
// CHECK: pattern {{.*}}block_window or slash
// CHECK: plan {{.*}}block_window: tile 16, group 2 tiles, 16 lanes, slab 40 keys
// CHECK-NEXT: the rest: tile 8, group 1 tiles, 16 lanes, slab 64 keys
// CHECK: visited pairs {{.*}}for 1,408 kept
//
// RUN: attn-explain %s --json | FileCheck %s --check-prefix=JSON
// JSON: "kept_pairs":1408,"part_plans":[{{.*}}"group":[2],{{.*}}"lanes":16,{{.*}}"dilation":[8],{{.*}}"tile":[8]
// JSON-SAME: "plan":null

func.func @main(%q: tensor<1x1x64x16xf32>, %k: tensor<1x1x64x16xf32>, %v: tensor<1x1x64x16xf32>) -> tensor<1x1x64x16xf32> {
  %a = attn.block_window block = 16, left = 0, right = 0
  %s = attn.slash stride = 8
  %m = attn.or %a, %s
  %o = attn.attention %q, %k, %v mask(%m) first(%a) {part_plans = [#attn.plan<tile = [16], group = [2], lanes = 16, slab = 40>, #attn.plan<layout = [64], dilation = [8], tile = [8], group = [1], lanes = 16, slab = 64>]} : (tensor<1x1x64x16xf32>, tensor<1x1x64x16xf32>, tensor<1x1x64x16xf32>) -> tensor<1x1x64x16xf32>
  return %o : tensor<1x1x64x16xf32>
}
