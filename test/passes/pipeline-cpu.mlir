// RUN: attn-opt --attn-to-cpu=target=generic %s | FileCheck %s --implicit-check-not=attn.tile --implicit-check-not=attn.causal

!t = tensor<1x1x?x8xf32>

// Nothing of the dialect is left in the code of a kernel.
// CHECK: llvm.func @main_attention_0_units
// CHECK: llvm.func @main_attention_0(
func.func @main(%q: !t, %k: !t, %v: !t) -> !t {
  %m = attn.causal
  %o = attn.attention %q, %k, %v mask(%m) : (!t, !t, !t) -> !t
  return %o : !t
}
