// LongNet as PowerAttention (arXiv 2503.03588) has it among its baselines:
// aligned segments of 8, 16, 32, 64 and 128 blocks of 256 tokens, of which
// every 1st, 2nd, 4th, 8th and 16th block see each other. Segments and dilation
// are bit tests on the numbers of the two blocks. longnet.mlir is the original.
//
// Density at N = 32768: 4.59 % of all pairs, 9.18 % of the causal ones; ideal
// speedup 21.8. In blocks 9.88 % of the causal ones.
//
//   attn-run power-attention-longnet.mlir --random=1 --size=N=32768

!t = tensor<1x2x?x128xf32>

func.func @main(%q: !t, %k: !t, %v: !t) -> !t {
  %x = attn.xor_segments block = 256, segments = [8, 16, 32, 64, 128],
                         rates = [1, 2, 4, 8, 16]
  %c = attn.causal
  %m = attn.and %x, %c
  %o = attn.attention %q, %k, %v mask(%m) : (!t, !t, !t) -> !t
  return %o : !t
}
