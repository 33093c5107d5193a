// RUN: attn-opt --split-input-file --verify-diagnostics %s

func.func @rank(%q: memref<1x1x64x40xf32>, %b: index, %list: memref<99xi64>) {
  // expected-error @+1 {{expected 2 axes in 'hi', got 1}}
  attn.list_ahead %q[%b, %b] lo(%b, %b) hi(%b) into %list {strides = array<i64: 8, 1>}
    : memref<1x1x64x40xf32> into memref<99xi64>
  return
}

// -----

// A row of 40 f32 is three lines, one of 17 bf16 is one.
func.func @room(%k: memref<1x1x64x40xf32>, %v: memref<1x1x64x17xbf16>, %b: index, %list: memref<5xi64>) {
  // expected-error @+1 {{expected arrays, and at least 6 elements in 'ahead', got 2 and 5}}
  attn.list_ahead %k, %v[%b, %b] lo(%b) hi(%b) into %list {strides = array<i64: 1>}
    : memref<1x1x64x40xf32>, memref<1x1x64x17xbf16> into memref<5xi64>
  return
}

// -----

func.func @dynamic(%q: memref<1x1x64x40xf32>, %b: index, %list: memref<?xi64>) {
  // expected-error @+1 {{expected a static shape for 'ahead'}}
  attn.list_ahead %q[%b, %b] lo(%b) hi(%b) into %list {strides = array<i64: 1>}
    : memref<1x1x64x40xf32> into memref<?xi64>
  return
}
