// A user's predicate runs like any mask: with captured constants, tables,
// divisions of both signs and bits. The reference reads regions on its own.
//
// RUN: attn-run %s --entry=band --random=1 --size=N=300 --verify
// RUN: attn-run %s --entry=documents --random=2 --size=N=257 --verify
// RUN: attn-run %s --entry=bits --random=3 --size=N=130 --verify

func.func @band(%q: tensor<1x2x?x32xf32>, %k: tensor<1x2x?x32xf32>, %v: tensor<1x2x?x32xf32>) -> tensor<1x2x?x32xf32> {
  %c40 = arith.constant 40 : index
  %m = attn.predicate (%b, %h, %i, %j) {
    %d = arith.subi %i, %j : index
    %near = arith.cmpi slt, %d, %c40 : index
    %past = arith.cmpi sle, %j, %i : index
    %keep = arith.andi %near, %past : i1
    attn.yield %keep : i1
  }
  %o = attn.attention %q, %k, %v mask(%m) : (tensor<1x2x?x32xf32>, tensor<1x2x?x32xf32>, tensor<1x2x?x32xf32>) -> tensor<1x2x?x32xf32>
  return %o : tensor<1x2x?x32xf32>
}

func.func @documents(%q: tensor<1x2x?x32xf32>, %k: tensor<1x2x?x32xf32>, %v: tensor<1x2x?x32xf32>, %t: tensor<?xi32>) -> tensor<1x2x?x32xf32> {
  %m = attn.predicate (%b, %h, %i, %j) {
    %x = attn.lookup %t[%i] : tensor<?xi32>
    %y = attn.lookup %t[%j] : tensor<?xi32>
    %same = arith.cmpi eq, %x, %y : index
    %self = arith.cmpi eq, %i, %j : index
    %keep = arith.ori %same, %self : i1
    attn.yield %keep : i1
  }
  %o = attn.attention %q, %k, %v mask(%m) : (tensor<1x2x?x32xf32>, tensor<1x2x?x32xf32>, tensor<1x2x?x32xf32>) -> tensor<1x2x?x32xf32>
  return %o : tensor<1x2x?x32xf32>
}

func.func @bits(%q: tensor<1x3x?x32xf32>, %k: tensor<1x3x?x32xf32>, %v: tensor<1x3x?x32xf32>) -> tensor<1x3x?x32xf32> {
  %c1 = arith.constant 1 : index
  %c3 = arith.constant 3 : index
  %c0 = arith.constant 0 : index
  %m = attn.predicate (%b, %h, %i, %j) {
    %d = arith.subi %i, %j : index
    %e = arith.subi %d, %c1 : index
    %bits = arith.andi %d, %e : index
    %power = arith.cmpi eq, %bits, %c0 : index
    %past = arith.cmpi sge, %d, %c0 : index
    %head = arith.addi %h, %c3 : index
    %rest = arith.remsi %d, %head : index
    %stripe = arith.cmpi eq, %rest, %c1 : index
    %x = arith.xori %i, %j : index
    %shifted = arith.shrsi %x, %c3 : index
    %near = arith.cmpi ult, %shifted, %c1 : index
    %both = arith.andi %power, %past : i1
    %or = arith.ori %both, %stripe : i1
    %keep = arith.ori %or, %near : i1
    attn.yield %keep : i1
  }
  %o = attn.attention %q, %k, %v mask(%m) : (tensor<1x3x?x32xf32>, tensor<1x3x?x32xf32>, tensor<1x3x?x32xf32>) -> tensor<1x3x?x32xf32>
  return %o : tensor<1x3x?x32xf32>
}
