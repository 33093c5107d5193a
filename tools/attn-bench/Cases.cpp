//===- Cases.cpp - what is measured ---------------------------------------===//

#include "tools/attn-bench/Cases.h"

#include "llvm/ADT/StringRef.h"
#include "llvm/ADT/Twine.h"

using namespace llvm;

namespace attnbench {

ArrayRef<Case> allCases() {
  static const Case cases[] = {
      {"dense-64", 4096, 64, "f32", "", Yardstick::F32Peak, 0.85, 0.92},
      {"dense-128", 4096, 128, "f32", "", Yardstick::F32Peak, 0.85, 0.92},
      {"dense-bf16-64", 4096, 64, "bf16", "", Yardstick::Bf16Peak, 0.75, 0.75},
      {"dense-bf16-128", 4096, 128, "bf16", "", Yardstick::Bf16Peak, 0.75,
       0.75},
      // Speedup 1.85 of 2.
      {"causal", 8192, 64, "f32", "%m = attn.causal", Yardstick::Ideal, 0.925,
       0.925},
      {"window", 16384, 64, "f32", "%m = attn.window left = 1023, right = 0",
       Yardstick::Ideal, 0.85, 0.85},
      {"neighborhood-2d", 16384, 64, "f32",
       "%m = attn.neighborhood layout = [128, 128], window = [13, 13]",
       Yardstick::Ideal, 0.60, 0.60},
      {"neighborhood-3d", 115200, 128, "f32",
       "%m = attn.neighborhood layout = [30, 48, 80], window = [18, 24, 24]",
       Yardstick::Ideal, 0.78, 0.78},
      {"neighborhood-3d-stride", 115200, 128, "f32",
       "%m = attn.neighborhood layout = [30, 48, 80], window = [18, 24, 24], "
       "stride = [16, 8, 8]",
       Yardstick::Ideal, 0.95, 0.95},
      {"neighborhood-3d-dilation", 115200, 128, "f32",
       "%m = attn.neighborhood layout = [30, 48, 80], window = [18, 12, 12], "
       "dilation = [1, 2, 2]",
       Yardstick::Ideal, 0.65, 0.65},
  };
  return cases;
}

static std::string makeSpec(const Case &c, StringRef mask) {
  std::string array = ("tensor<1x1x" + Twine(c.length) + "x" + Twine(c.depth) +
                       "x" + c.type + ">")
                          .str();
  std::string text = "func.func @main(%q: " + array + ", %k: " + array +
                     ", %v: " + array + ") -> " + array + " {\n";
  if (!mask.empty())
    text += "  " + mask.str() + "\n";
  text += std::string("  %o = attn.attention %q, %k, %v ") +
          (mask.empty() ? "" : "mask(%m) ") + ": (" + array + ", " + array +
          ", " + array + ") -> " + array + "\n  return %o : " + array + "\n}\n";
  return text;
}

std::string Case::spec() const { return makeSpec(*this, mask); }
std::string Case::denseSpec() const { return makeSpec(*this, ""); }

} // namespace attnbench
