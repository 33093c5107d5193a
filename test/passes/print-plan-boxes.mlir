// RUN: attn-opt --attn-print-plan=tiles=64 %s -o /dev/null 2>&1 | FileCheck %s --match-full-lines --strict-whitespace

!t = tensor<1x1x64x8xf32>
!n = tensor<1x1x7x8xf32>

// Queries [a, a + 16) see keys up to a + 15, and all of them keys up to a.
//      CHECK:plan in @causal: causal
//      CHECK:  all pairs: 4096
//      CHECK:  kept pairs: 2080
//      CHECK:  query tiles: 4
// CHECK-NEXT:  queries [0, 16)
// CHECK-NEXT:    keys [0, 16) partial, full in [0, 1)
// CHECK-NEXT:  queries [16, 32)
// CHECK-NEXT:    keys [0, 32) partial, full in [0, 17)
// CHECK-NEXT:  queries [32, 48)
// CHECK-NEXT:    keys [0, 48) partial, full in [0, 33)
// CHECK-NEXT:  queries [48, 64)
// CHECK-NEXT:    keys [0, 64) partial, full in [0, 49)
func.func @causal(%q: !t, %k: !t, %v: !t) -> !t {
  %m = attn.causal
  %o = attn.attention %q, %k, %v mask(%m)
    {plan = #attn.plan<tile = [16], group = [1], lanes = 16, slab = 32>}
    : (!t, !t, !t) -> !t
  return %o : !t
}

// In a layout the row that a key is in counts for more than its place there:
// full is all up to the row before.
//      CHECK:plan in @causal_rows: causal
//      CHECK:  kept pairs: 2080
//      CHECK:  query tiles: 4
// CHECK-NEXT:  queries [0, 2) x [0, 8)
// CHECK-NEXT:    keys [0, 2) x [0, 8) partial
// CHECK-NEXT:  queries [2, 4) x [0, 8)
// CHECK-NEXT:    keys [0, 4) x [0, 8) partial, full in [0, 2) x [0, 8)
// CHECK-NEXT:  queries [4, 6) x [0, 8)
// CHECK-NEXT:    keys [0, 6) x [0, 8) partial, full in [0, 4) x [0, 8)
// CHECK-NEXT:  queries [6, 8) x [0, 8)
// CHECK-NEXT:    keys [0, 8) x [0, 8) partial, full in [0, 6) x [0, 8)
func.func @causal_rows(%q: !t, %k: !t, %v: !t) -> !t {
  %m = attn.causal
  %o = attn.attention %q, %k, %v mask(%m)
    {plan = #attn.plan<layout = [8, 8], dilation = [1, 1], tile = [2, 8], group = [1, 1], lanes = 16, slab = 32>}
    : (!t, !t, !t) -> !t
  return %o : !t
}

// Without a mask there is nothing to decide for any key.
//      CHECK:plan in @no_mask: full
//      CHECK:  kept pairs: 4096
//      CHECK:  query tiles: 2
// CHECK-NEXT:  queries [0, 32)
// CHECK-NEXT:    keys [0, 64) full
// CHECK-NEXT:  queries [32, 64)
// CHECK-NEXT:    keys [0, 64) full
func.func @no_mask(%q: !t, %k: !t, %v: !t) -> !t {
  %o = attn.attention %q, %k, %v
    {plan = #attn.plan<tile = [32], group = [1], lanes = 32, slab = 32>}
    : (!t, !t, !t) -> !t
  return %o : !t
}

// The sinks are the first four keys, for all queries. Some query of [32, 64)
// has a key of [28, 64) in its window; all have those of [59, 33), that is none.
// Pairs: 4 * 64 of the sinks and 5 * 64 - 10 of the windows, less those of both:
// 1 + 2 + 3 + 4 of queries 0 to 3, 4 + 3 + 2 + 1 of queries 4 to 7.
//      CHECK:plan in @window_or_sinks: window(4, 0) or sinks(4)
//      CHECK:  kept pairs: 546
//      CHECK:  query tiles: 2
// CHECK-NEXT:  queries [0, 32)
// CHECK-NEXT:    keys [0, 32) partial, full in [0, 4)
// CHECK-NEXT:  queries [32, 64)
// CHECK-NEXT:    keys [0, 4) full
// CHECK-NEXT:    keys [28, 64) partial
func.func @window_or_sinks(%q: !t, %k: !t, %v: !t) -> !t {
  %w = attn.window left = 4, right = 0
  %s = attn.sinks 4
  %m = attn.or %w, %s
  %o = attn.attention %q, %k, %v mask(%m)
    {plan = #attn.plan<tile = [32], group = [1], lanes = 32, slab = 32>}
    : (!t, !t, !t) -> !t
  return %o : !t
}

// Tokens 0, 2, 4, 6 have residue 0 and tokens 1, 3, 5 residue 1, and no query
// sees another residue. All 7 see 3 keys, as the window shifts back at an end:
// of residue 0 positions 0 and 1 see 0 to 2, positions 2 and 3 see 1 to 3; of
// residue 1 all see all of 0 to 2.
//      CHECK:plan in @dilated: neighborhood(7, window 3, dilation 2)
//      CHECK:  kept pairs: 21
//      CHECK:  query tiles: 4
// CHECK-NEXT:  queries [0, 1) x [0, 2)
// CHECK-NEXT:    keys [0, 1) x [0, 3) full
// CHECK-NEXT:  queries [0, 1) x [2, 4)
// CHECK-NEXT:    keys [0, 1) x [1, 4) full
// CHECK-NEXT:  queries [1, 2) x [0, 2)
// CHECK-NEXT:    keys [1, 2) x [0, 3) full
// CHECK-NEXT:  queries [1, 2) x [2, 3)
// CHECK-NEXT:    keys [1, 2) x [0, 3) full
func.func @dilated(%q: !n, %k: !n, %v: !n) -> !n {
  %m = attn.neighborhood layout = [7], window = [3], dilation = [2]
  %o = attn.attention %q, %k, %v mask(%m)
    {plan = #attn.plan<layout = [7], dilation = [2], tile = [2], group = [1], lanes = 16, slab = 32>}
    : (!n, !n, !n) -> !n
  return %o : !n
}

// Queries [16, 32) of the first tile alone see keys from 16 on. Pairs: 32 lanes by
// 16 and 48 keys, and 16 lanes by 16 keys twice; of those 32 by 1 and 33, and 16
// by 1 twice are full.
//      CHECK:plan in @halves: causal
//      CHECK:  visited pairs: 2560
//      CHECK:  full share: 0.4375
//      CHECK:  query tiles: 2
// CHECK-NEXT:  queries [0, 32)
// CHECK-NEXT:    keys [0, 16) partial, full in [0, 1)
// CHECK-NEXT:    keys [16, 32) for the upper half partial, full in [16, 17)
// CHECK-NEXT:  queries [32, 64)
// CHECK-NEXT:    keys [0, 48) partial, full in [0, 33)
// CHECK-NEXT:    keys [48, 64) for the upper half partial, full in [48, 49)
func.func @halves(%q: !t, %k: !t, %v: !t) -> !t {
  %m = attn.causal
  %o = attn.attention %q, %k, %v mask(%m)
    {plan = #attn.plan<halves = true, tile = [32], group = [1], lanes = 32, slab = 32>}
    : (!t, !t, !t) -> !t
  return %o : !t
}

!s = tensor<1x1x128x8xf32>

// Columns 0, 1 and 2 see columns [0, 5), 15 sees [13, 18): a tile needs 18 of a
// row, and each place 5. Windows of three rows begin at 0, 0, 1 and 1. Pairs: 64
// lanes by 4 rows of 5 keys, of which two rows are full, twice.
//      CHECK:plan in @slides: neighborhood(4x32, window 3x5)
//      CHECK:  visited pairs: 2560
//      CHECK:  full share: 0.5000
//      CHECK:  query tiles: 2
// CHECK-NEXT:  queries [0, 4) x [0, 16)
// CHECK-NEXT:    keys [0, 4) x [0, 5) partial, full in [1, 3) x [0, 5)
// CHECK-NEXT:  queries [0, 4) x [16, 32)
// CHECK-NEXT:    keys [0, 4) x [14, 19) partial, full in [1, 3) x [14, 19)
func.func @slides(%q: !s, %k: !s, %v: !s) -> !s {
  %m = attn.neighborhood layout = [4, 32], window = [3, 5]
  %o = attn.attention %q, %k, %v mask(%m)
    {plan = #attn.plan<slides = true, layout = [4, 32], dilation = [1, 1], tile = [4, 16], group = [1, 1], lanes = 64, slab = 32>}
    : (!s, !s, !s) -> !s
  return %o : !s
}
