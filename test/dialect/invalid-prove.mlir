// One wrong thing per function, named for the constraint of dialect/README.md.
// RUN: attn-opt %s -split-input-file -verify-diagnostics

func.func @prove_c1_equal() {
  %c = attn.causal
  // expected-error @+1 {{expected 2 masks for 'equal', got 1}}
  attn.prove equal %c
  return
}

// -----

func.func @prove_c1_rows() {
  %c = attn.causal
  // expected-error @+1 {{expected 1 mask for 'every_row_has_a_key', got 2}}
  attn.prove every_row_has_a_key %c, %c
  return
}

// -----

func.func @prove_c2() {
  %c = attn.causal
  // expected-error @+1 {{expected 'queries' in [0, 1073741824), got 1073741824}}
  attn.prove every_row_has_a_key %c for tokens = 1073741824
  return
}

// -----

func.func @prove_c2_heads() {
  %c = attn.causal
  // expected-error @+1 {{expected 'heads' in [1, 1073741824), got 0}}
  attn.prove every_row_has_a_key %c for heads = 0
  return
}

// -----

func.func @prove_c3() {
  %c = attn.causal
  // expected-error @+1 {{expected as many queries as keys, got 3 and 4}}
  "attn.prove"(%c, %c) {claim = #attn<claim equal>, queries = 3, keys = 4,
                        equal_lengths} : (!attn.mask, !attn.mask) -> ()
  return
}

// -----

func.func @prove_c4() {
  %c = attn.causal
  // expected-error @+1 {{expected 'heads' with 'kv_heads', got none}}
  attn.prove every_row_has_a_key %c for kv_heads = 2
  return
}

// -----

func.func @prove_c4_multiple() {
  %c = attn.causal
  // expected-error @+1 {{expected 'heads' in a multiple of the 3 kv heads, got 8}}
  attn.prove every_row_has_a_key %c for heads = 8, kv_heads = 3
  return
}

// -----

func.func @prove_c5_layout() {
  // expected-note @+1 {{the layout is given here}}
  %n = attn.neighborhood layout = [3, 4], window = [2, 2]
  // expected-error @+1 {{expected 12 keys as in the layout [3, 4] of the mask, got 10}}
  attn.prove every_row_has_a_key %n for keys = 10
  return
}

// -----

func.func @prove_c5_table(%flags: tensor<12xi32>) {
  %t = attn.tokens %flags : tensor<12xi32>
  // expected-error @+1 {{expected 10 elements in the table 'flags' of the mask, as there are keys, got 12}}
  attn.prove every_row_has_a_key %t for keys = 10
  return
}

// -----

func.func @prove_c5_documents(%offsets: tensor<?xi32>) {
  %d = attn.document %offsets : tensor<?xi32>
  // expected-error @+1 {{expected as many queries as keys with the 'offsets' of documents, got 3 and 4}}
  attn.prove every_row_has_a_key %d for queries = 3, keys = 4
  return
}

// -----

func.func @prove_c6() {
  %c = attn.causal
  %h = attn.per_head %c, %c
  // expected-error @+1 {{expected 'heads' for a mask with groups of heads, got none}}
  attn.prove every_row_has_a_key %h
  return
}

// -----

func.func @prove_c6_map() {
  %m = attn.block_map block = [4, 4], map = dense<1> : tensor<2x2x2xi8>
  // expected-error @+1 {{expected 'heads' for a mask with groups of heads, got none}}
  attn.prove every_row_has_a_key %m for tokens = 8
  return
}

// -----

func.func @misspelt() {
  %c = attn.causal
  // expected-error @+1 {{expected one of queries, keys, tokens, heads, kv_heads, got 'token'}}
  attn.prove every_row_has_a_key %c for token = 3
  return
}

// -----

func.func @twice() {
  %c = attn.causal
  // expected-error @+1 {{expected 'keys' once, got it again}}
  attn.prove every_row_has_a_key %c for tokens = 3, keys = 3
  return
}
