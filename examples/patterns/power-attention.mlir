// PowerAttention (arXiv 2503.03588): a block of 256 tokens sees the blocks at
// distances 1, 2, 4, 8, ... before it, besides a window of the last 5 blocks
// (its own included) and the first block. After d layers 2^d blocks are within
// reach. All heads alike; the whole cache of keys has to stay.
//
// Density at N = 32768: 6.58 % of all pairs, 13.1 % of the causal ones; ideal
// speedup 15.2. In blocks 13.8 % of the causal ones, as the paper counts (1,141
// of 8,256), or 7.0 % of the square; causality halves those on the diagonal.
//
//   attn-run power-attention.mlir --random=1 --size=N=32768

!t = tensor<1x2x?x128xf32>

func.func @main(%q: !t, %k: !t, %v: !t) -> !t {
  %p = attn.power_of_two block = 256
  %w = attn.block_window block = 256, left = 4, right = 0
  %s = attn.sinks 256
  %u = attn.or %p, %w, %s
  %c = attn.causal
  %m = attn.and %u, %c
  %o = attn.attention %q, %k, %v mask(%m) : (!t, !t, !t) -> !t
  return %o : !t
}
