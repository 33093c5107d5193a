// Round trip of claims, sizes in any order.
// RUN: attn-opt %s | attn-opt | FileCheck %s
// RUN: attn-opt %s -mlir-print-op-generic | attn-opt | FileCheck %s

func.func @claims(%offsets: tensor<?xi32>, %flags: tensor<12xi32>) {
  %c = attn.causal
  %w = attn.window left = 7, right = 0
  %h = attn.per_head %c, %w
  // CHECK: attn.prove equal %[[C:.*]], %[[W:.*]]{{$}}
  attn.prove equal %c, %w
  // CHECK: attn.prove contains %[[C]], %[[W]] for queries = 3, keys = 5{{$}}
  attn.prove contains %c, %w for keys = 5, queries = 3
  // CHECK: attn.prove every_row_has_a_key %[[C]] for queries = 0{{$}}
  attn.prove every_row_has_a_key %c for keys = ?, queries = 0
  // CHECK: attn.prove equal %[[C]], %[[W]] for tokens = 64{{$}}
  attn.prove equal %c, %w for tokens = 64
  // CHECK: attn.prove equal %[[C]], %[[W]] for tokens = ? {note}
  attn.prove equal %c, %w for tokens = ? {note}
  // CHECK: attn.prove contains %{{.*}}, %[[W]] for tokens = 64, heads = 8, kv_heads = 2{{$}}
  attn.prove contains %h, %w for kv_heads = 2, heads = 8, tokens = 64
  return
}
