// LongCA-bench (arXiv 2510.17896), mask 8 of 12, global sliding window: a
// window of w = 1024 keys to each side and itself, and the first 2 w tokens see
// all and are seen by all. (So its predicate says; the ranges in the same
// repository have w global tokens, not 2 w.) The map keeps the rows of the
// first 2048 queries up to key 2^30 - 1: an op for some queries and all keys
// has a table, attn.tokens.
//
// Density at N = 16384: 34.0 % of all pairs; ideal speedup 2.94.
//
//   attn-run longca-global-sliding-window.mlir --random=1 --size=N=16384

!q = tensor<1x8x?x128xf32>
!kv = tensor<1x1x?x128xf32>

func.func @main(%q: !q, %k: !kv, %v: !kv) -> !q {
  %w = attn.window left = 1024, right = 1024
  %columns = attn.sinks 2048
  %rows = attn.block_map query_offsets = [0, 2048],
    key_offsets = [0, 1073741823],
    map = dense<1> : tensor<1x1xi8>
  %m = attn.or %w, %columns, %rows
  %o = attn.attention %q, %k, %v mask(%m) : (!q, !kv, !kv) -> !q
  return %o : !q
}
