// LongCA-bench (arXiv 2510.17896), mask 5 of 12, full document: a query sees
// the keys of its own document. Documents are packed in one sequence; document
// d has the tokens from offsets[d] up to offsets[d + 1]. LongCA-bench draws
// lengths from data sets; with lengths n_d the kept pairs are the sum of n_d^2.
//
// Density at N = 8192, 5 documents of 1024, 2048, 1024, 3072 and 1024 tokens:
// 25.0 % of all pairs; ideal speedup 4.00.
//
//   attn-run longca-full-document.mlir --random=1 --size=N=8192 \
//     --size=offsets=6

!q = tensor<1x8x?x128xf32>
!kv = tensor<1x1x?x128xf32>
!table = tensor<?xi32>

func.func @main(%q: !q, %k: !kv, %v: !kv, %offsets: !table) -> !q {
  %m = attn.document %offsets : !table
  %o = attn.attention %q, %k, %v mask(%m) : (!q, !kv, !kv) -> !q
  return %o : !q
}
