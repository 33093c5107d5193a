// Combiner (arXiv 2107.05768), fixed: a token sees its own segment of 32 tokens
// up to itself, and one pooled key for each segment before that. Keys are the
// tokens, followed by the pooled keys, all in one softmax: for N tokens 33 N /
// 32 keys. `upper[i]` is N + i / 32, rounded down, and `lower[i]` is N. The
// pooled keys and values are made outside.
//
// Density at N = 1024: 3.03 % of all pairs; ideal speedup 33.0.
//
//   attn-run combiner-fixed.mlir --random=1 --size=Nq=1024 --size=Nk=1056

!t = tensor<1x2x?x64xf32>
!table = tensor<?xi32>

func.func @main(%q: !t, %k: !t, %v: !t, %lower: !table, %upper: !table) -> !t {
  %own = attn.blocked block = 32
  %c = attn.causal
  %direct = attn.and %own, %c
  %pooled = attn.row_bounds %lower, %upper : !table, !table
  %m = attn.or %direct, %pooled
  %o = attn.attention %q, %k, %v mask(%m) : (!t, !t, !t) -> !t
  return %o : !t
}
