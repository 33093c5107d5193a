// RUN: attn-opt --attn-plan-attention --attn-outline-kernels --attn-extract-kernels %s | FileCheck %s --implicit-check-not=attn.launch --implicit-check-not=@main( --implicit-check-not=@helper

!t = tensor<1x1x64x8xf32>

// No code is generated for what launches kernels, nor for what it calls.
func.func private @helper(%x: !t) -> !t {
  return %x : !t
}

// Of two attention ops two kernels stay, each with the functions of its sizes.
// CHECK: func.func @main_attention_0_units
// CHECK: func.func @main_attention_0_scratch_bytes
// CHECK: func.func @main_attention_0(
// CHECK-SAME: attn.kernel
// CHECK: func.func @main_attention_1_units
// CHECK: func.func @main_attention_1_scratch_bytes
// CHECK: func.func @main_attention_1(
// CHECK-SAME: attn.kernel
func.func @main(%q: !t, %k: !t, %v: !t) -> !t {
  %m = attn.causal
  %a = attn.attention %q, %k, %v mask(%m) : (!t, !t, !t) -> !t
  %b = func.call @helper(%a) : (!t) -> !t
  %c = attn.attention %b, %k, %v : (!t, !t, !t) -> !t
  return %c : !t
}
