// Modifications of scores where halves of tiles visit keys alone: they see the
// queries of the half. A sink is in the state of every lane.
//
// RUN: attn-run %s --entry=alibi --random=1 --size=N=63 --verify
// RUN: attn-run %s --entry=alibi --random=2 --size=N=200 --verify
// RUN: attn-run %s --entry=alibi --random=2 --size=N=200 --verify --target-cpu=avx2
// RUN: attn-run %s --entry=neighborhood --random=3 --verify

!q = tensor<1x4x?x32xf32>
!k = tensor<1x2x?x32xf32>

func.func @alibi(%q: !q, %k: !k, %v: !k, %t: tensor<4xf32>) -> (!q, tensor<1x4x?xf32>) {
  %m = attn.window left = 50, right = 3
  %a = attn.alibi
  %b = attn.sink_logits %t : tensor<4xf32>
  %o, %lse = attn.attention %q, %k, %v mask(%m) score(%a, %b) {plan = #attn.plan<halves = true, tile = [64], group = [2], lanes = 64, slab = 40>} : (!q, !k, !k) -> (!q, tensor<1x4x?xf32>)
  return %o, %lse : !q, tensor<1x4x?xf32>
}

!n = tensor<1x2x357x16xf32>

func.func @neighborhood(%q: !n, %k: !n, %v: !n) -> !n {
  %m = attn.neighborhood layout = [17, 21], window = [5, 7]
  %a = attn.alibi
  %b = attn.softcap 3.0
  %o = attn.attention %q, %k, %v mask(%m) score(%a, %b) {plan = #attn.plan<halves = true, layout = [17, 21], dilation = [1, 1], tile = [4, 8], group = [2, 2], lanes = 32, slab = 50>} : (!n, !n, !n) -> !n
  return %o : !n
}
