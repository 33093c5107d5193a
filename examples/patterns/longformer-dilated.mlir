// Longformer (arXiv 2004.05150) as a language model: in upper layers two of
// eight heads have a dilated window. Six see the last 256 keys and themselves;
// two reach twice as far and see every second key.
//
// Density at N = 23040: 1.11 % of all pairs, 2.22 % of the causal ones; ideal
// speedup 90.3.
//
//   attn-run longformer-dilated.mlir --random=1 --size=N=23040

!t = tensor<1x8x?x64xf32>

func.func @main(%q: !t, %k: !t, %v: !t) -> !t {
  %near = attn.window left = 256, right = 0
  %wide = attn.window left = 512, right = 0
  %even = attn.slash stride = 2
  %far = attn.and %wide, %even
  %m = attn.per_head %near, %near, %near, %far
  %o = attn.attention %q, %k, %v mask(%m) : (!t, !t, !t) -> !t
  return %o : !t
}
