// StreamingLLM (arXiv 2309.17453): the first 4 keys ("sinks") and the last
// 2000. While a text is read, the mask says the same as the policy by which its
// cache drops keys; positions are then counted within the cache, which is not
// the mask's business. sliding-window-with-sinks.mlir has a static length.
//
// Density at N = 65536: 3.01 % of all pairs, 6.02 % of the causal ones; ideal
// speedup 33.2.
//
//   attn-run streaming-llm.mlir --random=1 --size=N=65536

!t = tensor<1x2x?x128xf32>

func.func @main(%q: !t, %k: !t, %v: !t) -> !t {
  %w = attn.window left = 1999, right = 0
  %s = attn.sinks 4
  %u = attn.or %w, %s
  %c = attn.causal
  %m = attn.and %u, %c
  %o = attn.attention %q, %k, %v mask(%m) : (!t, !t, !t) -> !t
  return %o : !t
}
