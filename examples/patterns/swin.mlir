// Swin (arXiv 2103.14030), first stage at 224 x 224 pixels: 56 x 56 tokens in
// windows of 7 x 7 that do not overlap. A stride as long as the window gives
// all queries of a window the same keys. Three heads of 32, as in Swin-T.
//
// Density at N = 3136: 1.56 % of all pairs; ideal speedup 64.0.
//
//   attn-run swin.mlir --random=1

!t = tensor<1x3x3136x32xf32>

func.func @main(%q: !t, %k: !t, %v: !t) -> !t {
  %m = attn.neighborhood layout = [56, 56], window = [7, 7], stride = [7, 7]
  %o = attn.attention %q, %k, %v mask(%m) : (!t, !t, !t) -> !t
  return %o : !t
}
