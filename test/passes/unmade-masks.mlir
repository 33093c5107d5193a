// RUN: not attn-opt --attn-plan-attention %s 2>&1 | FileCheck %s
// RUN: not attn-opt --attn-print-plan %s 2>&1 | FileCheck %s
// RUN: not attn-opt --attn-to-cpu %s 2>&1 | FileCheck %s
// RUN: attn-opt --attn-print-mask %s -o /dev/null 2>&1 | FileCheck %s --check-prefix=MASK

!t = tensor<1x1x32x8xf32>

// A mask is read as an expression, so somebody must have stated it: what comes
// in from outside, even as a part, is one clear line and no crash.
// CHECK: error: 'attn.attention' op expected a mask that mask ops make
// MASK: mask in @part: not drawn, it is not made by mask ops
func.func @part(%q: !t, %k: !t, %v: !t, %outside: !attn.mask) -> !t {
  %c = attn.causal
  %m = attn.and %c, %outside
  %o = attn.attention %q, %k, %v mask(%m) : (!t, !t, !t) -> !t
  return %o : !t
}
