// RUN: attn-opt --attn-partition=count=2 --split-input-file %s | FileCheck %s
// RUN: not attn-opt --attn-partition=count=0 --split-input-file %s 2>&1 | FileCheck %s --check-prefix=NONE
// RUN: attn-opt --attn-partition --split-input-file %s | FileCheck %s --check-prefix=ONE

// The part with the C interfaces is the first one, whatever their size; the
// largest function goes to the part that is smaller by then. What a part calls of
// another one it declares, without the interface of the definition.
// CHECK: module {
// CHECK-NEXT: module {
// CHECK-DAG: func.func private @large(i32) -> i32{{$}}
// CHECK-DAG: func.func @kernel_units() -> i32 attributes {llvm.emit_c_interface} {
// CHECK-DAG: func.func @kernel() attributes {llvm.emit_c_interface} {
// CHECK: }
// CHECK: module {
// CHECK-DAG: func.func private @kernel_units() -> i32{{$}}
// CHECK-DAG: func.func private @small() {
// CHECK-DAG: func.func private @large(%{{.*}}: i32) -> i32 {
// CHECK: }
// CHECK-NOT: func.func

// NONE: error: expected a 'count' of at least 1, got 0

// ONE: module {
// ONE-NEXT: module {
// ONE-DAG: func.func private @large(%{{.*}}: i32) -> i32 {
// ONE-DAG: func.func private @small() {
// ONE-DAG: func.func @kernel() attributes {llvm.emit_c_interface} {
// ONE-NOT: module {
// ONE: {{-----}}
func.func @kernel_units() -> i32 attributes {llvm.emit_c_interface} {
  %c = arith.constant 1 : i32
  return %c : i32
}
func.func private @small() {
  call @kernel_units() : () -> i32
  return
}
func.func private @large(%a: i32) -> i32 {
  %1 = arith.addi %a, %a : i32
  %2 = arith.muli %1, %a : i32
  %3 = arith.muli %2, %a : i32
  %4 = arith.muli %3, %a : i32
  return %4 : i32
}
func.func @kernel() attributes {llvm.emit_c_interface} {
  %c = arith.constant 1 : i32
  call @large(%c) : (i32) -> i32
  call @large(%c) : (i32) -> i32
  call @large(%c) : (i32) -> i32
  call @large(%c) : (i32) -> i32
  return
}

// -----

// Constants go where they are used.
// CHECK: module {
// CHECK: module {
// CHECK-DAG: memref.global "private" constant @both
// CHECK-DAG: func.func @first
// CHECK: }
// CHECK: module {
// CHECK-DAG: memref.global "private" constant @both
// CHECK-DAG: memref.global "private" constant @one
// CHECK-DAG: func.func private @second
// CHECK: }
// CHECK-NOT: memref.global
memref.global "private" constant @both : memref<2xi32> = dense<[1, 2]>
memref.global "private" constant @one : memref<2xi32> = dense<[3, 4]>
memref.global "private" constant @unused : memref<2xi32> = dense<[5, 6]>
func.func @first() -> memref<2xi32> attributes {llvm.emit_c_interface} {
  %0 = memref.get_global @both : memref<2xi32>
  return %0 : memref<2xi32>
}
func.func private @second() -> (memref<2xi32>, memref<2xi32>) {
  %0 = memref.get_global @both : memref<2xi32>
  %1 = memref.get_global @one : memref<2xi32>
  return %0, %1 : memref<2xi32>, memref<2xi32>
}
