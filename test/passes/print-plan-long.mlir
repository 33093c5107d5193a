// RUN: attn-opt %s --attn-print-plan=length=1000000000 -o /dev/null 2>&1 | FileCheck %s
// RUN: attn-opt %s --attn-print-plan=length=100000 -o /dev/null 2>&1 | FileCheck %s --check-prefix=SHORT
// RUN: not attn-opt %s --attn-print-plan=length=-5 2>&1 | FileCheck %s --check-prefix=BELOW
// RUN: not attn-opt %s --attn-print-plan=length=1073741824 2>&1 | FileCheck %s --check-prefix=BEYOND

// Where there are too many tiles to count pairs in all of them, it says so. Of
// all pairs half are kept.

// CHECK:      plan in @causal: causal
// CHECK:      pairs as in {{[0-9]+}} of {{[0-9]+}} tiles
// CHECK-NEXT: all pairs: 1000000000000000000
// CHECK:      ideal speedup: 2{{$}}

// SHORT-NOT:  pairs as in
// SHORT:      kept pairs: 5000050000{{$}}

// BELOW:  error: expected a 'length' of 0 or more, below 2^30, got -5
// BEYOND: error: expected a 'length' of 0 or more, below 2^30, got 1073741824
func.func @causal(%q: tensor<1x1x?x16xf32>) -> tensor<1x1x?x16xf32> {
  %m = attn.causal
  %o = attn.attention %q, %q, %q mask(%m)
    : (tensor<1x1x?x16xf32>, tensor<1x1x?x16xf32>, tensor<1x1x?x16xf32>) -> tensor<1x1x?x16xf32>
  return %o : tensor<1x1x?x16xf32>
}
