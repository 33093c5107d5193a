// RUN: attn-opt %s -split-input-file -verify-diagnostics

func.func @multiplicity_c1() {
  // expected-error @below {{expected at least one mask, got none}}
  %s = attn.multiplicity
  return
}

// -----

func.func @multiplicity_c2(%m: !attn.mask) {
  // expected-error @below {{expected a mask that mask ops make, got one that depends on a block argument or another op}}
  %s = attn.multiplicity %m
  return
}

// -----

func.func @multiplicity_c3(%t: tensor<?xi32>) {
  %m = attn.document %t : tensor<?xi32>
  // expected-error @below {{expected masks without run-time tables, got one with the table 'offsets'}}
  %s = attn.multiplicity %m
  return
}

// -----

func.func @attention_c19(%q: tensor<1x4x9x8xf32>, %t: tensor<4xf32>) -> tensor<1x4x9x8xf32> {
  %s = attn.sink_logits %t : tensor<4xf32>
  // expected-error @below {{expected one attn.sink_logits, got several}}
  %o = attn.attention %q, %q, %q score(%s, %s) : (tensor<1x4x9x8xf32>, tensor<1x4x9x8xf32>, tensor<1x4x9x8xf32>) -> tensor<1x4x9x8xf32>
  return %o : tensor<1x4x9x8xf32>
}

// -----

func.func @score_mod_arguments() {
  // expected-error @below {{expected (score, batch, head, query, key), got 4 arguments}}
  %s = attn.score_mod (%b, %h, %i, %j) {
    attn.yield %b : f32
  }
  return
}

// -----

func.func @score_mod_c1() {
  %s = attn.score_mod (%score, %b, %h, %i, %j) {
    // expected-error @below {{is not allowed in a modification, expected ops of arith and index, functions of math and attn.lookup}}
    %x = math.powf %score, %score : f32
    attn.yield %x : f32
  }
  return
}

// -----

func.func @score_mod_c1_type() {
  %s = attn.score_mod (%score, %b, %h, %i, %j) {
    // expected-error @below {{is not allowed in a modification, expected f32 and integers, got 'f64'}}
    %x = arith.constant 1.0 : f64
    attn.yield %score : f32
  }
  return
}

// -----

func.func @score_mod_c2() {
  // expected-error @below {{expected the region to yield one f32}}
  %s = attn.score_mod (%score, %b, %h, %i, %j) {
    %c = arith.cmpi slt, %i, %j : index
    attn.yield %c : i1
  }
  return
}

// -----

func.func @score_mod_c3(%x: i32) {
  // expected-error @below {{expected constants, tables and numbers of type 'f32' from outside, got a value of type 'i32'}}
  %s = attn.score_mod (%score, %b, %h, %i, %j) {
    %x32 = arith.sitofp %x : i32 to f32
    %y = arith.addf %score, %x32 : f32
    attn.yield %y : f32
  }
  return
}

// -----

func.func @lookup_c1(%t: tensor<4x?xf32>) {
  %s = attn.score_mod (%score, %b, %h, %i, %j) {
    // expected-error @below {{expected 2 indices for a table of that rank, got 1}}
    %x = attn.lookup %t[%h] : tensor<4x?xf32>
    attn.yield %x : f32
  }
  return
}

// -----

func.func @lookup_c2(%t: tensor<?xi32>) {
  %s = attn.score_mod (%score, %b, %h, %i, %j) {
    // expected-error @below {{expected a table of f32 in a modification, got 'i32'}}
    %x = attn.lookup %t[%i] : tensor<?xi32>
    attn.yield %score : f32
  }
  return
}
