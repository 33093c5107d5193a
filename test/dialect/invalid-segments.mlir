// One wrong thing per function, named for the constraint of dialect/README.md.
// RUN: attn-opt %s -split-input-file -verify-diagnostics

func.func @summary_c1_segment() {
  // expected-error @+1 {{expected 'segment' in [1, 1073741824), got 0}}
  %m = attn.summary segment = 0, count = 1
  return
}

// -----

func.func @summary_c1_count() {
  // expected-error @+1 {{expected 'count' in [1, 1073741824), got 0}}
  %m = attn.summary segment = 4, count = 0
  return
}

// -----

func.func @summary_c1_slices() {
  // expected-error @+1 {{expected 'slices' in [1, 1073741824), got 0}}
  %m = attn.summary segment = 4, count = 1, slices = 0
  return
}

// -----

func.func @summary_c2() {
  // expected-error @+1 {{expected at most 8 keys in the slices of a segment, got 9}}
  %m = attn.summary segment = 8, count = 3, slices = 3
  return
}

// -----

func.func @power_of_two_c1_block() {
  // expected-error @+1 {{expected 'block' in [1, 1073741824), got 0}}
  %m = attn.power_of_two block = 0
  return
}

// -----

func.func @power_of_two_c1_restart() {
  // expected-error @+1 {{expected 'restart' in [1, 1073741824), got 0}}
  %m = attn.power_of_two restart = 0
  return
}

// -----

func.func @fenwick_c1() {
  // expected-error @+1 {{expected 'level' in [0, 30), got -1}}
  %m = attn.fenwick level = -1
  return
}

// -----

func.func @dilated_segments_c1() {
  // expected-error @+1 {{expected as many 'rates' as 'segments', one at least, got 1 and 2}}
  %m = attn.dilated_segments segments = [4, 8], rates = [1]
  return
}

// -----

func.func @dilated_segments_c1_none() {
  // expected-error @+1 {{expected as many 'rates' as 'segments', one at least, got 0 and 0}}
  %m = attn.dilated_segments segments = [], rates = []
  return
}

// -----

func.func @dilated_segments_c1_segments() {
  // expected-error @+1 {{expected 'segments' in [1, 1073741824), got 0}}
  %m = attn.dilated_segments segments = [0], rates = [1]
  return
}

// -----

func.func @dilated_segments_c1_rates() {
  // expected-error @+1 {{expected 'rates' in [1, 1073741824), got -1}}
  %m = attn.dilated_segments segments = [4], rates = [-1]
  return
}

// -----

func.func @xor_segments_c1() {
  // expected-error @+1 {{expected 'block' in [1, 1073741824), got 0}}
  %m = attn.xor_segments block = 0, segments = [4], rates = [1]
  return
}

// -----

func.func @xor_segments_c1_count() {
  // expected-error @+1 {{expected as many 'rates' as 'segments', one at least, got 2 and 1}}
  %m = attn.xor_segments block = 1, segments = [4], rates = [1, 2]
  return
}

// -----

func.func @xor_segments_c1_segments() {
  // expected-error @+1 {{expected powers of two for 'segments', got 6}}
  %m = attn.xor_segments block = 1, segments = [6], rates = [1]
  return
}

// -----

func.func @xor_segments_c1_rates() {
  // expected-error @+1 {{expected powers of two for 'rates', got 3}}
  %m = attn.xor_segments block = 1, segments = [8], rates = [3]
  return
}

// -----

func.func @pattern_misspelt() {
  // expected-error @+1 {{expected 'block' or 'restart', got 'blok'}}
  %m = attn.power_of_two restart = 4, blok = 2
  return
}

// -----

func.func @pattern_twice() {
  // expected-error @+1 {{expected 'count' once, got it again}}
  %m = attn.summary segment = 4, count = 1, count = 2
  return
}

// -----

func.func @pattern_without_block() {
  // expected-error @+1 {{'attn.blocked' op requires attribute 'block'}}
  %m = attn.blocked
  return
}
