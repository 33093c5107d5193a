// Without mask registers dropped scores are blended in. LLVM would turn that
// into stores of the dropped lanes alone, which took a Zen 3 longer than all the
// rest of a mask. It happens in its code generator, hence the assembly.
//
// RUN: attn-opt %s --attn-to-cpu=target=avx2 | mlir-translate --mlir-to-llvmir \
// RUN:   | llc -O2 -mtriple=x86_64-linux-gnu -mcpu=x86-64-v3 \
// RUN:   | FileCheck %s --implicit-check-not=vmaskmov
// CHECK: vblendvps
func.func @main(%q: tensor<1x1x256x64xf32>, %k: tensor<1x1x256x64xf32>,
                %v: tensor<1x1x256x64xf32>) -> tensor<1x1x256x64xf32> {
  %m = attn.window left = 100, right = 7
  %o = attn.attention %q, %k, %v mask(%m)
    : (tensor<1x1x256x64xf32>, tensor<1x1x256x64xf32>, tensor<1x1x256x64xf32>)
    -> tensor<1x1x256x64xf32>
  return %o : tensor<1x1x256x64xf32>
}
