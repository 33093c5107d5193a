// RUN: attn-opt %s | attn-opt | FileCheck %s
// RUN: attn-opt %s --attn-print-mask -o /dev/null 2>&1 | FileCheck %s --check-prefix=MASK

// CHECK-LABEL: @band
// CHECK: attn.predicate (%{{.*}}, %[[H:.*]], %[[I:.*]], %[[J:.*]]) {
// CHECK-NEXT: arith.subi %[[I]], %[[J]] : index
// CHECK: attn.yield %{{.*}} : i1
// MASK-LABEL: mask in @band
// MASK-NEXT: #.#.
// MASK-NEXT: .#.#
// MASK-NEXT: #.#.
// MASK-NEXT: .#.#
func.func @band(%q: tensor<1x1x4x8xf32>, %k: tensor<1x1x4x8xf32>, %v: tensor<1x1x4x8xf32>) -> tensor<1x1x4x8xf32> {
  %c2 = arith.constant 2 : index
  %m = attn.predicate (%b, %h, %i, %j) {
    %d = arith.subi %i, %j : index
    %r = arith.remsi %d, %c2 : index
    %c0 = arith.constant 0 : index
    %keep = arith.cmpi eq, %r, %c0 : index
    attn.yield %keep : i1
  }
  %o = attn.attention %q, %k, %v mask(%m) : (tensor<1x1x4x8xf32>, tensor<1x1x4x8xf32>, tensor<1x1x4x8xf32>) -> tensor<1x1x4x8xf32>
  return %o : tensor<1x1x4x8xf32>
}

// CHECK-LABEL: @lookup
// CHECK: attn.lookup %{{.*}}[%{{.*}}] : tensor<?xi32>
// MASK-LABEL: mask in @lookup
// MASK-SAME: 3 queries, 3 keys
func.func @lookup(%q: tensor<1x1x3x8xf32>, %k: tensor<1x1x3x8xf32>, %v: tensor<1x1x3x8xf32>, %t: tensor<?xi32>) -> tensor<1x1x3x8xf32> {
  %m = attn.predicate (%b, %h, %i, %j) {
    %x = attn.lookup %t[%i] : tensor<?xi32>
    %y = attn.lookup %t[%j] : tensor<?xi32>
    %keep = arith.cmpi eq, %x, %y : index
    attn.yield %keep : i1
  }
  %o = attn.attention %q, %k, %v mask(%m) : (tensor<1x1x3x8xf32>, tensor<1x1x3x8xf32>, tensor<1x1x3x8xf32>) -> tensor<1x1x3x8xf32>
  return %o : tensor<1x1x3x8xf32>
}

// A number from outside: masks are drawn as if it were 0.
// CHECK-LABEL: @number
// CHECK-SAME: %[[W:[a-z0-9]+]]: index)
// CHECK: arith.cmpi sle, %{{.*}}, %[[W]] : index
// MASK-LABEL: mask in @number
// MASK-NEXT: #..
// MASK-NEXT: ##.
// MASK-NEXT: ###
func.func @number(%q: tensor<1x1x3x8xf32>, %k: tensor<1x1x3x8xf32>, %v: tensor<1x1x3x8xf32>, %w: index) -> tensor<1x1x3x8xf32> {
  %m = attn.predicate (%b, %h, %i, %j) {
    %d = arith.subi %j, %i : index
    %keep = arith.cmpi sle, %d, %w : index
    attn.yield %keep : i1
  }
  %o = attn.attention %q, %k, %v mask(%m) : (tensor<1x1x3x8xf32>, tensor<1x1x3x8xf32>, tensor<1x1x3x8xf32>) -> tensor<1x1x3x8xf32>
  return %o : tensor<1x1x3x8xf32>
}
