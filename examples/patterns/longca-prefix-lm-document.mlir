// LongCA-bench (arXiv 2510.17896), mask 11 of 12, prefix-LM document: within
// each document, the first P keys are seen by all, the others by those behind.
// A document of at most P tokens is full. LongCA-bench draws P up to the length
// of document 0; here P = 512. Documents are packed in one sequence; document d
// has the tokens from offsets[d] up to offsets[d + 1]. LongCA-bench draws
// lengths from data sets; with lengths n_d the kept pairs are the sum of n_d
// (n_d + 1) / 2 + p_d (p_d - 1) / 2, where p_d is P, or n_d if that is less.
//
// Density at N = 8192, 5 documents of 1024, 2048, 1024, 3072 and 1024 tokens:
// 13.5 % of all pairs; ideal speedup 7.42.
//
//   attn-run longca-prefix-lm-document.mlir --random=1 --size=N=8192 \
//     --size=offsets=6

!q = tensor<1x8x?x128xf32>
!kv = tensor<1x1x?x128xf32>
!table = tensor<?xi32>

func.func @main(%q: !q, %k: !kv, %v: !kv, %offsets: !table) -> !q {
  %d = attn.document %offsets : !table
  %c = attn.causal
  %own = attn.and %d, %c
  %p = attn.document %offsets, prefix = 512 : !table
  %m = attn.or %own, %p
  %o = attn.attention %q, %k, %v mask(%m) : (!q, !kv, !kv) -> !q
  return %o : !q
}
