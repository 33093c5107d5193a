// Slash, a baseline of PowerAttention (arXiv 2503.03588): the last 6 blocks of
// 256 tokens, the first block, and the blocks at distances 32, 64 and 96. The
// stripes are diagonals; those of S2-Attention (s2-attention.mlir) are columns.
//
// Density at N = 32768: 6.11 % of all pairs, 12.2 % of the causal ones; ideal
// speedup 16.4. In blocks 12.9 % of the causal ones.
//
//   attn-run power-attention-slash.mlir --random=1 --size=N=32768

!t = tensor<1x2x?x128xf32>

func.func @main(%q: !t, %k: !t, %v: !t) -> !t {
  %w = attn.block_window block = 256, left = 5, right = 0
  %d = attn.slash stride = 32, block = 256
  %s = attn.sinks 256
  %u = attn.or %w, %d, %s
  %c = attn.causal
  %m = attn.and %u, %c
  %o = attn.attention %q, %k, %v mask(%m) : (!t, !t, !t) -> !t
  return %o : !t
}
