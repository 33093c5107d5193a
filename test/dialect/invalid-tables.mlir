// One wrong thing per function, named for the constraint of dialect/README.md.
// RUN: attn-opt %s -split-input-file -verify-diagnostics

func.func @head_window_c1_block() {
  // expected-error @+1 {{expected 'block' in [1, 1073741824), got 0}}
  %m = attn.head_window block = 0, alpha = [1], beta = [0]
  return
}

// -----

func.func @head_window_c1_denominator() {
  // expected-error @+1 {{expected 'denominator' in [1, 1025), got 0}}
  %m = attn.head_window block = 1, alpha = [1], beta = [0], denominator = 0
  return
}

// -----

func.func @head_window_c2() {
  // expected-error @+1 {{expected as many 'beta' as 'alpha', one at least, got 1 and 2}}
  %m = attn.head_window block = 1, alpha = [1, 2], beta = [0]
  return
}

// -----

func.func @head_window_c2_none() {
  // expected-error @+1 {{expected as many 'beta' as 'alpha', one at least, got 0 and 0}}
  %m = attn.head_window block = 1, alpha = [], beta = []
  return
}

// -----

func.func @head_window_c3_alpha() {
  // expected-error @+1 {{expected 'alpha' in [-1073741824, 1073741824), got 1073741824}}
  %m = attn.head_window block = 1, alpha = [1073741824], beta = [0]
  return
}

// -----

func.func @head_window_c3_beta() {
  // expected-error @+1 {{expected 'beta' in [0, 9), got 9}}
  %m = attn.head_window block = 1, alpha = [1], beta = [9], denominator = 8
  return
}

// -----

func.func @document_c1(%t: tensor<?xi32>) {
  // expected-error @+1 {{expected 'prefix' in [0, 1073741824), got -1}}
  %m = attn.document %t, prefix = -1 : tensor<?xi32>
  return
}

// -----

func.func @document_keys_c1(%t: tensor<?xi32>) {
  // expected-error @+1 {{expected 'index' in [-1073741824, 1073741824), got 1073741824}}
  %m = attn.document_keys %t, index = 1073741824 : tensor<?xi32>
  return
}

// -----

func.func @document_queries_c1(%t: tensor<?xi32>) {
  // expected-error @+1 {{expected 'index' in [-1073741824, 1073741824), got -1073741825}}
  %m = attn.document_queries %t, index = -1073741825 : tensor<?xi32>
  return
}

// -----

func.func @table_of_i64(%t: tensor<?xi64>) {
  // expected-error @+1 {{operand #0 must be a tensor of i32 of rank 1, but got 'tensor<?xi64>'}}
  %m = attn.document %t : tensor<?xi64>
  return
}

// -----

func.func @table_of_rank_2(%t: tensor<1x?xi32>) {
  // expected-error @+1 {{operand #0 must be a tensor of i32 of rank 1, but got 'tensor<1x?xi32>'}}
  %m = attn.tree %t : tensor<1x?xi32>
  return
}

// -----

func.func @row_bounds_without_upper(%t: tensor<?xi32>) {
  // expected-error @+1 {{expected 2 operands, but found 1}}
  %m = attn.row_bounds %t : tensor<?xi32>
  return
}

// -----

func.func @document_misspelt(%t: tensor<?xi32>) {
  // expected-error @+1 {{expected 'prefix', got 'prefx'}}
  %m = attn.document %t, prefx = 2 : tensor<?xi32>
  return
}
