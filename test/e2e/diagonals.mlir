// Plans whose keys are numbered by diagonals against the reference: odd sizes,
// lists that are longer than their room, more keys than queries and the
// reverse, rows without keys, heads in groups, every type and target.
//
// RUN: attn-run %s --entry=powers --random=1 --size=N=1 --verify
// RUN: attn-run %s --entry=powers --random=1 --size=N=17 --verify
// RUN: attn-run %s --entry=powers --random=1 --size=N=1000 --verify --threads=2
// RUN: attn-run %s --entry=union --random=2 --size=Nq=301 --size=Nk=99 --verify
// RUN: attn-run %s --entry=union --random=2 --size=Nq=63 --size=Nk=777 --verify
// RUN: attn-run %s --entry=union --random=2 --size=Nq=65 --size=Nk=64 --verify --target-cpu=avx2
// RUN: attn-run %s --entry=union --random=2 --size=Nq=65 --size=Nk=64 --verify --target-cpu=generic
// RUN: attn-run %s --entry=column --random=3 --size=N=300 --verify
// RUN: attn-run %s --entry=wide --random=4 --size=N=130 --verify
// RUN: attn-run %s --entry=wide --random=4 --size=N=130 --verify --target-cpu=avx2
// RUN: attn-run %s --entry=modified --random=5 --size=N=200 --verify
// RUN: attn-run %s --entry=many --random=7 --size=N=6000 --verify
// RUN: attn-run %s --entry=lookups --random=6 --size=Nq=57 --size=Nk=43 --verify
// RUN: attn-run %s --entry=lookups --random=6 --size=Nq=57 --size=Nk=43 --verify --target-cpu=generic

func.func @powers(%q: tensor<1x1x?x64xf32>, %k: tensor<1x1x?x64xf32>, %v: tensor<1x1x?x64xf32>) -> tensor<1x1x?x64xf32> {
  %p = attn.power_of_two
  %c = attn.causal
  %m = attn.and %p, %c
  %o = attn.attention %q, %k, %v mask(%m) {plan = #attn.plan<diagonals = true, tile = [64], group = [2], lanes = 64, slab = 256>} : (tensor<1x1x?x64xf32>, tensor<1x1x?x64xf32>, tensor<1x1x?x64xf32>) -> tensor<1x1x?x64xf32>
  return %o : tensor<1x1x?x64xf32>
}

func.func @union(%q: tensor<2x4x?x37xf32>, %k: tensor<2x2x?x37xf32>, %v: tensor<2x2x?x50xf32>) -> (tensor<2x4x?x50xf32>, tensor<2x4x?xf32>) {
  %p = attn.power_of_two
  %w = attn.window left = 20, right = 3
  %s = attn.sinks 5
  %m = attn.or %p, %w, %s
  %o, %lse = attn.attention %q, %k, %v mask(%m) {plan = #attn.plan<diagonals = true, tile = [23], group = [3], lanes = 32, slab = 19>} : (tensor<2x4x?x37xf32>, tensor<2x2x?x37xf32>, tensor<2x2x?x50xf32>) -> (tensor<2x4x?x50xf32>, tensor<2x4x?xf32>)
  return %o, %lse : tensor<2x4x?x50xf32>, tensor<2x4x?xf32>
}

// Rows without keys: no multiple of 40 away, but behind.
func.func @column(%q: tensor<1x1x?x16xf16>, %k: tensor<1x1x?x16xf16>, %v: tensor<1x1x?x16xf16>) -> tensor<1x1x?x16xf16> {
  %s = attn.slash stride = 40, offset = 7
  %c = attn.causal
  %m = attn.and %s, %c
  %o = attn.attention %q, %k, %v mask(%m) {plan = #attn.plan<diagonals = true, tile = [16], group = [1], lanes = 16, slab = 3>} : (tensor<1x1x?x16xf16>, tensor<1x1x?x16xf16>, tensor<1x1x?x16xf16>) -> tensor<1x1x?x16xf16>
  return %o : tensor<1x1x?x16xf16>
}

// More features than registers hold.
func.func @wide(%q: tensor<1x1x?x200xbf16>, %k: tensor<1x1x?x200xbf16>, %v: tensor<1x1x?x301xbf16>) -> tensor<1x1x?x301xbf16> {
  %m = attn.power_of_two
  %o = attn.attention %q, %k, %v mask(%m) {plan = #attn.plan<diagonals = true, tile = [32], group = [1], lanes = 32, slab = 40>} : (tensor<1x1x?x200xbf16>, tensor<1x1x?x200xbf16>, tensor<1x1x?x301xbf16>) -> tensor<1x1x?x301xbf16>
  return %o : tensor<1x1x?x301xbf16>
}

func.func @modified(%q: tensor<1x2x?x32xf32>, %k: tensor<1x2x?x32xf32>, %v: tensor<1x2x?x32xf32>) -> tensor<1x2x?x32xf32> {
  %m = attn.power_of_two
  %a = attn.alibi
  %c = attn.softcap 0.7
  %o = attn.attention %q, %k, %v mask(%m) score(%a, %c) {plan = #attn.plan<diagonals = true, tile = [64], group = [1], lanes = 64, slab = 64>} : (tensor<1x2x?x32xf32>, tensor<1x2x?x32xf32>, tensor<1x2x?x32xf32>) -> tensor<1x2x?x32xf32>
  return %o : tensor<1x2x?x32xf32>
}

// Lookups by query and key, sinks, a tile that does not fill its lanes, several
// visits, and rows with no key but the sink.
func.func @lookups(%q: tensor<1x2x?x24xf32>, %k: tensor<1x2x?x24xf32>, %v: tensor<1x2x?x24xf32>, %t: tensor<1x2x?x?xf32>, %l: tensor<2xf32>) -> (tensor<1x2x?x24xf32>, tensor<1x2x?xf32>) {
  %p = attn.power_of_two
  %s = attn.slash stride = 9, offset = 4
  %c = attn.causal
  %d = attn.and %s, %c
  %m = attn.per_head %p, %d
  %b = attn.bias %t : tensor<1x2x?x?xf32>
  %z = attn.sink_logits %l : tensor<2xf32>
  %o, %lse = attn.attention %q, %k, %v mask(%m) score(%b, %z) {plan = #attn.plan<diagonals = true, tile = [10], group = [2], lanes = 16, slab = 4>} : (tensor<1x2x?x24xf32>, tensor<1x2x?x24xf32>, tensor<1x2x?x24xf32>) -> (tensor<1x2x?x24xf32>, tensor<1x2x?xf32>)
  return %o, %lse : tensor<1x2x?x24xf32>, tensor<1x2x?xf32>
}

// Thousands of keys for a query: sums that went on from visit to visit were off
// by more than twice the bound.
func.func @many(%q: tensor<1x1x?x16xf32>, %k: tensor<1x1x?x16xf32>, %v: tensor<1x1x?x16xf32>) -> tensor<1x1x?x16xf32> {
  %s = attn.slash stride = 2
  %o = attn.attention %q, %k, %v mask(%s) {plan = #attn.plan<diagonals = true, tile = [64], group = [1], lanes = 64, slab = 64>} : (tensor<1x1x?x16xf32>, tensor<1x1x?x16xf32>, tensor<1x1x?x16xf32>) -> tensor<1x1x?x16xf32>
  return %o : tensor<1x1x?x16xf32>
}
