// RUN: attn-opt %s -split-input-file -verify-diagnostics

func.func @softcap_c1() {
  // expected-error @below {{expected a positive 'cap' of at most 1e30, got 0.000000e+00 : f32}}
  %s = attn.softcap 0.0
  return
}

// -----

func.func @softcap_c1_large() {
  // expected-error @below {{expected a positive 'cap' of at most 1e30, got}}
  %s = attn.softcap 3.0e38
  return
}

// -----

func.func @attention_c18_table(%q: tensor<1x4x9x8xf32>, %k: tensor<1x4x9x8xf32>, %v: tensor<1x4x9x8xf32>, %slopes: tensor<3xf32>) -> tensor<1x4x9x8xf32> {
  %s = attn.alibi slopes(%slopes) : tensor<3xf32>
  // expected-error @below {{expected 4 for size 0 of the table 'slopes' (query_heads), got 3}}
  %o = attn.attention %q, %k, %v score(%s) : (tensor<1x4x9x8xf32>, tensor<1x4x9x8xf32>, tensor<1x4x9x8xf32>) -> tensor<1x4x9x8xf32>
  return %o : tensor<1x4x9x8xf32>
}

// -----

func.func @attention_c18_argument(%q: tensor<1x4x9x8xf32>, %k: tensor<1x4x9x8xf32>, %v: tensor<1x4x9x8xf32>, %s: !attn.score) -> tensor<1x4x9x8xf32> {
  // expected-error @below {{expected modifications that score ops make}}
  %o = attn.attention %q, %k, %v score(%s) : (tensor<1x4x9x8xf32>, tensor<1x4x9x8xf32>, tensor<1x4x9x8xf32>) -> tensor<1x4x9x8xf32>
  return %o : tensor<1x4x9x8xf32>
}

// -----

func.func @no_distance(%t: tensor<2x0xf32>) {
  // expected-error @below {{expected a table of at least one distance, got none}}
  %s = attn.relative_bias %t : tensor<2x0xf32>
  return
}
