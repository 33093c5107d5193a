// One wrong thing per function, named for the constraint of dialect/README.md.
// RUN: attn-opt %s -split-input-file -verify-diagnostics

func.func @attention_c1(%q: tensor<1x4x8x64xf32>, %k: tensor<4x8x64xf32>, %v: tensor<1x4x8x64xf32>) {
  // expected-error @+1 {{expected 'k' of rank 4, got 'tensor<4x8x64xf32>'}}
  %o = attn.attention %q, %k, %v
    : (tensor<1x4x8x64xf32>, tensor<4x8x64xf32>, tensor<1x4x8x64xf32>) -> tensor<1x4x8x64xf32>
  return
}

// -----

func.func @attention_c2(%q: tensor<1x4x8x64xf64>, %k: tensor<1x4x8x64xf64>, %v: tensor<1x4x8x64xf64>) {
  // expected-error @+1 {{expected 'q' of f32, bf16 or f16, got 'f64'}}
  %o = attn.attention %q, %k, %v
    : (tensor<1x4x8x64xf64>, tensor<1x4x8x64xf64>, tensor<1x4x8x64xf64>) -> tensor<1x4x8x64xf64>
  return
}

// -----

func.func @attention_c2_mixed(%q: tensor<1x4x8x64xf32>, %k: tensor<1x4x8x64xf32>, %v: tensor<1x4x8x64xbf16>) {
  // expected-error @+1 {{expected 'v' of 'f32' like 'q', got 'bf16'}}
  %o = attn.attention %q, %k, %v
    : (tensor<1x4x8x64xf32>, tensor<1x4x8x64xf32>, tensor<1x4x8x64xbf16>) -> tensor<1x4x8x64xf32>
  return
}

// -----

func.func @attention_c3(%q: tensor<1x1x1073741824x8xf32>, %k: tensor<1x1x1073741824x8xf32>, %v: tensor<1x1x1073741824x8xf32>) {
  // expected-error @+1 {{expected sizes below 1073741824 in 'q', got 1073741824}}
  %o = attn.attention %q, %k, %v
    : (tensor<1x1x1073741824x8xf32>, tensor<1x1x1073741824x8xf32>, tensor<1x1x1073741824x8xf32>) -> tensor<1x1x1073741824x8xf32>
  return
}

// -----

func.func @attention_c4(%q: tensor<1x4x8x?xf32>, %k: tensor<1x4x8x?xf32>, %v: tensor<1x4x8x?xf32>) {
  // expected-error @+1 {{expected a static last dimension of 1 to 512 for 'q', got ?}}
  %o = attn.attention %q, %k, %v
    : (tensor<1x4x8x?xf32>, tensor<1x4x8x?xf32>, tensor<1x4x8x?xf32>) -> tensor<1x4x8x?xf32>
  return
}

// -----

func.func @attention_c4_large(%q: tensor<1x4x8x64xf32>, %k: tensor<1x4x8x64xf32>, %v: tensor<1x4x8x513xf32>) {
  // expected-error @+1 {{expected a static last dimension of 1 to 512 for 'v', got 513}}
  %o = attn.attention %q, %k, %v
    : (tensor<1x4x8x64xf32>, tensor<1x4x8x64xf32>, tensor<1x4x8x513xf32>) -> tensor<1x4x8x513xf32>
  return
}

// -----

func.func @attention_c25(%q: tensor<1x4x8x64xf32>) {
  // expected-error @+1 {{expected attributes that it has, got 'scael'}}
  %o = attn.attention %q, %q, %q {scael = 0.5 : f32, other.name = 1 : i32}
    : (tensor<1x4x8x64xf32>, tensor<1x4x8x64xf32>, tensor<1x4x8x64xf32>) -> tensor<1x4x8x64xf32>
  return
}

// -----

