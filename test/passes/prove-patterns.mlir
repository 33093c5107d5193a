// Claims about layouts, blocks and heads.
// RUN: attn-opt --attn-prove %s -split-input-file -verify-diagnostics -o /dev/null

func.func @neighborhoods() {
  %full = attn.full
  %all = attn.neighborhood layout = [30, 48, 80], window = [30, 48, 80]
  %shift = attn.neighborhood layout = [30, 48, 80], window = [18, 24, 24]
  %clip = attn.neighborhood layout = [30, 48, 80], window = [18, 24, 24], boundary = clip
  // expected-remark @+1 {{proved: the masks are equal}}
  attn.prove equal %full, %all
  // At a border the clipped window is what is left of the shifted one.
  // expected-remark @+1 {{proved: the first mask contains the second}}
  attn.prove contains %shift, %clip
  // expected-remark @+1 {{proved: every row has a key}}
  attn.prove every_row_has_a_key %clip
  return
}

// -----

// Token 0 is in the corner: the shifted window of 13 columns reaches column 12,
// a window of 6 tokens on each side only token 6.
func.func @neighborhood_is_no_window() {
  // expected-note @+1 {{this mask keeps the pair}}
  %n = attn.neighborhood layout = [1024, 1024], window = [13, 13]
  // expected-note @+1 {{this mask drops the pair}}
  %w = attn.window left = 6, right = 6
  // expected-error @+1 {{the masks are not equal, counter-example: h = 0, i = 0, j = 7}}
  attn.prove equal %n, %w
  return
}

// -----

// S2-Attention and its local blocks, of any number of tokens and heads.
func.func @strided() {
  %s = attn.strided block = 64, local = 16, stride = 8
  %c = attn.causal
  %l = attn.block_window block = 64, left = 15
  %local = attn.and %l, %c
  %shifted = attn.strided block = 64, local = 16, stride = 8, offset = 8
  // expected-remark @+1 {{proved: the first mask contains the second}}
  attn.prove contains %s, %local for tokens = 1048576, heads = 8
  // expected-remark @+1 {{proved: the first mask contains the second}}
  attn.prove contains %s, %local
  // expected-remark @+1 {{proved: every row has a key}}
  attn.prove every_row_has_a_key %s for tokens = ?
  // expected-remark @+1 {{proved: the masks are equal}}
  attn.prove equal %s, %shifted
  return
}

// -----

// Block 16 of the queries is the first with a block that is not local, block 0.
// The stripes of head 0 are the blocks 0, 8, 16, ...
func.func @strided_is_more_than_local() {
  // expected-note @+1 {{this mask keeps the pair}}
  %s = attn.strided block = 64, local = 16, stride = 8
  %c = attn.causal
  %l = attn.block_window block = 64, left = 15
  // expected-note @+1 {{this mask drops the pair}}
  %local = attn.and %l, %c
  // expected-error @+1 {{counter-example: h = 0, i = 1024, j = 0}}
  attn.prove contains %local, %s for tokens = 1048576, heads = 8
  return
}

// -----

// Distances 0, 1, 2 and 4 are there, 3 is not: query block 3, key block 0.
func.func @powers() {
  // expected-note @+1 {{this mask drops the pair}}
  %p = attn.power_of_two block = 256
  // expected-note @+1 {{this mask keeps the pair}}
  %l = attn.block_window block = 256, left = 4, right = 0
  // expected-error @+1 {{counter-example: h = 0, i = 768, j = 0}}
  attn.prove contains %p, %l for tokens = 1048576
  return
}

// -----

// Heads 4 to 7 have the longer window; query 6 is the first to see a key of
// distance 6.
func.func @heads() {
  // expected-note @+1 {{this mask drops the pair}}
  %a = attn.window left = 5, right = 0
  %b = attn.window left = 6, right = 0
  // expected-note @+1 {{this mask keeps the pair}}
  %m = attn.per_head %a, %b
  // expected-error @+1 {{counter-example: tokens = 7, h = 4, i = 6, j = 0}}
  attn.prove contains %a, %m for tokens = ?, heads = 8
  return
}

// -----

// Bits are no sums: x xor y < 4096 is decided by cutting the pairs in boxes.
func.func @bits() {
  %x = attn.predicate (%b, %h, %i, %j) {
    %z = arith.xori %i, %j : index
    %size = arith.constant 4096 : index
    %keep = arith.cmpi slt, %z, %size : index
    attn.yield %keep : i1
  }
  %s = attn.blocked block = 4096
  // expected-remark @+1 {{proved: the masks are equal}}
  attn.prove equal %x, %s for tokens = 1048576
  return
}
