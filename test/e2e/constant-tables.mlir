// Tables, biases and keys that a spec writes out, against the reference: the
// contents are those of the kernel and of all figures.
//
// RUN: attn-run %s --entry=documents --random=1 --verify --json | FileCheck %s
// RUN: attn-run %s --entry=flags_and_bias --random=2 --verify
// RUN: attn-run %s --entry=lookups --random=3 --size=N=33 --verify
// RUN: attn-run %s --entry=keys --random=4 --verify
//
// 10 * 10 + 54 * 54 pairs of each head.
// CHECK: "kept_pairs":6032,

!t = tensor<1x2x64x16xf32>
!d = tensor<1x2x?x16xf32>
!s = tensor<1x1x4x2xbf16>

func.func @documents(%q: !t, %k: !t, %v: !t) -> !t {
  %t = arith.constant dense<[0, 10, 64]> : tensor<3xi32>
  %m = attn.document %t : tensor<3xi32>
  %o = attn.attention %q, %k, %v mask(%m) : (!t, !t, !t) -> !t
  return %o : !t
}

func.func @flags_and_bias(%q: !t, %k: !t, %v: !t) -> !t {
  %f = arith.constant dense<1> : tensor<64xi32>
  %y = arith.constant dense<[0.0, 3.0, -0.25]> : tensor<3xf32>
  %m = attn.tokens %f : tensor<64xi32>
  %s = attn.score_mod (%score, %b, %h, %i, %j) {
    %c3 = arith.constant 3 : index
    %r = arith.remui %j, %c3 : index
    %z = attn.lookup %y[%r] : tensor<3xf32>
    %new = arith.addf %score, %z : f32
    attn.yield %new : f32
  }
  %o = attn.attention %q, %k, %v mask(%m) score(%s) : (!t, !t, !t) -> !t
  return %o : !t
}

func.func @lookups(%q: !d, %k: !d, %v: !d) -> !d {
  %t = arith.constant dense<[4, 9]> : tensor<2xi32>
  %m = attn.predicate (%b, %h, %i, %j) {
    %w = attn.lookup %t[%h] : tensor<2xi32>
    %d = arith.subi %i, %j : index
    %keep = arith.cmpi sle, %d, %w : index
    attn.yield %keep : i1
  }
  %o = attn.attention %q, %k, %v mask(%m) : (!d, !d, !d) -> !d
  return %o : !d
}

func.func @keys(%q: !s) -> !s {
  %k = arith.constant dense<0.0> : !s
  %v = arith.constant dense<[[[[1.0, 2.0], [3.0, 4.0], [5.0, 6.0], [7.0, 8.0]]]]> : !s
  %m = attn.causal
  %o = attn.attention %q, %k, %v mask(%m) : (!s, !s, !s) -> !s
  return %o : !s
}
