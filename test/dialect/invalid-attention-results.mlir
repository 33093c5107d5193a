// One wrong thing per function, named for the constraint of dialect/README.md.
// RUN: attn-opt %s -split-input-file -verify-diagnostics

func.func @attention_c11(%q: tensor<1x4x8x64xf32>, %k: tensor<1x4x8x64xf32>, %v: tensor<1x4x8x32xf32>) {
  // expected-error @+1 {{expected 'o' of type 'tensor<1x4x8x32xf32>', got 'tensor<1x4x8x64xf32>'}}
  %o = attn.attention %q, %k, %v
    : (tensor<1x4x8x64xf32>, tensor<1x4x8x64xf32>, tensor<1x4x8x32xf32>) -> tensor<1x4x8x64xf32>
  return
}

// -----

func.func @attention_c12(%q: tensor<1x4x8x64xbf16>, %k: tensor<1x4x8x64xbf16>, %v: tensor<1x4x8x64xbf16>) {
  // expected-error @+1 {{expected 'lse' of type 'tensor<1x4x8xf32>', got 'tensor<1x4x8xbf16>'}}
  %o, %lse = attn.attention %q, %k, %v
    : (tensor<1x4x8x64xbf16>, tensor<1x4x8x64xbf16>, tensor<1x4x8x64xbf16>) -> (tensor<1x4x8x64xbf16>, tensor<1x4x8xbf16>)
  return
}

// -----

func.func @attention_c13(%q: tensor<1x4x8x64xf32>, %k: tensor<1x4x8x64xf32>, %v: tensor<1x4x8x64xf32>) {
  %c = attn.causal
  // expected-note @+1 {{the layout is given here}}
  %n = attn.neighborhood layout = [3, 3], window = [2, 2]
  %m = attn.and %c, %n
  // expected-error @+1 {{expected 9 queries as in the layout [3, 3] of the mask, got 8}}
  %o = attn.attention %q, %k, %v mask(%m)
    : (tensor<1x4x8x64xf32>, tensor<1x4x8x64xf32>, tensor<1x4x8x64xf32>) -> tensor<1x4x8x64xf32>
  return
}

// -----

func.func @attention_c13_keys(%q: tensor<1x4x?x64xf32>, %k: tensor<1x4x9x64xf32>, %v: tensor<1x4x9x64xf32>) {
  // expected-note @+1 {{the layout is given here}}
  %m = attn.neighborhood layout = [8], window = [2]
  // expected-error @+1 {{expected 8 keys as in the layout [8] of the mask, got 9}}
  %o = attn.attention %q, %k, %v mask(%m)
    : (tensor<1x4x?x64xf32>, tensor<1x4x9x64xf32>, tensor<1x4x9x64xf32>) -> tensor<1x4x?x64xf32>
  return
}

// -----

func.func @attention_c14(%q: tensor<1x4x8x64xf32>, %k: tensor<1x4x8x64xf32>, %v: tensor<1x4x8x64xf32>) {
  // expected-error @+1 {{expected a finite 'scale', got 0x7FC00000 : f32}}
  %o = attn.attention %q, %k, %v {scale = 0x7FC00000 : f32}
    : (tensor<1x4x8x64xf32>, tensor<1x4x8x64xf32>, tensor<1x4x8x64xf32>) -> tensor<1x4x8x64xf32>
  return
}

// -----

func.func @attention_types(%q: tensor<1x4x8x64xf32>) {
  // expected-error @+2 {{expected the types of q, k and v, got 1 types}}
  %o = attn.attention %q, %q, %q
    : (tensor<1x4x8x64xf32>) -> tensor<1x4x8x64xf32>
  return
}

// -----

func.func @attention_c13_layouts(%q: tensor<1x4x?x64xf32>) {
  // expected-note @+1 {{the first layout is given here}}
  %a = attn.neighborhood layout = [6, 8], window = [3, 3]
  // expected-note @+1 {{the other layout is given here}}
  %b = attn.neighborhood layout = [47], window = [3]
  %m = attn.or %a, %b
  // expected-error @+1 {{expected as many tokens in every layout of its masks, got 48 and 47}}
  %o = attn.attention %q, %q, %q mask(%m)
    : (tensor<1x4x?x64xf32>, tensor<1x4x?x64xf32>, tensor<1x4x?x64xf32>) -> tensor<1x4x?x64xf32>
  return
}

// -----

func.func @attention_c31(%q: tensor<1x4x?x64xf32>, %k: tensor<1x4x9x64xf32>) {
  // expected-error @+1 {{expected 'tokens' queries and keys, 8, got 9}}
  %o = attn.attention %q, %k, %k {tokens = 8}
    : (tensor<1x4x?x64xf32>, tensor<1x4x9x64xf32>, tensor<1x4x9x64xf32>) -> tensor<1x4x?x64xf32>
  return
}

// -----

func.func @attention_c31_layout(%q: tensor<1x4x?x64xf32>) {
  // expected-note @+1 {{the layout is given here}}
  %m = attn.neighborhood layout = [47], window = [3]
  // expected-error @+1 {{expected 47 queries as in the layout [47] of the mask, got 48}}
  %o = attn.attention %q, %q, %q mask(%m) {tokens = 48}
    : (tensor<1x4x?x64xf32>, tensor<1x4x?x64xf32>, tensor<1x4x?x64xf32>) -> tensor<1x4x?x64xf32>
  return
}

// -----

func.func @attention_c13_score(%q: tensor<1x4x?x64xf32>) {
  // expected-note @+1 {{the first layout is given here}}
  %a = attn.neighborhood layout = [6, 8], window = [3, 3]
  // expected-note @+1 {{the other layout is given here}}
  %b = attn.neighborhood layout = [7, 7], window = [3, 3]
  %s = attn.multiplicity %a
  %t = attn.multiplicity %b
  // expected-error @+1 {{expected as many tokens in every layout of its masks, got 48 and 49}}
  %o = attn.attention %q, %q, %q score(%s, %t)
    : (tensor<1x4x?x64xf32>, tensor<1x4x?x64xf32>, tensor<1x4x?x64xf32>) -> tensor<1x4x?x64xf32>
  return
}

// -----

func.func @attention_c31_negative(%q: tensor<1x4x?x64xf32>) {
  // expected-error @+1 {{expected 'tokens' in [0, 1073741824), got -5}}
  %o = attn.attention %q, %q, %q {tokens = -5}
    : (tensor<1x4x?x64xf32>, tensor<1x4x?x64xf32>, tensor<1x4x?x64xf32>) -> tensor<1x4x?x64xf32>
  return
}
