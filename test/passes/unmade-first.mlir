// RUN: not attn-opt --attn-print-plan %s 2>&1 | FileCheck %s
// RUN: not attn-opt --attn-to-cpu %s 2>&1 | FileCheck %s

!t = tensor<1x1x32x8xf32>

// The mask that divides another one is read as an expression, too.
// CHECK: error: 'attn.attention' op expected a mask that mask ops make
func.func @first(%q: !t, %k: !t, %v: !t, %outside: !attn.mask) -> !t {
  %c = attn.causal
  %o = attn.attention %q, %k, %v mask(%c) first(%outside) {part_plans = [#attn.plan<tile = [16], group = [1], lanes = 16, slab = 32>, #attn.plan<tile = [16], group = [1], lanes = 16, slab = 32>]} : (!t, !t, !t) -> !t
  return %o : !t
}
