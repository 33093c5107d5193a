// Round trip of the published patterns: parameters in any order are printed in that
// of the alphabet; flags, attribute dictionaries, defaults left out.
// RUN: attn-opt %s | attn-opt | FileCheck %s
// RUN: attn-opt %s -mlir-print-op-generic | attn-opt | FileCheck %s

// CHECK-LABEL: @blocks
func.func @blocks() {
  // CHECK: attn.blocked block = 256{{$}}
  %0 = attn.blocked block = 256
  // CHECK: attn.block_causal block = 1024 {note}
  %1 = attn.block_causal block = 1024 {note}
  // CHECK: attn.block_window block = 256, left = 4, right = 0{{$}}
  %2 = attn.block_window right = 0, left = 4, block = 256
  // CHECK: attn.block_window block = 8{{$}}
  %3 = attn.block_window block = 8
  return
}

// CHECK-LABEL: @stripes
func.func @stripes() {
  // CHECK: attn.strided block = 64, local = 16, stride = 8{{$}}
  %0 = attn.strided stride = 8, local = 16, block = 64
  // CHECK: attn.strided block = 64, local = 4, relative, right = 4, stride = 8{{$}}
  %1 = attn.strided relative, block = 64, local = 4, right = 4, stride = 8
  // CHECK: attn.strided block = 64, by_kv_head, dense_heads = 2, head_step = 0, local = 16, offset = 1, stride = 8 {note = 1 : i64}
  %2 = attn.strided by_kv_head, block = 64, local = 16, stride = 8, offset = 1,
                    dense_heads = 2, head_step = 0 {note = 1}
  // CHECK: attn.slash stride = 128{{$}}
  %3 = attn.slash stride = 128
  // CHECK: attn.slash block = 256, offset = 2, stride = 6{{$}}
  %4 = attn.slash block = 256, offset = 2, stride = 6
  // CHECK: attn.summary count = 8, segment = 128{{$}}
  %5 = attn.summary segment = 128, count = 8
  // CHECK: attn.summary count = 8, segment = 128, slices = 4{{$}}
  %6 = attn.summary slices = 4, count = 8, segment = 128
  return
}

// The words of the op after one without parameters are not taken for its own.
// CHECK-LABEL: @powers_of_two
func.func @powers_of_two() {
  // CHECK: attn.power_of_two{{$}}
  %0 = attn.power_of_two
  // CHECK: attn.power_of_two block = 256, restart = 4096{{$}}
  %1 = attn.power_of_two restart = 4096, block = 256
  // CHECK: attn.power_of_two {note}
  %2 = attn.power_of_two {note}
  // CHECK: attn.fenwick level = 3{{$}}
  %3 = attn.fenwick level = 3
  return
}

// CHECK-LABEL: @branches
func.func @branches() {
  // CHECK: attn.dilated_segments rates = [1, 2], segments = [2048, 4096]{{$}}
  %0 = attn.dilated_segments rates = [1, 2], segments = [2048, 4096]
  // CHECK: attn.dilated_segments grouped_heads, rates = [3], segments = [2048]{{$}}
  %1 = attn.dilated_segments grouped_heads, segments = [2048], rates = [3]
  // CHECK: attn.xor_segments block = 256, rates = [1, 2], segments = [8, 16]{{$}}
  %2 = attn.xor_segments rates = [1, 2], segments = [8, 16], block = 256
  return
}
