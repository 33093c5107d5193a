// RUN: attn-opt --attn-print-plan=tiles=2 %s -o /dev/null 2>&1 | FileCheck %s
// RUN: attn-opt --attn-print-mask %s -o /dev/null 2>&1 | FileCheck %s --check-prefix=MASK

!t = tensor<1x1x32x8xf32>

// 32 queries, causal: 32 * 33 / 2 pairs. A tile of 16 lanes visits 16 keys, then
// 32: 16 * 48. Its first query sees one key of the first tile, 17 of the second.
// CHECK: plan in @main: causal
// CHECK: all pairs: 1024
// CHECK: kept pairs: 528
// CHECK: visited pairs: 768
// CHECK: ideal speedup: 1.939
// CHECK: query tiles: 2
// CHECK-NEXT: queries [0, 16)
// CHECK-NEXT: keys [0, 16) partial, full in [0, 1)
// CHECK-NEXT: queries [16, 32)
// CHECK-NEXT: keys [0, 32) partial, full in [0, 17)

// MASK: mask in @main: 32 queries, 32 keys
// MASK-NEXT: {{^}}#...............................{{$}}
// MASK-NEXT: {{^}}##..............................{{$}}
func.func @main(%q: !t, %k: !t, %v: !t) -> !t {
  %m = attn.causal
  %o = attn.attention %q, %k, %v mask(%m)
    {plan = #attn.plan<tile = [16], group = [1], lanes = 16, slab = 32>}
    : (!t, !t, !t) -> !t
  return %o : !t
}
