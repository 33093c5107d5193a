// RUN: attn-opt --attn-plan-attention --attn-outline-kernels %s | FileCheck %s

!t = tensor<1x1x32x8xf32>

// None of the three names of a kernel may be taken.
// CHECK-DAG: func.func @main_attention_0_units() {
// CHECK-DAG: attn.launch @main_attention_1(
// CHECK-DAG: func.func @main_attention_1_units(%
func.func @main_attention_0_units() {
  return
}
func.func @main(%q: !t, %k: !t, %v: !t) -> !t {
  %o = attn.attention %q, %k, %v : (!t, !t, !t) -> !t
  return %o : !t
}
