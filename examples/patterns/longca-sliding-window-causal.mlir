// LongCA-bench (arXiv 2510.17896), mask 4 of 12, sliding window causal: the
// last 1024 keys and itself. 64 query heads on 8 key heads, of which here are 8
// on 1.
//
// Density at N = 16384: 6.06 % of all pairs, 12.1 % of the causal ones; ideal
// speedup 16.5.
//
//   attn-run longca-sliding-window-causal.mlir --random=1 --size=N=16384

!q = tensor<1x8x?x128xf32>
!kv = tensor<1x1x?x128xf32>

func.func @main(%q: !q, %k: !kv, %v: !kv) -> !q {
  %m = attn.window left = 1024, right = 0
  %o = attn.attention %q, %k, %v mask(%m) : (!q, !kv, !kv) -> !q
  return %o : !q
}
