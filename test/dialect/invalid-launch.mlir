// One wrong thing per function, named for the constraint of dialect/README.md.
// RUN: attn-opt %s -split-input-file -verify-diagnostics

func.func @launch_c1(%x: tensor<4xf32>) {
  // expected-error @+1 {{expected a function named 'kernel', got none}}
  %y = attn.launch @kernel(%x) : (tensor<4xf32>) -> tensor<4xf32>
  return
}

// -----

func.func private @helper(memref<4xf32>)

func.func @launch_c2(%x: tensor<4xf32>) {
  // expected-error @+1 {{expected a function with 'attn.kernel', got 'helper' without it}}
  attn.launch @helper(%x) : (tensor<4xf32>) -> ()
  return
}
