// LogSparse (arXiv 1907.00235): a token sees itself and the tokens 1, 2, 4, 8,
// ... before it. `restart = 256` would begin anew every 256 tokens, and a
// window can be added with attn.or.
//
// Density at N = 768: 1.26 % of all pairs, 2.51 % of the causal ones; ideal
// speedup 79.4.
//
//   attn-run log-sparse.mlir --random=1 --size=N=768

!t = tensor<1x2x?x64xf32>

func.func @main(%q: !t, %k: !t, %v: !t) -> !t {
  %m = attn.power_of_two
  %o = attn.attention %q, %k, %v mask(%m) : (!t, !t, !t) -> !t
  return %o : !t
}
