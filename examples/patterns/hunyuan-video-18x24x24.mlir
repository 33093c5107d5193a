// HunyuanVideo with neighborhoods (arXiv 2504.16922): 30 x 48 x 80 tokens, a
// window of 18 x 24 x 24 around every one. 24 heads of 128, of which here is
// one. With stride 16 x 8 x 8 (hunyuan-video-3d.mlir) as many pairs are kept,
// in larger boxes.
//
// Density at N = 115200: 9.00 % of all pairs; ideal speedup 11.1.
//
//   attn-run hunyuan-video-18x24x24.mlir --random=1

!t = tensor<1x1x115200x128xf32>

func.func @main(%q: !t, %k: !t, %v: !t) -> !t {
  %m = attn.neighborhood layout = [30, 48, 80], window = [18, 24, 24]
  %o = attn.attention %q, %k, %v mask(%m) : (!t, !t, !t) -> !t
  return %o : !t
}
