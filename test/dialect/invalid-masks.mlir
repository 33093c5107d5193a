// One wrong thing per function, named for the constraint of dialect/README.md.
// RUN: attn-opt %s -split-input-file -verify-diagnostics

func.func @window_c1() {
  // expected-error @+1 {{expected 'left' in [0, 2147483648), got -1}}
  %m = attn.window left = -1
  return
}

// -----

func.func @window_c1_right() {
  // expected-error @+1 {{expected 'right' in [0, 2147483648), got 2147483648}}
  %m = attn.window left = 0, right = 2147483648
  return
}

// -----

func.func @window_twice() {
  // expected-error @+1 {{expected 'left' once, got it again}}
  %m = attn.window left = 1, left = 2
  return
}

// -----

func.func @window_misspelt() {
  // expected-error @+1 {{expected one of left, right, got 'rigth'}}
  %m = attn.window left = 1, rigth = 2
  return
}

// -----

func.func @sinks_c1() {
  // expected-error @+1 {{expected 'count' in [0, 2147483648), got -4}}
  %m = attn.sinks -4
  return
}

// -----

func.func @global_c1() {
  // expected-error @+1 {{expected 'tokens' in [0, 2147483648), got -1}}
  %m = attn.global [0, -1]
  return
}

// -----

func.func @junction_c1_and() {
  %a = attn.causal
  // expected-error @+1 {{expected two or more masks, got 1}}
  %m = attn.and %a
  return
}

// -----

func.func @junction_c1_or() {
  // expected-error @+1 {{expected two or more masks, got 0}}
  %m = attn.or
  return
}
