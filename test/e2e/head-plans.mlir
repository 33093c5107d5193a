// Plans by head against the reference: every kind of plan beside others, parts
// of several heads, kv heads that parts share or divide, batches, both layouts,
// lengths and head counts of run time, modifications that ask for the head.
//
// RUN: attn-run %s --entry=chosen --random=1 --verify
// RUN: attn-run %s --entry=chosen --random=1 --verify --threads=2
// RUN: attn-run %s --entry=mixed --random=2 --size=N=203 --verify
// RUN: attn-run %s --entry=mixed --random=2 --size=N=1 --verify
// RUN: attn-run %s --entry=mixed --random=2 --size=N=203 --verify --target-cpu=avx2
// RUN: attn-run %s --entry=layouts --random=3 --size=H=6 --verify
// RUN: attn-run %s --entry=layouts --random=3 --size=H=12 --verify --threads=2
// RUN: attn-run %s --entry=modified --random=4 --size=N=100 --verify
// RUN: attn-run %s --entry=rounded --random=5 --verify
//
// Blocks of 16 in one head, 64 x 16 pairs, and all of 64 x 64 in the other.
// RUN: attn-run %s --entry=counted --random=5 --verify --json | FileCheck %s
// CHECK: "kept_pairs":5120,
// CHECK-SAME: "visited_pairs":5120

func.func @chosen(%q: tensor<1x4x2048x64xf32>, %k: tensor<1x2x2048x64xf32>, %v: tensor<1x2x2048x64xf32>) -> tensor<1x4x2048x64xf32> {
  %w = attn.window left = 127, right = 0
  %d = attn.slash stride = 128
  %c = attn.causal
  %column = attn.and %d, %c
  %m = attn.per_head %w, %column
  %o = attn.attention %q, %k, %v mask(%m) : (tensor<1x4x2048x64xf32>, tensor<1x2x2048x64xf32>, tensor<1x2x2048x64xf32>) -> tensor<1x4x2048x64xf32>
  return %o : tensor<1x4x2048x64xf32>
}

func.func @mixed(%q: tensor<2x6x?x24xf32>, %k: tensor<2x2x?x24xf32>, %v: tensor<2x2x?x40xf32>) -> (tensor<2x6x?x40xf32>, tensor<2x6x?xf32>) {
  %w = attn.window left = 30, right = 5
  %c = attn.causal
  %p = attn.power_of_two
  %n = attn.and %p, %c
  %m = attn.per_head %w, %n, %c
  %o, %lse = attn.attention %q, %k, %v mask(%m) {head_plans = [#attn.plan<tile = [16], group = [3], lanes = 16, slab = 40>, #attn.plan<diagonals = true, tile = [23], group = [2], lanes = 32, slab = 19>, #attn.plan<tile = [64], group = [2], lanes = 64, slab = 96>]} : (tensor<2x6x?x24xf32>, tensor<2x2x?x24xf32>, tensor<2x2x?x40xf32>) -> (tensor<2x6x?x40xf32>, tensor<2x6x?xf32>)
  return %o, %lse : tensor<2x6x?x40xf32>, tensor<2x6x?xf32>
}

func.func @layouts(%q: tensor<1x150x?x32xf32>, %k: tensor<1x150x3x32xf32>, %v: tensor<1x150x3x32xf32>) -> tensor<1x150x?x32xf32> {
  %a = attn.neighborhood layout = [10, 15], window = [3, 5]
  %b = attn.neighborhood layout = [10, 15], window = [3, 5], dilation = [2, 3]
  %m = attn.per_head %a, %b
  %o = attn.attention %q, %k, %v mask(%m) {layout = "bshd", head_plans = [#attn.plan<layout = [10, 15], dilation = [1, 1], tile = [4, 4], group = [1, 2], lanes = 16, slab = 60>, #attn.plan<layout = [10, 15], dilation = [2, 3], tile = [2, 8], group = [2, 1], lanes = 16, slab = 33>]} : (tensor<1x150x?x32xf32>, tensor<1x150x3x32xf32>, tensor<1x150x3x32xf32>) -> tensor<1x150x?x32xf32>
  return %o : tensor<1x150x?x32xf32>
}

func.func @modified(%q: tensor<1x4x?x32xf32>, %k: tensor<1x4x?x32xf32>, %v: tensor<1x4x?x32xf32>) -> tensor<1x4x?x32xf32> {
  %w = attn.window left = 9, right = 0
  %c = attn.causal
  %m = attn.per_head %w, %c
  %s = attn.alibi
  %o = attn.attention %q, %k, %v mask(%m) score(%s) {head_plans = [#attn.plan<tile = [16], group = [2], lanes = 16, slab = 40>, #attn.plan<tile = [32], group = [2], lanes = 32, slab = 64>]} : (tensor<1x4x?x32xf32>, tensor<1x4x?x32xf32>, tensor<1x4x?x32xf32>) -> tensor<1x4x?x32xf32>
  return %o : tensor<1x4x?x32xf32>
}

func.func @counted(%q: tensor<1x2x64x16xf32>, %k: tensor<1x2x64x16xf32>, %v: tensor<1x2x64x16xf32>) -> tensor<1x2x64x16xf32> {
  %a = attn.block_window block = 16, left = 0, right = 0
  %b = attn.full
  %m = attn.per_head %a, %b
  %o = attn.attention %q, %k, %v mask(%m) {head_plans = [#attn.plan<tile = [16], group = [2], lanes = 16, slab = 40>, #attn.plan<tile = [64], group = [1], lanes = 64, slab = 64>]} : (tensor<1x2x64x16xf32>, tensor<1x2x64x16xf32>, tensor<1x2x64x16xf32>) -> tensor<1x2x64x16xf32>
  return %o : tensor<1x2x64x16xf32>
}

// Pairs of bf16, where the machine multiplies them, beside products of f32.
func.func @rounded(%q: tensor<1x4x1024x64xbf16>, %k: tensor<1x2x1024x64xbf16>, %v: tensor<1x2x1024x64xbf16>) -> tensor<1x4x1024x64xbf16> {
  %w = attn.window left = 127, right = 0
  %n = attn.neighborhood layout = [32, 32], window = [7, 7]
  %m = attn.per_head %w, %n
  %o = attn.attention %q, %k, %v mask(%m) : (tensor<1x4x1024x64xbf16>, tensor<1x2x1024x64xbf16>, tensor<1x2x1024x64xbf16>) -> tensor<1x4x1024x64xbf16>
  return %o : tensor<1x4x1024x64xbf16>
}
