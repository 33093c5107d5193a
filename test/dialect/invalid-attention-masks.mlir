// Tables and stacks of masks against the sizes of the attention op, named for the
// constraint of dialect/README.md.
// RUN: attn-opt %s -split-input-file -verify-diagnostics

func.func @attention_c15_queries(%q: tensor<1x2x8x4xf32>, %k: tensor<1x2x9x4xf32>, %t: tensor<9xi32>) {
  %m = attn.tokens %t, queries : tensor<9xi32>
  // expected-error @+1 {{expected 8 elements in the table 'flags' of the mask, as there are queries, got 9}}
  %o = attn.attention %q, %k, %k mask(%m) : (tensor<1x2x8x4xf32>, tensor<1x2x9x4xf32>, tensor<1x2x9x4xf32>) -> tensor<1x2x8x4xf32>
  return
}

// -----

func.func @attention_c15_keys(%q: tensor<1x2x8x4xf32>, %k: tensor<1x2x9x4xf32>, %t: tensor<8xi32>) {
  %m = attn.tokens %t : tensor<8xi32>
  // expected-error @+1 {{expected 9 elements in the table 'flags' of the mask, as there are keys, got 8}}
  %o = attn.attention %q, %k, %k mask(%m) : (tensor<1x2x8x4xf32>, tensor<1x2x9x4xf32>, tensor<1x2x9x4xf32>) -> tensor<1x2x8x4xf32>
  return
}

// -----

func.func @attention_c15_bounds(%q: tensor<1x2x8x4xf32>, %k: tensor<1x2x9x4xf32>, %t: tensor<9xi32>) {
  %m = attn.row_bounds %t, %t : tensor<9xi32>, tensor<9xi32>
  // expected-error @+1 {{expected 8 elements in the table 'lower' of the mask, as there are queries, got 9}}
  %o = attn.attention %q, %k, %k mask(%m) : (tensor<1x2x8x4xf32>, tensor<1x2x9x4xf32>, tensor<1x2x9x4xf32>) -> tensor<1x2x8x4xf32>
  return
}

// -----

func.func @attention_c15_tree(%q: tensor<1x2x8x4xf32>, %k: tensor<1x2x9x4xf32>, %t: tensor<8xi32>) {
  %m = attn.tree %t : tensor<8xi32>
  // expected-error @+1 {{expected 9 elements in the table 'ends' of the mask, as there are keys, got 8}}
  %o = attn.attention %q, %k, %k mask(%m) : (tensor<1x2x8x4xf32>, tensor<1x2x9x4xf32>, tensor<1x2x9x4xf32>) -> tensor<1x2x8x4xf32>
  return
}

// -----

func.func @attention_c15_offsets(%q: tensor<1x2x8x4xf32>, %k: tensor<1x2x8x4xf32>, %t: tensor<0xi32>) {
  %m = attn.document %t : tensor<0xi32>
  // expected-error @+1 {{expected at least one of the 'offsets' of the mask, got none}}
  %o = attn.attention %q, %k, %k mask(%m) : (tensor<1x2x8x4xf32>, tensor<1x2x8x4xf32>, tensor<1x2x8x4xf32>) -> tensor<1x2x8x4xf32>
  return
}

// -----

func.func @attention_c15_documents(%q: tensor<1x2x8x4xf32>, %k: tensor<1x2x9x4xf32>, %t: tensor<?xi32>) {
  %m = attn.document_keys %t, index = 0 : tensor<?xi32>
  // expected-error @+1 {{expected as many queries as keys with the 'offsets' of documents, got 8 and 9}}
  %o = attn.attention %q, %k, %k mask(%m) : (tensor<1x2x8x4xf32>, tensor<1x2x9x4xf32>, tensor<1x2x9x4xf32>) -> tensor<1x2x8x4xf32>
  return
}

// -----

