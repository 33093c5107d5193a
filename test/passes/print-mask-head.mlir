// RUN: attn-opt --attn-print-mask=head=1 %s -o /dev/null 2>&1 | FileCheck %s --match-full-lines --strict-whitespace
// RUN: attn-opt --attn-print-mask=head=-1 %s -o /dev/null 2>&1 | FileCheck %s --check-prefix=NEGATIVE --match-full-lines --strict-whitespace

!t = tensor<1x3x4x8xf32>
!o = tensor<1x1x4x8xf32>
!d = tensor<1x?x4x8xf32>

// A window of two keys to the left in head 0, of one in head 1, of none in head 2.
//      CHECK:mask in @heads: 4 queries, 4 keys, head 1
// CHECK-NEXT:#...
// CHECK-NEXT:##..
// CHECK-NEXT:.##.
// CHECK-NEXT:..##
// NEGATIVE:mask in @heads: not drawn, expected a head from 0 to 2, got -1
func.func @heads(%q: !t) -> !t {
  %a = attn.window left = 2, right = 0
  %b = attn.window left = 1, right = 0
  %c = attn.window left = 0, right = 0
  %m = attn.per_head %a, %b, %c
  %o = attn.attention %q, %q, %q mask(%m) : (!t, !t, !t) -> !t
  return %o : !t
}

// CHECK-NEXT:mask in @one_head: not drawn, expected a head from 0 to 0, got 1
// NEGATIVE-NEXT:mask in @one_head: not drawn, expected a head from 0 to 0, got -1
func.func @one_head(%q: !o) -> !o {
  %m = attn.causal
  %o = attn.attention %q, %q, %q mask(%m) : (!o, !o, !o) -> !o
  return %o : !o
}

// CHECK-NEXT:mask in @some_heads: 4 queries, 4 keys, head 1
// NEGATIVE-NEXT:mask in @some_heads: not drawn, expected a head from 0, got -1
func.func @some_heads(%q: !d) -> !d {
  %m = attn.causal
  %o = attn.attention %q, %q, %q mask(%m) : (!d, !d, !d) -> !d
  return %o : !d
}
