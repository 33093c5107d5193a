// Tables that are constants are what they are, in pictures, plans and claims;
// of others it is said what is assumed.
//
// RUN: attn-opt %s --attn-print-mask -o /dev/null 2>&1 | FileCheck %s --check-prefix=MASK
// RUN: attn-opt %s --attn-print-plan -o /dev/null 2>&1 | FileCheck %s --check-prefix=PLAN
// RUN: attn-opt %s --attn-prove -o /dev/null 2>&1 | FileCheck %s --check-prefix=PROVE

!t = tensor<1x1x8x16xf32>

// MASK-LABEL: mask in @known: 8 queries, 8 keys
// MASK-NEXT: #.......
// MASK-COUNT-7: .#######
// PLAN-LABEL: plan in @known: document
// PLAN-NEXT: #attn.plan
// PLAN: kept pairs: 50
func.func @known(%q: !t) -> !t {
  %t = arith.constant dense<[0, 1, 8]> : tensor<3xi32>
  %m = attn.document %t : tensor<3xi32>
  %o = attn.attention %q, %q, %q mask(%m) : (!t, !t, !t) -> !t
  return %o : !t
}

// MASK-LABEL: mask in @unknown: 8 queries, 8 keys, assumed: offsets evenly spread, number = 0
// MASK-COUNT-4: ####....
// PLAN-LABEL: plan in @unknown
// PLAN-NEXT: assumed: offsets evenly spread, number = 0
func.func @unknown(%q: !t, %t: tensor<3xi32>, %n: index) -> !t {
  %d = attn.document %t : tensor<3xi32>
  %p = attn.predicate (%b, %h, %i, %j) {
    %keep = arith.cmpi sge, %j, %n : index
    attn.yield %keep : i1
  }
  %m = attn.and %d, %p
  %o = attn.attention %q, %q, %q mask(%m) : (!t, !t, !t) -> !t
  return %o : !t
}

// PROVE: proved: every row has a key
// PROVE: proved: the masks are equal
// PROVE: proved: every row has a key
func.func @claims() {
  %t = arith.constant dense<[0, 10, 64]> : tensor<3xi32>
  %n = attn.document_keys %t, index = 0 : tensor<3xi32>
  attn.prove every_row_has_a_key %n for tokens = 64
  %f = arith.constant dense<1> : tensor<8xi32>
  %m = attn.tokens %f : tensor<8xi32>
  %full = attn.full
  attn.prove equal %m, %full for tokens = 8
  // Offsets say how many tokens there are.
  %d = attn.document %t : tensor<3xi32>
  attn.prove every_row_has_a_key %d
  return
}
