// RUN: attn-opt --split-input-file --verify-diagnostics %s

func.func @lanes(%max: memref<16xf32>, %sum: memref<32xf32>) {
  // expected-error @+1 {{expected 16 lanes in 'sum', got 32}}
  attn.diagonal_begin %max, %sum : memref<16xf32>, memref<32xf32>
  return
}

// -----

func.func @tile(%d: memref<9xi32>, %n: index, %list: memref<9x16xi32>) {
  // expected-error @+1 {{expected a 'tile' of 1 to 16 queries, got 17}}
  attn.diagonal_keys %d[%n] origin %n extent %n keys %n into %list {tile = 17 : i64}
    : memref<9xi32> into memref<9x16xi32>
  return
}

// -----

func.func @depth(%q: memref<1x1x64x40xf32>, %k: memref<1x1x64x41xf32>, %n: index,
                 %list: memref<9x16xi32>, %s: memref<9x16xf32>) {
  // expected-error @+1 {{expected one static depth of 'q' and 'k', got 'memref<1x1x64x40xf32>' and 'memref<1x1x64x41xf32>'}}
  attn.diagonal_scores %q[%n, %n], %k[%n], %list[%n] origin %n extent %n into %s
    {scale = 1.0 : f32, tile = 16 : i64}
    : memref<1x1x64x40xf32>, memref<1x1x64x41xf32>, memref<9x16xi32> into memref<9x16xf32>
  return
}

// -----

func.func @region(%s: memref<9x16xf32>, %d: memref<9xi32>, %n: index) {
  // expected-error @+1 {{expected 2 region arguments, got 1}}
  attn.diagonal_mask %s, %d[%n] origin %n extent %n attributes {tile = 16 : i64} {
  ^bb0(%i: i32):
    %keep = arith.constant true
    attn.yield %keep : i1
  } : memref<9x16xf32>, memref<9xi32>
  return
}

// -----

func.func @columns(%s: memref<9x16xf32>, %v: memref<1x1x64x40xf32>, %n: index, %list: memref<9x16xi32>,
                   %state: memref<16xf32>, %yes: i1, %ot: memref<16x32xf32>) {
  // expected-error @+1 {{expected at least 40 columns in 'ot', got 32}}
  attn.diagonal_accumulate %s, %v[%n, %n], %list[%n], %state, %state, %state origin %n extent %n
    first %yes last %yes into %ot, %v[%n] {tile = 16 : i64}
    : memref<9x16xf32>, memref<1x1x64x40xf32>, memref<9x16xi32>, memref<16xf32>, memref<16xf32>,
      memref<16xf32> into memref<16x32xf32>, memref<1x1x64x40xf32>
  return
}

// -----

func.func @values(%s: memref<9x16xf32>, %v: memref<1x1x64x40xf32>, %o: memref<1x1x64x41xf32>, %n: index,
                  %list: memref<9x16xi32>, %state: memref<16xf32>, %yes: i1, %ot: memref<16x48xf32>) {
  // expected-error @+1 {{expected one static depth of 'v' and 'o', got}}
  attn.diagonal_accumulate %s, %v[%n, %n], %list[%n], %state, %state, %state origin %n extent %n
    first %yes last %yes into %ot, %o[%n] {tile = 16 : i64}
    : memref<9x16xf32>, memref<1x1x64x40xf32>, memref<9x16xi32>, memref<16xf32>, memref<16xf32>,
      memref<16xf32> into memref<16x48xf32>, memref<1x1x64x41xf32>
  return
}
