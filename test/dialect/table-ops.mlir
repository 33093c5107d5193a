// Round trip of the masks with tables.
// RUN: attn-opt %s | attn-opt | FileCheck %s
// RUN: attn-opt %s -mlir-print-op-generic | attn-opt | FileCheck %s

// CHECK-LABEL: @block_maps
func.func @block_maps() {
  // CHECK: attn.block_map block = [128, 32], map = dense<{{.*}}> : tensor<2x2xi8>{{$}}
  %0 = attn.block_map map = dense<[[1, 0], [1, 1]]> : tensor<2x2xi8>, block = [128, 32]
  // CHECK: attn.block_map key_offsets = [0, 7], map = dense<true> : tensor<4x2x1xi1>, query_offsets = [0, 5, 9] {note}
  %1 = attn.block_map key_offsets = [0, 7], query_offsets = [0, 5, 9],
                      map = dense<true> : tensor<4x2x1xi1> {note}
  // CHECK: attn.random_blocks block = 64, blocks = 256, count = 3{{$}}
  %2 = attn.random_blocks block = 64, count = 3, blocks = 256
  // CHECK: attn.random_blocks block = 64, blocks = 256, count = 3, heads = 12, seed = 7{{$}}
  %3 = attn.random_blocks seed = 7, heads = 12, block = 64, count = 3, blocks = 256
  return
}

// CHECK-LABEL: @heads
func.func @heads() {
  // CHECK: %[[A:.*]] = attn.causal
  %0 = attn.causal
  // CHECK: %[[B:.*]] = attn.sinks 4
  %1 = attn.sinks 4
  // CHECK: attn.per_head %[[A]], %[[B]], %[[A]]{{$}}
  %2 = attn.per_head %0, %1, %0
  // CHECK: attn.per_head %[[B]] {note}
  %3 = attn.per_head %1 {note}
  // CHECK: attn.head_window alpha = [512, -1024], beta = [0, 1], block = 64{{$}}
  %4 = attn.head_window beta = [0, 1], alpha = [512, -1024], block = 64
  // CHECK: attn.head_window alpha = [512], beta = [5], block = 64, denominator = 8{{$}}
  %5 = attn.head_window denominator = 8, block = 64, alpha = [512], beta = [5]
  return
}

// CHECK-LABEL: @documents
// CHECK-SAME: (%[[T:.*]]: tensor<?xi32>, %[[U:.*]]: tensor<9xi32>)
func.func @documents(%t: tensor<?xi32>, %u: tensor<9xi32>) {
  // CHECK: attn.document %[[T]] : tensor<?xi32>
  %0 = attn.document %t : tensor<?xi32>
  // CHECK: attn.document %[[U]], prefix = 7 : tensor<9xi32>
  %1 = attn.document %u, prefix = 7 : tensor<9xi32>
  // CHECK: attn.document_keys %[[T]], index = 0 : tensor<?xi32>
  %2 = attn.document_keys %t, index = 0 : tensor<?xi32>
  // CHECK: attn.document_queries %[[T]], index = -1 {note} : tensor<?xi32>
  %3 = attn.document_queries %t, index = -1 {note} : tensor<?xi32>
  return
}

// CHECK-LABEL: @rows
// CHECK-SAME: (%[[T:.*]]: tensor<?xi32>, %[[U:.*]]: tensor<9xi32>)
func.func @rows(%t: tensor<?xi32>, %u: tensor<9xi32>) {
  // CHECK: attn.row_bounds %[[T]], %[[U]] : tensor<?xi32>, tensor<9xi32>
  %0 = attn.row_bounds %t, %u : tensor<?xi32>, tensor<9xi32>
  // CHECK: attn.tree %[[T]] : tensor<?xi32>
  %1 = attn.tree %t : tensor<?xi32>
  // CHECK: attn.tokens %[[T]] : tensor<?xi32>
  %2 = attn.tokens %t : tensor<?xi32>
  // CHECK: attn.tokens %[[T]], queries : tensor<?xi32>
  %3 = attn.tokens %t, queries : tensor<?xi32>
  return
}

// A kernel has memrefs.
// CHECK-LABEL: @in_a_kernel
func.func @in_a_kernel(%t: memref<?xi32, strided<[1], offset: ?>>) {
  // CHECK: attn.document %{{.*}} : memref<?xi32, strided<[1], offset: ?>>
  %0 = attn.document %t : memref<?xi32, strided<[1], offset: ?>>
  return
}

// One table may be of keys and of queries, here of as many.
// CHECK-LABEL: @two_roles
func.func @two_roles(%q: tensor<1x2x8x4xf32>, %t: tensor<8xi32>) -> tensor<1x2x8x4xf32> {
  %0 = attn.tokens %t : tensor<8xi32>
  %1 = attn.tokens %t, queries : tensor<8xi32>
  // CHECK: attn.or
  %m = attn.or %0, %1
  %o = attn.attention %q, %q, %q mask(%m)
    : (tensor<1x2x8x4xf32>, tensor<1x2x8x4xf32>, tensor<1x2x8x4xf32>) -> tensor<1x2x8x4xf32>
  return %o : tensor<1x2x8x4xf32>
}
