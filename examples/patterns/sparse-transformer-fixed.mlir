// Sparse Transformer (arXiv 1904.10509), fixed: segments of 128 tokens, and of
// every segment before them 32 tokens that sum it up. Heads take different
// ones: head h the slice h mod 4, counted from the end of a segment.
//
// Density at N = 12288: 12.9 % of all pairs, 25.8 % of the causal ones; ideal
// speedup 7.76.
//
//   attn-run sparse-transformer-fixed.mlir --random=1 --size=N=12288

!t = tensor<1x8x?x64xf32>

func.func @main(%q: !t, %k: !t, %v: !t) -> !t {
  %own = attn.blocked block = 128
  %last = attn.summary segment = 128, count = 32, slices = 4
  %u = attn.or %own, %last
  %c = attn.causal
  %m = attn.and %u, %c
  %o = attn.attention %q, %k, %v mask(%m) : (!t, !t, !t) -> !t
  return %o : !t
}
