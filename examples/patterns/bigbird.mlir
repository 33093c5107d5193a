// BigBird (arXiv 2007.14062), 4096 tokens in blocks of 64: a window of 3
// blocks, the first and the last block in full, as rows and as columns, and 3
// random blocks for each row and head. The map below has the parts before, in
// and after the inner 62 blocks.
//
// Density at N = 4096: 15.2 % of all pairs; ideal speedup 6.59. Of 4,096 blocks
// 622: 128 in the first and the last row, 7 in each of the two rows beside
// them, 8 in each of the 60 others.
//
//   attn-run bigbird.mlir --random=1

!t = tensor<1x12x4096x64xf32>

func.func @main(%q: !t, %k: !t, %v: !t) -> !t {
  %w = attn.block_window block = 64, left = 1, right = 1
  %g = attn.block_map query_offsets = [0, 64, 4032, 4096],
    key_offsets = [0, 64, 4032, 4096],
    map = dense<[[1, 1, 1], [1, 0, 1], [1, 1, 1]]> : tensor<3x3xi8>
  %r = attn.random_blocks block = 64, blocks = 64, count = 3, heads = 12,
                          seed = 7
  %m = attn.or %w, %g, %r
  %o = attn.attention %q, %k, %v mask(%m) : (!t, !t, !t) -> !t
  return %o : !t
}
