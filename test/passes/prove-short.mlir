// False claims about open lengths that a search by cases takes a minute for:
// few tokens tell.
//
// RUN: attn-opt %s --attn-prove -verify-diagnostics -split-input-file

func.func @one_pair() {
  %m0 = attn.head_window block = 3, alpha = [46, 5, 49, -5], beta = [2, 2, 0, 0], denominator = 2
  %m1 = attn.fenwick level = 1
  %m2 = attn.sinks 10
  %m3 = attn.causal
  // expected-note @below {{this mask drops the pair}}
  %m4 = attn.per_head %m0, %m1, %m2, %m3
  %m5 = attn.window right = 0
  %m6 = attn.blocked block = 16
  // expected-note @below {{this mask keeps the pair}}
  %m7 = attn.or %m5, %m6
  // expected-error @below {{counter-example: queries = 1, keys = 1, h = 1, i = 0, j = 0}}
  attn.prove contains %m4, %m7 for heads = 4, kv_heads = 4
  return
}

// -----

func.func @some_tokens() {
  %m0 = attn.power_of_two block = 4, restart = 35
  %m1 = attn.head_window block = 7, alpha = [26, 48], beta = [0, 1]
  // expected-note @below {{this mask drops the pair}}
  %m2 = attn.and %m0, %m1
  %m3 = attn.fenwick level = 4
  %m4 = attn.head_window block = 2, alpha = [47, 57, 60, -1], beta = [4, 3, 0, 3], denominator = 4
  // expected-note @below {{this mask keeps the pair}}
  %m5 = attn.part %m3 of %m4 {rest}
  // expected-error @below {{counter-example: tokens = 21, h = 3, i = 20, j = 0}}
  attn.prove contains %m2, %m5 for tokens = ?, heads = 4, kv_heads = 4
  return
}
