// Grouped queries: eight query heads share two key heads (query head h reads key
// head h / 4). Batch and both lengths are dynamic; fewer queries than keys is a
// chunk of a longer prompt, so the causal line ends at the last key
// ("bottom_right"). The second result is the log-sum-exp of every row.
//
//   attn-run gqa-dynamic.mlir --random=1 --verify \
//     --shape=0:2x8x100x64 --shape=1:2x2x612x64 --shape=2:2x2x612x64
//
// Density at N = 4096: 50.0 % of all pairs, 100 % of the causal ones; ideal
// speedup 2.00.

func.func @main(%q: tensor<?x8x?x64xbf16>, %k: tensor<?x2x?x64xbf16>,
                %v: tensor<?x2x?x64xbf16>)
    -> (tensor<?x8x?x64xbf16>, tensor<?x8x?xf32>) {
  %m = attn.causal bottom_right
  %o, %lse = attn.attention %q, %k, %v mask(%m) {scale = 0.125 : f32}
    : (tensor<?x8x?x64xbf16>, tensor<?x2x?x64xbf16>, tensor<?x2x?x64xbf16>)
    -> (tensor<?x8x?x64xbf16>, tensor<?x8x?xf32>)
  return %o, %lse : tensor<?x8x?x64xbf16>, tensor<?x8x?xf32>
}
