// Predicates of users that tell tokens by their row and their place in it get
// the plans of the neighborhoods that they are equal to.
//
// RUN: attn-opt --attn-plan-attention %s | FileCheck %s

!p = tensor<1x1x6400x64xf32>

// A neighborhood on pictures of 64 rows of 100 tokens, clipped at the border:
// by magnitudes, and by a square and bounds that move.
// CHECK-LABEL: @rows
// CHECK: attn.attention {{.*}} {plan = [[ROWS:#attn.plan<layout = \[64, 100\], dilation = \[1, 1\], [^>]*>]]}
// CHECK: attn.attention {{.*}} {plan = [[ROWS]]}
// CHECK: attn.attention {{.*}} {plan = [[ROWS]]}
func.func @rows(%q: !p, %k: !p, %v: !p) -> (!p, !p, !p) {
  %c4 = arith.constant 4 : index
  %c17 = arith.constant 17 : index
  %c100 = arith.constant 100 : index
  %m0 = attn.neighborhood layout = [64, 100], window = [9, 9], boundary = clip
  %m1 = attn.predicate (%b, %h, %i, %j) {
    %iy = arith.divui %i, %c100 : index
    %ix = arith.remui %i, %c100 : index
    %jy = arith.divui %j, %c100 : index
    %jx = arith.remui %j, %c100 : index
    %dy = arith.subi %iy, %jy : index
    %dx = arith.subi %ix, %jx : index
    %ay = math.absi %dy : index
    %ax = math.absi %dx : index
    %far = arith.maxsi %ay, %ax : index
    %keep = arith.cmpi sle, %far, %c4 : index
    attn.yield %keep : i1
  }
  %m2 = attn.predicate (%b, %h, %i, %j) {
    %iy = index.divu %i, %c100
    %jy = index.divu %j, %c100
    // The place in a row as what is left of the rows before it.
    %before = index.mul %iy, %c100
    %ix = index.sub %i, %before
    %jx = index.remu %j, %c100
    %top = index.sub %iy, %c4
    %bottom = index.add %iy, %c4
    %left = index.sub %ix, %c4
    %right = index.add %ix, %c4
    %a = index.cmp sge(%jy, %top)
    %b1 = index.cmp sle(%jy, %bottom)
    %c = index.cmp sge(%jx, %left)
    %d = index.cmp sle(%jx, %right)
    %ab = arith.andi %a, %b1 : i1
    %cd = arith.andi %c, %d : i1
    %keep = arith.andi %ab, %cd : i1
    attn.yield %keep : i1
  }
  %o0 = attn.attention %q, %k, %v mask(%m0) : (!p, !p, !p) -> !p
  %o1 = attn.attention %q, %k, %v mask(%m1) : (!p, !p, !p) -> !p
  %o2 = attn.attention %q, %k, %v mask(%m2) : (!p, !p, !p) -> !p
  return %o0, %o1, %o2 : !p, !p, !p
}

!f = tensor<1x1x6144x64xf32>

