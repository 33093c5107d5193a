// LongCA-bench (arXiv 2510.17896), mask 1 of 12, full: every query sees every
// key. 64 query heads on 8 key heads, of which here are 8 on 1.
//
// Density at N = 16384: 100 % of all pairs; ideal speedup 1.00.
//
//   attn-run longca-full.mlir --random=1 --size=N=16384

!q = tensor<1x8x?x128xf32>
!kv = tensor<1x1x?x128xf32>

func.func @main(%q: !q, %k: !kv, %v: !kv) -> !q {
  %m = attn.full
  %o = attn.attention %q, %k, %v mask(%m) : (!q, !kv, !kv) -> !q
  return %o : !q
}
