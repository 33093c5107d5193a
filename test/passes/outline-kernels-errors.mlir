// RUN: attn-opt --attn-outline-kernels -split-input-file -verify-diagnostics %s

!t = tensor<1x1x8x4xf32>

// How to cut the work into units is what a plan says.
func.func @no_plan(%q: !t, %k: !t, %v: !t) -> !t {
  // expected-error@+1 {{'attn.attention' op expected a plan, got none; run attn-plan-attention}}
  %o = attn.attention %q, %k, %v : (!t, !t, !t) -> !t
  return %o : !t
}

// -----

!t = tensor<1x1x8x4xf32>

// One plan does not help the other op.
func.func @one_plan_of_two(%q: !t, %k: !t, %v: !t) -> !t {
  %a = attn.attention %q, %k, %v
    {plan = #attn.plan<tile = [16], group = [1], lanes = 16, slab = 32>}
    : (!t, !t, !t) -> !t
  // expected-error@+1 {{'attn.attention' op expected a plan, got none; run attn-plan-attention}}
  %b = attn.attention %a, %k, %v : (!t, !t, !t) -> !t
  return %b : !t
}

// -----

module {
  module {
    func.func @inner(%q: tensor<1x1x4x4xf32>) -> tensor<1x1x4x4xf32> {
      // expected-error@+1 {{'attn.attention' op expected to be in a function of the outermost module}}
      %o = attn.attention %q, %q, %q : (tensor<1x1x4x4xf32>, tensor<1x1x4x4xf32>, tensor<1x1x4x4xf32>) -> tensor<1x1x4x4xf32>
      return %o : tensor<1x1x4x4xf32>
    }
  }
}
