// Where the machine multiplies pairs of bf16, scratch holds queries, keys,
// values and weights as bf16, and the scale is left to the softmax.
//
// RUN: attn-opt --attn-plan-attention="pair-speed=16 pair-lanes=32" %s | FileCheck %s --check-prefix=PLAN
// RUN: attn-opt --attn-plan-attention %s | FileCheck %s --check-prefix=NONE
// RUN: attn-opt --attn-plan-attention="pair-speed=16 pair-lanes=32" --attn-outline-kernels --attn-expand-online %s | FileCheck %s

// PLAN-LABEL: @bf16
// PLAN: products = bf16
// NONE-LABEL: @bf16
// NONE-NOT: products
// Head size 40 is padded to 64 features, value size 24 to 32 columns.
// CHECK-LABEL: func.func @bf16_attention_0(
// CHECK: attn.tile_begin {{.*}}scale = -1.000000e+00
// CHECK-SAME: into memref<32x[[W:[0-9]+]]xbf16
// CHECK: attn.stage_keys
// CHECK-SAME: into memref<{{[0-9]+}}x64xbf16>, memref<32x{{[0-9]+}}xbf16>
// CHECK: attn.tile_softmax {{.*}} pairs(%[[P:.*]], %{{.*}}) {scale = {{[0-9.e-]+}} : f32}
// CHECK: attn.tile_accumulate %[[P]],
func.func @bf16(%q: tensor<1x1x64x40xbf16>, %k: tensor<1x1x64x40xbf16>, %v: tensor<1x1x64x24xbf16>) -> tensor<1x1x64x24xbf16> {
  %o = attn.attention %q, %k, %v {scale = -0.5 : f32} : (tensor<1x1x64x40xbf16>, tensor<1x1x64x40xbf16>, tensor<1x1x64x24xbf16>) -> tensor<1x1x64x24xbf16>
  return %o : tensor<1x1x64x24xbf16>
}

// Other types are multiplied as f32, and so is a scale of 0.
// PLAN-LABEL: @f16
// PLAN-NOT: products
func.func @f16(%q: tensor<1x1x64x40xf16>) -> tensor<1x1x64x40xf16> {
  %o = attn.attention %q, %q, %q : (tensor<1x1x64x40xf16>, tensor<1x1x64x40xf16>, tensor<1x1x64x40xf16>) -> tensor<1x1x64x40xf16>
  return %o : tensor<1x1x64x40xf16>
}

// PLAN-LABEL: @no_scale
// PLAN-NOT: products
func.func @no_scale(%q: tensor<1x1x64x40xbf16>) -> tensor<1x1x64x40xbf16> {
  %o = attn.attention %q, %q, %q {scale = 0.0 : f32} : (tensor<1x1x64x40xbf16>, tensor<1x1x64x40xbf16>, tensor<1x1x64x40xbf16>) -> tensor<1x1x64x40xbf16>
  return %o : tensor<1x1x64x40xbf16>
}
