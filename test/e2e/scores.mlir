// Every modification of scores against the reference, alone and in a chain,
// with masks that leave full and partial boxes, at sizes that leave rests.
//
// RUN: attn-run %s --entry=softcap --random=1 --size=N=1 --verify
// RUN: attn-run %s --entry=softcap --random=1 --size=N=300 --verify
// RUN: attn-run %s --entry=alibi --random=2 --size=N=65 --verify
// RUN: attn-run %s --entry=slopes --random=3 --size=Nq=70 --size=Nk=73 --verify
// RUN: attn-run %s --entry=bias --random=4 --size=Nq=65 --size=Nk=99 --verify
// RUN: attn-run %s --entry=relative --random=5 --size=N=200 --verify
// RUN: attn-run %s --entry=chain --random=6 --size=N=257 --verify --threads=2
// RUN: attn-run %s --entry=neighborhood --random=7 --verify
// RUN: not attn-run %s --entry=slopes --random=3 --size=N=9 --shape=3:5 2>&1 | FileCheck %s
// CHECK: expected shape 4 for argument 3 (slopes), got 5

func.func @softcap(%q: tensor<1x2x?x32xf32>, %k: tensor<1x2x?x32xf32>, %v: tensor<1x2x?x32xf32>) -> tensor<1x2x?x32xf32> {
  %m = attn.causal
  %s = attn.softcap 0.7
  %o = attn.attention %q, %k, %v mask(%m) score(%s) {scale = 0.3 : f32} : (tensor<1x2x?x32xf32>, tensor<1x2x?x32xf32>, tensor<1x2x?x32xf32>) -> tensor<1x2x?x32xf32>
  return %o : tensor<1x2x?x32xf32>
}

func.func @alibi(%q: tensor<1x4x?x16xbf16>, %k: tensor<1x2x?x16xbf16>, %v: tensor<1x2x?x16xbf16>) -> (tensor<1x4x?x16xbf16>, tensor<1x4x?xf32>) {
  %m = attn.window left = 20, right = 3
  %s = attn.alibi
  %o, %lse = attn.attention %q, %k, %v mask(%m) score(%s) : (tensor<1x4x?x16xbf16>, tensor<1x2x?x16xbf16>, tensor<1x2x?x16xbf16>) -> (tensor<1x4x?x16xbf16>, tensor<1x4x?xf32>)
  return %o, %lse : tensor<1x4x?x16xbf16>, tensor<1x4x?xf32>
}

func.func @slopes(%q: tensor<2x4x?x24xf32>, %k: tensor<2x4x?x24xf32>, %v: tensor<2x4x?x24xf32>, %t: tensor<4xf32>) -> tensor<2x4x?x24xf32> {
  %m = attn.window left = 6, right = 5
  %s = attn.alibi slopes(%t) : tensor<4xf32>
  %o = attn.attention %q, %k, %v mask(%m) score(%s) : (tensor<2x4x?x24xf32>, tensor<2x4x?x24xf32>, tensor<2x4x?x24xf32>) -> tensor<2x4x?x24xf32>
  return %o : tensor<2x4x?x24xf32>
}

func.func @bias(%q: tensor<2x3x?x16xf32>, %k: tensor<2x3x?x16xf32>, %v: tensor<2x3x?x16xf32>, %t: tensor<1x3x?x?xf32>) -> tensor<2x3x?x16xf32> {
  %s = attn.bias %t : tensor<1x3x?x?xf32>
  %o = attn.attention %q, %k, %v score(%s) : (tensor<2x3x?x16xf32>, tensor<2x3x?x16xf32>, tensor<2x3x?x16xf32>) -> tensor<2x3x?x16xf32>
  return %o : tensor<2x3x?x16xf32>
}

func.func @relative(%q: tensor<1x2x?x16xf32>, %k: tensor<1x2x?x16xf32>, %v: tensor<1x2x?x16xf32>, %t: tensor<2x31xf32>) -> tensor<1x2x?x16xf32> {
  %s = attn.relative_bias %t : tensor<2x31xf32>
  %o = attn.attention %q, %k, %v score(%s) : (tensor<1x2x?x16xf32>, tensor<1x2x?x16xf32>, tensor<1x2x?x16xf32>) -> tensor<1x2x?x16xf32>
  return %o : tensor<1x2x?x16xf32>
}

func.func @chain(%q: tensor<1x4x?x32xf32>, %k: tensor<1x1x?x32xf32>, %v: tensor<1x1x?x32xf32>, %t: tensor<1x7xf32>) -> tensor<1x4x?x32xf32> {
  %m = attn.causal
  %a = attn.softcap 20.0
  %b = attn.alibi
  %c = attn.relative_bias %t : tensor<1x7xf32>
  %o = attn.attention %q, %k, %v mask(%m) score(%a, %b, %c) : (tensor<1x4x?x32xf32>, tensor<1x1x?x32xf32>, tensor<1x1x?x32xf32>) -> tensor<1x4x?x32xf32>
  return %o : tensor<1x4x?x32xf32>
}

func.func @neighborhood(%q: tensor<1x2x357x16xf32>, %k: tensor<1x2x357x16xf32>, %v: tensor<1x2x357x16xf32>) -> tensor<1x2x357x16xf32> {
  %m = attn.neighborhood layout = [17, 21], window = [5, 7], dilation = [1, 2]
  %s = attn.alibi
  %o = attn.attention %q, %k, %v mask(%m) score(%s) : (tensor<1x2x357x16xf32>, tensor<1x2x357x16xf32>, tensor<1x2x357x16xf32>) -> tensor<1x2x357x16xf32>
  return %o : tensor<1x2x357x16xf32>
}
