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
  // expected-note @+1 {{the masks are given here}}
  %m = attn.per_head %a, %a, %a
  // expected-error @+1 {{expected query heads in a multiple of the 3 masks, got 4}}
  %o = attn.attention %q, %k, %k mask(%m) : (tensor<1x4x8x4xf32>, tensor<1x2x8x4xf32>, tensor<1x2x8x4xf32>) -> tensor<1x4x8x4xf32>
  return
}

// -----

func.func @attention_c16_more_masks(%q: tensor<1x1x8x4xf32>, %k: tensor<1x1x8x4xf32>) {
  %a = attn.causal
  // expected-note @+1 {{the masks are given here}}
  %m = attn.per_head %a, %a
  // expected-error @+1 {{expected query heads in a multiple of the 2 masks, got 1}}
  %o = attn.attention %q, %k, %k mask(%m) : (tensor<1x1x8x4xf32>, tensor<1x1x8x4xf32>, tensor<1x1x8x4xf32>) -> tensor<1x1x8x4xf32>
  return
}
