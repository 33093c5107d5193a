// Predicates in ops of the dialect `index`, and with magnitudes, against the
// reference: every op, of numbers of both signs where it may have them.
//
// RUN: attn-run %s --entry=signed --random=1 --size=N=150 --verify
// RUN: attn-run %s --entry=unsigned --random=2 --size=N=150 --verify
// RUN: attn-run %s --entry=compared --random=3 --size=N=70 --verify
// RUN: attn-run %s --entry=magnitudes --random=5 --verify
//
// |i - j| <= 9 keeps 64 * 19 - 2 * (1 + ... + 9) pairs.
// RUN: attn-run %s --entry=near --random=4 --verify --json | FileCheck %s
// CHECK: "kept_pairs":1126,

!t = tensor<1x2x?x32xf32>
!n = tensor<1x1x64x32xf32>

func.func @signed(%q: !t, %k: !t, %v: !t) -> !t {
  %c2 = index.constant 2
  %c3 = index.constant 3
  %c5 = index.constant 5
  %m = attn.predicate (%b, %h, %i, %j) {
    %d = index.sub %i, %j
    %step = index.mul %h, %c3
    %far = index.add %d, %step
    %floor = index.floordivs %far, %c5
    %ceil = index.ceildivs %far, %c5
    %zero = index.divs %far, %c5
    %rest = index.rems %d, %c5
    %half = index.shrs %d, %c2
    %least = index.mins %floor, %rest
    %most = index.maxs %half, %zero
    %sum = index.add %least, %most
    %both = index.add %sum, %ceil
    %bits = index.and %both, %c3
    %keep = index.cmp slt(%bits, %c2)
    attn.yield %keep : i1
  }
  %o = attn.attention %q, %k, %v mask(%m) : (!t, !t, !t) -> !t
  return %o : !t
}

func.func @unsigned(%q: !t, %k: !t, %v: !t) -> !t {
  %c2 = index.constant 2
  %c3 = index.constant 3
  %c7 = index.constant 7
  %m = attn.predicate (%b, %h, %i, %j) {
    %x = index.divu %i, %c7
    %y = index.ceildivu %j, %c7
    %r = index.remu %j, %c3
    %s = index.shru %i, %c2
    %l = index.shl %r, %c2
    %least = index.minu %x, %y
    %most = index.maxu %l, %s
    %or = index.or %least, %r
    %xor = index.xor %or, %most
    %wide = index.castu %xor : index to i32
    %back = index.casts %wide : i32 to index
    %a = arith.ceildivui %back, %c3 : index
    %m0 = arith.minui %a, %c7 : index
    %m1 = arith.maxui %m0, %c2 : index
    %near = index.cmp ult(%m1, %c7)
    %on = index.bool.constant true
    %keep = arith.andi %near, %on : i1
    attn.yield %keep : i1
  }
  %o = attn.attention %q, %k, %v mask(%m) : (!t, !t, !t) -> !t
  return %o : !t
}

func.func @compared(%q: !t, %k: !t, %v: !t) -> !t {
  %c9 = index.constant 9
  %c20 = index.constant 20
  %c40 = index.constant 40
  %m = attn.predicate (%b, %h, %i, %j) {
    %d = index.sub %i, %j
    %a = index.cmp sge(%d, %c9)
    %c = index.cmp sle(%i, %c40)
    %e = index.cmp ugt(%j, %c20)
    %f = index.cmp uge(%i, %c20)
    %g = index.cmp ule(%j, %c9)
    %n = index.cmp sgt(%c9, %d)
    %eq = index.cmp eq(%i, %j)
    %ne = index.cmp ne(%i, %c40)
    %x = arith.andi %a, %c : i1
    %y = arith.xori %e, %f : i1
    %z = arith.andi %g, %n : i1
    %u = arith.ori %x, %y : i1
    %w = arith.ori %u, %z : i1
    %s = arith.andi %w, %ne : i1
    %keep = arith.ori %s, %eq : i1
    attn.yield %keep : i1
  }
  %o = attn.attention %q, %k, %v mask(%m) : (!t, !t, !t) -> !t
  return %o : !t
}

func.func @near(%q: !n, %k: !n, %v: !n) -> !n {
  %c9 = arith.constant 9 : index
  %m = attn.predicate (%b, %h, %i, %j) {
    %d = arith.subi %i, %j : index
    %far = math.absi %d : index
    %keep = arith.cmpi sle, %far, %c9 : index
    attn.yield %keep : i1
  }
  %o = attn.attention %q, %k, %v mask(%m) : (!n, !n, !n) -> !n
  return %o : !n
}

// A magnitude is not negative: it may be divided without sign and looked up.
func.func @magnitudes(%q: !n, %k: !n, %v: !n, %flags: tensor<64xi32>) -> !n {
  %c1 = index.constant 1
  %c3 = index.constant 3
  %m = attn.predicate (%b, %h, %i, %j) {
    %d = index.sub %i, %j
    %far = math.absi %d : index
    %third = index.remu %far, %c3
    %half = index.shru %far, %c1
    %flag = attn.lookup %flags[%far] : tensor<64xi32>
    %least = index.minu %half, %third
    %keep = index.cmp sge(%flag, %least)
    attn.yield %keep : i1
  }
  %o = attn.attention %q, %k, %v mask(%m) : (!n, !n, !n) -> !n
  return %o : !n
}
