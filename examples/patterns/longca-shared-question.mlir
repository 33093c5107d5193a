// LongCA-bench (arXiv 2510.17896), mask 7 of 12, shared question: document 0 is
// a question, the others are answers to it. All are causal, and every answer
// sees all of the question. Documents are packed in one sequence; document d
// has the tokens from offsets[d] up to offsets[d + 1]. LongCA-bench draws
// lengths from data sets; with lengths n_d the kept pairs are the sum of n_d
// (n_d + 1) / 2, and n_0 (N - n_0).
//
// Density at N = 8192, 5 documents of 1024, 2048, 1024, 3072 and 1024 tokens:
// 23.4 % of all pairs, 46.9 % of the causal ones; ideal speedup 4.27.
//
//   attn-run longca-shared-question.mlir --random=1 --size=N=8192 \
//     --size=offsets=6

!q = tensor<1x8x?x128xf32>
!kv = tensor<1x1x?x128xf32>
!table = tensor<?xi32>

func.func @main(%q: !q, %k: !kv, %v: !kv, %offsets: !table) -> !q {
  %d = attn.document %offsets : !table
  %c = attn.causal
  %own = attn.and %d, %c
  %question = attn.document_keys %offsets, index = 0 : !table
  %asking = attn.document_queries %offsets, index = 0 : !table
  %answering = attn.not %asking
  %shared = attn.and %question, %answering
  %m = attn.or %own, %shared
  %o = attn.attention %q, %k, %v mask(%m) : (!q, !kv, !kv) -> !q
  return %o : !q
}
