// Round trip of every op, with what may be left out left out and in.
// RUN: attn-opt %s | attn-opt | FileCheck %s
// RUN: attn-opt %s -mlir-print-op-generic | attn-opt | FileCheck %s

// CHECK-LABEL: @constants
func.func @constants() {
  // CHECK: attn.full{{$}}
  %full = attn.full
  // CHECK: attn.empty{{$}}
  %empty = attn.empty
  return
}

// CHECK-LABEL: @causal
func.func @causal() {
  // CHECK: attn.causal{{$}}
  %top_left = attn.causal
  // CHECK: attn.causal bottom_right
  %bottom_right = attn.causal bottom_right
  return
}

// The words of the op after a window without bounds are not taken for bounds.
// CHECK-LABEL: @window
func.func @window() {
  // CHECK: attn.window left = 1023, right = 0{{$}}
  %both = attn.window left = 1023, right = 0
  // CHECK: attn.window left = 3, right = 4{{$}}
  %swapped = attn.window right = 4, left = 3
  // CHECK: attn.window left = 7 {note}
  %left = attn.window left = 7 {note}
  // CHECK: attn.window right = 2147483647{{$}}
  %right = attn.window right = 2147483647
  // CHECK: attn.window{{$}}
  %none = attn.window
  return
}

// CHECK-LABEL: @neighborhood
func.func @neighborhood() {
  // CHECK: attn.neighborhood layout = [10], window = [4]{{$}}
  %short = attn.neighborhood layout = [10], window = [4]
  // CHECK: attn.neighborhood layout = [30, 48, 80], window = [18, 24, 24], stride = [16, 8, 8], dilation = [1, 1, 1], causal = [false, true, false], boundary = shift
  %long = attn.neighborhood layout = [30, 48, 80], window = [18, 24, 24], stride = [16, 8, 8], dilation = [1, 1, 1], causal = [false, true, false], boundary = shift
  // CHECK: attn.neighborhood layout = [2, 3, 4, 5], window = [1, 3, 3, 3], boundary = clip
  %clip = attn.neighborhood boundary = clip, window = [1, 3, 3, 3],
                            layout = [2, 3, 4, 5]
  // A window may be longer than its axis: it is clamped.
  // CHECK: attn.neighborhood layout = [8], window = [9], dilation = [2], boundary = wrap
  %wrap = attn.neighborhood layout = [8], window = [9], dilation = [2], boundary = wrap
  return
}

// CHECK-LABEL: @sinks_and_global
func.func @sinks_and_global() {
  // CHECK: attn.sinks 4
  %sinks = attn.sinks 4
  // CHECK: attn.global [0, 17]
  %global = attn.global [0, 17]
  return
}

// CHECK-LABEL: @combinators
func.func @combinators() {
  // CHECK: %[[A:.*]] = attn.causal
  %a = attn.causal
  // CHECK: %[[B:.*]] = attn.sinks 4
  %b = attn.sinks 4
  // CHECK: %[[C:.*]] = attn.not %[[A]]
  %c = attn.not %a
  // CHECK: attn.part %[[C]] of %[[A]]
  %pa = attn.part %c of %a
  // CHECK: attn.part %[[C]] of %[[A]] {rest}
  %pr = attn.part %c of %a {rest}
  // CHECK: %[[D:.*]] = attn.and %[[A]], %[[B]], %[[C]]
  %d = attn.and %a, %b, %c
  // CHECK: attn.or %[[D]], %[[B]]
  %e = attn.or %d, %b
  return
}

