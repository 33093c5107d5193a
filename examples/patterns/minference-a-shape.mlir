// MInference (arXiv 2407.02490), its static pattern, the A-shape: the first 128
// keys and the last 3968. Its other patterns depend on the arrays.
//
// Density at N = 131072: 3.08 % of all pairs, 6.15 % of the causal ones; ideal
// speedup 32.5.
//
//   attn-run minference-a-shape.mlir --random=1 --size=N=131072 --no-dense

!t = tensor<1x1x?x128xf32>

func.func @main(%q: !t, %k: !t, %v: !t) -> !t {
  %w = attn.window left = 3967, right = 0
  %s = attn.sinks 128
  %u = attn.or %w, %s
  %c = attn.causal
  %m = attn.and %u, %c
  %o = attn.attention %q, %k, %v mask(%m) : (!t, !t, !t) -> !t
  return %o : !t
}
