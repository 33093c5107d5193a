// RUN: attn-opt --attn-plan-attention %s | FileCheck %s --check-prefix=PLAN
// RUN: attn-opt --attn-plan-attention --attn-outline-kernels %s | FileCheck %s
// RUN: attn-opt --attn-print-plan %s -o /dev/null 2>&1 | FileCheck %s --check-prefix=PRINT

!t = tensor<1x8x16384x64xf32>

// A window is walked token by token, a column by residue: no walk suits both.
// PLAN-LABEL: @strided
// PLAN: head_plans = [#attn.plan<tile = [16], {{.*}}>, #attn.plan<layout = [16384], dilation = [128], {{.*}}>]

// Four of eight heads are a part. Of the units that are asked for, each part
// computes its own.
// CHECK-LABEL: func.func @strided_attention_0_units
// CHECK: func.func @strided_attention_0(
// CHECK: scf.for
// CHECK: %[[W:.*]] = attn.window left = 127, right = 0
// CHECK: attn.online_attention {{.*}} mask(%[[W]]) {{.*}} origin(%{{[a-z0-9_]+}}) into {{.*}}plan = #attn.plan<tile = [16]
// CHECK: scf.for
// CHECK: %[[BEHIND:.*]] = arith.addi %{{.*}}, %c4
// CHECK: attn.online_attention {{.*}}, %[[BEHIND]], {{.*}} origin(%{{[a-z0-9_]+}}, %{{[a-z0-9_]+}}) into {{.*}}plan = #attn.plan<layout = [16384]

// PRINT-LABEL: plan in @strided
// PRINT-NEXT: #attn.plan<tile = [16], {{.*}}> for part 1 of 2 of the heads
// PRINT-NEXT: #attn.plan<layout = [16384], {{.*}}> for part 2 of 2 of the heads
func.func @strided(%q: !t, %k: !t, %v: !t) -> !t {
  %w = attn.window left = 127, right = 0
  %d = attn.slash stride = 128
  %c = attn.causal
  %column = attn.and %d, %c
  %m = attn.per_head %w, %column
  %o = attn.attention %q, %k, %v mask(%m) : (!t, !t, !t) -> !t
  return %o : !t
}

// One plan suits windows of about the same length.
// PLAN-LABEL: @alike
// PLAN: {plan = #attn.plan<
// PLAN-NOT: head_plans
func.func @alike(%q: !t, %k: !t, %v: !t) -> !t {
  %a = attn.window left = 1023, right = 0
  %b = attn.window left = 1279, right = 0
  %m = attn.per_head %a, %b
  %o = attn.attention %q, %k, %v mask(%m) : (!t, !t, !t) -> !t
  return %o : !t
}

// A mask that asks for the head is planned with all others.
// PLAN-LABEL: @asks
// PLAN: {plan = #attn.plan<
func.func @asks(%q: !t, %k: !t, %v: !t) -> !t {
  %w = attn.window left = 127, right = 0
  %d = attn.slash stride = 128
  %c = attn.causal
  %column = attn.and %d, %c
  %s = attn.strided block = 64, local = 4, stride = 8, head_step = 1
  %m = attn.per_head %w, %column, %s, %w
  %o = attn.attention %q, %k, %v mask(%m) : (!t, !t, !t) -> !t
  return %o : !t
}
