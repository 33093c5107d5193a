// Functions of large numbers, and the least number of f32 as an additive mask,
// against the reference.
//
// RUN: attn-run %s --entry=angles --random=1 --verify
// RUN: attn-run %s --entry=angles --random=1 --target-cpu=avx2 --verify
// RUN: attn-run %s --entry=angles --random=1 --target-cpu=generic --verify
// RUN: attn-run %s --entry=least --random=2 --verify
// RUN: attn-run %s --entry=least --random=2 --target-cpu=avx2 --verify
// RUN: attn-run %s --entry=least_of_distances --random=3 --verify

!t = tensor<1x2x3000x8xf32>
!s = tensor<1x1x40x16xf32>

// Products with powers of two are exact: angles of up to 3000 and 2^38.
func.func @angles(%q: !t, %k: !t, %v: !t) -> !t {
  %m = attn.slash stride = 97
  %s = attn.score_mod (%score, %b, %h, %i, %j) {
    %far = arith.constant 134217728.0 : f32
    %d = arith.subi %i, %j : index
    %d32 = arith.index_cast %d : index to i32
    %x = arith.sitofp %d32 : i32 to f32
    %h32 = arith.index_cast %h : index to i32
    %y = arith.sitofp %h32 : i32 to f32
    %z = arith.mulf %x, %far : f32
    %sin = math.sin %x : f32
    %cos = math.cos %z : f32
    %one = math.sin %y : f32
    %a = arith.addf %sin, %cos : f32
    %b0 = arith.addf %a, %one : f32
    %new = arith.addf %score, %b0 : f32
    attn.yield %new : f32
  }
  %o = attn.attention %q, %k, %v mask(%m) score(%s) : (!t, !t, !t) -> !t
  return %o : !t
}

// Rows that are masked by addition altogether have equal weights, others those
// of the keys that are left.
func.func @least(%q: !s, %k: !s, %v: !s) -> !s {
  %s = attn.score_mod (%score, %b, %h, %i, %j) {
    %c7 = arith.constant 7 : index
    %c19 = arith.constant 19 : index
    %zero = arith.constant 0.0 : f32
    %least = arith.constant 0xFF7FFFFF : f32
    %row = arith.cmpi slt, %i, %c7 : index
    %key = arith.cmpi sgt, %j, %c19 : index
    %masked = arith.ori %row, %key : i1
    %bias = arith.select %masked, %least, %zero : f32
    %new = arith.addf %score, %bias : f32
    attn.yield %new : f32
  }
  %o = attn.attention %q, %k, %v score(%s) : (!s, !s, !s) -> !s
  return %o : !s
}

// The same by diagonals and from a table.
func.func @least_of_distances(%q: !s, %k: !s, %v: !s) -> !s {
  %least = arith.constant dense<0xFF7FFFFF> : tensor<1x1x1x40xf32>
  %p = attn.power_of_two
  %s = attn.bias %least : tensor<1x1x1x40xf32>
  %o = attn.attention %q, %k, %v mask(%p) score(%s) {plan = #attn.plan<diagonals = true, tile = [16], group = [1], lanes = 16, slab = 16>} : (!s, !s, !s) -> !s
  return %o : !s
}
