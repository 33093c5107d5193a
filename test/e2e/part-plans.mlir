// Two parts of a mask, each with a plan of its own, against the reference: state
// that goes from tiles of one form to those of another, whatever the lanes,
// whatever each part keeps of a row; blocks of queries that lengths cut off.
//
// RUN: attn-run %s --entry=chosen --random=1 --verify
// RUN: attn-run %s --entry=chosen --random=1 --verify --threads=2
// RUN: attn-run %s --entry=chosen --random=1 --verify --target-cpu=avx2
// RUN: attn-run %s --entry=heads --random=2 --size=N=1 --verify
// RUN: attn-run %s --entry=heads --random=2 --size=N=17 --verify
// RUN: attn-run %s --entry=heads --random=2 --size=N=1000 --verify --threads=2
// RUN: attn-run %s --entry=heads --random=2 --size=N=1153 --verify --target-cpu=generic
// RUN: attn-run %s --entry=lanes --random=3 --size=N=63 --verify
// RUN: attn-run %s --entry=lanes --random=3 --size=N=700 --verify
// RUN: attn-run %s --entry=lanes --random=3 --size=N=700 --verify --target-cpu=avx2
// RUN: attn-run %s --entry=short --random=4 --size=Nq=90 --size=Nk=333 --verify
// RUN: attn-run %s --entry=short --random=4 --size=Nq=333 --size=Nk=90 --verify
// RUN: attn-run %s --entry=modified --random=5 --size=N=500 --verify
// RUN: attn-run %s --entry=rounded --random=6 --size=N=700 --verify
// RUN: attn-run %s --entry=rounded --random=6 --size=N=700 --verify --target-cpu=generic
// RUN: attn-run %s --entry=pairs --random=7 --verify
// RUN: attn-run %s --entry=written --random=8 --size=N=300 --verify | FileCheck %s --check-prefix=WRITTEN
//
// A block of 16 keys of each query, and of the others those at distance 8 times
// n: 64 x 16 pairs and 64 x 6.
// RUN: attn-run %s --entry=counted --random=5 --verify --json | FileCheck %s
// CHECK: "kept_pairs":1408,

func.func @chosen(%q: tensor<1x1x8192x64xf32>, %k: tensor<1x1x8192x64xf32>, %v: tensor<1x1x8192x64xf32>) -> tensor<1x1x8192x64xf32> {
  %d = attn.dilated_segments segments = [2048, 4096, 8192], rates = [1, 6, 12]
  %c = attn.causal
  %m = attn.and %d, %c
  %o = attn.attention %q, %k, %v mask(%m) : (tensor<1x1x8192x64xf32>, tensor<1x1x8192x64xf32>, tensor<1x1x8192x64xf32>) -> tensor<1x1x8192x64xf32>
  return %o : tensor<1x1x8192x64xf32>
}

