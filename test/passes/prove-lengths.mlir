// Claims about all lengths, some lengths and a million tokens.
// RUN: attn-opt --attn-prove %s -split-input-file -verify-diagnostics | FileCheck %s

// A proved claim is a remark, and goes.
// CHECK-LABEL: @windows
// CHECK-NOT: attn.prove
func.func @windows() {
  %c = attn.causal
  %w = attn.window left = 1023, right = 0
  %l = attn.window left = 1023
  %lc = attn.and %l, %c
  // expected-remark @+1 {{proved: the masks are equal}}
  attn.prove equal %lc, %w for tokens = 1048576
  // expected-remark @+1 {{proved: the masks are equal}}
  attn.prove equal %lc, %w
  // expected-remark @+1 {{proved: the first mask contains the second}}
  attn.prove contains %c, %w for tokens = ?
  // Up to 1024 tokens the window reaches the first key.
  // expected-remark @+1 {{proved: the masks are equal}}
  attn.prove equal %c, %w for tokens = 1024
  return
}

// -----

// Query 1024 is the first whose window misses a key, key 0.
func.func @window_of_a_million() {
  // expected-note @+1 {{this mask keeps the pair}}
  %c = attn.causal
  // expected-note @+1 {{this mask drops the pair}}
  %w = attn.window left = 1023, right = 0
  // expected-error @+1 {{the first mask does not contain the second, counter-example: h = 0, i = 1024, j = 0}}
  attn.prove contains %w, %c for tokens = 1048576
  return
}

// -----

// The shortest sequence that shows it has 1025 tokens.
func.func @window_of_any_length() {
  // expected-note @+1 {{this mask keeps the pair}}
  %c = attn.causal
  // expected-note @+1 {{this mask drops the pair}}
  %w = attn.window left = 1023, right = 0
  // expected-error @+1 {{the masks are not equal, counter-example: tokens = 1025, h = 0, i = 1024, j = 0}}
  attn.prove equal %c, %w for tokens = ?
  return
}

// -----

// Rows: top left, a query sees key 0 whatever the lengths; bottom right, it
// needs as many keys as queries.
func.func @rows() {
  %t = attn.causal
  %b = attn.causal bottom_right
  // expected-remark @+1 {{proved: every row has a key}}
  attn.prove every_row_has_a_key %t for queries = 5, keys = 3
  // expected-remark @+1 {{proved: every row has a key}}
  attn.prove every_row_has_a_key %t
  // expected-remark @+1 {{proved: every row has a key}}
  attn.prove every_row_has_a_key %b for tokens = ?
  // expected-remark @+1 {{proved: every row has a key}}
  attn.prove every_row_has_a_key %b for queries = 3, keys = 5
  // Without queries there are no rows.
  // expected-remark @+1 {{proved: every row has a key}}
  attn.prove every_row_has_a_key %t for queries = 0, keys = 0
  return
}

// -----

// Five queries, three keys: query 0 sees up to key 0 + 3 - 5 = -2.
func.func @bottom_right() {
  // expected-note @+1 {{this mask drops the row}}
  %b = attn.causal bottom_right
  // expected-error @+1 {{not every row has a key, counter-example: h = 0, i = 0}}
  attn.prove every_row_has_a_key %b for queries = 5, keys = 3
  return
}

// -----

func.func @bottom_right_of_any_length() {
  // expected-note @+1 {{this mask drops the row}}
  %b = attn.causal bottom_right
  // expected-error @+1 {{not every row has a key, counter-example: queries = 2, keys = 1, h = 0, i = 0}}
  attn.prove every_row_has_a_key %b
  return
}

// -----

// Half as many keys as queries: the window of query i begins at i - 1023, and
// the last key is 524287.
func.func @window_beyond_the_keys() {
  // expected-note @+1 {{this mask drops the row}}
  %w = attn.window left = 1023, right = 0
  // expected-error @+1 {{not every row has a key, counter-example: h = 0, i = 525311}}
  attn.prove every_row_has_a_key %w for queries = 1048576, keys = 524288
  return
}

// -----

// Who makes the mask is not known.
func.func @argument(%m: !attn.mask) {
  // expected-error @+1 {{expected a mask that mask ops make}}
  attn.prove every_row_has_a_key %m
  return
}
