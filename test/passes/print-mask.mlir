// RUN: not attn-opt --attn-print-mask=length=-1 %s -o /dev/null 2>&1 | FileCheck %s --check-prefix=NEGATIVE
// NEGATIVE: expected a 'length' of 0 or more, got -1
// RUN: attn-opt "--attn-print-mask=limit=8 length=2" %s -o /dev/null 2>&1 | FileCheck %s --match-full-lines --strict-whitespace

!q = tensor<1x1x3x4xf32>
!k = tensor<1x1x5x4xf32>
!n = tensor<1x1x6x4xf32>
!l = tensor<1x1x9x4xf32>
!d = tensor<1x1x?x4xf32>

// The last of three queries sees all five keys, each one before it one fewer.
//      CHECK:mask in @bottom_right: 3 queries, 5 keys
// CHECK-NEXT:###..
// CHECK-NEXT:####.
// CHECK-NEXT:#####
func.func @bottom_right(%q: !q, %k: !k, %v: !k) -> !q {
  %m = attn.causal bottom_right
  %o = attn.attention %q, %k, %v mask(%m) : (!q, !k, !k) -> !q
  return %o : !q
}

// No mask is a full one.
// CHECK-NEXT:mask in @no_mask: 3 queries, 5 keys
// CHECK-NEXT:#####
// CHECK-NEXT:#####
// CHECK-NEXT:#####
func.func @no_mask(%q: !q, %k: !k, %v: !k) -> !q {
  %o = attn.attention %q, %k, %v : (!q, !k, !k) -> !q
  return %o : !q
}

// Two rows of three tokens; a token sees its own column in both rows, and the
// column before it: at the left border the window shifts to columns 0 and 1.
// CHECK-NEXT:mask in @layout: 6 queries, 6 keys
// CHECK-NEXT:##.##.
// CHECK-NEXT:##.##.
// CHECK-NEXT:.##.##
// CHECK-NEXT:##.##.
// CHECK-NEXT:##.##.
// CHECK-NEXT:.##.##
func.func @layout(%q: !n, %k: !n, %v: !n) -> !n {
  %m = attn.neighborhood layout = [2, 3], window = [2, 2]
  %o = attn.attention %q, %k, %v mask(%m) : (!n, !n, !n) -> !n
  return %o : !n
}

// Beyond the limit of 8 the picture would be too large.
// CHECK-NEXT:mask in @long: not drawn, expected at most 8 queries and keys, got 9
func.func @long(%q: !l, %k: !k, %v: !k) -> !l {
  %o = attn.attention %q, %k, %v : (!l, !k, !k) -> !l
  return %o : !l
}

// How many rows there are is not known: as many as `length`.
// CHECK-NEXT:mask in @dynamic: 2 queries, 5 keys
// CHECK-NEXT:#####
// CHECK-NEXT:#####
func.func @dynamic(%q: !d, %k: !k, %v: !k) -> !d {
  %o = attn.attention %q, %k, %v : (!d, !k, !k) -> !d
  return %o : !d
}

// Its predicate stands elsewhere.
// CHECK-NEXT:mask in @argument: not drawn, it is not made by mask ops
func.func @argument(%q: !q, %k: !k, %v: !k, %m: !attn.mask) -> !q {
  %o = attn.attention %q, %k, %v mask(%m) : (!q, !k, !k) -> !q
  return %o : !q
}