// A mask may be an argument: the call is resolved before it is read.
// CHECK-LABEL: @attention
// CHECK-SAME: %[[Q:.*]]: tensor<1x8x?x64xf32>, %[[K:.*]]: tensor<1x2x?x64xf32>, %[[V:.*]]: tensor<1x2x?x32xf32>, %[[M:.*]]: !attn.mask
func.func @attention(%q: tensor<1x8x?x64xf32>, %k: tensor<1x2x?x64xf32>,
                     %v: tensor<1x2x?x32xf32>, %m: !attn.mask) {
  // CHECK: attn.attention %[[Q]], %[[K]], %[[V]] : (tensor<1x8x?x64xf32>, tensor<1x2x?x64xf32>, tensor<1x2x?x32xf32>) -> tensor<1x8x?x32xf32>
  %o0 = attn.attention %q, %k, %v
    : (tensor<1x8x?x64xf32>, tensor<1x2x?x64xf32>, tensor<1x2x?x32xf32>) -> tensor<1x8x?x32xf32>
  // CHECK: attn.attention %[[Q]], %[[K]], %[[V]] mask(%[[M]]) {scale = 1.250000e-01 : f32} : (tensor<1x8x?x64xf32>, tensor<1x2x?x64xf32>, tensor<1x2x?x32xf32>) -> (tensor<1x8x?x32xf32>, tensor<1x8x?xf32>)
  %o1, %lse = attn.attention %q, %k, %v mask(%m) {scale = 0.125 : f32}
    : (tensor<1x8x?x64xf32>, tensor<1x2x?x64xf32>, tensor<1x2x?x32xf32>) -> (tensor<1x8x?x32xf32>, tensor<1x8x?xf32>)
  return
}

// All sizes dynamic, but for the head sizes; lse stays [B, Hq, Nq].
// CHECK-LABEL: @attention_bshd
func.func @attention_bshd(%q: tensor<?x?x?x512xbf16>, %k: tensor<?x?x?x512xbf16>,
                          %v: tensor<?x?x?x1xbf16>) {
  // CHECK: attn.attention {{.*}} {layout = "bshd"} : ({{.*}}) -> (tensor<?x?x?x1xbf16>, tensor<?x?x?xf32>)
  %o, %lse = attn.attention %q, %k, %v {layout = "bshd"}
    : (tensor<?x?x?x512xbf16>, tensor<?x?x?x512xbf16>, tensor<?x?x?x1xbf16>) -> (tensor<?x?x?x1xbf16>, tensor<?x?x?xf32>)
  return
}

// No tokens at all is a length like any other.
// CHECK-LABEL: @attention_of_nothing
func.func @attention_of_nothing(%q: tensor<0x1x0x8xf16>, %k: tensor<0x1x0x8xf16>) {
  // CHECK: attn.attention
  %o = attn.attention %q, %k, %k
    : (tensor<0x1x0x8xf16>, tensor<0x1x0x8xf16>, tensor<0x1x0x8xf16>) -> tensor<0x1x0x8xf16>
  return
}

// Tokens by residue, as many as there are and as the layout says.
// CHECK-LABEL: @plans
func.func @plans(%q: tensor<1x1x?x8xf32>) {
  // CHECK: {plan = #attn.plan<layout = [?], dilation = [6], tile = [16], group = [2], lanes = 16, slab = 64>}
  %o0 = attn.attention %q, %q, %q {plan = #attn.plan<layout = [?], dilation = [6], tile = [16], group = [2], lanes = 16, slab = 64>}
    : (tensor<1x1x?x8xf32>, tensor<1x1x?x8xf32>, tensor<1x1x?x8xf32>) -> tensor<1x1x?x8xf32>
  // CHECK: {plan = #attn.plan<layout = [4, 9], dilation = [1, 3], tile = [4, 4], group = [1, 2], lanes = 16, slab = 64>}
  %o1 = attn.attention %q, %q, %q {plan = #attn.plan<layout = [4, 9], dilation = [1, 3], tile = [4, 4], group = [1, 2], lanes = 16, slab = 64>}
    : (tensor<1x1x?x8xf32>, tensor<1x1x?x8xf32>, tensor<1x1x?x8xf32>) -> tensor<1x1x?x8xf32>
  return
}

func.func private @kernel(memref<4xf32>, memref<4xf32>) attributes {attn.kernel}

// CHECK-LABEL: @launch
func.func @launch(%x: tensor<4xf32>) -> tensor<4xf32> {
  // CHECK: attn.launch @kernel(%{{.*}}) : (tensor<4xf32>) -> tensor<4xf32>
  %y = attn.launch @kernel(%x) : (tensor<4xf32>) -> tensor<4xf32>
  return %y : tensor<4xf32>
}
