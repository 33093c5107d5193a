// With 16 registers a block has 12 accumulators, and four steps of its loop are
// written out: what they load lies a constant after what the first one loads.
// Steps that are left over follow in a loop of their own. With 32 registers the
// loop has one step.
//
// RUN: attn-opt %s --attn-lower-tiles-to-vector=target=avx2 --split-input-file \
// RUN:   | FileCheck %s
// RUN: attn-opt %s --attn-lower-tiles-to-vector=target=avx512 --split-input-file \
// RUN:   | FileCheck %s --check-prefix=WIDE

// Six keys, by twos: rows of narrow tiles are short.
// CHECK-LABEL: func.func @scores
// CHECK-DAG:   %[[ZERO:.*]] = arith.constant 0 : index
// CHECK-DAG:   %[[ONE:.*]] = arith.constant 1 : index
// CHECK-DAG:   %[[THREE:.*]] = arith.constant 3 : index
// CHECK-DAG:   %[[FOUR:.*]] = arith.constant 4 : index
// CHECK-DAG:   %[[DEPTH:.*]] = arith.constant 62 : index
// CHECK:       scf.for %{{.*}} = %[[ZERO]] to %{{.*}} step %[[THREE]] {
// CHECK:         arith.constant 60 : index
// CHECK:         %[[SUMS:.*]]:12 = scf.for %[[D:.*]] = %[[ZERO]] to %[[WHOLE:[^ ]*]] step %[[FOUR]]
// CHECK:           vector.load %arg0[%[[D]], %[[ZERO]]]
// CHECK-COUNT-12:  vector.fma
// CHECK:           %[[SECOND:.*]] = memref.subview %arg0[%[[D]], 0] [2, 16] [1, 1]
// CHECK:           vector.load %[[SECOND]][%[[ONE]], %[[ZERO]]]
// CHECK-COUNT-36:  vector.fma
// CHECK-NOT:       vector.fma
// CHECK:           scf.yield
// CHECK:         scf.for %{{.*}} = %[[WHOLE]] to %[[DEPTH]] step %[[ONE]] iter_args(%{{.*}} = %[[SUMS]]#0,
// CHECK-COUNT-12:  vector.fma
// CHECK-NOT:       vector.fma
// CHECK:           scf.yield

// Sixteen keys of one register.
// WIDE-LABEL: func.func @scores
// WIDE-DAG:   %[[ZERO:.*]] = arith.constant 0 : index
// WIDE-DAG:   %[[ONE:.*]] = arith.constant 1 : index
// WIDE-DAG:   %[[DEPTH:.*]] = arith.constant 62 : index
// WIDE:       scf.for %{{.*}} = %[[ZERO]] to %[[DEPTH]] step %[[ONE]] iter_args
// WIDE-COUNT-16: vector.fma
// WIDE-NOT:   vector.fma
// WIDE:       return
func.func @scores(%qt: memref<62x16xf32>, %ks: memref<64x63xf32>,
                  %rows: memref<?x3xi32>, %nrows: index, %width: index,
                  %s: memref<96x16xf32>) {
  attn.tile_scores %qt, %ks, %rows[%nrows] width %width into %s
    : memref<62x16xf32>, memref<64x63xf32>, memref<?x3xi32>
    into memref<96x16xf32>
  return
}

// -----

// Four queries by three registers of columns. LLVM moves no load of a query
// before the multiply-adds of the query before: it would spill accumulators.
// CHECK-LABEL: func.func @outputs
// CHECK-DAG:   %[[ONE:.*]] = arith.constant 1 : index
// CHECK-DAG:   %[[FOUR:.*]] = arith.constant 4 : index
// CHECK-DAG:   %[[QUERIES:.*]] = arith.constant 16 : index
// CHECK:       scf.for %{{.*}} = %{{.*}} to %[[QUERIES]] step %[[FOUR]] {
// CHECK:         scf.for %[[KEY:.*]] = %{{.*}} step %[[FOUR]] iter_args
// CHECK-COUNT-3:   vector.fma
// CHECK-NEXT:      llvm.inline_asm has_side_effects {{.*}} "=v,=v,=v,0,1,2"
// CHECK-COUNT-9:   vector.fma
// CHECK:           memref.subview %arg0[%[[KEY]], 0] [2, 16] [1, 1]
// CHECK-COUNT-36:  vector.fma
// CHECK:           scf.yield
// CHECK:         scf.for %{{.*}} step %[[ONE]] iter_args
// CHECK-COUNT-12:  vector.fma
// CHECK:           scf.yield

