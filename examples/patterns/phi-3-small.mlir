// Phi-3-small (arXiv 2404.14219), as vLLM runs it: blocks of 64 tokens, 16
// local blocks (1024 tokens) and every 8th block, which moves by one from head
// to head. The model has 32 query heads on 8 key heads and uses this in every
// second layer; here are 8 on 2, after which places repeat. vLLM counts stripes
// from one block further than dkernel: offset = 1.
//
// Density at N = 8192: 16.2 % of all pairs, 32.4 % of the causal ones; ideal
// speedup 6.17. In blocks 32.9 % of the causal ones, 32 to 34 by head.
//
//   attn-run phi-3-small.mlir --random=1 --size=N=8192

!q = tensor<1x8x?x128xf32>
!kv = tensor<1x2x?x128xf32>

func.func @main(%q: !q, %k: !kv, %v: !kv) -> !q {
  %m = attn.strided block = 64, local = 16, stride = 8, offset = 1
  %o = attn.attention %q, %k, %v mask(%m) : (!q, !kv, !kv) -> !q
  return %o : !q
}
