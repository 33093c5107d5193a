// One wrong thing per function, named for the constraint of dialect/README.md.
// RUN: attn-opt %s -split-input-file -verify-diagnostics

func.func @block_map_c1_rank() {
  // expected-error @+1 {{expected a 'map' of integers of rank 2 or 3, got 'tensor<2xi8>'}}
  %m = attn.block_map block = [4, 4], map = dense<1> : tensor<2xi8>
  return
}

// -----

func.func @block_map_c1_type() {
  // expected-error @+1 {{expected a 'map' of integers of rank 2 or 3, got 'tensor<2x2xf32>'}}
  %m = attn.block_map block = [4, 4], map = dense<1.0> : tensor<2x2xf32>
  return
}

// -----

func.func @block_map_c1_empty() {
  // expected-error @+1 {{expected a 'map' of integers of rank 2 or 3, got 'tensor<0x2xi8>'}}
  %m = attn.block_map block = [4, 4], map = dense<> : tensor<0x2xi8>
  return
}

// -----

func.func @block_map_c2_neither() {
  // expected-error @+1 {{expected either 'block' or 'query_offsets' and 'key_offsets'}}
  %m = attn.block_map map = dense<1> : tensor<2x2xi8>
  return
}

// -----

func.func @block_map_c2_both() {
  // expected-error @+1 {{expected either 'block' or 'query_offsets' and 'key_offsets'}}
  %m = attn.block_map block = [4, 4], query_offsets = [0, 1, 2], key_offsets = [0, 1, 2], map = dense<1> : tensor<2x2xi8>
  return
}

// -----

func.func @block_map_c2_one() {
  // expected-error @+1 {{expected either 'block' or 'query_offsets' and 'key_offsets'}}
  %m = attn.block_map query_offsets = [0, 1, 2], map = dense<1> : tensor<2x2xi8>
  return
}

// -----

func.func @block_map_c2_one_more() {
  // expected-error @+1 {{expected either 'block' or 'query_offsets' and 'key_offsets'}}
  %m = attn.block_map block = [4, 4], key_offsets = [0, 1, 2], map = dense<1> : tensor<2x2xi8>
  return
}

// -----

func.func @block_map_c3_count() {
  // expected-error @+1 {{expected 3 values for 'query_offsets', one more than the map has blocks, got 2}}
  %m = attn.block_map query_offsets = [0, 1], key_offsets = [0, 1], map = dense<1> : tensor<2x1xi8>
  return
}

// -----

func.func @block_map_c3_first() {
  // expected-error @+1 {{expected 'key_offsets' from 0 on, got 1}}
  %m = attn.block_map query_offsets = [0, 1, 2], key_offsets = [1, 2], map = dense<1> : tensor<2x1xi8>
  return
}

// -----

func.func @block_map_c3_order() {
  // expected-error @+1 {{expected increasing 'query_offsets' below 1073741824, got 2 after 2}}
  %m = attn.block_map query_offsets = [0, 2, 2], key_offsets = [0, 2], map = dense<1> : tensor<2x1xi8>
  return
}

// -----

func.func @block_map_c4() {
  // expected-error @+1 {{expected 2 values for 'block', got 1}}
  %m = attn.block_map block = [4], map = dense<1> : tensor<2x2xi8>
  return
}

// -----

func.func @block_map_c4_size() {
  // expected-error @+1 {{expected 'block' in [1, 1073741824), got 0}}
  %m = attn.block_map block = [4, 0], map = dense<1> : tensor<2x2xi8>
  return
}

// -----

func.func @random_blocks_c1_block() {
  // expected-error @+1 {{expected 'block' in [1, 1073741824), got 0}}
  %m = attn.random_blocks block = 0, blocks = 4, count = 1
  return
}

// -----

func.func @random_blocks_c1_blocks() {
  // expected-error @+1 {{expected 'blocks' in [1, 1048576), got 1048576}}
  %m = attn.random_blocks block = 1, blocks = 1048576, count = 1
  return
}

// -----

func.func @random_blocks_c1_count() {
  // expected-error @+1 {{expected 'count' in [1, 65), got 65}}
  %m = attn.random_blocks block = 1, blocks = 4, count = 65
  return
}

// -----

func.func @random_blocks_c1_heads() {
  // expected-error @+1 {{expected 'heads' in [1, 1025), got 0}}
  %m = attn.random_blocks block = 1, blocks = 4, count = 1, heads = 0
  return
}

// -----

func.func @random_blocks_c2() {
  // expected-error @+1 {{expected at most 16777216 random blocks of all heads, got 268435456}}
  %m = attn.random_blocks block = 1, blocks = 65536, count = 4, heads = 1024
  return
}

// -----

func.func @per_head_c1() {
  // expected-error @+1 {{expected one mask or more, got none}}
  %m = attn.per_head
  return
}
