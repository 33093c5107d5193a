// Removes the noise of a colour picture with attention (non-local means).
//
// A pixel is a token. Its query and key describe the 5 x 5 pixels around it: 75
// numbers, and one more that turns the product into minus the squared distance
// of two patches. Its value is its colour. Every pixel looks for similar patches
// among the 21 x 21 pixels around it and takes the mean of their colours.
// picture.py makes the arrays and turns the result into a picture again.

func.func @main(%q: tensor<1x1x16384x76xf32>, %k: tensor<1x1x16384x76xf32>,
                %v: tensor<1x1x16384x3xf32>) -> tensor<1x1x16384x3xf32> {
  %m = attn.neighborhood layout = [128, 128], window = [21, 21]
  %o = attn.attention %q, %k, %v mask(%m) {scale = 1.0 : f32}
    : (tensor<1x1x16384x76xf32>, tensor<1x1x16384x76xf32>,
       tensor<1x1x16384x3xf32>) -> tensor<1x1x16384x3xf32>
  return %o : tensor<1x1x16384x3xf32>
}
