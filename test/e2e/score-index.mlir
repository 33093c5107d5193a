// Modifications of scores in ops of the dialect `index`, with powers of two, against
// the reference: numbers of both signs where an op may have them.
//
// RUN: attn-run %s --entry=signed --random=1 --size=N=150 --verify
// RUN: attn-run %s --entry=unsigned --random=2 --size=N=150 --verify
// RUN: attn-run %s --entry=unsigned --random=2 --size=N=77 --target-cpu=avx2 --verify
// RUN: attn-run %s --entry=compared --random=3 --size=N=70 --verify
// RUN: attn-run %s --entry=powers --random=4 --size=N=90 --verify
// RUN: attn-run %s --entry=powers --random=4 --size=N=90 --target-cpu=avx2 --verify
//
// ALiBi with slopes as they are usually computed, 2^(-8 (h + 1) / H).
// RUN: attn-run %s --entry=alibi --random=5 --size=N=130 --verify

!t = tensor<1x2x?x32xf32>
!f = tensor<1x4x?x16xf32>

func.func @signed(%q: !t, %k: !t, %v: !t) -> !t {
  %c2 = index.constant 2
  %c5 = index.constant 5
  %s = attn.score_mod (%score, %b, %h, %i, %j) {
    %c3 = index.constant 3
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
    %size = math.absi %both : index
    %n = index.sub %size, %rest
    %n32 = index.casts %n : index to i32
    %real = arith.sitofp %n32 : i32 to f32
    %small = arith.constant 0.03 : f32
    %new = math.fma %real, %small, %score : f32
    attn.yield %new : f32
  }
  %o = attn.attention %q, %k, %v score(%s) : (!t, !t, !t) -> !t
  return %o : !t
}

func.func @unsigned(%q: !t, %k: !t, %v: !t) -> !t {
  %c2 = index.constant 2
  %c3 = index.constant 3
  %c7 = index.constant 7
  %s = attn.score_mod (%score, %b, %h, %i, %j) {
    %x = index.divu %i, %c7
    %y = index.ceildivu %j, %c7
    %r = index.remu %j, %c3
    %u = index.shru %i, %c2
    %l = index.shl %r, %c2
    %least = index.minu %x, %y
    %most = index.maxu %l, %u
    %or = index.or %least, %r
    %and = index.and %most, %c7
    %xor = index.xor %or, %and
    %wide = index.castu %xor : index to i64
    %back = index.casts %wide : i64 to index
    %a = arith.ceildivui %back, %c3 : index
    %m0 = arith.minui %a, %c7 : index
    %m1 = arith.maxui %m0, %c2 : index
    %n32 = arith.index_cast %m1 : index to i32
    %real = arith.uitofp %n32 : i32 to f32
    %new = arith.subf %score, %real : f32
    attn.yield %new : f32
  }
  %o = attn.attention %q, %k, %v score(%s) : (!t, !t, !t) -> !t
  return %o : !t
}

func.func @compared(%q: !t, %k: !t, %v: !t) -> !t {
  %c9 = index.constant 9
  %c20 = index.constant 20
  %c40 = index.constant 40
  %s = attn.score_mod (%score, %b, %h, %i, %j) {
    %on = index.bool.constant true
    %d = index.sub %i, %j
    %a = index.cmp sge(%d, %c9)
    %c = index.cmp sle(%i, %c40)
    %e = index.cmp ugt(%j, %c20)
    %f = index.cmp uge(%i, %c20)
    %g = index.cmp ult(%j, %c9)
    %n = index.cmp ule(%i, %c20)
    %ne = index.cmp ne(%i, %c40)
    %eq = index.cmp eq(%i, %j)
    %lt = index.cmp slt(%d, %c9)
    %gt = index.cmp sgt(%d, %c20)
    %x = arith.andi %a, %c : i1
    %y = arith.xori %e, %f : i1
    %z = arith.andi %g, %n : i1
    %u = arith.ori %x, %y : i1
    %w = arith.ori %u, %z : i1
    %v0 = arith.andi %w, %ne : i1
    %v1 = arith.xori %lt, %gt : i1
    %v2 = arith.ori %v0, %eq : i1
    %v3 = arith.xori %v1, %v2 : i1
    %keep = arith.andi %v3, %on : i1
    %truth = index.castu %keep : i1 to index
    %n32 = index.casts %truth : index to i32
    %real = arith.sitofp %n32 : i32 to f32
    %new = arith.addf %score, %real : f32
    attn.yield %new : f32
  }
  %o = attn.attention %q, %k, %v score(%s) : (!t, !t, !t) -> !t
  return %o : !t
}

func.func @powers(%q: !t, %k: !t, %v: !t) -> !t {
  %s = attn.score_mod (%score, %b, %h, %i, %j) {
    %one = arith.constant 1.0 : f32
    %third = arith.constant 0.3 : f32
    %a = math.exp2 %score : f32
    %p = arith.addf %a, %one : f32
    %x = math.sqrt %p : f32
    %t = math.trunc %score : f32
    %r = math.roundeven %a : f32
    %y = arith.addf %x, %t : f32
    %new = math.fma %r, %third, %y : f32
    attn.yield %new : f32
  }
  %o = attn.attention %q, %k, %v score(%s) : (!t, !t, !t) -> !t
  return %o : !t
}

func.func @alibi(%q: !f, %k: !f, %v: !f) -> !f {
  %m = attn.causal
  %s = attn.score_mod (%score, %b, %h, %i, %j) {
    %c1 = index.constant 1
    %minus2 = arith.constant -2.0 : f32
    %n = index.add %h, %c1
    %n32 = index.casts %n : index to i32
    %real = arith.sitofp %n32 : i32 to f32
    %power = arith.mulf %real, %minus2 : f32
    %slope = math.exp2 %power : f32
    %d = index.sub %j, %i
    %d32 = index.casts %d : index to i32
    %far = arith.sitofp %d32 : i32 to f32
    %new = math.fma %slope, %far, %score : f32
    attn.yield %new : f32
  }
  %o = attn.attention %q, %k, %v mask(%m) score(%s) : (!f, !f, !f) -> !f
  return %o : !f
}
