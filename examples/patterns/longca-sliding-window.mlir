// LongCA-bench (arXiv 2510.17896), mask 3 of 12, sliding window: 1024 keys to
// each side and itself. 64 query heads on 8 key heads, of which here are 8 on
// 1.
//
// Density at N = 16384: 12.1 % of all pairs; ideal speedup 8.25.
//
//   attn-run longca-sliding-window.mlir --random=1 --size=N=16384

!q = tensor<1x8x?x128xf32>
!kv = tensor<1x1x?x128xf32>

func.func @main(%q: !q, %k: !kv, %v: !kv) -> !q {
  %m = attn.window left = 1024, right = 1024
  %o = attn.attention %q, %k, %v mask(%m) : (!q, !kv, !kv) -> !q
  return %o : !q
}
