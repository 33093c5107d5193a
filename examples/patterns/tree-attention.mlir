// Tree attention of speculative decoding (SpecInfer, arXiv 2305.09781): the
// tokens are a tree of drafts in depth-first order, and each sees its ancestors
// and itself. `ends[j]` is one beyond the last token below j. With the
// expansion <1, 1, 3, 1, 1, 1, 1, 1> the root has a chain of two below it, then
// three chains of six: ends are 21, 21, 21, 9 (6 times), 15 (6 times), 21 (6
// times). The second result, the log-sum-exp of every row, joins this with
// attention to the cache before the tree.
//
// Density at N = 21: 27.9 % of all pairs; ideal speedup 3.59.
//
//   attn-run tree-attention.mlir --random=1 --size=N=21

!q = tensor<1x8x?x128xf32>
!kv = tensor<1x2x?x128xf32>
!row = tensor<1x8x?xf32>
!table = tensor<?xi32>

func.func @main(%q: !q, %k: !kv, %v: !kv, %ends: !table) -> (!q, !row) {
  %m = attn.tree %ends : !table
  %o, %lse = attn.attention %q, %k, %v mask(%m) : (!q, !kv, !kv) -> (!q, !row)
  return %o, %lse : !q, !row
}
