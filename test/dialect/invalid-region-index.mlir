// Ops of the dialect `index` and magnitudes, where they are refused.
//
// RUN: attn-opt %s -split-input-file -verify-diagnostics

func.func @magnitude_of_a_truth() {
  %m = attn.predicate (%b, %h, %i, %j) {
    %x = arith.cmpi sge, %i, %j : index
    // expected-error @below {{is not allowed on i1}}
    %keep = math.absi %x : i1
    attn.yield %keep : i1
  }
  return
}

// -----

func.func @size_of_index() {
  %s = attn.score_mod (%score, %b, %h, %i, %j) {
    // expected-error @below {{is not allowed in a modification, expected ops of arith and index, functions of math and attn.lookup}}
    %x = index.sizeof
    attn.yield %score : f32
  }
  return
}

// -----

!t = tensor<1x2x16x8xf32>

func.func @most_without_sign(%q: !t) -> !t {
  %s = attn.score_mod (%score, %b, %h, %i, %j) {
    %d = index.sub %i, %j
    // expected-error @below {{expected a number that is not negative, got one from -15}}
    %x = index.maxu %d, %i
    attn.yield %score : f32
  }
  %o = attn.attention %q, %q, %q score(%s) : (!t, !t, !t) -> !t
  return %o : !t
}

// -----

!t = tensor<1x2x16x8xf32>

func.func @least_without_sign(%q: !t) -> !t {
  %m = attn.predicate (%b, %h, %i, %j) {
    %d = index.sub %i, %j
    // expected-error @below {{expected a number that is not negative, got one from -15}}
    %x = index.minu %d, %i
    %keep = index.cmp eq(%x, %j)
    attn.yield %keep : i1
  }
  %o = attn.attention %q, %q, %q mask(%m) : (!t, !t, !t) -> !t
  return %o : !t
}

// -----

!t = tensor<1x2x16x8xf32>

func.func @order_without_sign(%q: !t) -> !t {
  %m = attn.predicate (%b, %h, %i, %j) {
    %d = index.sub %i, %j
    // expected-error @below {{expected a comparison with sign, got one without of a number that may be negative}}
    %keep = index.cmp ult(%d, %j)
    attn.yield %keep : i1
  }
  %o = attn.attention %q, %q, %q mask(%m) : (!t, !t, !t) -> !t
  return %o : !t
}

// -----

!t = tensor<1x1x8x4xf32>
func.func @shift_of_negative(%q: !t) {
  %c2 = index.constant 2
  %m = attn.predicate (%b, %h, %i, %j) {
    %d = index.sub %i, %j
    // expected-error @+1 {{expected a number that is not negative, got one from -7}}
    %s = index.shru %d, %c2
    %keep = index.cmp sle(%s, %c2)
    attn.yield %keep : i1
  }
  %o = attn.attention %q, %q, %q mask(%m) : (!t, !t, !t) -> !t
  return
}
