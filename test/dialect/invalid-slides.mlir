// RUN: attn-opt %s -split-input-file -verify-diagnostics

!t = tensor<1x1x64x40xf32>

func.func @few_queries(%q: !t) -> !t {
  // expected-error @below {{expected a tile with a query for each lane, and 16 on its last axis, for 'slides', got [16] and 32 lanes}}
  %o = attn.attention %q, %q, %q {plan = #attn.plan<slides = true, tile = [16], group = [1], lanes = 32, slab = 32>} : (!t, !t, !t) -> !t
  return %o : !t
}

// -----

!t = tensor<1x1x64x40xf32>

func.func @long_rows(%q: !t) -> !t {
  // expected-error @below {{expected a tile with a query for each lane, and 16 on its last axis, for 'slides', got [32] and 32 lanes}}
  %o = attn.attention %q, %q, %q {plan = #attn.plan<slides = true, tile = [32], group = [1], lanes = 32, slab = 32>} : (!t, !t, !t) -> !t
  return %o : !t
}

// -----

!t = tensor<1x1x64x40xbf16>

func.func @pairs(%q: !t) -> !t {
  // expected-error @below {{expected no 'products' with 'slides', got some}}
  %o = attn.attention %q, %q, %q {plan = #attn.plan<slides = true, tile = [16], group = [1], lanes = 16, slab = 32, products = bf16>} : (!t, !t, !t) -> !t
  return %o : !t
}

// -----

!t = tensor<1x1x64x40xf32>

func.func @halves(%q: !t) -> !t {
  // expected-error @below {{expected 'halves' or 'slides', got both}}
  %o = attn.attention %q, %q, %q {plan = #attn.plan<halves = true, slides = true, layout = [4, 16], dilation = [1, 1], tile = [4, 16], group = [1, 1], lanes = 64, slab = 32>} : (!t, !t, !t) -> !t
  return %o : !t
}

// -----

!t = tensor<1x1x64x40xf32>

func.func @order(%q: !t) -> !t {
  // expected-error @below {{expected every axis of the layout once in 'order', got [1, 1]}}
  %o = attn.attention %q, %q, %q {plan = #attn.plan<layout = [4, 16], dilation = [1, 1], order = [1, 1], tile = [4, 4], group = [1, 1], lanes = 16, slab = 32>} : (!t, !t, !t) -> !t
  return %o : !t
}

// -----

!t = tensor<1x1x64x40xf32>

func.func @order_without_layout(%q: !t) -> !t {
  // expected-error @below {{expected every axis of the layout once in 'order', got [0]}}
  %o = attn.attention %q, %q, %q {plan = #attn.plan<order = [0], tile = [16], group = [1], lanes = 16, slab = 32>} : (!t, !t, !t) -> !t
  return %o : !t
}

// -----

func.func @runs(%runs: memref<3x16xi32>, %starts: memref<16xi32>, %x: index) {
  // expected-error @below {{expected at least 4 rows of 16 elements in 'runs', got 'memref<3x16xi32>'}}
  %w, %f = attn.tile_slide %runs lo(%x) hi(%x) into %starts : memref<3x16xi32> into memref<16xi32>
  return
}

// -----

func.func @starts(%runs: memref<4x16xi32>, %starts: memref<8xi32>, %x: index) {
  // expected-error @below {{expected 16 elements in 'starts', got 'memref<8xi32>'}}
  %w, %f = attn.tile_slide %runs lo(%x) hi(%x) into %starts : memref<4x16xi32> into memref<8xi32>
  return
}

// -----

// Keys are not transposed.
func.func @keys(%qt: memref<8x16xf32>, %ks: memref<64x8xf32>, %rows: memref<?x3xi32>, %n: index, %starts: memref<16xi32>, %s: memref<64x16xf32>) {
  // expected-error @below {{expected depth 8 for 'ks', got 64}}
  attn.tile_scores %qt, %ks, %rows[%n] width %n starts %starts into %s : memref<8x16xf32>, memref<64x8xf32>, memref<?x3xi32> starts memref<16xi32> into memref<64x16xf32>
  return
}

// -----

func.func @outputs(%s: memref<64x16xf32>, %vs: memref<64x16xf32>, %rows: memref<?x3xi32>, %n: index, %starts: memref<16xi32>, %a: memref<16xf32>, %ot: memref<16x16xf32>) {
  // expected-error @below {{expected 'by_query' with 'starts'}}
  attn.tile_accumulate %s, %vs, %rows[%n] width %n starts %starts, %a into %ot : memref<64x16xf32>, memref<64x16xf32>, memref<?x3xi32> starts memref<16xi32>, memref<16xf32> into memref<16x16xf32>
  return
}

// -----

func.func @stage(%k: memref<1x1x64x8xf32>, %x: index, %ks: memref<64x9xf32>, %vs: memref<64x8xf32>) {
  // expected-error @below {{expected depth 8 for 'ks', got 64}}
  attn.stage_keys %k, %k[%x, %x] lo(%x) hi(%x) into %ks, %vs {strides = array<i64: 1>, transposed} : memref<1x1x64x8xf32>, memref<1x1x64x8xf32> into memref<64x9xf32>, memref<64x8xf32>
  return
}

// -----

func.func @pairs_of_queries(%qt: memref<16x32xbf16>, %ks: memref<32x64xf32>, %rows: memref<?x3xi32>, %n: index, %starts: memref<16xi32>, %s: memref<64x16xf32>) {
  // expected-error @below {{expected 'qt' and 'ks' of f32 with 'starts', got 'bf16'}}
  attn.tile_scores %qt, %ks, %rows[%n] width %n starts %starts into %s : memref<16x32xbf16>, memref<32x64xf32>, memref<?x3xi32> starts memref<16xi32> into memref<64x16xf32>
  return
}

// -----

func.func @apart(%runs: memref<4x16xi32>, %starts: memref<16xi32, strided<[2]>>, %x: index) {
  // expected-error @below {{expected 'starts' to be contiguous}}
  %w, %f = attn.tile_slide %runs lo(%x) hi(%x) into %starts : memref<4x16xi32> into memref<16xi32, strided<[2]>>
  return
}

// -----

func.func @few_slots(%k: memref<1x1x64x8xf32>, %x: index, %ks: memref<8x4xf32>, %vs: memref<64x8xf32>) {
  // expected-error @below {{expected at least 64 columns in 'ks', got 4}}
  attn.stage_keys %k, %k[%x, %x] lo(%x) hi(%x) into %ks, %vs {strides = array<i64: 1>, transposed} : memref<1x1x64x8xf32>, memref<1x1x64x8xf32> into memref<8x4xf32>, memref<64x8xf32>
  return
}

// -----

func.func @square(%s: memref<64x64xf32>, %rows: memref<?x4xi32>, %n: index, %starts: memref<16xi32>) {
  // expected-error @below {{expected a tile with a query for each lane, and 16 on its last axis, with 'starts', got [8, 8] and 64 lanes}}
  attn.tile_mask %s, %rows[%n] width %n first %n starts %starts origin(%n, %n) extent(%n, %n) attributes {tile = array<i64: 8, 8>} {
  ^bb0(%i: i32, %y: i32, %j: i32, %x: i32):
    %k = arith.cmpi eq, %i, %j : i32
    attn.yield %k : i1
  } : memref<64x64xf32>, memref<?x4xi32> starts memref<16xi32>
  return
}
