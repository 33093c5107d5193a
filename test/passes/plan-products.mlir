// RUN: attn-opt '--attn-plan-attention=pair-speed=2 permute-cost=0.3' %s | FileCheck %s
// RUN: attn-opt --attn-plan-attention %s | FileCheck %s --check-prefix=NONE

// NONE-NOT: products

!t = tensor<1x1x16384x64xbf16>

// Where keys are many, pairs of bf16 take about half the time.
// CHECK-LABEL: @causal
// CHECK: plan = #attn.plan<tile = [{{32|64}}], {{.*}}products = bf16>
func.func @causal(%q: !t, %k: !t, %v: !t) -> !t {
  %m = attn.causal
  %o = attn.attention %q, %k, %v mask(%m) : (!t, !t, !t) -> !t
  return %o : !t
}

// One register of lanes is slow with pairs: tiles of short windows have two.
// CHECK-LABEL: @short_window
// CHECK: plan = #attn.plan<tile = [32], {{.*}}products = bf16>
func.func @short_window(%q: !t, %k: !t, %v: !t) -> !t {
  %m = attn.window left = 127, right = 0
  %o = attn.attention %q, %k, %v mask(%m) : (!t, !t, !t) -> !t
  return %o : !t
}

// Pairs want rows of 32 keys; tiles that slide have none to spare in rows of 13.
// CHECK-LABEL: @short_rows
// CHECK: plan = #attn.plan<slides = true, {{.*}}lanes = 64, slab = {{[0-9]+}}>}
func.func @short_rows(%q: !t, %k: !t, %v: !t) -> !t {
  %m = attn.neighborhood layout = [128, 128], window = [13, 13]
  %o = attn.attention %q, %k, %v mask(%m) : (!t, !t, !t) -> !t
  return %o : !t
}

// Heads with plans of their own each multiply in their own way.
!h = tensor<1x2x16384x64xbf16>
// CHECK-LABEL: @heads
// CHECK: head_plans = [#attn.plan<tile = [32], {{[^>]*}}products = bf16>, #attn.plan<layout = [16384], dilation = [128],
func.func @heads(%q: !h, %k: !h, %v: !h) -> !h {
  %c = attn.causal
  %s = attn.slash stride = 128
  %a = attn.and %s, %c
  %w = attn.window left = 127, right = 0
  %m = attn.per_head %w, %a
  %o = attn.attention %q, %k, %v mask(%m) : (!h, !h, !h) -> !h
  return %o : !h
}
