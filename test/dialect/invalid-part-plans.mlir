// RUN: attn-opt %s -split-input-file -verify-diagnostics

!t = tensor<1x2x64x8xf32>

func.func @part_plans_and_plan(%q: !t) -> !t {
  %c = attn.causal
  // expected-error @below {{expected one of 'part_plans' and 'plan', got both}}
  %o = attn.attention %q, %q, %q mask(%c) first(%c) {plan = #attn.plan<tile = [16], group = [1], lanes = 16, slab = 32>, part_plans = [#attn.plan<tile = [16], group = [1], lanes = 16, slab = 32>, #attn.plan<tile = [16], group = [1], lanes = 16, slab = 32>]} : (!t, !t, !t) -> !t
  return %o : !t
}

// -----

!t = tensor<1x2x64x8xf32>

func.func @first_without_plans(%q: !t) -> !t {
  %c = attn.causal
  // expected-error @below {{expected 'part_plans' with 'first', got one of them}}
  %o = attn.attention %q, %q, %q mask(%c) first(%c) {plan = #attn.plan<tile = [16], group = [1], lanes = 16, slab = 32>} : (!t, !t, !t) -> !t
  return %o : !t
}

// -----

!t = tensor<1x2x64x8xf32>

func.func @part_plans_without_first(%q: !t) -> !t {
  %c = attn.causal
  // expected-error @below {{expected 'part_plans' with 'first', got one of them}}
  %o = attn.attention %q, %q, %q mask(%c) {part_plans = [#attn.plan<tile = [16], group = [1], lanes = 16, slab = 32>, #attn.plan<tile = [16], group = [1], lanes = 16, slab = 32>]} : (!t, !t, !t) -> !t
  return %o : !t
}

// -----

!t = tensor<1x2x64x8xf32>

func.func @three_part_plans(%q: !t) -> !t {
  %c = attn.causal
  // expected-error @below {{expected 2 'part_plans', got 3}}
  %o = attn.attention %q, %q, %q mask(%c) first(%c) {part_plans = [#attn.plan<tile = [16], group = [1], lanes = 16, slab = 32>, #attn.plan<tile = [16], group = [1], lanes = 16, slab = 32>, #attn.plan<tile = [16], group = [1], lanes = 16, slab = 32>]} : (!t, !t, !t) -> !t
  return %o : !t
}

// -----

!t = tensor<1x2x64x8xf32>

func.func @part_plan_of_diagonals(%q: !t) -> !t {
  %c = attn.causal
  // expected-error @below {{expected 'part_plans' of one axis, without 'diagonals' and 'slides', got #attn.plan<diagonals = true,}}
  %o = attn.attention %q, %q, %q mask(%c) first(%c) {part_plans = [#attn.plan<tile = [16], group = [1], lanes = 16, slab = 32>, #attn.plan<diagonals = true, tile = [16], group = [1], lanes = 16, slab = 32>]} : (!t, !t, !t) -> !t
  return %o : !t
}

// -----

!t = tensor<1x2x64x8xf32>

func.func @part_plan_of_two_axes(%q: !t) -> !t {
  %c = attn.causal
  // expected-error @below {{expected 'part_plans' of one axis}}
  %o = attn.attention %q, %q, %q mask(%c) first(%c) {part_plans = [#attn.plan<tile = [16], group = [1], lanes = 16, slab = 32>, #attn.plan<layout = [8, 8], dilation = [1, 1], tile = [4, 4], group = [1, 1], lanes = 16, slab = 32>]} : (!t, !t, !t) -> !t
  return %o : !t
}

// -----

!t = tensor<1x2x64x8xf32>

func.func @first_with_a_table(%q: !t, %x: tensor<3xi32>) -> !t {
  %c = attn.causal
  %d = attn.document %x : tensor<3xi32>
  // expected-error @below {{expected no run-time tables in 'first', got some}}
  %o = attn.attention %q, %q, %q mask(%c) first(%d) {part_plans = [#attn.plan<tile = [16], group = [1], lanes = 16, slab = 32>, #attn.plan<tile = [16], group = [1], lanes = 16, slab = 32>]} : (!t, !t, !t) -> !t
  return %o : !t
}

// -----

!t = tensor<1x2x64x8xf32>

func.func @part_plans_of_long_groups(%q: !t) -> !t {
  %c = attn.causal
  // expected-error @below {{expected groups of 'part_plans' that both end after at most 65536 queries}}
  %o = attn.attention %q, %q, %q mask(%c) first(%c) {part_plans = [#attn.plan<tile = [16], group = [1021], lanes = 16, slab = 32>, #attn.plan<tile = [16], group = [1031], lanes = 16, slab = 32>]} : (!t, !t, !t) -> !t
  return %o : !t
}

// -----

!t = tensor<1x2x64x8xf32>

func.func @first_that_does_not_fit(%q: !t) -> !t {
  %c = attn.causal
  // expected-note @below {{the layout is given here}}
  %n = attn.neighborhood layout = [60], window = [3]
  // expected-error @below {{expected 60 queries as in the layout [60] of the mask, got 64}}
  %o = attn.attention %q, %q, %q mask(%c) first(%n) {part_plans = [#attn.plan<tile = [16], group = [1], lanes = 16, slab = 32>, #attn.plan<tile = [16], group = [1], lanes = 16, slab = 32>]} : (!t, !t, !t) -> !t
  return %o : !t
}

// -----

func.func @kept_without_a_part(%q: memref<1x1x64x8xf32>, %n: index, %s: memref<?xi8>, %out: memref<1x1x64x8xf32>, %kept: memref<2x64xf32>) {
  // expected-error @below {{expected a block for a part that resumes or keeps the state of queries, got one for another}}
  attn.online_attention %q, %q, %q [%n, %n, %n] origin(%n) into %q scratch %s block %out, %kept from %n {plan = #attn.plan<tile = [16], group = [1], lanes = 16, slab = 32>, scale = 1.0 : f32} : memref<1x1x64x8xf32>, memref<1x1x64x8xf32>, memref<1x1x64x8xf32> into memref<1x1x64x8xf32> scratch memref<?xi8> block memref<1x1x64x8xf32>, memref<2x64xf32>
  return
}

// -----

func.func @three_rows_kept(%n: index, %max: memref<16xf32>, %kept: memref<3x64xf32>) {
  // expected-error @below {{expected 2 rows in 'kept', got 3}}
  attn.tile_keep %max, %max origin(%n) extent(%n) into %kept {tile = array<i64: 16>, strides = array<i64: 1>} : memref<16xf32>, memref<16xf32> into memref<3x64xf32>
  return
}

// -----

func.func @resumed_outputs_of_another_depth(%o: memref<1x1x64x8xf32>, %n: index, %ot: memref<7x16xf32>, %max: memref<16xf32>, %kept: memref<2x64xf32>) {
  // expected-error @below {{expected at least 8 columns in 'ot', got 7}}
  attn.tile_resume %o, %kept origin(%n) extent(%n) into %ot, %max, %max {tile = array<i64: 16>, strides = array<i64: 1>} : memref<1x1x64x8xf32>, memref<2x64xf32> into memref<7x16xf32>, memref<16xf32>, memref<16xf32>
  return
}
