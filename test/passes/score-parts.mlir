// More than 64 features are summed in parts, of which a chain of additions is not
// long. What the parts gave together is after the part of s in use: beside a block
// there is no room in the registers.
//
// RUN: attn-opt %s --attn-lower-tiles-to-vector=target=avx512 --split-input-file \
// RUN:   | FileCheck %s

// CHECK-LABEL: func.func @one
// CHECK-DAG:   %[[ZERO:.*]] = arith.constant 0 : index
// CHECK-DAG:   %[[ONE:.*]] = arith.constant 1 : index
// CHECK-DAG:   %[[DEPTH:.*]] = arith.constant 64 : index
// CHECK:       scf.for %{{.*}} = %[[ZERO]] to %[[DEPTH]] step %[[ONE]] iter_args
// CHECK-NOT:   arith.addf
// CHECK:       return
func.func @one(%qt: memref<64x16xf32>, %ks: memref<64x65xf32>,
               %rows: memref<?x3xi32>, %nrows: index, %width: index,
               %s: memref<96x16xf32>) {
  attn.tile_scores %qt, %ks, %rows[%nrows] width %width into %s
    : memref<64x16xf32>, memref<64x65xf32>, memref<?x3xi32>
    into memref<96x16xf32>
  return
}

// -----

// Three parts of 44, 44 and 43.
// CHECK-LABEL: func.func @three
// CHECK-DAG:   %[[ZERO:.*]] = arith.constant 0 : index
// CHECK-DAG:   %[[ONE:.*]] = arith.constant 1 : index
// CHECK-DAG:   %[[PART:.*]] = arith.constant 44 : index
// CHECK-DAG:   %[[DEPTH:.*]] = arith.constant 131 : index
// CHECK:       %[[ROOM:.*]] = arith.muli %arg3, %arg4
// CHECK:       scf.for %[[BEGIN:.*]] = %[[ZERO]] to %[[DEPTH]] step %[[PART]] {
// CHECK:         %[[NEXT:.*]] = arith.addi %[[BEGIN]], %[[PART]]
// CHECK:         %[[END:.*]] = arith.minsi %[[NEXT]], %[[DEPTH]]
// CHECK:         %[[SUMS:.*]]:16 = scf.for %[[D:.*]] = %[[BEGIN]] to %[[END]] step %[[ONE]] iter_args
// CHECK:           vector.load %arg0[%[[D]],
// CHECK-COUNT-16:  vector.fma
// CHECK:           scf.yield
// CHECK:         %[[IS_FIRST:.*]] = arith.cmpi eq, %[[BEGIN]], %[[ZERO]]
// CHECK:         scf.if %[[IS_FIRST]] {
// CHECK:           vector.store %[[SUMS]]#0, %arg5[%[[ROOM]], %[[ZERO]]]
// CHECK:         } else {
// CHECK:           %[[BEFORE:.*]] = vector.load %arg5[%[[ROOM]], %[[ZERO]]]
// CHECK:           %[[NOW:.*]] = arith.addf %[[SUMS]]#0, %[[BEFORE]]
// CHECK:           vector.store %[[NOW]], %arg5[%[[ROOM]], %[[ZERO]]]
// CHECK-COUNT-15:  arith.addf
// CHECK:       %[[SCORE:.*]] = vector.load %arg5[%[[ROOM]], %[[ZERO]]]
// CHECK-COUNT-15: vector.load %arg5
// CHECK:       vector.store %[[SCORE]], %arg5
func.func @three(%qt: memref<131x16xf32>, %ks: memref<64x133xf32>,
                 %rows: memref<?x3xi32>, %nrows: index, %width: index,
                 %s: memref<96x16xf32>) {
  attn.tile_scores %qt, %ks, %rows[%nrows] width %width into %s
    : memref<131x16xf32>, memref<64x133xf32>, memref<?x3xi32>
    into memref<96x16xf32>
  return
}
