// Maps of blocks: rows of the map that are shorter than a tile, longer, and that
// tiles do not begin with; maps that end before the tokens do.
//
// RUN: attn-run %s --entry=short --random=1 --size=N=1 --verify
// RUN: attn-run %s --entry=short --random=1 --size=N=63 --verify
// RUN: attn-run %s --entry=short --random=1 --size=N=300 --verify --threads=2
// RUN: attn-run %s --entry=short --random=1 --size=N=300 --verify --target-cpu=avx2
// RUN: attn-run %s --entry=short --random=1 --size=N=300 --verify --target-cpu=generic
// RUN: attn-run %s --entry=offsets --random=2 --size=N=1 --verify
// RUN: attn-run %s --entry=offsets --random=2 --size=N=200 --verify
// RUN: attn-run %s --entry=offsets --random=2 --size=N=700 --verify --threads=2
//
// Blocks of 128 x 32: three in the first row, two in the second, and nothing
// else is visited.
// RUN: attn-run %s --entry=counted --random=3 --verify --json | FileCheck %s --check-prefix=COUNTED
// COUNTED: "kept_pairs":20480,
// COUNTED-SAME: "visited_pairs":20480
//
// Rows of eight queries: a tile of 16 visits what one or the other keeps, of
// 32 keys the first 8, and the last 8 for all 64 queries.
// RUN: attn-run %s --entry=pairs --random=3 --verify --json | FileCheck %s --check-prefix=PAIRS
// PAIRS: "kept_pairs":768,
// PAIRS-SAME: "visited_pairs":1024

func.func @short(%q: tensor<1x2x?x24xf32>, %k: tensor<1x2x?x24xf32>, %v: tensor<1x2x?x24xf32>) -> tensor<1x2x?x24xf32> {
  %m = attn.block_map block = [5, 7], map = dense<[[[1, 0, 1, 1], [0, 0, 0, 1], [0, 0, 0, 0], [1, 1, 1, 1], [0, 1, 0, 0]], [[0, 1, 1, 0], [0, 1, 0, 0], [1, 0, 0, 1], [0, 0, 1, 1], [0, 0, 0, 1]]]> : tensor<2x5x4xi8>
  %o = attn.attention %q, %k, %v mask(%m) : (tensor<1x2x?x24xf32>, tensor<1x2x?x24xf32>, tensor<1x2x?x24xf32>) -> tensor<1x2x?x24xf32>
  return %o : tensor<1x2x?x24xf32>
}

func.func @offsets(%q: tensor<1x2x?x64xbf16>, %k: tensor<1x2x?x64xbf16>, %v: tensor<1x2x?x64xbf16>) -> tensor<1x2x?x64xbf16> {
  %a = attn.block_map query_offsets = [0, 1, 100, 180, 600], key_offsets = [0, 40, 41, 300, 310, 650], map = dense<[[1, 0, 1, 1, 0], [0, 0, 0, 1, 1], [1, 1, 0, 0, 1], [0, 1, 0, 1, 0]]> : tensor<4x5xi8>
  %s = attn.slash stride = 5
  %c = attn.causal
  %u = attn.or %a, %s
  %m = attn.and %u, %c
  %o = attn.attention %q, %k, %v mask(%m) : (tensor<1x2x?x64xbf16>, tensor<1x2x?x64xbf16>, tensor<1x2x?x64xbf16>) -> tensor<1x2x?x64xbf16>
  return %o : tensor<1x2x?x64xbf16>
}

func.func @counted(%q: tensor<1x1x256x64xf32>, %k: tensor<1x1x256x64xf32>, %v: tensor<1x1x256x64xf32>) -> tensor<1x1x256x64xf32> {
  %m = attn.block_map block = [128, 32], map = dense<[[1, 0, 0, 1, 1, 0, 0, 0], [0, 0, 1, 0, 0, 0, 1, 0]]> : tensor<2x8xi1>
  %o = attn.attention %q, %k, %v mask(%m) : (tensor<1x1x256x64xf32>, tensor<1x1x256x64xf32>, tensor<1x1x256x64xf32>) -> tensor<1x1x256x64xf32>
  return %o : tensor<1x1x256x64xf32>
}

func.func @pairs(%q: tensor<1x1x64x64xf32>, %k: tensor<1x1x32x64xf32>, %v: tensor<1x1x32x64xf32>) -> tensor<1x1x64x64xf32> {
  %m = attn.block_map block = [8, 8], map = dense<[[1, 0, 0, 1], [0, 0, 0, 1], [1, 0, 0, 1], [0, 0, 0, 1], [1, 0, 0, 1], [0, 0, 0, 1], [1, 0, 0, 1], [0, 0, 0, 1]]> : tensor<8x4xi1>
  %o = attn.attention %q, %k, %v mask(%m) {plan = #attn.plan<tile = [16], group = [4], lanes = 16, slab = 96>} : (tensor<1x1x64x64xf32>, tensor<1x1x32x64xf32>, tensor<1x1x32x64xf32>) -> tensor<1x1x64x64xf32>
  return %o : tensor<1x1x64x64xf32>
}
