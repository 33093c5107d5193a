// RUN: attn-opt --attn-plan-attention --attn-outline-kernels %s | FileCheck %s
// RUN: not attn-opt --attn-outline-kernels %s 2>&1 | FileCheck %s --check-prefix=NOPLAN

// NOPLAN: 'attn.attention' op expected a plan, got none; run attn-plan-attention

!t = tensor<1x2x64x8xf32>

// What is called stays on tensors.
// CHECK-LABEL: func.func @main
// CHECK: attn.launch @main_attention_0(%{{.*}}, %{{.*}}, %{{.*}})
// CHECK-NOT: attn.attention

// A kernel is three functions, and says what the runtime checks.
// CHECK: func.func @main_attention_0_units
// CHECK: func.func @main_attention_0_scratch_bytes
// CHECK: func.func @main_attention_0(
// CHECK-SAME: attn.kernel
// CHECK-SAME: query_heads = 2
// CHECK: attn.online_attention
func.func @main(%q: !t, %k: !t, %v: !t) -> !t {
  %m = attn.causal
  %o = attn.attention %q, %k, %v mask(%m) : (!t, !t, !t) -> !t
  return %o : !t
}
