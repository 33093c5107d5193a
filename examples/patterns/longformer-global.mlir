// Longformer: a window of 256 keys to each side, and two global tokens (the
// first and one in the middle) that see everything and are seen by everyone.
//
// Density at N = 4096: 12.2 % of all pairs; ideal speedup 8.18.

func.func @main(%q: tensor<1x4x4096x64xf32>, %k: tensor<1x4x4096x64xf32>,
                %v: tensor<1x4x4096x64xf32>) -> tensor<1x4x4096x64xf32> {
  %w = attn.window left = 256, right = 256
  %g = attn.global [0, 2048]
  %m = attn.or %w, %g
  %o = attn.attention %q, %k, %v mask(%m)
    : (tensor<1x4x4096x64xf32>, tensor<1x4x4096x64xf32>,
       tensor<1x4x4096x64xf32>) -> tensor<1x4x4096x64xf32>
  return %o : tensor<1x4x4096x64xf32>
}
