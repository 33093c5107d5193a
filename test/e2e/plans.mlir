// Plans that nobody would choose compute the same, or are refused in one line.
//
// RUN: attn-run %s --entry=one_key --random=1 --verify
// RUN: attn-run %s --entry=one_key_of_bf16 --random=1 --verify
// RUN: not attn-run %s --entry=products --random=1 --target-cpu=generic 2>&1 | FileCheck %s
// CHECK: error: {{.*}}expected a target that multiplies pairs of bf16 for 'products' of bf16, got 'generic'
// CHECK-NOT: {{.}}
//
// A scale that kernels take as 0.
// RUN: attn-run %s --entry=subnormal_scale --random=1 --verify

!t = tensor<1x1x70x24xf32>
func.func @one_key(%q: !t) -> !t {
  %o = attn.attention %q, %q, %q {plan = #attn.plan<tile = [16], group = [2], lanes = 16, slab = 1>} : (!t, !t, !t) -> !t
  return %o : !t
}

!w = tensor<1x1x70x24xbf16>
func.func @one_key_of_bf16(%q: !w) -> !w {
  %m = attn.window left = 9, right = 3
  %o = attn.attention %q, %q, %q mask(%m) {plan = #attn.plan<tile = [16], group = [2], lanes = 16, slab = 1>} : (!w, !w, !w) -> !w
  return %o : !w
}

func.func @products(%q: !w) -> !w {
  %o = attn.attention %q, %q, %q {plan = #attn.plan<tile = [16], group = [2], lanes = 16, slab = 64, products = bf16>} : (!w, !w, !w) -> !w
  return %o : !w
}

func.func @subnormal_scale(%q: !w) -> !w {
  %m = attn.window left = 9, right = 3
  %o = attn.attention %q, %q, %q mask(%m) {scale = 1.0e-40 : f32} : (!w, !w, !w) -> !w
  return %o : !w
}