func.func @attention_c15_two_roles(%q: tensor<1x2x8x4xf32>, %k: tensor<1x2x9x4xf32>, %t: tensor<8xi32>) {
  %a = attn.tokens %t, queries : tensor<8xi32>
  %b = attn.tokens %t : tensor<8xi32>
  %m = attn.or %a, %b
  // expected-error @+1 {{expected 9 elements in the table 'flags' of the mask, as there are keys, got 8}}
  %o = attn.attention %q, %k, %k mask(%m) : (tensor<1x2x8x4xf32>, tensor<1x2x9x4xf32>, tensor<1x2x9x4xf32>) -> tensor<1x2x8x4xf32>
  return
}

// -----

func.func @attention_c15_in_a_part(%q: tensor<1x2x8x4xf32>, %k: tensor<1x2x9x4xf32>, %t: tensor<8xi32>) {
  %a = attn.causal
  %b = attn.tree %t : tensor<8xi32>
  %m = attn.and %a, %b
  // expected-error @+1 {{expected 9 elements in the table 'ends' of the mask, as there are keys, got 8}}
  %o = attn.attention %q, %k, %k mask(%m) : (tensor<1x2x8x4xf32>, tensor<1x2x9x4xf32>, tensor<1x2x9x4xf32>) -> tensor<1x2x8x4xf32>
  return
}

// -----

func.func @attention_c16(%q: tensor<1x4x8x4xf32>, %k: tensor<1x2x8x4xf32>) {
  %a = attn.causal
  // expected-note @+1 {{the mask is made here}}
  %m = attn.per_head %a, %a, %a
  // expected-error @+1 {{expected query heads in a multiple of the 3 that the mask has, got 4}}
  %o = attn.attention %q, %k, %k mask(%m) : (tensor<1x4x8x4xf32>, tensor<1x2x8x4xf32>, tensor<1x2x8x4xf32>) -> tensor<1x4x8x4xf32>
  return
}

// -----

func.func @attention_c16_more_masks(%q: tensor<1x1x8x4xf32>, %k: tensor<1x1x8x4xf32>) {
  %a = attn.causal
  // expected-note @+1 {{the mask is made here}}
  %m = attn.per_head %a, %a
  // expected-error @+1 {{expected query heads in a multiple of the 2 that the mask has, got 1}}
  %o = attn.attention %q, %k, %k mask(%m) : (tensor<1x1x8x4xf32>, tensor<1x1x8x4xf32>, tensor<1x1x8x4xf32>) -> tensor<1x1x8x4xf32>
  return
}

// -----

func.func @attention_c16_map(%q: tensor<1x4x8x4xf32>, %k: tensor<1x2x8x4xf32>) {
  // expected-note @+1 {{the mask is made here}}
  %m = attn.block_map block = [8, 8], map = dense<1> : tensor<3x1x1xi8>
  // expected-error @+1 {{expected query heads in a multiple of the 3 that the mask has, got 4}}
  %o = attn.attention %q, %k, %k mask(%m) : (tensor<1x4x8x4xf32>, tensor<1x2x8x4xf32>, tensor<1x2x8x4xf32>) -> tensor<1x4x8x4xf32>
  return
}

// -----

func.func @attention_c16_blocks(%q: tensor<1x4x8x4xf32>, %k: tensor<1x2x8x4xf32>) {
  // expected-note @+1 {{the mask is made here}}
  %m = attn.random_blocks block = 1, blocks = 8, count = 1, heads = 8
  // expected-error @+1 {{expected query heads in a multiple of the 8 that the mask has, got 4}}
  %o = attn.attention %q, %k, %k mask(%m) : (tensor<1x4x8x4xf32>, tensor<1x2x8x4xf32>, tensor<1x2x8x4xf32>) -> tensor<1x4x8x4xf32>
  return
}

// -----

func.func @attention_c16_windows(%q: tensor<1x4x8x4xf32>, %k: tensor<1x2x8x4xf32>) {
  // expected-note @+1 {{the mask is made here}}
  %m = attn.head_window block = 2, alpha = [2, 4, 6], beta = [0, 0, 0]
  // expected-error @+1 {{expected query heads in a multiple of the 3 that the mask has, got 4}}
  %o = attn.attention %q, %k, %k mask(%m) : (tensor<1x4x8x4xf32>, tensor<1x2x8x4xf32>, tensor<1x2x8x4xf32>) -> tensor<1x4x8x4xf32>
  return
}
