// Plans by head: each is told, and pairs are those of all parts. 64 x 16 pairs
// of the blocks in one head, 64 x 64 in the other.
//
// RUN: attn-explain %s | FileCheck %s
// CHECK: plan {{.*}}part 1 of 2 of the heads: tile 16, group 2 tiles, 16 lanes, slab 40 keys
// CHECK-NEXT: part 2 of 2 of the heads: tile 64, group 1 tiles, 64 lanes, slab 64 keys
// CHECK: visited pairs {{.*}}5,120 for 5,120 kept
//
// RUN: attn-explain %s --json | FileCheck %s --check-prefix=JSON
// JSON: "head_plans":[{{.*}}"group":[2],{{.*}}"lanes":16,{{.*}}"group":[1],{{.*}}"lanes":64,{{.*}}"kept_pairs":5120,
// JSON-SAME: "plan":null
// JSON-SAME: "visited_pairs":5120

func.func @main(%q: tensor<1x2x64x16xf32>, %k: tensor<1x2x64x16xf32>, %v: tensor<1x2x64x16xf32>) -> tensor<1x2x64x16xf32> {
  %a = attn.block_window block = 16, left = 0, right = 0
  %b = attn.full
  %m = attn.per_head %a, %b
  %o = attn.attention %q, %k, %v mask(%m) {head_plans = [#attn.plan<tile = [16], group = [2], lanes = 16, slab = 40>, #attn.plan<tile = [64], group = [1], lanes = 64, slab = 64>]} : (tensor<1x2x64x16xf32>, tensor<1x2x64x16xf32>, tensor<1x2x64x16xf32>) -> tensor<1x2x64x16xf32>
  return %o : tensor<1x2x64x16xf32>
}
