// Claims about masks, decided without going through pairs; the last is false.
//   attn-opt --attn-prove examples/claims.mlir

func.func @claims() {
  %w = attn.window left = 1023, right = 0
  %l = attn.window left = 1023
  %c = attn.causal
  %lc = attn.and %l, %c
  attn.prove equal %w, %lc for tokens = 1048576
  attn.prove every_row_has_a_key %w for tokens = ?
  attn.prove contains %w, %c for tokens = ?
  return
}
