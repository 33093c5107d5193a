// More than 64 features are summed in parts, of which a chain of additions is not
// long; the sums of the parts are added.
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
// CHECK:       %[[ALL:.*]]:16 = scf.for %[[BEGIN:.*]] = %[[ZERO]] to %[[DEPTH]] step %[[PART]] iter_args
// CHECK:         %[[LEFT:.*]] = arith.subi %[[DEPTH]], %[[BEGIN]]
// CHECK:         %[[LENGTH:.*]] = arith.minsi %[[LEFT]], %[[PART]]
// CHECK:         scf.for %[[N:.*]] = %[[ZERO]] to %[[LENGTH]] step %[[ONE]] iter_args
// CHECK:           %[[D:.*]] = arith.addi %[[BEGIN]], %[[N]]
// CHECK:           vector.load %arg0[%[[D]],
// CHECK-COUNT-16:  vector.fma
// CHECK:           scf.yield
// CHECK-COUNT-16:  arith.addf
// CHECK:         scf.yield
// CHECK:       vector.store %[[ALL]]#0, %arg5
func.func @three(%qt: memref<131x16xf32>, %ks: memref<64x133xf32>,
                 %rows: memref<?x3xi32>, %nrows: index, %width: index,
                 %s: memref<96x16xf32>) {
  attn.tile_scores %qt, %ks, %rows[%nrows] width %width into %s
    : memref<131x16xf32>, memref<64x133xf32>, memref<?x3xi32>
    into memref<96x16xf32>
  return
}
