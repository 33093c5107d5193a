// Predicates of users get the plans of the masks that they are equal to.
//
// RUN: attn-opt --attn-plan-attention %s | FileCheck %s

!t = tensor<1x1x16384x64xf32>

// Distances that are multiples of 128, below the diagonal: as a mask op, by the
// remainder with the sign of the distance, by equal remainders, and by bits.
// CHECK-LABEL: @periods
// CHECK: attn.attention {{.*}} {plan = [[PLAN:#attn.plan<layout = \[16384\], dilation = \[128\], [^>]*>]]}
// CHECK: attn.attention {{.*}} {plan = [[PLAN]]}
// CHECK: attn.attention {{.*}} {plan = [[PLAN]]}
// CHECK: attn.attention {{.*}} {plan = [[PLAN]]}
func.func @periods(%q: !t, %k: !t, %v: !t) -> (!t, !t, !t, !t) {
  %c0 = arith.constant 0 : index
  %c127 = arith.constant 127 : index
  %c128 = arith.constant 128 : index
  %slash = attn.slash stride = 128
  %c = attn.causal
  %m0 = attn.and %slash, %c
  %m1 = attn.predicate (%b, %h, %i, %j) {
    %d = arith.subi %i, %j : index
    %r = arith.remsi %d, %c128 : index
    %on = arith.cmpi eq, %r, %c0 : index
    %past = arith.cmpi sge, %d, %c0 : index
    %keep = arith.andi %on, %past : i1
    attn.yield %keep : i1
  }
  %m2 = attn.predicate (%b, %h, %i, %j) {
    %x = arith.remui %i, %c128 : index
    %y = arith.remui %j, %c128 : index
    %on = arith.cmpi eq, %x, %y : index
    %past = arith.cmpi ule, %j, %i : index
    %keep = arith.andi %on, %past : i1
    attn.yield %keep : i1
  }
  %m3 = attn.predicate (%b, %h, %i, %j) {
    %d = arith.subi %j, %i : index
    %r = arith.andi %d, %c127 : index
    %on = arith.cmpi eq, %r, %c0 : index
    %past = arith.cmpi sle, %j, %i : index
    %keep = arith.andi %on, %past : i1
    attn.yield %keep : i1
  }
  %o0 = attn.attention %q, %k, %v mask(%m0) : (!t, !t, !t) -> !t
  %o1 = attn.attention %q, %k, %v mask(%m1) : (!t, !t, !t) -> !t
  %o2 = attn.attention %q, %k, %v mask(%m2) : (!t, !t, !t) -> !t
  %o3 = attn.attention %q, %k, %v mask(%m3) : (!t, !t, !t) -> !t
  return %o0, %o1, %o2, %o3 : !t, !t, !t, !t
}
