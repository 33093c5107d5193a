// RUN: attn-opt %s -split-input-file -verify-diagnostics

func.func @products(%q: tensor<1x1x64x40xbf16>) -> tensor<1x1x64x40xbf16> {
  // expected-error @below {{expected 'products' of bf16, got 'f16'}}
  %o = attn.attention %q, %q, %q {plan = #attn.plan<tile = [16], group = [1], lanes = 16, slab = 32, products = f16>} : (tensor<1x1x64x40xbf16>, tensor<1x1x64x40xbf16>, tensor<1x1x64x40xbf16>) -> tensor<1x1x64x40xbf16>
  return %o : tensor<1x1x64x40xbf16>
}

// -----

func.func @lanes(%q: tensor<1x1x64x40xf32>) -> tensor<1x1x64x40xf32> {
  // expected-error @below {{expected a tile of at most 16 queries, got 32}}
  %o = attn.attention %q, %q, %q {plan = #attn.plan<tile = [32], group = [1], lanes = 16, slab = 32>} : (tensor<1x1x64x40xf32>, tensor<1x1x64x40xf32>, tensor<1x1x64x40xf32>) -> tensor<1x1x64x40xf32>
  return %o : tensor<1x1x64x40xf32>
}

// -----

func.func @operands(%q: memref<1x1x64x8xf32>, %s: memref<?xi8>, %b: index) {
  // expected-error @below {{expected operands of bf16 for 'products' of bf16, got 'f32'}}
  attn.online_attention %q, %q, %q [%b, %b, %b] origin(%b) into %q scratch %s
    {plan = #attn.plan<tile = [16], group = [2], lanes = 16, slab = 32, products = bf16>, scale = 1.0 : f32}
    : memref<1x1x64x8xf32>, memref<1x1x64x8xf32>, memref<1x1x64x8xf32> into memref<1x1x64x8xf32> scratch memref<?xi8>
  return
}

// -----

func.func @diagonals_of_a_layout(%q: tensor<1x1x64x40xf32>) -> tensor<1x1x64x40xf32> {
  // expected-error @below {{expected no 'layout' with 'diagonals', got one}}
  %o = attn.attention %q, %q, %q {plan = #attn.plan<diagonals = true, layout = [64], dilation = [1], tile = [16], group = [1], lanes = 16, slab = 32>} : (tensor<1x1x64x40xf32>, tensor<1x1x64x40xf32>, tensor<1x1x64x40xf32>) -> tensor<1x1x64x40xf32>
  return %o : tensor<1x1x64x40xf32>
}

// -----

func.func @halves_of_few_lanes(%q: tensor<1x1x64x40xf32>) -> tensor<1x1x64x40xf32> {
  // expected-error @below {{expected a tile of 32 or 64 queries, one for each lane, and an even number of them on its first axis, for 'halves', got [16] and 16 lanes}}
  %o = attn.attention %q, %q, %q {plan = #attn.plan<halves = true, tile = [16], group = [1], lanes = 16, slab = 32>} : (tensor<1x1x64x40xf32>, tensor<1x1x64x40xf32>, tensor<1x1x64x40xf32>) -> tensor<1x1x64x40xf32>
  return %o : tensor<1x1x64x40xf32>
}

// -----

func.func @halves_of_unused_lanes(%q: tensor<1x1x64x40xf32>) -> tensor<1x1x64x40xf32> {
  // expected-error @below {{expected a tile of 32 or 64 queries, one for each lane, and an even number of them on its first axis, for 'halves', got [32] and 64 lanes}}
  %o = attn.attention %q, %q, %q {plan = #attn.plan<halves = true, tile = [32], group = [1], lanes = 64, slab = 32>} : (tensor<1x1x64x40xf32>, tensor<1x1x64x40xf32>, tensor<1x1x64x40xf32>) -> tensor<1x1x64x40xf32>
  return %o : tensor<1x1x64x40xf32>
}

// -----

func.func @halves_of_pairs(%q: tensor<1x1x64x40xbf16>) -> tensor<1x1x64x40xbf16> {
  // expected-error @below {{expected no 'products' with 'halves', got some}}
  %o = attn.attention %q, %q, %q {plan = #attn.plan<halves = true, tile = [32], group = [1], lanes = 32, slab = 32, products = bf16>} : (tensor<1x1x64x40xbf16>, tensor<1x1x64x40xbf16>, tensor<1x1x64x40xbf16>) -> tensor<1x1x64x40xbf16>
  return %o : tensor<1x1x64x40xbf16>
}

// -----

func.func @halves_of_diagonals(%q: tensor<1x1x64x40xf32>) -> tensor<1x1x64x40xf32> {
  // expected-error @below {{expected no 'diagonals' with 'halves', got some}}
  %o = attn.attention %q, %q, %q {plan = #attn.plan<diagonals = true, halves = true, tile = [32], group = [1], lanes = 32, slab = 32>} : (tensor<1x1x64x40xf32>, tensor<1x1x64x40xf32>, tensor<1x1x64x40xf32>) -> tensor<1x1x64x40xf32>
  return %o : tensor<1x1x64x40xf32>
}

// -----

!t = tensor<1x2x64x8xf32>

func.func @both_plans(%q: !t) -> !t {
  %c = attn.causal
  %m = attn.per_head %c
  // expected-error @below {{expected one of 'plan' and 'head_plans', got both}}
  %o = attn.attention %q, %q, %q mask(%m) {plan = #attn.plan<tile = [16], group = [1], lanes = 16, slab = 32>, head_plans = [#attn.plan<tile = [16], group = [1], lanes = 16, slab = 32>]} : (!t, !t, !t) -> !t
  return %o : !t
}

// -----

!t = tensor<1x2x64x8xf32>

func.func @plans_of_one_mask(%q: !t) -> !t {
  %c = attn.causal
  // expected-error @below {{expected 'head_plans' with a mask by attn.per_head only}}
  %o = attn.attention %q, %q, %q mask(%c) {head_plans = [#attn.plan<tile = [16], group = [1], lanes = 16, slab = 32>]} : (!t, !t, !t) -> !t
  return %o : !t
}

// -----

!t = tensor<1x2x64x8xf32>

func.func @too_few_plans(%q: !t) -> !t {
  %c = attn.causal
  %w = attn.window left = 3
  %m = attn.per_head %c, %w
  // expected-error @below {{expected a plan for each of 2 masks, got 1}}
  %o = attn.attention %q, %q, %q mask(%m) {head_plans = [#attn.plan<tile = [16], group = [1], lanes = 16, slab = 32>]} : (!t, !t, !t) -> !t
  return %o : !t
}

// -----

func.func @open_axis_among_others(%q: tensor<1x1x64x40xf32>) -> tensor<1x1x64x40xf32> {
  // expected-error @below {{expected an open axis alone in 'layout', got 2 axes}}
  %o = attn.attention %q, %q, %q {plan = #attn.plan<layout = [8, ?], dilation = [1, 2], tile = [4, 4], group = [1, 1], lanes = 16, slab = 32>} : (tensor<1x1x64x40xf32>, tensor<1x1x64x40xf32>, tensor<1x1x64x40xf32>) -> tensor<1x1x64x40xf32>
  return %o : tensor<1x1x64x40xf32>
}

// -----

func.func @extent(%q: tensor<1x1x64x40xf32>) -> tensor<1x1x64x40xf32> {
  // expected-error @below {{expected an extent or '?' in 'layout', got -1}}
  %o = attn.attention %q, %q, %q {plan = #attn.plan<layout = [-1], dilation = [2], tile = [4], group = [1], lanes = 16, slab = 32>} : (tensor<1x1x64x40xf32>, tensor<1x1x64x40xf32>, tensor<1x1x64x40xf32>) -> tensor<1x1x64x40xf32>
  return %o : tensor<1x1x64x40xf32>
}
