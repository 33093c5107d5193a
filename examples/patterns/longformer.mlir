// Longformer (arXiv 2004.05150): 256 keys to each side (a window of 512, as the
// paper counts), and global tokens that see everything and are seen by
// everyone. Which they are only a run knows, here from a table with a one for
// each of them. Longformer projects the queries of global tokens with weights
// of their own: call it twice then, and take their rows from the second.
// longformer-global.mlir has its global tokens in the spec.
//
// Density at N = 4096, token 0 global: 12.2 % of all pairs; ideal speedup 8.21.
//
//   attn-run longformer.mlir --random=1 --size=N=4096

!t = tensor<1x2x?x64xf32>
!table = tensor<?xi32>

func.func @main(%q: !t, %k: !t, %v: !t, %flags: !table) -> !t {
  %w = attn.window left = 256, right = 256
  %r = attn.tokens %flags, queries : !table
  %c = attn.tokens %flags : !table
  %m = attn.or %w, %r, %c
  %o = attn.attention %q, %k, %v mask(%m) : (!t, !t, !t) -> !t
  return %o : !t
}
