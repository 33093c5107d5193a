// Elements of constant tables: what a launch checks of others (attention_c15).
//
// RUN: attn-opt %s -split-input-file -verify-diagnostics

!t = tensor<1x1x8x4xf32>
func.func @attention_c15_decreasing(%q: !t) {
  // expected-note @below {{the table is given here}}
  %t = arith.constant dense<[0, 5, 3, 8]> : tensor<4xi32>
  %m = attn.document %t : tensor<4xi32>
  // expected-error @below {{expected offsets from 0 to 8 that do not decrease in table 'offsets', got others}}
  %o = attn.attention %q, %q, %q mask(%m) : (!t, !t, !t) -> !t
  return
}

// -----

!t = tensor<1x1x?x4xf32>
func.func @attention_c15_first(%q: !t) {
  // expected-note @below {{the table is given here}}
  %t = arith.constant dense<[1, 8]> : tensor<2xi32>
  %m = attn.document %t : tensor<2xi32>
  // expected-error @below {{expected offsets from 0 on that do not decrease in table 'offsets', got others}}
  %o = attn.attention %q, %q, %q mask(%m) : (!t, !t, !t) -> !t
  return
}

// -----

!t = tensor<1x1x8x4xf32>
func.func @attention_c15_last(%q: !t) {
  // expected-note @below {{the table is given here}}
  %t = arith.constant dense<[0, 3, 7]> : tensor<3xi32>
  %m = attn.document %t : tensor<3xi32>
  // expected-error @below {{expected offsets from 0 to 8 that do not decrease in table 'offsets', got others}}
  %o = attn.attention %q, %q, %q mask(%m) : (!t, !t, !t) -> !t
  return
}

// -----

!t = tensor<1x1x3x4xf32>
func.func @attention_c15_beyond(%q: !t) {
  %l = arith.constant dense<0> : tensor<3xi32>
  // expected-note @below {{the table is given here}}
  %u = arith.constant dense<[1, 4, 3]> : tensor<3xi32>
  %m = attn.row_bounds %l, %u : tensor<3xi32>, tensor<3xi32>
  // expected-error @below {{expected elements from 0 to 3 in table 'upper', got 4}}
  %o = attn.attention %q, %q, %q mask(%m) : (!t, !t, !t) -> !t
  return
}

// -----

!q = tensor<1x1x3x4xf32>
!k = tensor<1x1x?x4xf32>
func.func @attention_c15_below(%q: !q, %k: !k) {
  // expected-note @below {{the table is given here}}
  %l = arith.constant dense<[0, -1, 0]> : tensor<3xi32>
  %u = arith.constant dense<[1, 400, 3]> : tensor<3xi32>
  %m = attn.row_bounds %l, %u : tensor<3xi32>, tensor<3xi32>
  // expected-error @below {{expected elements from 0 on in table 'lower', got -1}}
  %o = attn.attention %q, %k, %k mask(%m) : (!q, !k, !k) -> !q
  return
}

// -----

!t = tensor<1x2x8x4xf32>
func.func @attention_c15_numbers(%q: !t) {
  // expected-note @below {{the table is given here}}
  %t = arith.constant dense<[7, 1073741824]> : tensor<2xi32>
  %m = attn.predicate (%b, %h, %i, %j) {
    %x = attn.lookup %t[%h] : tensor<2xi32>
    %keep = arith.cmpi slt, %j, %x : index
    attn.yield %keep : i1
  }
  // expected-error @below {{expected elements above -2^30 and below 2^30 in table 'table', got 1073741824}}
  %o = attn.attention %q, %q, %q mask(%m) : (!t, !t, !t) -> !t
  return
}
