// Masks whose numbers leave 32 bits, depend on themselves, or have maps that
// cannot be read.
//
// RUN: attn-opt %s -split-input-file -verify-diagnostics

!t = tensor<1x8x64x8xf32>

func.func @strided(%q: !t) -> !t {
  // expected-note @below {{the mask is made here}}
  %m = attn.strided block = 1, local = 1, stride = 1000000007, head_step = 1000000000
  // expected-error @below {{expected a mask in numbers of 32 bits for these sizes, got up to 7000000063}}
  %o = attn.attention %q, %q, %q mask(%m) : (!t, !t, !t) -> !t
  return %o : !t
}

// -----

!t = tensor<1x2x64x8xf32>

func.func @head_window(%q: !t) -> !t {
  // expected-note @below {{the mask is made here}}
  %m = attn.head_window block = 1, alpha = [2097152, 0], beta = [0, 0], denominator = 1024
  // expected-error @below {{expected a mask in numbers of 32 bits for these sizes, got up to 2147483648}}
  %o = attn.attention %q, %q, %q mask(%m) : (!t, !t, !t) -> !t
  return %o : !t
}

// -----

!t = tensor<1x2x64x8xf32>

func.func @itself(%q: !t) -> !t {
  // expected-error @below {{operand #0 does not dominate this use}}
  // expected-note @below {{operand defined here}}
  %m = attn.not %m
  %o = attn.attention %q, %q, %q mask(%m) : (!t, !t, !t) -> !t
  return %o : !t
}

// -----

func.func @map_elsewhere() {
  // expected-error @below {{expected a 'map' of dense elements, got another}}
  %m = attn.block_map block = [4, 4], map = dense_resource<foo> : tensor<2x2xi8>
  return
}

// -----

func.func @large_map() {
  // expected-error @below {{expected at most 67108864 blocks in 'map', got 10000000000}}
  %m = attn.block_map block = [4, 4], map = dense<1> : tensor<100000x100000xi8>
  return
}
