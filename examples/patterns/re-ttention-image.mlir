// Re-ttention (arXiv 2505.22918) on the images of PixArt: a window over the
// tokens in one dimension, as wide as 0.03125 of all. Of 4096 tokens (1024 x
// 1024 pixels) that is 128, 64 to each side. The second result, the log-sum-exp
// of every row, gives the ratio by which Re-ttention corrects the denominator:
// exp(lse here - lse of full attention).
//
// Density at N = 4096: 3.12 % of all pairs; ideal speedup 32.0.
//
//   attn-run re-ttention-image.mlir --random=1 --size=N=4096

!t = tensor<1x2x?x64xf32>
!row = tensor<1x2x?xf32>

func.func @main(%q: !t, %k: !t, %v: !t) -> (!t, !row) {
  %m = attn.window left = 64, right = 64
  %o, %lse = attn.attention %q, %k, %v mask(%m) : (!t, !t, !t) -> (!t, !row)
  return %o, %lse : !t, !row
}
