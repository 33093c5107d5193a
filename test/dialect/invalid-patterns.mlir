// One wrong thing per function, named for the constraint of dialect/README.md.
// RUN: attn-opt %s -split-input-file -verify-diagnostics

func.func @blocked_c1() {
  // expected-error @+1 {{expected 'block' in [1, 1073741824), got 0}}
  %m = attn.blocked block = 0
  return
}

// -----

func.func @block_causal_c1() {
  // expected-error @+1 {{expected 'block' in [1, 1073741824), got -2}}
  %m = attn.block_causal block = -2
  return
}

// -----

func.func @block_window_c1_block() {
  // expected-error @+1 {{expected 'block' in [1, 1073741824), got 1073741824}}
  %m = attn.block_window block = 1073741824
  return
}

// -----

func.func @block_window_c1_left() {
  // expected-error @+1 {{expected 'left' in [0, 1073741824), got -1}}
  %m = attn.block_window block = 4, left = -1
  return
}

// -----

func.func @block_window_c1_right() {
  // expected-error @+1 {{expected 'right' in [0, 1073741824), got -3}}
  %m = attn.block_window block = 4, right = -3
  return
}

// -----

func.func @strided_c1_block() {
  // expected-error @+1 {{expected 'block' in [1, 1073741824), got 0}}
  %m = attn.strided block = 0, local = 1, stride = 1
  return
}

// -----

func.func @strided_c1_local() {
  // expected-error @+1 {{expected 'local' in [0, 1073741824), got -1}}
  %m = attn.strided block = 1, local = -1, stride = 1
  return
}

// -----

func.func @strided_c1_stride() {
  // expected-error @+1 {{expected 'stride' in [1, 1073741824), got 0}}
  %m = attn.strided block = 1, local = 1, stride = 0
  return
}

// -----

func.func @strided_c1_right() {
  // expected-error @+1 {{expected 'right' in [0, 1073741824), got -1}}
  %m = attn.strided block = 1, local = 1, stride = 1, right = -1
  return
}

// -----

func.func @strided_c1_offset() {
  // expected-error @+1 {{expected 'offset' in [0, 1073741824), got -1}}
  %m = attn.strided block = 1, local = 1, stride = 1, offset = -1
  return
}

// -----

func.func @strided_c1_head_step() {
  // expected-error @+1 {{expected 'head_step' in [0, 1073741824), got -1}}
  %m = attn.strided block = 1, local = 1, stride = 1, head_step = -1
  return
}

// -----

func.func @strided_c1_dense_heads() {
  // expected-error @+1 {{expected 'dense_heads' in [0, 1073741824), got -1}}
  %m = attn.strided block = 1, local = 1, stride = 1, dense_heads = -1
  return
}

// -----

func.func @strided_c2() {
  // expected-error @+1 {{expected 'right' for 'relative' stripes, got none}}
  %m = attn.strided block = 1, local = 1, stride = 1, relative
  return
}

// -----

func.func @slash_c1_stride() {
  // expected-error @+1 {{expected 'stride' in [1, 1073741824), got 0}}
  %m = attn.slash stride = 0
  return
}

// -----

func.func @slash_c1_offset() {
  // expected-error @+1 {{expected 'offset' in [0, 1073741824), got -5}}
  %m = attn.slash stride = 3, offset = -5
  return
}

// -----

func.func @slash_c1_block() {
  // expected-error @+1 {{expected 'block' in [1, 1073741824), got 0}}
  %m = attn.slash stride = 3, block = 0
  return
}
