// What holds for some lengths only is checked where the lengths are known.
//
// RUN: attn-opt %s -split-input-file -verify-diagnostics

func.func @outside(%q: tensor<1x4x9x8xf32>, %t: tensor<8xf32>) -> tensor<1x4x9x8xf32> {
  %s = attn.score_mod (%score, %b, %h, %i, %j) {
    %d = arith.subi %i, %j : index
    // expected-error @below {{expected an index in [0, 8) for these lengths, got one in [-8, 8]}}
    %x = attn.lookup %t[%d] : tensor<8xf32>
    attn.yield %x : f32
  }
  %o = attn.attention %q, %q, %q score(%s) : (tensor<1x4x9x8xf32>, tensor<1x4x9x8xf32>, tensor<1x4x9x8xf32>) -> tensor<1x4x9x8xf32>
  return %o : tensor<1x4x9x8xf32>
}

// -----

func.func @size_of_heads(%q: tensor<1x4x9x8xf32>, %t: tensor<3xf32>) -> tensor<1x4x9x8xf32> {
  %s = attn.score_mod (%score, %b, %h, %i, %j) {
    %x = attn.lookup %t[%h] : tensor<3xf32>
    attn.yield %x : f32
  }
  // expected-error @below {{expected 4 for size 0 of the table 'table' (query_heads), got 3}}
  %o = attn.attention %q, %q, %q score(%s) : (tensor<1x4x9x8xf32>, tensor<1x4x9x8xf32>, tensor<1x4x9x8xf32>) -> tensor<1x4x9x8xf32>
  return %o : tensor<1x4x9x8xf32>
}

// -----

func.func @divisor(%q: tensor<1x4x9x8xf32>) -> tensor<1x4x9x8xf32> {
  %s = attn.score_mod (%score, %b, %h, %i, %j) {
    // expected-error @below {{expected a positive divisor, got one from 0}}
    %d = arith.divsi %j, %i : index
    %d32 = arith.index_cast %d : index to i32
    %x = arith.sitofp %d32 : i32 to f32
    attn.yield %x : f32
  }
  %o = attn.attention %q, %q, %q score(%s) : (tensor<1x4x9x8xf32>, tensor<1x4x9x8xf32>, tensor<1x4x9x8xf32>) -> tensor<1x4x9x8xf32>
  return %o : tensor<1x4x9x8xf32>
}

// -----

func.func @integer_of_the_score(%q: tensor<1x4x9x8xf32>, %t: tensor<2xf32>) -> tensor<1x4x9x8xf32> {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %zero = arith.constant 0.0 : f32
  %s = attn.score_mod (%score, %b, %h, %i, %j) {
    // expected-error @below {{is not allowed in the computation of an integer}}
    %c = arith.cmpf ogt, %score, %zero : f32
    %n = arith.select %c, %c1, %c0 : index
    %x = attn.lookup %t[%n] : tensor<2xf32>
    attn.yield %x : f32
  }
  %o = attn.attention %q, %q, %q score(%s) : (tensor<1x4x9x8xf32>, tensor<1x4x9x8xf32>, tensor<1x4x9x8xf32>) -> tensor<1x4x9x8xf32>
  return %o : tensor<1x4x9x8xf32>
}
