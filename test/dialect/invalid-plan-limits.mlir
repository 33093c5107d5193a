// Plans that no kernel could follow, for all the memory or the types.
//
// RUN: attn-opt %s -split-input-file -verify-diagnostics

!t = tensor<1x2x64x8xf32>

func.func @group(%q: !t) -> !t {
  // expected-error @below {{expected a group of at most 4096 tiles, got [9223372036854775807]}}
  %o = attn.attention %q, %q, %q {plan = #attn.plan<tile = [16], group = [9223372036854775807], lanes = 16, slab = 32>} : (!t, !t, !t) -> !t
  return %o : !t
}

// -----

!t = tensor<1x2x64x8xf32>

func.func @group_of_axes(%q: !t) -> !t {
  // expected-error @below {{expected a group of at most 4096 tiles, got [4096, 2]}}
  %o = attn.attention %q, %q, %q {plan = #attn.plan<layout = [8, 8], dilation = [1, 1], tile = [4, 4], group = [4096, 2], lanes = 16, slab = 32>} : (!t, !t, !t) -> !t
  return %o : !t
}

// -----

!t = tensor<1x2x64x8xf32>

func.func @tile(%q: !t) -> !t {
  // expected-error @below {{expected a tile of at most 16 queries}}
  %o = attn.attention %q, %q, %q {plan = #attn.plan<layout = [8, 8], dilation = [1, 1], tile = [4294967296, 4294967296], group = [1, 1], lanes = 16, slab = 32>} : (!t, !t, !t) -> !t
  return %o : !t
}

// -----

!t = tensor<1x2x64x8xf32>

func.func @slab(%q: !t) -> !t {
  // expected-error @below {{expected a 'slab' of 1 to 1048576 keys, got 1000000000}}
  %o = attn.attention %q, %q, %q {plan = #attn.plan<tile = [16], group = [1], lanes = 16, slab = 1000000000>} : (!t, !t, !t) -> !t
  return %o : !t
}

// -----

!t = tensor<1x2x64x8xf32>

func.func @products_of_f32(%q: !t) -> !t {
  // expected-error @below {{expected operands of bf16 and a scale that is not 0 or subnormal for 'products' of bf16, got 'f32'}}
  %o = attn.attention %q, %q, %q {plan = #attn.plan<tile = [16], group = [1], lanes = 16, slab = 32, products = bf16>} : (!t, !t, !t) -> !t
  return %o : !t
}

// -----

!t = tensor<1x2x64x8xbf16>

func.func @products_of_no_scale(%q: !t) -> !t {
  // expected-error @below {{expected operands of bf16 and a scale that is not 0 or subnormal}}
  %o = attn.attention %q, %q, %q {scale = 0.0 : f32, plan = #attn.plan<tile = [16], group = [1], lanes = 16, slab = 32, products = bf16>} : (!t, !t, !t) -> !t
  return %o : !t
}

// -----

!t = tensor<1x1x512x8xf32>

func.func @many_axes(%q: !t) -> !t {
  // expected-error @below {{expected a plan with at most 8 axes, got 9}}
  %o = attn.attention %q, %q, %q {plan = #attn.plan<layout = [2, 2, 2, 2, 2, 4, 4], dilation = [2, 1, 1, 1, 1, 1, 2], tile = [1, 1, 1, 1, 1, 1, 2], group = [1, 1, 1, 1, 1, 1, 1], lanes = 16, slab = 32>} : (!t, !t, !t) -> !t
  return %o : !t
}
