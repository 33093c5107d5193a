// S2-Attention (arXiv 2407.17678) with the parameters of the benchmark of
// dkernel: blocks of 64 tokens, a local window of 8 blocks (512 tokens), and
// every 16th block, at another place for each of the 16 heads. Heads see
// different shards of the context, and together all of it.
//
// Density at N = 65536: 3.81 % of all pairs, 7.62 % of the causal ones; ideal
// speedup 26.2. In blocks 7.71 % of the causal ones, 7.6 to 7.8 by head (7.8
// for the first).
//
//   attn-run s2-attention.mlir --random=1 --size=N=8192
//
// At 65536 too, but the report counts pairs for minutes after the kernel ran.

!t = tensor<1x16x?x128xf32>

func.func @main(%q: !t, %k: !t, %v: !t) -> !t {
  %m = attn.strided block = 64, local = 8, stride = 16
  %o = attn.attention %q, %k, %v mask(%m) : (!t, !t, !t) -> !t
  return %o : !t
}
