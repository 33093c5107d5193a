// Causal attention, as in a language model: a query sees itself and the past.
//
//   attn-run causal.mlir --random=1 --size=N=4096 --verify
//
// The length is dynamic: one compiled kernel serves every length.

func.func @main(%q: tensor<1x8x?x64xf32>, %k: tensor<1x8x?x64xf32>,
                %v: tensor<1x8x?x64xf32>) -> tensor<1x8x?x64xf32> {
  %m = attn.causal
  %o = attn.attention %q, %k, %v mask(%m)
    : (tensor<1x8x?x64xf32>, tensor<1x8x?x64xf32>, tensor<1x8x?x64xf32>)
    -> tensor<1x8x?x64xf32>
  return %o : tensor<1x8x?x64xf32>
}
