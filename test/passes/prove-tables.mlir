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

// With no elements below the upper bounds there are no keys.
func.func @bounds(%lower: tensor<?xi32>, %upper: tensor<?xi32>) {
  // expected-note @+1 {{this mask drops the row}}
  %r = attn.row_bounds %lower, %upper : tensor<?xi32>, tensor<?xi32>
  // expected-error @+3 {{not every row has a key, counter-example: h = 0, i = 0}}
  // expected-note @+2 {{where 'lower' is [0, 0, 0, 0]}}
  // expected-note @+1 {{where 'upper' is [0, 0, 0, 0]}}
  attn.prove every_row_has_a_key %r for tokens = 4
  return
}

// -----

// Some length stands for those that are open. Keys 1 and 3 have a flag, queries
// 0 and 2 have none.
func.func @flags(%f: tensor<?xi32>) {
  // expected-note @+1 {{this mask keeps the pair}}
  %keys = attn.tokens %f : tensor<?xi32>
  // expected-note @+1 {{this mask drops the pair}}
  %queries = attn.tokens %f, queries : tensor<?xi32>
  // expected-error @+2 {{the masks are not equal, counter-example: tokens = 16, h = 0, i = 0, j = 1}}
  // expected-note @+1 {{where 'flags' is [0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1]}}
  attn.prove equal %keys, %queries
  // expected-error @+2 {{the first mask does not contain the second, counter-example: h = 0, i = 0, j = 1}}
  // expected-note @+1 {{where 'flags' is [0, 1, 0, 1]}}
  attn.prove contains %queries, %keys for tokens = 4
  return
}

// -----

// No square is 2 more than a multiple of 4, but there are many to look at.
// Nothing is proved, and the claim goes.
// CHECK-LABEL: @squares
// CHECK-NOT: attn.prove
func.func @squares(%f: tensor<?xi32>) {
  %c2 = arith.constant 2 : index
  %c4 = arith.constant 4 : index
  %c30011 = arith.constant 30011 : index
  %m = attn.predicate (%b, %h, %i, %j) {
    %x = attn.lookup %f[%i] : tensor<?xi32>
    %r = index.rems %x, %c30011
    %s = index.mul %r, %r
    %t = index.rems %s, %c4
    %keep = index.cmp ne(%t, %c2)
    attn.yield %keep : i1
  }
  %c = attn.full
  // expected-warning @+1 {{cannot tell whether the masks are equal: there are too many cases}}
  attn.prove equal %m, %c for tokens = 4
  return
}

// -----

// Two offsets are one document of any length.
func.func @one_document(%t: tensor<2xi32>) {
  %d = attn.document %t : tensor<2xi32>
  // expected-remark @+1 {{proved: every row has a key}}
  attn.prove every_row_has_a_key %d
  return
}