func.func @attention_c5(%q: tensor<1x4x8x64xf32>, %k: tensor<1x4x8x64xf32>, %v: tensor<1x4x8x64xf32>) {
  // expected-error @+1 {{expected 'layout' bhsd or bshd, got "sbhd"}}
  %o = attn.attention %q, %k, %v {layout = "sbhd"}
    : (tensor<1x4x8x64xf32>, tensor<1x4x8x64xf32>, tensor<1x4x8x64xf32>) -> tensor<1x4x8x64xf32>
  return
}

// -----

// q does not say; k and v must agree all the same.
func.func @attention_c6(%q: tensor<?x4x8x64xf32>, %k: tensor<2x4x8x64xf32>, %v: tensor<3x4x8x64xf32>) {
  // expected-error @+1 {{expected a batch of 'v' of 2, got 3}}
  %o = attn.attention %q, %k, %v
    : (tensor<?x4x8x64xf32>, tensor<2x4x8x64xf32>, tensor<3x4x8x64xf32>) -> tensor<?x4x8x64xf32>
  return
}

// -----

func.func @attention_c7(%q: tensor<1x4x8x64xf32>, %k: tensor<1x4x8x32xf32>, %v: tensor<1x4x8x64xf32>) {
  // expected-error @+1 {{expected a head size of 'k' of 64, got 32}}
  %o = attn.attention %q, %k, %v
    : (tensor<1x4x8x64xf32>, tensor<1x4x8x32xf32>, tensor<1x4x8x64xf32>) -> tensor<1x4x8x64xf32>
  return
}

// -----

func.func @attention_c8(%q: tensor<1x4x8x64xf32>, %k: tensor<1x4x9x64xf32>, %v: tensor<1x4x10x64xf32>) {
  // expected-error @+1 {{expected a number of keys of 'v' of 9, got 10}}
  %o = attn.attention %q, %k, %v
    : (tensor<1x4x8x64xf32>, tensor<1x4x9x64xf32>, tensor<1x4x10x64xf32>) -> tensor<1x4x8x64xf32>
  return
}

// -----

func.func @attention_c9(%q: tensor<1x4x8x64xf32>, %k: tensor<1x2x8x64xf32>, %v: tensor<1x4x8x64xf32>) {
  // expected-error @+1 {{expected a number of heads of 'v' of 2, got 4}}
  %o = attn.attention %q, %k, %v
    : (tensor<1x4x8x64xf32>, tensor<1x2x8x64xf32>, tensor<1x4x8x64xf32>) -> tensor<1x4x8x64xf32>
  return
}

// -----

func.func @attention_c10(%q: tensor<1x4x8x64xf32>, %k: tensor<1x3x8x64xf32>, %v: tensor<1x3x8x64xf32>) {
  // expected-error @+1 {{expected query heads in a multiple of the 3 kv heads, got 4}}
  %o = attn.attention %q, %k, %v
    : (tensor<1x4x8x64xf32>, tensor<1x3x8x64xf32>, tensor<1x3x8x64xf32>) -> tensor<1x4x8x64xf32>
  return
}

// -----

// In bshd the heads stand third.
func.func @attention_c10_bshd(%q: tensor<1x4x8x64xf32>, %k: tensor<1x8x3x64xf32>, %v: tensor<1x8x3x64xf32>) {
  // expected-error @+1 {{expected query heads in a multiple of the 3 kv heads, got 8}}
  %o = attn.attention %q, %k, %v {layout = "bshd"}
    : (tensor<1x4x8x64xf32>, tensor<1x8x3x64xf32>, tensor<1x8x3x64xf32>) -> tensor<1x4x8x64xf32>
  return
}

// -----

func.func @attention_c10_none(%q: tensor<1x0x8x64xf32>, %k: tensor<1x0x8x64xf32>, %v: tensor<1x0x8x64xf32>) {
  // expected-error @+1 {{expected at least one head, got none}}
  %o = attn.attention %q, %k, %v
    : (tensor<1x0x8x64xf32>, tensor<1x0x8x64xf32>, tensor<1x0x8x64xf32>) -> tensor<1x0x8x64xf32>
  return
}
