// RUN: attn-opt --attn-plan-attention %s | FileCheck %s --check-prefix=PLAN
// RUN: attn-opt --attn-plan-attention --attn-outline-kernels %s | FileCheck %s
// RUN: attn-opt --attn-print-plan %s -o /dev/null 2>&1 | FileCheck %s --check-prefix=PRINT
// RUN: attn-opt --attn-print-plan %s 2>/dev/null | FileCheck %s --check-prefix=FORGOTTEN

!t = tensor<1x2x32768x64xf32>

// The branch that keeps every token is walked token by token, the others by
// residue: all of 12 x 8 x 32 queries before the next.
// PLAN-LABEL: @segments
// PLAN: %[[F:.*]] = attn.dilated_segments rates = [1], segments = [2048]
// PLAN: first(%[[F]]) {part_plans = [#attn.plan<halves = true, tile = [64], group = [16], {{.*}}>, #attn.plan<layout = [32768], dilation = [12], tile = [32], group = [8], {{.*}}>]}

// CHECK-LABEL: func.func @segments_attention_0_scratch_bytes
// CHECK: func.func @segments_attention_0(
// CHECK: %[[OUT:.*]] = memref.view {{.*}} to memref<1x1x3072x64xf32>
// CHECK: %[[KEPT:.*]] = memref.view {{.*}} to memref<2x3072xf32>
// CHECK: %[[D:.*]] = attn.dilated_segments rates = [1, 2, 4, 6, 12]
// CHECK: %[[M:.*]] = attn.and %[[D]],
// CHECK: %[[DENSE:.*]] = attn.dilated_segments rates = [1], segments = [2048]
// CHECK: %[[FIRST:.*]] = attn.part %[[M]] of %[[DENSE]]
// CHECK: attn.online_attention {{.*}} mask(%[[FIRST]]) {{.*}} block %[[OUT]], %[[KEPT]] from %[[B:[a-z0-9_]+]] {keeps, plan = #attn.plan<halves = true, tile = [64]
// CHECK: %[[DENSE:.*]] = attn.dilated_segments rates = [1], segments = [2048]
// CHECK: %[[REST:.*]] = attn.part %{{.*}} of %[[DENSE]] {rest}
// CHECK: attn.online_attention {{.*}} mask(%[[REST]]) {{.*}} block %[[OUT]], %[[KEPT]] from %[[B]] {plan = #attn.plan<layout = [32768]{{.*}}resumes

// PRINT-LABEL: plan in @segments
// PRINT-NEXT: #attn.plan<halves = true, tile = [64], {{.*}}> for dilated_segments
// PRINT-NEXT: #attn.plan<layout = [32768], {{.*}}> for the rest

// Whoever prints a plan leaves none behind.
// FORGOTTEN-LABEL: @segments
// FORGOTTEN-NOT: rates = [1],
// FORGOTTEN-NOT: first
func.func @segments(%q: !t, %k: !t, %v: !t) -> !t {
  %d = attn.dilated_segments segments = [2048, 4096, 8192, 16384, 32768], rates = [1, 2, 4, 6, 12]
  %c = attn.causal
  %m = attn.and %d, %c
  %o = attn.attention %q, %k, %v mask(%m) : (!t, !t, !t) -> !t
  return %o : !t
}

// A part of the mask that is there already.
// PLAN-LABEL: @window_and_stripes
// PLAN: %[[W:.*]] = attn.window left = 1023
// PLAN: first(%[[W]]) {part_plans = [#attn.plan<{{[^>]*}}tile = [64], {{.*}}>, #attn.plan<{{[^>]*}}layout = [32768], dilation = [16], {{.*}}>]}
func.func @window_and_stripes(%q: !t, %k: !t, %v: !t) -> !t {
  %w = attn.window left = 1023, right = 0
  %s = attn.slash stride = 16
  %c = attn.causal
  %u = attn.or %w, %s
  %m = attn.and %u, %c
  %o = attn.attention %q, %k, %v mask(%m) : (!t, !t, !t) -> !t
  return %o : !t
}

// By residue a window loses little.
// PLAN-LABEL: @near
// PLAN-NOT: first
// PLAN: {plan = #attn.plan<
func.func @near(%q: !t, %k: !t, %v: !t) -> !t {
  %w = attn.window left = 1023, right = 0
  %s = attn.slash stride = 2
  %c = attn.causal
  %u = attn.or %w, %s
  %m = attn.and %u, %c
  %o = attn.attention %q, %k, %v mask(%m) : (!t, !t, !t) -> !t
  return %o : !t
}

// All branches leave tokens out.
// PLAN-LABEL: @periodic
// PLAN-NOT: first
// PLAN: {plan = #attn.plan<
func.func @periodic(%q: !t, %k: !t, %v: !t) -> !t {
  %m = attn.dilated_segments segments = [2048, 4096], rates = [6, 12]
  %o = attn.attention %q, %k, %v mask(%m) : (!t, !t, !t) -> !t
  return %o : !t
}

// What is kept of a block of queries has 4 MiB: groups of few tiles, where each
// of them extends over 16 x 1021 queries.
// PLAN-LABEL: @far
// PLAN: first(%{{.*}}) {part_plans = [#attn.plan<tile = [16], group = [1], {{.*}}>, #attn.plan<layout = [65536], dilation = [1021], tile = [16], group = [1], {{.*}}>]}
func.func @far(%q: tensor<1x1x65536x64xf32>) -> tensor<1x1x65536x64xf32> {
  %w = attn.window left = 63, right = 0
  %s = attn.slash stride = 1021
  %c = attn.causal
  %u = attn.or %w, %s
  %m = attn.and %u, %c
  %o = attn.attention %q, %q, %q mask(%m) : (tensor<1x1x65536x64xf32>, tensor<1x1x65536x64xf32>, tensor<1x1x65536x64xf32>) -> tensor<1x1x65536x64xf32>
  return %o : tensor<1x1x65536x64xf32>
}

// Documents of run time do not divide a mask, but may be a part of both.
// PLAN-LABEL: @documents
// PLAN-NOT: first
// PLAN: {plan = #attn.plan<
// PLAN: first(%{{.*}}) {part_plans = [
func.func @documents(%q: !t, %offsets: tensor<3xi32>) -> (!t, !t) {
  %d = attn.document %offsets : tensor<3xi32>
  %s = attn.slash stride = 64
  %c = attn.causal
  %u = attn.or %d, %s
  %m = attn.and %u, %c
  %o = attn.attention %q, %q, %q mask(%m) : (!t, !t, !t) -> !t
  %w = attn.window left = 1023, right = 0
  %t = attn.slash stride = 16
  %v = attn.or %w, %t
  %n = attn.and %v, %c, %d
  %p = attn.attention %q, %q, %q mask(%n) : (!t, !t, !t) -> !t
  return %o, %p : !t, !t
}
