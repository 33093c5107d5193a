// Numbers that are known when a kernel is launched, in predicates and in
// modifications of scores, against the reference.
//
// RUN: attn-run %s --entry=band --random=1 --size=N=1 --number=3:1 --number=4:0 --verify
// RUN: attn-run %s --entry=band --random=1 --size=N=300 --number=3:40 --number=4:7 --verify
// RUN: attn-run %s --entry=band --random=2 --size=N=300 --number=3:-5 --number=4:-1 --verify
// RUN: attn-run %s --entry=band --random=3 --size=N=1000 --number=3:1073741823 --number=4:-1073741823 --verify
// RUN: attn-run %s --entry=heads --random=4 --size=N=257 --number=3:3 --number=4:0.25 --verify --threads=2

!t = tensor<1x2x?x32xf32>
!w = tensor<1x4x?x32xf32>

// The same number in two masks, and one that is a divisor.
func.func @band(%q: !t, %k: !t, %v: !t, %width: index, %period: i32) -> !t {
  %c1 = arith.constant 1 : i32
  %near = attn.predicate (%b, %h, %i, %j) {
    %d = arith.subi %i, %j : index
    %x = arith.cmpi slt, %d, %width : index
    %y = arith.cmpi sge, %d, %h : index
    %keep = arith.andi %x, %y : i1
    attn.yield %keep : i1
  }
  %comb = attn.predicate (%b, %h, %i, %j) {
    %p = arith.maxsi %period, %c1 : i32
    %j32 = arith.index_cast %j : index to i32
    %r = arith.remui %j32, %p : i32
    %least = arith.index_cast %width : index to i32
    %x = arith.cmpi eq, %r, %c1 : i32
    %y = arith.cmpi sge, %j32, %least : i32
    %keep = arith.andi %x, %y : i1
    attn.yield %keep : i1
  }
  %m = attn.or %near, %comb
  %o = attn.attention %q, %k, %v mask(%m) : (!t, !t, !t) -> !t
  return %o : !t
}

// Two attention ops with the same numbers, beside a table with a static size.
func.func @heads(%q: !w, %k: !t, %v: !t, %n: i32, %x: f32, %t: tensor<4xi32>) -> (!w, !w) {
  %m = attn.predicate (%b, %h, %i, %j) {
    %shift = attn.lookup %t[%h] : tensor<4xi32>
    %n64 = arith.index_cast %n : i32 to index
    %d = arith.subi %i, %j : index
    %e = arith.subi %d, %shift : index
    %keep = arith.cmpi sge, %e, %n64 : index
    attn.yield %keep : i1
  }
  %s = attn.score_mod (%score, %b, %h, %i, %j) {
    %y = arith.mulf %score, %x : f32
    %z = arith.subf %y, %x : f32
    attn.yield %z : f32
  }
  %o = attn.attention %q, %k, %v mask(%m) score(%s) : (!w, !t, !t) -> !w
  %p = attn.attention %o, %k, %v score(%s) : (!w, !t, !t) -> !w
  return %o, %p : !w, !w
}