// Batches, shared kv heads, branches that differ by head, an lse, and numbers of
// features that no register divides.
func.func @heads(%q: tensor<2x4x?x37xf32>, %k: tensor<2x2x?x37xf32>, %v: tensor<2x2x?x21xf32>) -> (tensor<2x4x?x21xf32>, tensor<2x4x?xf32>) {
  %d = attn.dilated_segments segments = [64, 300], rates = [1, 3]
  %c = attn.causal
  %m = attn.and %d, %c
  %f = attn.dilated_segments segments = [64], rates = [1]
  %o, %lse = attn.attention %q, %k, %v mask(%m) first(%f) {part_plans = [#attn.plan<halves = true, tile = [64], group = [2], lanes = 64, slab = 50>, #attn.plan<layout = [?], dilation = [3], tile = [16], group = [3], lanes = 32, slab = 40>]} : (tensor<2x4x?x37xf32>, tensor<2x2x?x37xf32>, tensor<2x2x?x21xf32>) -> (tensor<2x4x?x21xf32>, tensor<2x4x?xf32>)
  return %o, %lse : tensor<2x4x?x21xf32>, tensor<2x4x?xf32>
}

// Outputs by query after outputs by lane; a row shorter than a register.
func.func @lanes(%q: tensor<1x?x2x5xf32>, %k: tensor<1x?x1x5xf32>, %v: tensor<1x?x1x40xf32>) -> tensor<1x?x2x40xf32> {
  %w = attn.window left = 20, right = 20
  %s = attn.slash stride = 5
  %m = attn.or %w, %s
  %o = attn.attention %q, %k, %v mask(%m) first(%w) {layout = "bshd", part_plans = [#attn.plan<tile = [32], group = [2], lanes = 32, slab = 64>, #attn.plan<layout = [?], dilation = [5], tile = [16], group = [1], lanes = 16, slab = 33>]} : (tensor<1x?x2x5xf32>, tensor<1x?x1x5xf32>, tensor<1x?x1x40xf32>) -> tensor<1x?x2x40xf32>
  return %o : tensor<1x?x2x40xf32>
}

// Rows of which one part keeps nothing, or both; a first part that keeps pairs
// which the mask does not; more queries than keys, and fewer.
func.func @short(%q: tensor<1x1x?x64xf32>, %k: tensor<1x1x?x64xf32>, %v: tensor<1x1x?x9xf32>) -> (tensor<1x1x?x9xf32>, tensor<1x1x?xf32>) {
  %s = attn.slash stride = 7, offset = 3
  %w = attn.window left = 200, right = 100
  %m = attn.and %s, %w
  %f = attn.window left = 0
  %o, %lse = attn.attention %q, %k, %v mask(%m) first(%f) {part_plans = [#attn.plan<layout = [?], dilation = [7], tile = [11], group = [2], lanes = 16, slab = 40>, #attn.plan<tile = [64], group = [1], lanes = 64, slab = 96>]} : (tensor<1x1x?x64xf32>, tensor<1x1x?x64xf32>, tensor<1x1x?x9xf32>) -> (tensor<1x1x?x9xf32>, tensor<1x1x?xf32>)
  return %o, %lse : tensor<1x1x?x9xf32>, tensor<1x1x?xf32>
}

// A sink counts once, modifications ask for the head.
func.func @modified(%q: tensor<1x4x?x32xf32>, %k: tensor<1x4x?x32xf32>, %v: tensor<1x4x?x32xf32>, %sinks: tensor<4xf32>) -> tensor<1x4x?x32xf32> {
  %w = attn.window left = 40, right = 0
  %s = attn.slash stride = 16
  %c = attn.causal
  %u = attn.or %w, %s
  %m = attn.and %u, %c
  %l = attn.sink_logits %sinks : tensor<4xf32>
  %a = attn.alibi
  %o = attn.attention %q, %k, %v mask(%m) first(%w) score(%a, %l) {part_plans = [#attn.plan<tile = [16], group = [2], lanes = 16, slab = 40>, #attn.plan<layout = [?], dilation = [16], tile = [32], group = [2], lanes = 32, slab = 64>]} : (tensor<1x4x?x32xf32>, tensor<1x4x?x32xf32>, tensor<1x4x?x32xf32>) -> tensor<1x4x?x32xf32>
  return %o : tensor<1x4x?x32xf32>
}

func.func @counted(%q: tensor<1x1x64x16xf32>, %k: tensor<1x1x64x16xf32>, %v: tensor<1x1x64x16xf32>) -> tensor<1x1x64x16xf32> {
  %a = attn.block_window block = 16, left = 0, right = 0
  %s = attn.slash stride = 8
  %m = attn.or %a, %s
  %o = attn.attention %q, %k, %v mask(%m) first(%a) {part_plans = [#attn.plan<tile = [16], group = [2], lanes = 16, slab = 40>, #attn.plan<layout = [64], dilation = [8], tile = [8], group = [1], lanes = 16, slab = 64>]} : (tensor<1x1x64x16xf32>, tensor<1x1x64x16xf32>, tensor<1x1x64x16xf32>) -> tensor<1x1x64x16xf32>
  return %o : tensor<1x1x64x16xf32>
}

// Outputs are f32 from part to part.
func.func @rounded(%q: tensor<1x2x?x24xf16>, %k: tensor<1x2x?x24xf16>, %v: tensor<1x2x?x24xf16>) -> tensor<1x2x?x24xf16> {
  %w = attn.window left = 20, right = 20
  %s = attn.slash stride = 5
  %m = attn.or %w, %s
  %o = attn.attention %q, %k, %v mask(%m) first(%w) {part_plans = [#attn.plan<tile = [32], group = [2], lanes = 32, slab = 64>, #attn.plan<layout = [?], dilation = [5], tile = [16], group = [1], lanes = 16, slab = 33>]} : (tensor<1x2x?x24xf16>, tensor<1x2x?x24xf16>, tensor<1x2x?x24xf16>) -> tensor<1x2x?x24xf16>
  return %o : tensor<1x2x?x24xf16>
}

// Pairs of bf16, where the machine multiplies them.
func.func @pairs(%q: tensor<1x1x8192x64xbf16>, %k: tensor<1x1x8192x64xbf16>, %v: tensor<1x1x8192x64xbf16>) -> tensor<1x1x8192x64xbf16> {
  %d = attn.dilated_segments segments = [2048, 4096, 8192], rates = [1, 6, 12]
  %c = attn.causal
  %m = attn.and %d, %c
  %o = attn.attention %q, %k, %v mask(%m) : (tensor<1x1x8192x64xbf16>, tensor<1x1x8192x64xbf16>, tensor<1x1x8192x64xbf16>) -> tensor<1x1x8192x64xbf16>
  return %o : tensor<1x1x8192x64xbf16>
}

// A part in a spec.
// WRITTEN: pattern {{.*}}(window(20, 20) or slash) but not (window(20, 20))
func.func @written(%q: tensor<1x2x?x24xf32>, %k: tensor<1x2x?x24xf32>, %v: tensor<1x2x?x24xf32>) -> tensor<1x2x?x24xf32> {
  %w = attn.window left = 20, right = 20
  %s = attn.slash stride = 5
  %u = attn.or %w, %s
  %m = attn.part %u of %w {rest}
  %o = attn.attention %q, %k, %v mask(%m) : (tensor<1x2x?x24xf32>, tensor<1x2x?x24xf32>, tensor<1x2x?x24xf32>) -> tensor<1x2x?x24xf32>
  return %o : tensor<1x2x?x24xf32>
}
