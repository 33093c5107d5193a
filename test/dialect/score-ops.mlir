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

// CHECK-LABEL: @masked
// CHECK: attn.attention %{{.*}}, %{{.*}}, %{{.*}} mask(%{{.*}}) score(%{{.*}}) {scale = 5.000000e-01 : f32}
func.func @masked(%q: tensor<1x4x9x8xf32>, %k: tensor<1x4x9x8xf32>, %v: tensor<1x4x9x8xf32>) -> tensor<1x4x9x8xf32> {
  %m = attn.causal
  %s = attn.softcap 2.0
  %o = attn.attention %q, %k, %v mask(%m) score(%s) {scale = 0.5 : f32} : (tensor<1x4x9x8xf32>, tensor<1x4x9x8xf32>, tensor<1x4x9x8xf32>) -> tensor<1x4x9x8xf32>
  return %o : tensor<1x4x9x8xf32>
}
