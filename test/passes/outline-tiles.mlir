// RUN: attn-opt --attn-outline-tiles=target=avx2 %s | FileCheck %s --implicit-check-not="func.func private"
// RUN: attn-opt --attn-outline-tiles=target=amx %s | FileCheck %s --check-prefix=AMX
// RUN: not attn-opt --attn-outline-tiles=target=z80 %s 2>&1 | FileCheck %s --check-prefix=TARGET

// TARGET: error: unknown target 'z80'

!state = memref<16xf32, strided<[1], offset: ?>>

// Views of scratch are taken inside of the function, so that little is handed
// over. Steps that do the same, if with other numbers, share a function; a step
// on scratch of another place has one of its own.
// CHECK-LABEL: func.func private @steps_tile_softmax(
// CHECK-SAME: %[[SCRATCH:.*]]: memref<?xi8>, %[[N:.*]]: index, %[[COUNT:.*]]: index)
// CHECK: %[[ALL:.*]] = memref.view %[[SCRATCH]]
// CHECK: %[[PART:.*]] = memref.subview %[[ALL]][%[[N]], 0]
// CHECK: attn.tile_softmax %{{.*}}[%[[COUNT]]], %[[PART]], %[[PART]], %{{.*}} : memref<8x16xf32>
// CHECK: return
// CHECK-LABEL: func.func private @steps_tile_softmax_1(
// CHECK: attn.tile_softmax {{.*}} : memref<8x32xf32>
// CHECK-LABEL: func.func private @steps_tile_slide(
// CHECK-SAME: -> (index, i1)
// CHECK: %[[WIDTH:.*]], %[[FULL:.*]] = attn.tile_slide
// CHECK: return %[[WIDTH]], %[[FULL]]
// CHECK-LABEL: func.func @steps(
// CHECK-NOT: attn.tile_
// CHECK: call @steps_tile_softmax(%arg0, %arg2, %arg1)
// CHECK-NEXT: call @steps_tile_softmax(%arg0, %arg1, %arg2)
// CHECK: call @steps_tile_softmax_1(%arg0, %arg1)
// CHECK: %[[SLID:.*]]:2 = call @steps_tile_slide(
// CHECK-NEXT: return %[[SLID]]#0, %[[SLID]]#1
func.func @steps(%scratch: memref<?xi8>, %m: index, %n: index) -> (index, i1) {
  %c0 = arith.constant 0 : index
  %c512 = arith.constant 512 : index
  %c1024 = arith.constant 1024 : index
  %s = memref.view %scratch[%c0][] : memref<?xi8> to memref<8x16xf32>
  %all = memref.view %scratch[%c512][] : memref<?xi8> to memref<4x16xf32>
  %alpha = memref.view %scratch[%c1024][] : memref<?xi8> to memref<16xf32>
  %part = memref.subview %all[%n, 0] [1, 16] [1, 1] : memref<4x16xf32> to !state
  %other = memref.subview %all[%m, 0] [1, 16] [1, 1] : memref<4x16xf32> to !state
  attn.tile_softmax %s[%m], %part, %part, %alpha : memref<8x16xf32>, !state, !state, memref<16xf32>
  attn.tile_softmax %s[%n], %other, %other, %alpha : memref<8x16xf32>, !state, !state, memref<16xf32>
  %wide = memref.view %scratch[%c0][] : memref<?xi8> to memref<8x32xf32>
  %state = memref.view %scratch[%c1024][] : memref<?xi8> to memref<32xf32>
  attn.tile_softmax %wide[%m], %state, %state, %state : memref<8x32xf32>, memref<32xf32>, memref<32xf32>, memref<32xf32>
  %runs = memref.view %scratch[%c0][] : memref<?xi8> to memref<4x16xi32>
  %starts = memref.view %scratch[%c1024][] : memref<?xi8> to memref<16xi32>
  %width, %full = attn.tile_slide %runs lo(%m) hi(%n) into %starts : memref<4x16xi32> into memref<16xi32>
  return %width, %full : index, i1
}

// Steps over diagonals are steps of tiles.
// CHECK-LABEL: func.func private @diagonals_diagonal_begin(
// CHECK-LABEL: func.func @diagonals(
// CHECK: call @diagonals_diagonal_begin(
func.func @diagonals(%max: memref<16xf32>, %sum: memref<16xf32>) {
  attn.diagonal_begin %max, %sum : memref<16xf32>, memref<16xf32>
  return
}

// After a call, AMX's tiles would have to be configured again.
// CHECK-LABEL: func.func private @pairs_tile_begin(
// CHECK-LABEL: func.func @pairs(
// AMX: func.func private @steps_tile_softmax(
// AMX-LABEL: func.func @pairs(
// AMX: attn.tile_begin
func.func @pairs(%q: memref<1x1x64x8xbf16, strided<[?, ?, ?, 1], offset: ?>>, %b: index, %n: index,
                 %qt: memref<16x64xbf16>, %ot: memref<32x32xf32>, %state: memref<32xf32>) {
  attn.tile_begin %q[%b, %b] origin(%b) extent(%n) into %qt, %ot, %state, %state
    {scale = 1.0 : f32, strides = array<i64: 1>, tile = array<i64: 32>}
    : memref<1x1x64x8xbf16, strided<[?, ?, ?, 1], offset: ?>> into memref<16x64xbf16>, memref<32x32xf32>, memref<32xf32>, memref<32xf32>
  return
}
