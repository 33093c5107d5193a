// Regions compute what MLIR says or are refused: no other widths, no i1 as a
// number, no sign dropped; ops that nothing uses are checked like others.
//
// RUN: attn-opt %s -split-input-file -verify-diagnostics

!t = tensor<1x2x16x8xf32>

func.func @narrow(%q: !t) -> !t {
  %m = attn.predicate (%b, %h, %i, %j) {
    // expected-error @below {{is not allowed here, expected index, i64, i32 and i1, got 'i8'}}
    %x = arith.index_cast %i : index to i8
    %y = arith.index_cast %x : i8 to index
    %keep = arith.cmpi sge, %y, %j : index
    attn.yield %keep : i1
  }
  %o = attn.attention %q, %q, %q mask(%m) : (!t, !t, !t) -> !t
  return %o : !t
}

// -----

func.func @truths_as_numbers() {
  %s = attn.score_mod (%score, %b, %h, %i, %j) {
    %x = arith.cmpi sge, %i, %j : index
    // expected-error @below {{is not allowed on i1, expected 'andi', 'ori', 'xori', 'select', 'cmpi' eq or ne, or a cast}}
    %y = arith.addi %x, %x : i1
    %z = arith.sitofp %y : i1 to f32
    attn.yield %z : f32
  }
  return
}

// -----

func.func @order_of_truths() {
  %m = attn.predicate (%b, %h, %i, %j) {
    %x = arith.cmpi sge, %i, %j : index
    // expected-error @below {{is not allowed on i1}}
    %keep = arith.cmpi slt, %x, %x : i1
    attn.yield %keep : i1
  }
  return
}

// -----

!t = tensor<1x2x16x8xf32>

func.func @dropped_sign(%q: !t) -> !t {
  %m = attn.predicate (%b, %h, %i, %j) {
    %d = arith.subi %i, %j : index
    %x = arith.index_cast %d : index to i32
    // expected-error @below {{expected a number that is not negative, got one from -15}}
    %y = arith.extui %x : i32 to i64
    %c0 = arith.constant 0 : i64
    %keep = arith.cmpi sge, %y, %c0 : i64
    attn.yield %keep : i1
  }
  %o = attn.attention %q, %q, %q mask(%m) : (!t, !t, !t) -> !t
  return %o : !t
}

// -----

!t = tensor<1x2x16x8xf32>

func.func @unsigned_remainder(%q: !t) -> !t {
  %c3 = arith.constant 3 : index
  %c0 = arith.constant 0 : index
  %m = attn.predicate (%b, %h, %i, %j) {
    %d = arith.subi %i, %j : index
    // expected-error @below {{expected a number that is not negative, got one from -15}}
    %x = arith.remui %d, %c3 : index
    %keep = arith.cmpi eq, %x, %c0 : index
    attn.yield %keep : i1
  }
  %o = attn.attention %q, %q, %q mask(%m) : (!t, !t, !t) -> !t
  return %o : !t
}

// -----

!t = tensor<1x2x16x8xf32>

func.func @unsigned_score(%q: !t) -> !t {
  %s = attn.score_mod (%score, %b, %h, %i, %j) {
    %d = arith.subi %i, %j : index
    %x = arith.index_cast %d : index to i32
    // expected-error @below {{expected a number that is not negative, got one from -15}}
    %y = arith.uitofp %x : i32 to f32
    attn.yield %y : f32
  }
  %o = attn.attention %q, %q, %q score(%s) : (!t, !t, !t) -> !t
  return %o : !t
}

// -----

!t = tensor<1x2x16x8xf32>

func.func @unused(%q: !t) -> !t {
  %c0 = arith.constant 0 : index
  %m = attn.predicate (%b, %h, %i, %j) {
    // expected-error @below {{expected a positive divisor, got one from 0}}
    %x = arith.divsi %i, %c0 : index
    %keep = arith.cmpi sge, %i, %j : index
    attn.yield %keep : i1
  }
  %o = attn.attention %q, %q, %q mask(%m) : (!t, !t, !t) -> !t
  return %o : !t
}
