// Combiner (arXiv 2107.05768), logsparse, one level: keys are pooled over 2^3 =
// 8 tokens; the queries with bit 3 set see the pooled key just before their own
// 8 tokens. All levels and the token itself make up the past, each part once.
// Levels have keys of their own, so each is a call; the second result, the
// log-sum-exp of every row, joins them to one softmax.
//
// Density at N = 4096: 0.0977 % of all pairs; ideal speedup 1024.
//
//   attn-run combiner-fenwick.mlir --random=1 --size=Nq=4096 --size=Nk=512

!t = tensor<1x2x?x64xf32>
!row = tensor<1x2x?xf32>

func.func @main(%q: !t, %k: !t, %v: !t) -> (!t, !row) {
  %m = attn.fenwick level = 3
  %o, %lse = attn.attention %q, %k, %v mask(%m) : (!t, !t, !t) -> (!t, !row)
  return %o, %lse : !t, !row
}
