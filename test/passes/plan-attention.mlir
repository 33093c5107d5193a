// RUN: attn-opt --attn-plan-attention %s | FileCheck %s

!t = tensor<1x2x256x64xf32>
!d = tensor<?x?x?x64xf32>
!n = tensor<1x1x240x64xf32>
!w = tensor<1x1x16384x64xf32>
!s = tensor<1x1x8192x64xf32>

// Without a layout tokens are walked along one axis: a tile and a group of one
// extent each. Of few keys many are near the diagonal: tiles are small.
// CHECK-LABEL: @causal
// CHECK: attn.attention
// CHECK-SAME: plan = #attn.plan<tile = [16], group = [{{[0-9]+}}], lanes = 16, slab = {{[0-9]+}}>
func.func @causal(%q: !t, %k: !t, %v: !t) -> !t {
  %m = attn.causal
  %o = attn.attention %q, %k, %v mask(%m) : (!t, !t, !t) -> !t
  return %o : !t
}

// Every op gets a plan, masked or not, whether or not its lengths are known.
// CHECK-LABEL: @no_mask
// CHECK: attn.attention
// CHECK-SAME: plan = #attn.plan<tile = [{{[0-9]+}}], group = [{{[0-9]+}}],
func.func @no_mask(%q: !d, %k: !d, %v: !d) -> !d {
  %o = attn.attention %q, %k, %v : (!d, !d, !d) -> !d
  return %o : !d
}

// The layout of the mask is that of the plan, and its dilation too, since keys
// of a dilated window are neighbours only within a residue: an extent per axis.
// CHECK-LABEL: @neighborhood
// CHECK: attn.attention
// CHECK-SAME: plan = #attn.plan<
// CHECK-SAME: layout = [12, 20]
// CHECK-SAME: dilation = [1, 2]
// CHECK-SAME: tile = [{{[0-9]+}}, {{[0-9]+}}]
// CHECK-SAME: group = [{{[0-9]+}}, {{[0-9]+}}]
func.func @neighborhood(%q: !n, %k: !n, %v: !n) -> !n {
  %m = attn.neighborhood layout = [12, 20], window = [5, 5], dilation = [1, 2]
  %o = attn.attention %q, %k, %v mask(%m) : (!n, !n, !n) -> !n
  return %o : !n
}

