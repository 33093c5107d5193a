// LongNet (arXiv 2307.02486), causal: segments of 2048, 4096, 8192, 16384 and
// 32768 tokens, in which every 1st, 2nd, 4th, 6th and 12th token see each
// other, at another offset for each head. LongNet joins the branches by their
// sums of exponentials, which counts a pair once for each that keeps it: one
// softmax over the union, with the log of that count added to the scores.
//
// Density at N = 32768: 4.99 % of all pairs, 9.99 % of the causal ones; ideal
// speedup 20.0.
//
//   attn-run longnet.mlir --random=1 --size=N=4096

!t = tensor<1x4x?x64xf32>

func.func @main(%q: !t, %k: !t, %v: !t) -> !t {
  %a = attn.dilated_segments segments = [2048], rates = [1]
  %b = attn.dilated_segments segments = [4096], rates = [2]
  %c = attn.dilated_segments segments = [8192], rates = [4]
  %d = attn.dilated_segments segments = [16384], rates = [6]
  %e = attn.dilated_segments segments = [32768], rates = [12]
  %any = attn.or %a, %b, %c, %d, %e
  %past = attn.causal
  %m = attn.and %any, %past
  %s = attn.multiplicity %a, %b, %c, %d, %e
  %o = attn.attention %q, %k, %v mask(%m) score(%s) : (!t, !t, !t) -> !t
  return %o : !t
}
