// Predicates may ask for the batch and treat truths as MLIR does; one table may
// be looked up by query and by key.
//
// Of batch b the pairs j <= i + b of 8 x 8: 36, and 43 of the next.
//
// RUN: attn-run %s --entry=batch --random=1 --verify --json --no-dense | FileCheck %s --check-prefix=BATCH
// RUN: attn-explain %s --entry=batch --json | FileCheck %s --check-prefix=BATCH
// BATCH: "kept_pairs":79,
//
// index_cast of a truth is -1: 16 x 17 / 2 pairs of two heads.
//
// RUN: attn-run %s --entry=truth --random=1 --verify --json --no-dense | FileCheck %s --check-prefix=TRUTH
// TRUTH: "kept_pairs":272,
//
// RUN: attn-run %s --entry=score --random=1 --verify
// RUN: attn-run %s --entry=table_of_batch --random=1 --verify
// RUN: attn-explain %s --entry=table_of_batch --json | FileCheck %s --check-prefix=BOTH
// BOTH: "kept_pairs":72,
// RUN: attn-run %s --entry=per_head --random=1 --verify
// RUN: attn-run %s --entry=roles --random=1 --size=N=40 --verify
// RUN: attn-run %s --entry=head_and_key --random=1 --size=N=2 --verify
// RUN: not attn-run %s --entry=head_and_key --random=1 --size=N=40 --shape=1:2 2>&1 | FileCheck %s --check-prefix=ROLES
// ROLES: expected 40 for the size of dimension 0 (keys) as in 'k', got 2

!b = tensor<2x1x8x8xf32>
func.func @batch(%q: !b) -> !b {
  %m = attn.predicate (%b, %h, %i, %j) {
    %x = arith.addi %b, %i : index
    %k = arith.cmpi sge, %x, %j : index
    attn.yield %k : i1
  }
  %o = attn.attention %q, %q, %q mask(%m) : (!b, !b, !b) -> !b
  return %o : !b
}

// A known batch bounds what is looked up, here and in a table of both at once.
// With tables of zeros no flag is less than a length: 2 x 36 pairs.
func.func @table_of_batch(%q: !b, %lengths: tensor<2xi32>, %flags: tensor<16xi32>) -> !b {
  %c8 = arith.constant 8 : index
  %m = attn.predicate (%b, %h, %i, %j) {
    %n = attn.lookup %lengths[%b] : tensor<2xi32>
    %first = arith.muli %b, %c8 : index
    %at = arith.addi %first, %j : index
    %flag = attn.lookup %flags[%at] : tensor<16xi32>
    %less = arith.cmpi slt, %flag, %n : index
    %past = arith.cmpi sle, %j, %i : index
    %k = arith.ori %less, %past : i1
    attn.yield %k : i1
  }
  %o = attn.attention %q, %q, %q mask(%m) : (!b, !b, !b) -> !b
  return %o : !b
}

!t = tensor<1x2x16x8xf32>
func.func @truth(%q: !t) -> !t {
  %c0 = arith.constant 0 : index
  %m = attn.predicate (%b, %h, %i, %j) {
    %x = arith.cmpi sge, %i, %j : index
    %n = arith.index_cast %x : i1 to index
    %k = arith.cmpi slt, %n, %c0 : index
    attn.yield %k : i1
  }
  %o = attn.attention %q, %q, %q mask(%m) : (!t, !t, !t) -> !t
  return %o : !t
}

func.func @score(%q: !t) -> !t {
  %s = attn.score_mod (%score, %b, %h, %i, %j) {
    %x = arith.cmpi sge, %i, %j : index
    %y = arith.sitofp %x : i1 to f32
    %z = arith.addf %score, %y : f32
    attn.yield %z : f32
  }
  %o = attn.attention %q, %q, %q score(%s) : (!t, !t, !t) -> !t
  return %o : !t
}

// Whether 17 j fits 32 bits is known from the lengths only.
func.func @per_head(%q: !t) -> !t {
  %c = attn.causal
  %p = attn.predicate (%b, %h, %i, %j) {
    %c17 = arith.constant 17 : index
    %x = arith.muli %j, %c17 : index
    %k = arith.cmpi sge, %x, %i : index
    attn.yield %k : i1
  }
  %m = attn.per_head %c, %p
  %o = attn.attention %q, %q, %q mask(%m) : (!t, !t, !t) -> !t
  return %o : !t
}

!n = tensor<1x2x?x8xf32>
func.func @roles(%q: !n, %t: tensor<?xf32>) -> !n {
  %s = attn.score_mod (%score, %b, %h, %i, %j) {
    %y = attn.lookup %t[%i] : tensor<?xf32>
    %z = attn.lookup %t[%j] : tensor<?xf32>
    %k = arith.mulf %z, %y : f32
    %r = arith.addf %score, %k : f32
    attn.yield %r : f32
  }
  %o = attn.attention %q, %q, %q score(%s) : (!n, !n, !n) -> !n
  return %o : !n
}

func.func @head_and_key(%q: !n, %t: tensor<?xf32>) -> !n {
  %s = attn.score_mod (%score, %b, %h, %i, %j) {
    %y = attn.lookup %t[%h] : tensor<?xf32>
    %z = attn.lookup %t[%j] : tensor<?xf32>
    %k = arith.mulf %z, %y : f32
    %r = arith.addf %score, %k : f32
    attn.yield %r : f32
  }
  %o = attn.attention %q, %q, %q score(%s) : (!n, !n, !n) -> !n
  return %o : !n
}
