// LongNet (arXiv 2307.02486), causal: segments of 2048, 4096, 8192, 16384 and
// 32768 tokens, in which every 1st, 2nd, 4th, 6th and 12th token see each
// other, at another offset for each head. This is the union of the branches:
// LongNet joins them by their sums of exponentials, which counts a pair once
// for each branch that keeps it.
//
// Density at N = 32768: 4.99 % of all pairs, 9.99 % of the causal ones; ideal
// speedup 20.0.
//
//   attn-run longnet.mlir --random=1 --size=N=4096

!t = tensor<1x4x?x64xf32>

func.func @main(%q: !t, %k: !t, %v: !t) -> !t {
  %d = attn.dilated_segments segments = [2048, 4096, 8192, 16384, 32768],
                             rates = [1, 2, 4, 6, 12]
  %c = attn.causal
  %m = attn.and %d, %c
  %o = attn.attention %q, %k, %v mask(%m) : (!t, !t, !t) -> !t
  return %o : !t
}
