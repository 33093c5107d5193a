// LongCA-bench (arXiv 2510.17896), mask 10 of 12, prefix-LM causal: the first P
// keys are seen by all, the others by those behind. LongCA-bench draws P from
// [1, N]; here P = 4096. (Its predicate for FlexAttention sees one key more.)
//
// Density at N = 16384: 53.1 % of all pairs; ideal speedup 1.88.
//
//   attn-run longca-prefix-lm-causal.mlir --random=1 --size=N=16384

!q = tensor<1x8x?x128xf32>
!kv = tensor<1x1x?x128xf32>

func.func @main(%q: !q, %k: !kv, %v: !kv) -> !q {
  %c = attn.causal
  %p = attn.sinks 4096
  %m = attn.or %c, %p
  %o = attn.attention %q, %k, %v mask(%m) : (!q, !kv, !kv) -> !q
  return %o : !q
}
