// Modifications of scores where tiles slide: they see the key of each place. A
// sink is in the state of every lane.
//
// RUN: attn-run %s --entry=bias --random=1 --verify
// RUN: attn-run %s --entry=bias --random=1 --verify --target-cpu=avx2
// RUN: attn-run %s --entry=alibi --random=3 --verify

!n = tensor<1x2x777x16xf32>

func.func @bias(%q: !n, %k: !n, %v: !n, %t: tensor<1x2x777x777xf32>) -> !n {
  %m = attn.neighborhood layout = [21, 37], window = [5, 7]
  %a = attn.bias %t : tensor<1x2x777x777xf32>
  %o = attn.attention %q, %k, %v mask(%m) score(%a) {plan = #attn.plan<slides = true, layout = [21, 37], dilation = [1, 1], tile = [4, 16], group = [2, 2], lanes = 64, slab = 90>} : (!n, !n, !n) -> !n
  return %o : !n
}

func.func @alibi(%q: !n, %k: !n, %v: !n, %t: tensor<2xf32>) -> !n {
  %m = attn.neighborhood layout = [21, 37], window = [5, 7], causal = [true, true]
  %a = attn.alibi
  %b = attn.softcap 3.0
  %s = attn.sink_logits %t : tensor<2xf32>
  %o = attn.attention %q, %k, %v mask(%m) score(%a, %b, %s) {plan = #attn.plan<slides = true, layout = [21, 37], dilation = [1, 1], tile = [2, 16], group = [2, 2], lanes = 32, slab = 50>} : (!n, !n, !n) -> !n
  return %o : !n
}
