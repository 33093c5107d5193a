// Causal attention, as in a language model: a query sees itself and the past.
//
//   attn-run causal.mlir --random=1 --size=N=4096 --verify
//
// The length is dynamic: one compiled kernel serves every length.
//
// Density at N = 4096: 50.0 % of all pairs, 100 % of the causal ones; ideal
// speedup 2.00.

func.func @main(%q: tensor<1x8x?x64xf32>, %k: tensor<1x8x?x64xf32>,
                %v: tensor<1x8x?x64xf32>) -> tensor<1x8x?x64xf32> {
  %m = attn.causal
  %o = attn.attention %q, %k, %v mask(%m)
    : (tensor<1x8x?x64xf32>, tensor<1x8x?x64xf32>, tensor<1x8x?x64xf32>)
    -> tensor<1x8x?x64xf32>
  return %o : tensor<1x8x?x64xf32>
}
