// LongCA-bench (arXiv 2510.17896), mask 2 of 12, causal: a query sees the keys
// up to itself. 64 query heads on 8 key heads, of which here are 8 on 1.
//
// Density at N = 16384: 50.0 % of all pairs, 100 % of the causal ones; ideal
// speedup 2.00.
//
//   attn-run longca-causal.mlir --random=1 --size=N=16384

!q = tensor<1x8x?x128xf32>
!kv = tensor<1x1x?x128xf32>

func.func @main(%q: !q, %k: !kv, %v: !kv) -> !q {
  %m = attn.causal
  %o = attn.attention %q, %k, %v mask(%m) : (!q, !kv, !kv) -> !q
  return %o : !q
}
