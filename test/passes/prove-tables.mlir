// Claims about masks with tables, known ones and those of a run.
// RUN: attn-opt --attn-prove %s -split-input-file -verify-diagnostics | FileCheck %s

func.func @block_maps() {
  %m = attn.block_map block = [128, 128], map = dense<[[1, 0, 0], [1, 1, 0], [1, 1, 1]]> : tensor<3x3xi1>
  %b = attn.block_causal block = 128
  // expected-remark @+1 {{proved: every row has a key}}
  attn.prove every_row_has_a_key %m for tokens = 384
  // expected-remark @+1 {{proved: the masks are equal}}
  attn.prove equal %m, %b for tokens = 384
  return
}

// -----

// The row of the second block is empty: queries from 128 on.
func.func @empty_row() {
  // expected-note @+1 {{this mask drops the row}}
  %m = attn.block_map block = [128, 128], map = dense<[[1, 0, 0], [0, 0, 0], [1, 1, 1]]> : tensor<3x3xi1>
  // expected-error @+1 {{not every row has a key, counter-example: h = 0, i = 128}}
  attn.prove every_row_has_a_key %m for tokens = 384
  return
}

// -----

// Beyond the map there are no keys, from 385 tokens on.
func.func @beyond_the_map() {
  // expected-note @+1 {{this mask drops the row}}
  %m = attn.block_map block = [128, 128], map = dense<[[1, 0, 0], [1, 1, 0], [1, 1, 1]]> : tensor<3x3xi1>
  // expected-error @+1 {{not every row has a key, counter-example: tokens = 385, h = 0, i = 384}}
  attn.prove every_row_has_a_key %m for tokens = ?
  return
}

// -----

// Whatever the documents are, a token is in its own.
func.func @documents(%offsets: tensor<?xi32>) {
  %d = attn.document %offsets : tensor<?xi32>
  %c = attn.causal
  %dc = attn.and %d, %c
  // expected-remark @+1 {{proved: the first mask contains the second}}
  attn.prove contains %d, %dc
  // expected-remark @+1 {{proved: every row has a key}}
  attn.prove every_row_has_a_key %dc
  return
}

// -----

// Eight documents of eight tokens show that they are not one.
func.func @documents_are_not_full(%offsets: tensor<?xi32>) {
  // expected-note @+1 {{this mask keeps the pair}}
  %f = attn.full
  // expected-note @+1 {{this mask drops the pair}}
  %d = attn.document %offsets : tensor<?xi32>
  // expected-error @+2 {{the masks are not equal, counter-example: h = 0, i = 0, j = 8}}
  // expected-note @+1 {{where 'offsets' is [0, 8, 16, 24, 32, 40, 48, 56, 64]}}
  attn.prove equal %f, %d for tokens = 64
  return
}

// -----

// With these elements every row has a key, with others it has not; nothing is
// proved, and the claim goes.
// CHECK-LABEL: @bounds
// CHECK-NOT: attn.prove
func.func @bounds(%lower: tensor<?xi32>, %upper: tensor<?xi32>) {
  %r = attn.row_bounds %lower, %upper : tensor<?xi32>, tensor<?xi32>
  // expected-warning @+1 {{cannot tell whether every row has a key: it depends on the elements of the run-time table 'lower'}}
  attn.prove every_row_has_a_key %r for tokens = 64
  return
}