// A plan that was written by hand stands; these are not what would be chosen.
// CHECK-LABEL: @keeps_its_plan
// CHECK: attn.attention
// CHECK-SAME: plan = #attn.plan<tile = [16], group = [3], lanes = 16, slab = 48>
func.func @keeps_its_plan(%q: !t, %k: !t, %v: !t) -> !t {
  %m = attn.causal
  %o = attn.attention %q, %k, %v mask(%m)
    {plan = #attn.plan<tile = [16], group = [3], lanes = 16, slab = 48>}
    : (!t, !t, !t) -> !t
  return %o : !t
}

// Halves of tiles are worth their code where many keys are at the ends of boxes:
// 32 of 1087 at either end here, and less than 1 in 100 below the diagonal.
// CHECK-LABEL: @halves
// CHECK: attn.attention
// CHECK-SAME: plan = #attn.plan<halves = true, tile = [64],
// CHECK: attn.attention
// CHECK-SAME: plan = #attn.plan<tile = [64],
func.func @halves(%q: !w, %k: !w, %v: !w) -> (!w, !w) {
  %m = attn.window left = 1023, right = 0
  %o = attn.attention %q, %k, %v mask(%m) : (!w, !w, !w) -> !w
  %c = attn.causal
  %p = attn.attention %q, %k, %v mask(%c) : (!w, !w, !w) -> !w
  return %o, %p : !w, !w
}

// Where they gain 1 to 2 in 100 they are worth it for a launch of many queries.
// CHECK-LABEL: @halves_of_many
// CHECK: attn.attention
// CHECK-SAME: plan = #attn.plan<tile = [64],
// CHECK: attn.attention
// CHECK-SAME: plan = #attn.plan<halves = true, tile = [64],
func.func @halves_of_many(%few: tensor<1x1x4096x64xf32>, %many: tensor<1x8x32768x64xf32>) {
  %d = attn.dilated_segments segments = [2048], rates = [1]
  %c = attn.causal
  %m = attn.and %d, %c
  %o = attn.attention %few, %few, %few mask(%m) : (tensor<1x1x4096x64xf32>, tensor<1x1x4096x64xf32>, tensor<1x1x4096x64xf32>) -> tensor<1x1x4096x64xf32>
  %p = attn.attention %many, %many, %many mask(%m) : (tensor<1x8x32768x64xf32>, tensor<1x8x32768x64xf32>, tensor<1x8x32768x64xf32>) -> tensor<1x8x32768x64xf32>
  return
}

// As written by hand.
// CHECK-LABEL: @keeps_its_halves
// CHECK: plan = #attn.plan<halves = true, layout = [12, 20], dilation = [1, 1], tile = [1, 32], group = [1, 1], lanes = 32, slab = 48>
func.func @keeps_its_halves(%q: !n, %k: !n, %v: !n) -> !n {
  %m = attn.neighborhood layout = [12, 20], window = [5, 5]
  %o = attn.attention %q, %k, %v mask(%m)
    {plan = #attn.plan<halves = true, layout = [12, 20], dilation = [1, 1], tile = [1, 32], group = [1, 1], lanes = 32, slab = 48>}
    : (!n, !n, !n) -> !n
  return %o : !n
}

// Eight groups or more for a head alone; tiles share keys instead where other
// heads, and batches, keep threads busy.
// CHECK-LABEL: @few_heads
// CHECK: group = [1], lanes = 16
// CHECK-LABEL: @many_heads
// CHECK: group = [8], lanes = 16
func.func @few_heads(%q: tensor<1x8x128x64xf32>) -> tensor<1x8x128x64xf32> {
  %m = attn.causal
  %o = attn.attention %q, %q, %q mask(%m) : (tensor<1x8x128x64xf32>, tensor<1x8x128x64xf32>, tensor<1x8x128x64xf32>) -> tensor<1x8x128x64xf32>
  return %o : tensor<1x8x128x64xf32>
}
func.func @many_heads(%q: tensor<16x16x128x64xf32>) -> tensor<16x16x128x64xf32> {
  %m = attn.causal
  %o = attn.attention %q, %q, %q mask(%m) : (tensor<16x16x128x64xf32>, tensor<16x16x128x64xf32>, tensor<16x16x128x64xf32>) -> tensor<16x16x128x64xf32>
  return %o : tensor<16x16x128x64xf32>
}

// Distances without a period are walked by diagonals, a period with a window
// beside it in parts. A period alone is walked by residue, in an open layout
// where lengths are not known, or differ.
// CHECK-LABEL: @distances
// CHECK: attn.attention
// CHECK-SAME: plan = #attn.plan<diagonals = true, tile = [64],
// CHECK: attn.attention
// CHECK-SAME: part_plans = [#attn.plan<tile = [16], {{.*}}>, #attn.plan<layout = [16384], dilation = [128],
// CHECK: attn.attention
// CHECK-SAME: plan = #attn.plan<layout = [?], dilation = [128],
// CHECK: attn.attention
// CHECK-SAME: plan = #attn.plan<layout = [?], dilation = [128],
// CHECK: attn.attention
// CHECK-SAME: plan = #attn.plan<layout = [16384], dilation = [128],
func.func @distances(%q: !w, %k: !w, %v: !w, %r: !d, %s: !s) -> (!w, !w, !d, !s, !w) {
  %p = attn.power_of_two
  %slash = attn.slash stride = 128
  %w = attn.window left = 127, right = 0
  %c = attn.causal
  %powers = attn.and %p, %c
  %o0 = attn.attention %q, %k, %v mask(%powers) : (!w, !w, !w) -> !w
  %period = attn.and %slash, %c
  %union = attn.or %period, %w
  %o1 = attn.attention %q, %k, %v mask(%union) : (!w, !w, !w) -> !w
  %o2 = attn.attention %r, %r, %r mask(%period) : (!d, !d, !d) -> !d
  %o3 = attn.attention %s, %k, %v mask(%period) : (!s, !w, !w) -> !s
  %o4 = attn.attention %q, %k, %v mask(%period) : (!w, !w, !w) -> !w
  return %o0, %o1, %o2, %o3, %o4 : !w, !w, !d, !s, !w
}
