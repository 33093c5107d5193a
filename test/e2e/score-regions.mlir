// Learned sinks, multiplicities and regions of users against the reference, at
// sizes that leave rests, with masks that leave full, partial and no boxes.
//
// RUN: attn-run %s --entry=sinks --random=1 --size=N=1 --verify
// RUN: attn-run %s --entry=sinks --random=1 --size=N=201 --verify
// RUN: attn-run %s --entry=sinks_modified --random=2 --size=H=2 --size=Nq=77 --size=Nk=65 --verify
// RUN: attn-run %s --entry=multiplicity --random=3 --verify
// RUN: attn-run %s --entry=multiplicity_layout --random=3 --verify
// RUN: attn-run %s --entry=region --random=4 --size=N=1 --verify
// RUN: attn-run %s --entry=region --random=4 --size=N=130 --verify --threads=2
// RUN: attn-run %s --entry=lookups --random=5 --size=Nq=65 --size=Nk=99 --verify
// RUN: attn-run %s --entry=functions --random=6 --size=N=70 --verify
// RUN: attn-run %s --entry=bshd_bias --random=7 --size=N=67 --verify

func.func @sinks(%q: tensor<2x4x?x32xf32>, %k: tensor<2x2x?x32xf32>, %v: tensor<2x2x?x32xf32>, %t: tensor<4xf32>) -> (tensor<2x4x?x32xf32>, tensor<2x4x?xf32>) {
  %m = attn.window left = 33, right = 0
  %s = attn.sink_logits %t : tensor<4xf32>
  %o, %lse = attn.attention %q, %k, %v mask(%m) score(%s) : (tensor<2x4x?x32xf32>, tensor<2x2x?x32xf32>, tensor<2x2x?x32xf32>) -> (tensor<2x4x?x32xf32>, tensor<2x4x?xf32>)
  return %o, %lse : tensor<2x4x?x32xf32>, tensor<2x4x?xf32>
}

// The first twelve queries have no key: o is 0 and lse the logit.
func.func @sinks_modified(%q: tensor<1x2x?x16xf32>, %k: tensor<1x2x?x16xf32>, %v: tensor<1x2x?x16xf32>, %t: tensor<?xf32>) -> (tensor<1x2x?x16xf32>, tensor<1x2x?xf32>) {
  %m = attn.causal bottom_right
  %s = attn.sink_logits %t : tensor<?xf32>
  %c = attn.softcap 0.5
  %o, %lse = attn.attention %q, %k, %v mask(%m) score(%s, %c) : (tensor<1x2x?x16xf32>, tensor<1x2x?x16xf32>, tensor<1x2x?x16xf32>) -> (tensor<1x2x?x16xf32>, tensor<1x2x?xf32>)
  return %o, %lse : tensor<1x2x?x16xf32>, tensor<1x2x?xf32>
}

func.func @multiplicity(%q: tensor<1x4x256x32xf32>, %k: tensor<1x4x256x32xf32>, %v: tensor<1x4x256x32xf32>) -> tensor<1x4x256x32xf32> {
  %near = attn.dilated_segments segments = [64], rates = [1]
  %far = attn.dilated_segments segments = [128], rates = [2]
  %all = attn.dilated_segments segments = [256], rates = [4]
  %m = attn.or %near, %far, %all
  %s = attn.multiplicity %near, %far, %all
  %o = attn.attention %q, %k, %v mask(%m) score(%s) : (tensor<1x4x256x32xf32>, tensor<1x4x256x32xf32>, tensor<1x4x256x32xf32>) -> tensor<1x4x256x32xf32>
  return %o : tensor<1x4x256x32xf32>
}

// Pairs that no mask of the modification keeps are kept as they are.
func.func @multiplicity_layout(%q: tensor<1x2x357x16xf32>, %k: tensor<1x2x357x16xf32>, %v: tensor<1x2x357x16xf32>) -> tensor<1x2x357x16xf32> {
  %m = attn.neighborhood layout = [17, 21], window = [5, 7], dilation = [1, 2]
  %a = attn.window left = 3, right = 20
  %b = attn.causal
  %s = attn.multiplicity %a, %b
  %o = attn.attention %q, %k, %v mask(%m) score(%s) : (tensor<1x2x357x16xf32>, tensor<1x2x357x16xf32>, tensor<1x2x357x16xf32>) -> tensor<1x2x357x16xf32>
  return %o : tensor<1x2x357x16xf32>
}

