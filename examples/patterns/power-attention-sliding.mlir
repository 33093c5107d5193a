// Sliding window, a baseline of PowerAttention (arXiv 2503.03588): the last 9
// blocks of 256 tokens and the first one, so the longest rows have 10 blocks as
// with the powers of two.
//
// Density at N = 32768: 7.15 % of all pairs, 14.3 % of the causal ones; ideal
// speedup 14.0. In blocks 15.0 % of the causal ones.
//
//   attn-run power-attention-sliding.mlir --random=1 --size=N=32768

!t = tensor<1x2x?x128xf32>

func.func @main(%q: !t, %k: !t, %v: !t) -> !t {
  %w = attn.block_window block = 256, left = 8, right = 0
  %s = attn.sinks 256
  %u = attn.or %w, %s
  %c = attn.causal
  %m = attn.and %u, %c
  %o = attn.attention %q, %k, %v mask(%m) : (!t, !t, !t) -> !t
  return %o : !t
}
