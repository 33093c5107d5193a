// Predicates that tell tokens by rows and places in them, against the reference:
// in whole rows, which have plans along both, and in others.
//
// RUN: attn-run %s --entry=shifted --random=1 --verify
// RUN: attn-run %s --entry=shifted --random=1 --verify --target-cpu=avx2
// RUN: attn-run %s --entry=frames --random=2 --verify
// RUN: attn-run %s --entry=earlier_rows --random=3 --verify
// RUN: attn-run %s --entry=open --random=4 --size=N=340 --verify
// RUN: attn-run %s --entry=open --random=5 --size=N=353 --verify
// RUN: attn-run %s --entry=ragged --random=7 --verify
//
// Every query has 5 x 7 keys, within 17 rows of 20 tokens.
// RUN: attn-run %s --entry=shifted --random=8 --verify --json | FileCheck %s
// CHECK: "kept_pairs":11900,

!t = tensor<1x1x340x32xf32>
!f = tensor<2x4x480x16xf32>
!g = tensor<2x2x480x16xf32>
!d = tensor<1x2x?x32xf32>
!q = tensor<1x1x353x32xf32>
!k = tensor<1x1x331x32xf32>

func.func @shifted(%q: !t, %k: !t, %v: !t) -> !t {
  %c0 = index.constant 0
  %c2 = index.constant 2
  %c3 = index.constant 3
  %c5 = index.constant 5
  %c7 = index.constant 7
  %c12 = index.constant 12
  %c13 = index.constant 13
  %c20 = index.constant 20
  %m = attn.predicate (%b, %h, %i, %j) {
    %iy = index.divu %i, %c20
    %ix = index.remu %i, %c20
    %jy = index.divu %j, %c20
    %jx = index.remu %j, %c20
    %y0 = index.sub %iy, %c2
    %y1 = index.maxs %y0, %c0
    %top = index.mins %y1, %c12
    %x0 = index.sub %ix, %c3
    %x1 = index.maxs %x0, %c0
    %left = index.mins %x1, %c13
    %dy = index.sub %jy, %top
    %dx = index.sub %jx, %left
    %y2 = index.cmp sge(%dy, %c0)
    %y3 = index.cmp slt(%dy, %c5)
    %x2 = index.cmp sge(%dx, %c0)
    %x3 = index.cmp slt(%dx, %c7)
    %y = arith.andi %y2, %y3 : i1
    %x = arith.andi %x2, %x3 : i1
    %keep = arith.andi %y, %x : i1
    attn.yield %keep : i1
  }
  %o = attn.attention %q, %k, %v mask(%m) : (!t, !t, !t) -> !t
  return %o : !t
}

// Of 5 frames of 8 rows of 12 tokens: cubes around the query, as far along the
// frames as the head says, and none of later frames.
func.func @frames(%q: !f, %k: !g, %v: !g) -> !f {
  %c3 = index.constant 3
  %c8 = index.constant 8
  %c12 = index.constant 12
  %c96 = index.constant 96
  %m = attn.predicate (%b, %h, %i, %j) {
    %it = index.divu %i, %c96
    %jt = index.divu %j, %c96
    %ip = index.remu %i, %c96
    %jp = index.remu %j, %c96
    %iy = index.divu %ip, %c12
    %jy = index.divu %jp, %c12
    %ix = index.remu %ip, %c12
    %jx = index.remu %jp, %c12
    %dt = index.sub %it, %jt
    %dy = index.sub %iy, %jy
    %dx = index.sub %ix, %jx
    %ay = math.absi %dy : index
    %ax = math.absi %dx : index
    %far = index.maxs %ay, %ax
    %past = index.cmp sge(%it, %jt)
    %near = index.cmp sle(%dt, %h)
    %frames = arith.andi %past, %near : i1
    %places = index.cmp sle(%far, %c3)
    %keep = arith.andi %frames, %places : i1
    attn.yield %keep : i1
  }
  %o = attn.attention %q, %k, %v mask(%m) : (!f, !g, !g) -> !f
  return %o : !f
}

// The row above, and what comes before the query in its own.
func.func @earlier_rows(%q: !t, %k: !t, %v: !t) -> !t {
  %c1 = index.constant 1
  %c20 = index.constant 20
  %m = attn.predicate (%b, %h, %i, %j) {
    %iy = index.divu %i, %c20
    %ix = index.remu %i, %c20
    %jy = index.divu %j, %c20
    %jx = index.remu %j, %c20
    %dy = index.sub %iy, %jy
    %own = index.cmp eq(%iy, %jy)
    %before = index.cmp ule(%jx, %ix)
    %above = index.cmp eq(%dy, %c1)
    %left = arith.andi %own, %before : i1
    %keep = arith.ori %left, %above : i1
    attn.yield %keep : i1
  }
  %o = attn.attention %q, %k, %v mask(%m) : (!t, !t, !t) -> !t
  return %o : !t
}

func.func @open(%q: !d, %k: !d, %v: !d) -> !d {
  %c4 = index.constant 4
  %c20 = index.constant 20
  %m = attn.predicate (%b, %h, %i, %j) {
    %iy = index.divu %i, %c20
    %ix = index.remu %i, %c20
    %jy = index.divu %j, %c20
    %jx = index.remu %j, %c20
    %dy = index.sub %iy, %jy
    %dx = index.sub %ix, %jx
    %ay = math.absi %dy : index
    %ax = math.absi %dx : index
    %far = index.add %ay, %ax
    %keep = index.cmp sle(%far, %c4)
    attn.yield %keep : i1
  }
  %o = attn.attention %q, %k, %v mask(%m) : (!d, !d, !d) -> !d
  return %o : !d
}

func.func @ragged(%q: !q, %k: !k, %v: !k) -> !q {
  %c2 = index.constant 2
  %c20 = index.constant 20
  %m = attn.predicate (%b, %h, %i, %j) {
    %iy = index.divu %i, %c20
    %ix = index.remu %i, %c20
    %jy = index.divu %j, %c20
    %jx = index.remu %j, %c20
    %dy = index.sub %iy, %jy
    %dx = index.sub %ix, %jx
    %ay = math.absi %dy : index
    %ax = math.absi %dx : index
    %far = index.maxs %ay, %ax
    %keep = index.cmp sle(%far, %c2)
    attn.yield %keep : i1
  }
  %o = attn.attention %q, %k, %v mask(%m) : (!q, !k, !k) -> !q
  return %o : !q
}
