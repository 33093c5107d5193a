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
      {"s2", 16384, 64, "f32",
       "%m = attn.strided block = 64, local = 16, stride = 8", Yardstick::Ideal,
       0.90, 0.90},
      {"power-attention", 32768, 64, "f32",
       "%p = attn.power_of_two block = 256\n"
       "  %w = attn.block_window block = 256, left = 4, right = 0\n"
       "  %s = attn.sinks 256\n"
       "  %u = attn.or %p, %w, %s\n"
       "  %c = attn.causal\n"
       "  %m = attn.and %u, %c",
       Yardstick::Ideal, 0.92, 0.92},
      {"log-sparse", 16384, 64, "f32",
       "%p = attn.power_of_two\n"
       "  %c = attn.causal\n"
       "  %m = attn.and %p, %c",
       Yardstick::Ideal, 0.35, 0.35},
      {"longnet", 32768, 64, "f32",
       "%d = attn.dilated_segments segments = [2048, 4096, 8192, 16384, 32768],"
       " rates = [1, 2, 4, 6, 12]\n"
       "  %c = attn.causal\n"
       "  %m = attn.and %d, %c",
       Yardstick::Ideal, 0.85, 0.85},
      {"sparse-transformer-column", 16384, 64, "f32",
       "%d = attn.slash stride = 128\n"
       "  %c = attn.causal\n"
       "  %m = attn.and %d, %c",
       Yardstick::Ideal, 0.85, 0.85},
      {"prefix-lm", 16384, 64, "f32",
       "%c = attn.causal\n"
       "  %s = attn.sinks 4096\n"
       "  %m = attn.or %c, %s",
       Yardstick::Ideal, 0.90, 0.90},
      {"bigbird", 16384, 64, "f32",
       "%w = attn.block_window block = 64, left = 1, right = 1\n"
       "  %r = attn.random_blocks block = 64, blocks = 256, count = 3\n"
       "  %g = attn.block_map query_offsets = [0, 64, 16320, 16384],"
       " key_offsets = [0, 64, 16320, 16384],"
       " map = dense<[[1, 1, 1], [1, 0, 1], [1, 1, 1]]> : tensor<3x3xi8>\n"
       "  %m = attn.or %w, %r, %g",
       Yardstick::Ideal, 0.90, 0.90},
      {"predicate-window", 16384, 64, "f32",
       "%c1024 = arith.constant 1024 : index\n"
       "  %m = attn.predicate (%b, %h, %i, %j) {\n"
       "    %d = arith.subi %i, %j : index\n"
       "    %near = arith.cmpi slt, %d, %c1024 : index\n"
       "    %past = arith.cmpi sle, %j, %i : index\n"
       "    %keep = arith.andi %near, %past : i1\n"
       "    attn.yield %keep : i1\n"
       "  }",
       Yardstick::Ideal, 0.85, 0.85},
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
