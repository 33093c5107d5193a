// Dilated window, a baseline of PowerAttention (arXiv 2503.03588): every second
// one of the last 20 blocks of 256 tokens. (Its listing adds a mask that it
// does not define.)
//
// Density at N = 32768: 6.87 % of all pairs, 13.7 % of the causal ones; ideal
// speedup 14.5. In blocks 14.4 % of the causal ones.
//
//   attn-run power-attention-dilated.mlir --random=1 --size=N=32768

!t = tensor<1x2x?x128xf32>

func.func @main(%q: !t, %k: !t, %v: !t) -> !t {
  %w = attn.block_window block = 256, left = 19, right = 0
  %d = attn.slash stride = 2, block = 256
  %c = attn.causal
  %m = attn.and %w, %d, %c
  %o = attn.attention %q, %k, %v mask(%m) : (!t, !t, !t) -> !t
  return %o : !t
}
