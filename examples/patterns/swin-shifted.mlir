// Swin (arXiv 2103.14030), the shifted windows of every second layer: the
// borders lie 3 tokens further, so windows are cut at the border of the
// picture. That is the same as windows that are not shifted in a picture with 4
// more tokens before and 3 behind each axis, 63 x 63. The table has a one for
// each token of the picture, so the tokens around it neither see nor are seen;
// their rows are 0.
//
// Density at N = 3136, tokens of the picture: 1.38 % of all pairs; ideal
// speedup 72.6.
//
//   attn-run swin-shifted.mlir --random=1 --size=N=3969

!t = tensor<1x3x3969x32xf32>
!table = tensor<?xi32>

func.func @main(%q: !t, %k: !t, %v: !t, %flags: !table) -> !t {
  %w = attn.neighborhood layout = [63, 63], window = [7, 7], stride = [7, 7]
  %r = attn.tokens %flags, queries : !table
  %c = attn.tokens %flags : !table
  %m = attn.and %w, %r, %c
  %o = attn.attention %q, %k, %v mask(%m) : (!t, !t, !t) -> !t
  return %o : !t
}
