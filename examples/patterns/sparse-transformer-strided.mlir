// Sparse Transformer (arXiv 1904.10509), strided: half of the heads see the
// last 128 tokens, the others every 128th token before them: the row and the
// column of a picture that is 128 values wide. Two layers, or two heads, reach
// everything.
//
// Density at N = 12288: 0.715 % of all pairs, 1.43 % of the causal ones; ideal
// speedup 140.
//
//   attn-run sparse-transformer-strided.mlir --random=1 --size=N=12288

!t = tensor<1x2x?x64xf32>

func.func @main(%q: !t, %k: !t, %v: !t) -> !t {
  %row = attn.window left = 127, right = 0
  %every = attn.slash stride = 128
  %c = attn.causal
  %column = attn.and %every, %c
  %m = attn.per_head %row, %column
  %o = attn.attention %q, %k, %v mask(%m) : (!t, !t, !t) -> !t
  return %o : !t
}