// ALiBi by hand, twice as steep from distance 16 on, in every third key only.
func.func @region(%q: tensor<2x4x?x24xf32>, %k: tensor<2x2x?x24xf32>, %v: tensor<2x2x?x24xf32>) -> tensor<2x4x?x24xf32> {
  %m = attn.causal
  %c16 = arith.constant 16 : index
  %s = attn.score_mod (%score, %b, %h, %i, %j) {
    %c3 = arith.constant 3 : index
    %c1 = arith.constant 1 : index
    %zero = arith.constant 0.0 : f32
    %quarter = arith.constant 0.25 : f32
    %d = arith.subi %i, %j : index
    %excess = arith.subi %d, %c16 : index
    %is_far = arith.cmpi sge, %excess, %c1 : index
    %more = arith.select %is_far, %excess, %c1 : index
    %half = arith.shrsi %d, %c1 : index
    %sum = arith.addi %half, %more : index
    %r = arith.remui %j, %c3 : index
    %third = arith.cmpi eq, %r, %c1 : index
    %n32 = arith.index_cast %sum : index to i32
    %h32 = arith.index_cast %h : index to i32
    %f = arith.sitofp %n32 : i32 to f32
    %steep = arith.uitofp %h32 : i32 to f32
    %fs = arith.mulf %f, %steep : f32
    %g = arith.mulf %fs, %quarter : f32
    %fall = arith.select %third, %g, %zero : f32
    %new = arith.subf %score, %fall : f32
    attn.yield %new : f32
  }
  %o = attn.attention %q, %k, %v mask(%m) score(%s) : (tensor<2x4x?x24xf32>, tensor<2x2x?x24xf32>, tensor<2x2x?x24xf32>) -> tensor<2x4x?x24xf32>
  return %o : tensor<2x4x?x24xf32>
}

func.func @lookups(%q: tensor<2x3x?x16xf32>, %k: tensor<2x3x?x16xf32>, %v: tensor<2x3x?x16xf32>, %byhead: tensor<3xf32>, %bykey: tensor<2x?xf32>, %near: tensor<17xf32>) -> tensor<2x3x?x16xf32> {
  %s = attn.score_mod (%score, %b, %h, %i, %j) {
    %c0 = arith.constant 0 : index
    %c8 = arith.constant 8 : index
    %c16 = arith.constant 16 : index
    %d = arith.subi %j, %i : index
    %e = arith.addi %d, %c8 : index
    %low = arith.maxsi %e, %c0 : index
    %at = arith.minsi %low, %c16 : index
    %x = attn.lookup %byhead[%h] : tensor<3xf32>
    %y = attn.lookup %bykey[%b, %j] : tensor<2x?xf32>
    %z = attn.lookup %near[%at] : tensor<17xf32>
    %xy = math.fma %x, %y, %score : f32
    %new = arith.addf %xy, %z : f32
    attn.yield %new : f32
  }
  %o = attn.attention %q, %k, %v score(%s) : (tensor<2x3x?x16xf32>, tensor<2x3x?x16xf32>, tensor<2x3x?x16xf32>) -> tensor<2x3x?x16xf32>
  return %o : tensor<2x3x?x16xf32>
}

func.func @functions(%q: tensor<1x2x?x16xf32>, %k: tensor<1x2x?x16xf32>, %v: tensor<1x2x?x16xf32>) -> tensor<1x2x?x16xf32> {
  %s = attn.score_mod (%score, %b, %h, %i, %j) {
    %one = arith.constant 1.0 : f32
    %a = math.absf %score : f32
    %root = math.sqrt %a : f32
    %e = math.exp %score : f32
    %l = math.log1p %e : f32
    %t = math.tanh %l : f32
    %c = math.cos %score : f32
    %f = math.floor %root : f32
    %big = arith.cmpf ogt, %t, %c : f32
    %m = arith.maximumf %t, %f : f32
    %x = arith.select %big, %m, %c : f32
    %y = math.erf %x : f32
    %z = arith.addf %y, %one : f32
    %r = math.rsqrt %z : f32
    %new = math.copysign %r, %score : f32
    attn.yield %new : f32
  }
  %o = attn.attention %q, %k, %v score(%s) : (tensor<1x2x?x16xf32>, tensor<1x2x?x16xf32>, tensor<1x2x?x16xf32>) -> tensor<1x2x?x16xf32>
  return %o : tensor<1x2x?x16xf32>
}

func.func @bshd_bias(%q: tensor<2x?x3x16xf32>, %k: tensor<2x?x3x16xf32>, %v: tensor<2x?x3x16xf32>, %t: tensor<2x3x?x?xf32>) -> tensor<2x?x3x16xf32> {
  %s = attn.bias %t : tensor<2x3x?x?xf32>
  %o = attn.attention %q, %k, %v score(%s) {layout = "bshd"} : (tensor<2x?x3x16xf32>, tensor<2x?x3x16xf32>, tensor<2x?x3x16xf32>) -> tensor<2x?x3x16xf32>
  return %o : tensor<2x?x3x16xf32>
}
