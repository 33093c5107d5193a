// RUN: attn-opt %s -split-input-file -verify-diagnostics

func.func @predicate_c1(%t: memref<4xi32>) {
  %m = attn.predicate (%b, %h, %i, %j) {
    // expected-error @below {{is not allowed in a predicate, expected integer ops of arith and index, math.absi and attn.lookup}}
    %x = memref.load %t[%i] : memref<4xi32>
    %c0 = arith.constant 0 : i32
    %keep = arith.cmpi eq, %x, %c0 : i32
    attn.yield %keep : i1
  }
  return
}

// -----

func.func @predicate_c3(%x: i64) {
  // expected-error @below {{expected constants, tables and numbers of type 'index' or 'i32' from outside, got a value of type 'i64'}}
  %m = attn.predicate (%b, %h, %i, %j) {
    %i64 = arith.index_cast %i : index to i64
    %keep = arith.cmpi slt, %i64, %x : i64
    attn.yield %keep : i1
  }
  return
}

// -----

func.func @divisor(%q: tensor<1x1x4x8xf32>, %k: tensor<1x1x4x8xf32>, %v: tensor<1x1x4x8xf32>) -> tensor<1x1x4x8xf32> {
  %m = attn.predicate (%b, %h, %i, %j) {
    // expected-error @below {{expected a positive divisor, got one from 0}}
    %r = arith.remsi %i, %j : index
    %c0 = arith.constant 0 : index
    %keep = arith.cmpi eq, %r, %c0 : index
    attn.yield %keep : i1
  }
  %o = attn.attention %q, %k, %v mask(%m) : (tensor<1x1x4x8xf32>, tensor<1x1x4x8xf32>, tensor<1x1x4x8xf32>) -> tensor<1x1x4x8xf32>
  return %o : tensor<1x1x4x8xf32>
}

// -----

func.func @lookup_outside(%q: tensor<1x1x4x8xf32>, %k: tensor<1x1x4x8xf32>, %v: tensor<1x1x4x8xf32>, %t: tensor<5xi32>) -> tensor<1x1x4x8xf32> {
  %c2 = arith.constant 2 : index
  %m = attn.predicate (%b, %h, %i, %j) {
    %x = arith.muli %i, %c2 : index
    // expected-error @below {{expected an index in [0, 5) for these lengths, got one in [0, 6]}}
    %y = attn.lookup %t[%x] : tensor<5xi32>
    %c0 = arith.constant 0 : index
    %keep = arith.cmpi eq, %y, %c0 : index
    attn.yield %keep : i1
  }
  %o = attn.attention %q, %k, %v mask(%m) : (tensor<1x1x4x8xf32>, tensor<1x1x4x8xf32>, tensor<1x1x4x8xf32>) -> tensor<1x1x4x8xf32>
  return %o : tensor<1x1x4x8xf32>
}

// -----

func.func @too_large(%q: tensor<1x1x?x8xf32>, %k: tensor<1x1x?x8xf32>, %v: tensor<1x1x?x8xf32>) -> tensor<1x1x?x8xf32> {
  %m = attn.predicate (%b, %h, %i, %j) {
    // expected-error @below {{expected numbers of 32 bits for these lengths}}
    %x = arith.muli %i, %j : index
    %c0 = arith.constant 0 : index
    %keep = arith.cmpi eq, %x, %c0 : index
    attn.yield %keep : i1
  }
  %o = attn.attention %q, %k, %v mask(%m) : (tensor<1x1x?x8xf32>, tensor<1x1x?x8xf32>, tensor<1x1x?x8xf32>) -> tensor<1x1x?x8xf32>
  return %o : tensor<1x1x?x8xf32>
}
