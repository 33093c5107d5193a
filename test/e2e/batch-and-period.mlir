// Arithmetic on the batch beside a mask with a period of tokens: counted by
// residue too, where the batch is known.
//
// RUN: attn-run %s --entry=shifted --random=1 --verify --json | FileCheck %s
// RUN: attn-run %s --entry=lengths --random=2 --size=N=70 --verify
//
// Of 20 tokens, j <= i keeps 210 pairs and every fifth token 80, of which 50
// are among those; 8 later, 78 and the 80, of which 15 are both.
// CHECK: "kept_pairs":383,

!t = tensor<2x1x20x16xf32>
!d = tensor<2x2x?x16xf32>

func.func @shifted(%q: !t, %k: !t, %v: !t) -> !t {
  %p = attn.predicate (%b, %h, %i, %j) {
    %c8 = arith.constant 8 : index
    %t = arith.muli %b, %c8 : index
    %u = arith.addi %j, %t : index
    %keep = arith.cmpi sle, %u, %i : index
    attn.yield %keep : i1
  }
  %s = attn.slash stride = 5
  %m = attn.or %p, %s
  %o = attn.attention %q, %k, %v mask(%m) : (!t, !t, !t) -> !t
  return %o : !t
}

func.func @lengths(%q: !d, %k: !d, %v: !d) -> !d {
  %lengths = arith.constant dense<[11, 57]> : tensor<2xi32>
  %p = attn.predicate (%b, %h, %i, %j) {
    %end = attn.lookup %lengths[%b] : tensor<2xi32>
    %keep = arith.cmpi slt, %j, %end : index
    attn.yield %keep : i1
  }
  %s = attn.slash stride = 4
  %m = attn.and %p, %s
  %o = attn.attention %q, %k, %v mask(%m) : (!d, !d, !d) -> !d
  return %o : !d
}
