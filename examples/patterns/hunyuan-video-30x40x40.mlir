// HunyuanVideo with neighborhoods (arXiv 2504.16922): 30 x 48 x 80 tokens, a
// window of 40 x 40 around every token in all frames. 24 heads of 128, of which
// here is one. With stride = [1, 32, 8] as many pairs are kept, in larger
// boxes.
//
// Density at N = 115200: 41.7 % of all pairs; ideal speedup 2.40.
//
//   attn-run hunyuan-video-30x40x40.mlir --random=1

!t = tensor<1x1x115200x128xf32>

func.func @main(%q: !t, %k: !t, %v: !t) -> !t {
  %m = attn.neighborhood layout = [30, 48, 80], window = [30, 40, 40]
  %o = attn.attention %q, %k, %v mask(%m) : (!t, !t, !t) -> !t
  return %o : !t
}
