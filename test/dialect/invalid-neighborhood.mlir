// One wrong thing per function, named for the constraint of dialect/README.md.
// RUN: attn-opt %s -split-input-file -verify-diagnostics

func.func @neighborhood_c1() {
  // expected-error @+1 {{expected a layout of 1 to 4 axes, got 5}}
  %m = attn.neighborhood layout = [2, 2, 2, 2, 2], window = [1, 1, 1, 1, 1]
  return
}

// -----

func.func @neighborhood_c1_none() {
  // expected-error @+1 {{expected a layout of 1 to 4 axes, got 0}}
  %m = attn.neighborhood layout = [], window = []
  return
}

// -----

func.func @neighborhood_c2_window() {
  // expected-error @+1 {{expected 2 values for 'window', got 1}}
  %m = attn.neighborhood layout = [8, 8], window = [3]
  return
}

// -----

func.func @neighborhood_c2_stride() {
  // expected-error @+1 {{expected 2 values for 'stride', got 3}}
  %m = attn.neighborhood layout = [8, 8], window = [3, 3], stride = [1, 1, 1]
  return
}

// -----

func.func @neighborhood_c2_dilation() {
  // expected-error @+1 {{expected 2 values for 'dilation', got 1}}
  %m = attn.neighborhood layout = [8, 8], window = [3, 3], dilation = [1]
  return
}

// -----

func.func @neighborhood_c2_causal() {
  // expected-error @+1 {{expected 2 values for 'causal', got 1}}
  %m = attn.neighborhood layout = [8, 8], window = [3, 3], causal = [true]
  return
}

// -----

func.func @neighborhood_c3() {
  // expected-error @+1 {{expected 'layout' of at least 1 on axis 1, got 0}}
  %m = attn.neighborhood layout = [8, 0], window = [3, 3]
  return
}

// -----

// Each axis alone would do; the product would overflow 64 bits.
func.func @neighborhood_c3_tokens() {
  // expected-error @+1 {{expected a layout of fewer than 1073741824 tokens, got [1073741823, 1073741823, 1073741823]}}
  %m = attn.neighborhood layout = [1073741823, 1073741823, 1073741823], window = [3, 3, 3]
  return
}

// -----

func.func @neighborhood_c4_window() {
  // expected-error @+1 {{expected 'window' of at least 1 on axis 0, got 0}}
  %m = attn.neighborhood layout = [8], window = [0]
  return
}

// -----

func.func @neighborhood_c4_stride() {
  // expected-error @+1 {{expected 'stride' of at least 1 on axis 0, got 0}}
  %m = attn.neighborhood layout = [8], window = [3], stride = [0]
  return
}

// -----

func.func @neighborhood_c4_dilation() {
  // expected-error @+1 {{expected 'dilation' of at least 1 on axis 1, got -2}}
  %m = attn.neighborhood layout = [8, 8], window = [3, 3], dilation = [1, -2]
  return
}

// -----

func.func @neighborhood_c5() {
  // expected-error @+1 {{expected 'dilation' of at most the extent 8 on axis 0, got 9}}
  %m = attn.neighborhood layout = [8], window = [1], dilation = [9]
  return
}

// -----

func.func @neighborhood_c6() {
  // expected-error @+1 {{expected 'stride' of at most the window 3 on axis 1, got 4}}
  %m = attn.neighborhood layout = [8, 8], window = [3, 3], stride = [1, 4]
  return
}

// -----

func.func @neighborhood_c6_clamped() {
  // expected-error @+1 {{expected 'stride' of at most the window 4 (20, clamped to the axis) on axis 0, got 5}}
  %m = attn.neighborhood layout = [8], window = [20], stride = [5], dilation = [2]
  return
}

// -----

func.func @neighborhood_without_window() {
  // expected-error @+1 {{expected 'window', got none}}
  %m = attn.neighborhood layout = [8]
  return
}

// -----

func.func @neighborhood_misspelt() {
  // expected-error @+1 {{expected one of layout, window, stride, dilation, causal, boundary, got 'size'}}
  %m = attn.neighborhood layout = [8], size = [3]
  return
}

// -----

func.func @neighborhood_boundary() {
  // expected-error @+1 {{expected one of [shift, clip, wrap] for boundary, got: reflect}}
  %m = attn.neighborhood layout = [8], window = [3], boundary = reflect
  return
}
