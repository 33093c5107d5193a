// RUN: attn-opt %s | attn-opt | FileCheck %s

// CHECK-LABEL: @score
// CHECK-DAG: %[[CAP:.*]] = attn.softcap 5.000000e+01
// CHECK-DAG: %[[ALIBI:.*]] = attn.alibi
// CHECK-DAG: %[[SLOPES:.*]] = attn.alibi slopes(%{{.*}}) : tensor<4xf32>
// CHECK-DAG: %[[BIAS:.*]] = attn.bias %{{.*}} : tensor<1x1x?x?xf32>
// CHECK-DAG: %[[TABLE:.*]] = attn.relative_bias %{{.*}} : tensor<4x7xf32>
// CHECK: attn.attention %{{.*}}, %{{.*}}, %{{.*}} score(%[[CAP]], %[[ALIBI]], %[[SLOPES]], %[[BIAS]], %[[TABLE]])
func.func @score(%q: tensor<1x4x?x8xf32>, %k: tensor<1x4x?x8xf32>, %v: tensor<1x4x?x8xf32>, %slopes: tensor<4xf32>, %bias: tensor<1x1x?x?xf32>, %table: tensor<4x7xf32>) -> tensor<1x4x?x8xf32> {
  %a = attn.softcap 50.0
  %b = attn.alibi
  %c = attn.alibi slopes(%slopes) : tensor<4xf32>
  %d = attn.bias %bias : tensor<1x1x?x?xf32>
  %e = attn.relative_bias %table : tensor<4x7xf32>
  %o = attn.attention %q, %k, %v score(%a, %b, %c, %d, %e) : (tensor<1x4x?x8xf32>, tensor<1x4x?x8xf32>, tensor<1x4x?x8xf32>) -> tensor<1x4x?x8xf32>
  return %o : tensor<1x4x?x8xf32>
}

// CHECK-LABEL: @sinks
// CHECK: %[[SINKS:.*]] = attn.sink_logits %{{.*}} : tensor<4xf32>
// CHECK: %[[TIMES:.*]] = attn.multiplicity %{{.*}}, %{{.*}}
// CHECK: score(%[[SINKS]], %[[TIMES]])
func.func @sinks(%q: tensor<1x4x9x8xf32>, %k: tensor<1x4x9x8xf32>, %v: tensor<1x4x9x8xf32>, %logits: tensor<4xf32>) -> tensor<1x4x9x8xf32> {
  %m = attn.causal
  %w = attn.window left = 2, right = 0
  %s = attn.sink_logits %logits : tensor<4xf32>
  %t = attn.multiplicity %m, %w
  %o = attn.attention %q, %k, %v mask(%m) score(%s, %t) : (tensor<1x4x9x8xf32>, tensor<1x4x9x8xf32>, tensor<1x4x9x8xf32>) -> tensor<1x4x9x8xf32>
  return %o : tensor<1x4x9x8xf32>
}

// CHECK-LABEL: @region
// CHECK: attn.score_mod (%[[S:.*]], %{{.*}}, %[[H:.*]], %{{.*}}, %[[J:.*]]) {
// CHECK-NEXT: %[[X:.*]] = attn.lookup %{{.*}}[%[[H]], %[[J]]] : tensor<4x?xf32>
// CHECK-NEXT: %[[Y:.*]] = arith.addf %[[S]], %[[X]] : f32
// CHECK-NEXT: attn.yield %[[Y]] : f32
func.func @region(%q: tensor<1x4x9x8xf32>, %k: tensor<1x4x9x8xf32>, %v: tensor<1x4x9x8xf32>, %t: tensor<4x?xf32>) -> tensor<1x4x9x8xf32> {
  %s = attn.score_mod (%score, %b, %h, %i, %j) {
    %x = attn.lookup %t[%h, %j] : tensor<4x?xf32>
    %y = arith.addf %score, %x : f32
    attn.yield %y : f32
  }
  %o = attn.attention %q, %k, %v score(%s) : (tensor<1x4x9x8xf32>, tensor<1x4x9x8xf32>, tensor<1x4x9x8xf32>) -> tensor<1x4x9x8xf32>
  return %o : tensor<1x4x9x8xf32>
}

// CHECK-LABEL: @masked
// CHECK: attn.attention %{{.*}}, %{{.*}}, %{{.*}} mask(%{{.*}}) score(%{{.*}}) {scale = 5.000000e-01 : f32}
func.func @masked(%q: tensor<1x4x9x8xf32>, %k: tensor<1x4x9x8xf32>, %v: tensor<1x4x9x8xf32>) -> tensor<1x4x9x8xf32> {
  %m = attn.causal
  %s = attn.softcap 2.0
  %o = attn.attention %q, %k, %v mask(%m) score(%s) {scale = 0.5 : f32} : (tensor<1x4x9x8xf32>, tensor<1x4x9x8xf32>, tensor<1x4x9x8xf32>) -> tensor<1x4x9x8xf32>
  return %o : tensor<1x4x9x8xf32>
}
