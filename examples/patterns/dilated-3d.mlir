// A dilated neighbourhood in a video: with dilation 1 x 2 x 2 a query sees every
// second row and column, so a window of 12 x 12 spans 24 x 24 tokens.
//
// Density at N = 115200: 2.25 % of all pairs; ideal speedup 44.4.

func.func @main(%q: tensor<1x1x115200x128xf32>, %k: tensor<1x1x115200x128xf32>,
                %v: tensor<1x1x115200x128xf32>)
    -> tensor<1x1x115200x128xf32> {
  %m = attn.neighborhood layout = [30, 48, 80], window = [18, 12, 12],
                         dilation = [1, 2, 2]
  %o = attn.attention %q, %k, %v mask(%m)
    : (tensor<1x1x115200x128xf32>, tensor<1x1x115200x128xf32>,
       tensor<1x1x115200x128xf32>) -> tensor<1x1x115200x128xf32>
  return %o : tensor<1x1x115200x128xf32>
}
