// LongCA-bench (arXiv 2510.17896), mask 6 of 12, causal document: a query sees
// the keys of its own document up to itself. Documents are packed in one
// sequence; document d has the tokens from offsets[d] up to offsets[d + 1].
// LongCA-bench draws lengths from data sets; with lengths n_d the kept pairs
// are the sum of n_d (n_d + 1) / 2.
//
// Density at N = 8192, 5 documents of 1024, 2048, 1024, 3072 and 1024 tokens:
// 12.5 % of all pairs, 25.0 % of the causal ones; ideal speedup 8.00.
//
//   attn-run longca-causal-document.mlir --random=1 --size=N=8192 \
//     --size=offsets=6

!q = tensor<1x8x?x128xf32>
!kv = tensor<1x1x?x128xf32>
!table = tensor<?xi32>

func.func @main(%q: !q, %k: !kv, %v: !kv, %offsets: !table) -> !q {
  %d = attn.document %offsets : !table
  %c = attn.causal
  %m = attn.and %d, %c
  %o = attn.attention %q, %k, %v mask(%m) : (!q, !kv, !kv) -> !q
  return %o : !q
}