// Blocks of 4 x 6 x 8 tokens, of 8 frames of 24 rows of 32: what is told of a
// row is the number of its block.
// CHECK-LABEL: @frames
// CHECK: attn.attention {{.*}} {plan = [[FRAMES:#attn.plan<layout = \[8, 24, 32\], dilation = \[1, 1, 1\], [^>]*>]]}
// CHECK: attn.attention {{.*}} {plan = [[FRAMES]]}
func.func @frames(%q: !f, %k: !f, %v: !f) -> (!f, !f) {
  %c4 = arith.constant 4 : index
  %c6 = arith.constant 6 : index
  %c8 = arith.constant 8 : index
  %c24 = arith.constant 24 : index
  %c32 = arith.constant 32 : index
  %c768 = arith.constant 768 : index
  %m0 = attn.neighborhood layout = [8, 24, 32], window = [4, 6, 8],
                          stride = [4, 6, 8]
  %m1 = attn.predicate (%b, %h, %i, %j) {
    %it = arith.divui %i, %c768 : index
    %jt = arith.divui %j, %c768 : index
    %ir = arith.divui %i, %c32 : index
    %jr = arith.divui %j, %c32 : index
    %iy = arith.remui %ir, %c24 : index
    %jy = arith.remui %jr, %c24 : index
    %ix = arith.remui %i, %c32 : index
    %jx = arith.remui %j, %c32 : index
    %itb = arith.divui %it, %c4 : index
    %jtb = arith.divui %jt, %c4 : index
    %iyb = arith.divui %iy, %c6 : index
    %jyb = arith.divui %jy, %c6 : index
    %ixb = arith.divui %ix, %c8 : index
    %jxb = arith.divui %jx, %c8 : index
    %t = arith.cmpi eq, %itb, %jtb : index
    %y = arith.cmpi eq, %iyb, %jyb : index
    %x = arith.cmpi eq, %ixb, %jxb : index
    %ty = arith.andi %t, %y : i1
    %keep = arith.andi %ty, %x : i1
    attn.yield %keep : i1
  }
  %o0 = attn.attention %q, %k, %v mask(%m0) : (!f, !f, !f) -> !f
  %o1 = attn.attention %q, %k, %v mask(%m1) : (!f, !f, !f) -> !f
  return %o0, %o1 : !f, !f
}

!d = tensor<1x1x?x64xf32>
!s = tensor<1x1x6450x64xf32>

// One axis: where the length is open, where it is no whole number of rows, and
// where rows do not pay, as with a diagonal of blocks.
// CHECK-LABEL: @without_rows
// CHECK: attn.attention {{.*}} {plan = #attn.plan<{{(layout = \[\?\], dilation = \[[0-9]+\], )?}}tile = [{{[0-9]+}}],
// CHECK: attn.attention {{.*}} {plan = #attn.plan<{{(layout = \[6450\], dilation = \[[0-9]+\], )?}}tile = [{{[0-9]+}}],
// CHECK: attn.attention {{.*}} {plan = #attn.plan<tile = [{{[0-9]+}}],
func.func @without_rows(%q: !d, %k: !d, %v: !d, %q1: !s, %k1: !s, %v1: !s,
                        %q2: !p, %k2: !p, %v2: !p) -> (!d, !s, !p) {
  %c4 = arith.constant 4 : index
  %c100 = arith.constant 100 : index
  %m0 = attn.predicate (%b, %h, %i, %j) {
    %iy = arith.divui %i, %c100 : index
    %ix = arith.remui %i, %c100 : index
    %jy = arith.divui %j, %c100 : index
    %jx = arith.remui %j, %c100 : index
    %dy = arith.subi %iy, %jy : index
    %dx = arith.subi %ix, %jx : index
    %ay = math.absi %dy : index
    %ax = math.absi %dx : index
    %far = arith.maxsi %ay, %ax : index
    %keep = arith.cmpi sle, %far, %c4 : index
    attn.yield %keep : i1
  }
  %m1 = attn.predicate (%b, %h, %i, %j) {
    %iy = arith.divui %i, %c100 : index
    %ix = arith.remui %i, %c100 : index
    %jy = arith.divui %j, %c100 : index
    %jx = arith.remui %j, %c100 : index
    %same = arith.cmpi eq, %iy, %jy : index
    %past = arith.cmpi ule, %jx, %ix : index
    %keep = arith.andi %same, %past : i1
    attn.yield %keep : i1
  }
  %o0 = attn.attention %q, %k, %v mask(%m0) : (!d, !d, !d) -> !d
  %o1 = attn.attention %q1, %k1, %v1 mask(%m0) : (!s, !s, !s) -> !s
  %o2 = attn.attention %q2, %k2, %v2 mask(%m1) : (!p, !p, !p) -> !p
  return %o0, %o1, %o2 : !d, !s, !p
}
