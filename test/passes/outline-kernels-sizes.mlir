// RUN: attn-opt --attn-outline-kernels -split-input-file %s | FileCheck %s

#plan = #attn.plan<tile = [16], group = [1], lanes = 16, slab = 32>
!q = tensor<?x4x?x8xf32>
!k = tensor<?x2x?x8xf32>
!v = tensor<?x2x?x12xf32>
!o = tensor<?x4x?x12xf32>

// Sizes that are known are checked against their value, and those that arrays
// share by their name; what is dynamic has no value.
// CHECK: func.func @known_and_shared_attention_0(
// CHECK-SAME: attn.parameters = [
// CHECK-SAME: {name = "q", sizes = ["batch", "query_heads", "queries", "head_size"]}
// CHECK-SAME: {name = "k", sizes = ["batch", "kv_heads", "keys", "head_size"]}
// CHECK-SAME: {name = "v", sizes = ["batch", "kv_heads", "keys", "value_size"]}
// CHECK-SAME: {name = "o", sizes = ["batch", "query_heads", "queries", "value_size"]}
// CHECK-SAME: attn.sizes = {head_size = 8 : i64, kv_heads = 2 : i64, query_heads = 4 : i64, value_size = 12 : i64}
func.func @known_and_shared(%q: !q, %k: !k, %v: !v) -> !o {
  %x = attn.attention %q, %k, %v {plan = #plan} : (!q, !k, !v) -> !o
  return %x : !o
}

// -----

#plan = #attn.plan<layout = [3, 4], dilation = [1, 1], tile = [1, 4], group = [1, 1], lanes = 16, slab = 32>
!d = tensor<1x1x?x8xf32>

// A layout says how many tokens there must be, where the type does not.
// CHECK: func.func @layout_attention_0(
// CHECK-SAME: attn.sizes = {
// CHECK-SAME: keys = 12 : i64
// CHECK-SAME: queries = 12 : i64
// CHECK: attn.neighborhood
// CHECK: attn.online_attention
func.func @layout(%q: !d, %k: !d, %v: !d) -> !d {
  %m = attn.neighborhood layout = [3, 4], window = [3, 3]
  %x = attn.attention %q, %k, %v mask(%m) {plan = #plan} : (!d, !d, !d) -> !d
  return %x : !d
}

// -----

#plan = #attn.plan<tile = [16], group = [1], lanes = 16, slab = 32>
!d = tensor<1x1x?x8xf32>

// The kernel has a mask of its own. The caller's goes with its last attention
// op, unless something else reads it.
// CHECK-LABEL: func.func @mask_read_elsewhere
// CHECK-NEXT: %[[M:.*]] = attn.causal
// CHECK-NEXT: %[[X:.*]] = attn.launch @mask_read_elsewhere_attention_0
// CHECK-NEXT: return %[[X]], %[[M]]
// CHECK: func.func @mask_read_elsewhere_attention_0(
// CHECK: attn.causal
// CHECK: attn.online_attention
func.func @mask_read_elsewhere(%q: !d, %k: !d, %v: !d) -> (!d, !attn.mask) {
  %m = attn.causal
  %x = attn.attention %q, %k, %v mask(%m) {plan = #plan} : (!d, !d, !d) -> !d
  return %x, %m : !d, !attn.mask
}

// -----

#plan = #attn.plan<tile = [16], group = [1], lanes = 16, slab = 32>
!b = tensor<2x9x4x8xf32>
!l = tensor<2x4x9xf32>

// Heads come after tokens, but not in the LSE. One array more, and the work is
// indexed as ever: the kernel sees transposed views.
// CHECK-LABEL: func.func @bshd_and_lse(
// CHECK: attn.launch @bshd_and_lse_attention_0(%{{[^,]*}}, %{{[^,]*}}, %{{[^,]*}}) : {{.*}} -> (tensor<2x9x4x8xf32>, tensor<2x4x9xf32>)
// CHECK: func.func @bshd_and_lse_attention_0(
// CHECK-SAME: {name = "q", sizes = ["batch", "queries", "query_heads", "head_size"]}
// CHECK-SAME: {name = "o", sizes = ["batch", "queries", "query_heads", "value_size"]}
// CHECK-SAME: {name = "lse", sizes = ["batch", "query_heads", "queries"]}
// CHECK-SAME: queries = 9 : i64
// CHECK-COUNT-4: memref.transpose
// CHECK-NOT: memref.transpose
func.func @bshd_and_lse(%q: !b, %k: !b, %v: !b) -> (!b, !l) {
  %x, %lse = attn.attention %q, %k, %v {layout = "bshd", plan = #plan}
    : (!b, !b, !b) -> (!b, !l)
  return %x, %lse : !b, !l
}

// -----

#plan = #attn.plan<tile = [16], group = [4], lanes = 16, slab = 32>
!u = tensor<2x3x100x8xf32>

// A unit is a group of 4 * 16 queries in one batch and head: two groups hold
// 100 queries, so 2 * 3 * 2 units, and none of it is left for the run time.
// CHECK: func.func @units_attention_0_units
// CHECK-SAME: attn.kernel_size
// CHECK: %[[N:.*]] = arith.constant 12 : index
// CHECK-NEXT: return %[[N]]
func.func @units(%q: !u, %k: !u, %v: !u) -> !u {
  %x = attn.attention %q, %k, %v {plan = #plan} : (!u, !u, !u) -> !u
  return %x : !u
}