// WIDE-LABEL: func.func @outputs
// WIDE-NOT:   memref.subview %arg0
// WIDE-NOT:   has_side_effects
// WIDE:       return
func.func @outputs(%s: memref<96x16xf32>, %vs: memref<64x48xf32>,
                   %rows: memref<?x3xi32>, %nrows: index, %width: index,
                   %alpha: memref<16xf32>, %ot: memref<16x48xf32>) {
  attn.tile_accumulate %s, %vs, %rows[%nrows] width %width, %alpha
    into %ot {by_query}
    : memref<96x16xf32>, memref<64x48xf32>, memref<?x3xi32>, memref<16xf32>
    into memref<16x48xf32>
  return
}

// -----

// Four steps ask for one line, so for the next one each time, and a step that is
// left over for the one after them. What was asked for counts, rounded up.
// CHECK-LABEL: func.func @ahead
// CHECK-DAG:   %[[ZERO:.*]] = arith.constant 0 : index
// CHECK-DAG:   %[[ONE:.*]] = arith.constant 1 : index
// CHECK-DAG:   %[[TWO:.*]] = arith.constant 2 : index
// CHECK-DAG:   %[[THREE:.*]] = arith.constant 3 : index
// CHECK-DAG:   %[[FOUR:.*]] = arith.constant 4 : index
// CHECK:       %[[DONE:.*]] = memref.load %[[LIST:arg[0-9]+]][%[[ZERO]]] : memref<99xi64>
// CHECK-NEXT:  %[[BEGIN:.*]] = arith.index_cast %[[DONE]]
// CHECK-NEXT:  %[[FIRST:.*]] = arith.addi %[[BEGIN]], %[[TWO]]
// CHECK:       scf.for %[[N:.*]] = %[[LO:.*]] to %{{.*}} step %[[FOUR]] iter_args
// CHECK:         %[[STEP:.*]] = arith.subi %[[N]], %[[LO]]
// CHECK-NEXT:    %[[LINE:.*]] = arith.divui %[[STEP]], %[[FOUR]]
// CHECK-NEXT:    arith.addi %[[FIRST]], %[[LINE]]
// CHECK:         llvm.intr.prefetch
// CHECK-NOT:     llvm.intr.prefetch
// CHECK:         scf.yield
// CHECK:       scf.for %{{.*}} step %[[ONE]] iter_args
// CHECK:         llvm.intr.prefetch
// CHECK-NOT:     llvm.intr.prefetch
// CHECK:         scf.yield
// CHECK:       %[[UP:.*]] = arith.addi %{{.*}}, %[[THREE]]
// CHECK-NEXT:  %[[LINES:.*]] = arith.divui %[[UP]], %[[FOUR]]
// CHECK-NEXT:  arith.addi %[[BEGIN]], %[[LINES]]

// A step asks for a line.
// WIDE-LABEL: func.func @ahead
// WIDE-DAG:   %[[ONE:.*]] = arith.constant 1 : index
// WIDE:       scf.for %{{.*}} step %[[ONE]] iter_args
// WIDE-NOT:   arith.divui
// WIDE:       llvm.intr.prefetch
// WIDE-NOT:   llvm.intr.prefetch
// WIDE:       scf.yield
func.func @ahead(%s: memref<96x16xf32>, %vs: memref<64x48xf32>,
                 %rows: memref<?x3xi32>, %nrows: index, %width: index,
                 %alpha: memref<16xf32>, %ahead: memref<99xi64>,
                 %ot: memref<16x48xf32>) {
  attn.tile_accumulate %s, %vs, %rows[%nrows] width %width, %alpha ahead %ahead
    into %ot {by_query}
    : memref<96x16xf32>, memref<64x48xf32>, memref<?x3xi32>, memref<16xf32>,
      memref<99xi64> into memref<16x48xf32>
  return
}
