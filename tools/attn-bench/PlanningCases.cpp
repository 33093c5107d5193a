//===- PlanningCases.cpp - what planning is measured with -----------------===//
//
// 1,048,576 tokens, or a layout of so many.
//
//===----------------------------------------------------------------------===//

#include "tools/attn-bench/Cases.h"
#include "tools/attn-bench/Tables.h"

#include "llvm/ADT/StringExtras.h"

#include <random>

using namespace llvm;

namespace attnbench {

static constexpr int64_t kTokens = int64_t(1) << 20;

static PlanningCase closed(StringRef name, std::string mask,
                           int64_t heads = 1) {
  return {name, {kTokens, 64, "f32", std::move(mask), {}, heads}, true};
}

static PlanningCase open(StringRef name, std::string mask,
                         std::vector<Table> tables = {}, int64_t heads = 1) {
  return {name,
          {kTokens, 64, "f32", std::move(mask), std::move(tables), heads},
          false};
}

/// The mask `%p` below the causal line.
static std::string causal(std::string mask) {
  return mask + "\n  %c = attn.causal\n  %m = attn.and %p, %c";
}

/// A map of blocks of 1024 tokens, of which one in sixteen is set.
static std::string mapOfBlocks() {
  constexpr int64_t block = 1024, blocks = kTokens / block;
  std::mt19937_64 random(1);
  std::string bytes(blocks * blocks, 0);
  for (char &byte : bytes)
    byte = random() % 16 == 0;
  return "%m = attn.block_map block = [1024, 1024], map = dense<\"0x" +
         toHex(bytes) + "\"> : tensor<1024x1024xi8>";
}

static std::string predicate(StringRef body) {
  return ("%c0 = arith.constant 0 : index\n"
          "  %c64 = arith.constant 64 : index\n"
          "  %p = attn.predicate (%b, %h, %i, %j) {\n" +
          body + "    attn.yield %keep : i1\n  }")
      .str();
}

ArrayRef<PlanningCase> allPlanningCases() {
  std::string offsets = " %offsets : tensor<65xi32>";
  std::vector<Table> documents = {{"offsets", drawDocuments}};
  static const PlanningCase cases[] = {
      closed("full", "%m = attn.full"),
      closed("causal", "%m = attn.causal"),
      closed("window", "%m = attn.window left = 1023, right = 0"),
      closed("window-sinks", causal("%w = attn.window left = 1023, right = 0\n"
                                    "  %s = attn.sinks 4\n"
                                    "  %p = attn.or %w, %s")),
      closed("global", "%w = attn.window left = 256, right = 256\n"
                       "  %g = attn.global [0, 2048]\n"
                       "  %m = attn.or %w, %g"),
      closed("neighborhood-1d", "%m = attn.neighborhood layout = [1048576], "
                                "window = [513]"),
      closed("neighborhood-2d", "%m = attn.neighborhood layout = [1024, 1024], "
                                "window = [13, 13]"),
      closed("neighborhood-3d", "%m = attn.neighborhood layout = [64, 128, "
                                "128], window = [18, 24, 24]"),
      closed("neighborhood-4d", "%m = attn.neighborhood layout = [32, 32, 32, "
                                "32], window = [5, 5, 5, 5]"),
      closed("neighborhood-stride",
             "%m = attn.neighborhood layout = [64, 128, 128], "
             "window = [16, 24, 24], stride = [16, 8, 8]"),
      closed("neighborhood-dilation",
             "%m = attn.neighborhood layout = [64, 128, 128], "
             "window = [18, 12, 12], dilation = [1, 2, 2]"),
      closed("neighborhood-clip",
             "%m = attn.neighborhood layout = [1024, 1024], "
             "window = [13, 13], boundary = clip"),
      closed("neighborhood-wrap",
             "%m = attn.neighborhood layout = [1024, 1024], "
             "window = [13, 13], boundary = wrap"),
      closed("blocked", "%m = attn.blocked block = 256"),
      closed("block-causal", "%m = attn.block_causal block = 1024"),
      closed("block-window",
             "%m = attn.block_window block = 256, left = 4, right = 0"),
      closed("strided", "%m = attn.strided block = 64, local = 16, stride = 8",
             8),
      closed("strided-relative", "%m = attn.strided block = 64, local = 4, "
                                 "right = 4, stride = 8, relative"),
      closed("slash-tokens", causal("%p = attn.slash stride = 128")),
      closed("slash-blocks",
             causal("%p = attn.slash stride = 16, block = 256")),
      closed("summary",
             causal("%p = attn.summary segment = 128, count = 8, "
                    "slices = 4"),
             8),
      closed("summary-segments",
             "%s = attn.summary segment = 10, count = 2, slices = 3\n"
             "  %d = attn.dilated_segments segments = [2048], rates = [2]\n"
             "  %m = attn.or %s, %d",
             4),
      closed("power-of-two-tokens", causal("%p = attn.power_of_two")),
      closed(
          "power-of-two-blocks",
          causal("%r = attn.power_of_two block = 256\n"
                 "  %w = attn.block_window block = 256, left = 4, right = 0\n"
                 "  %s = attn.sinks 256\n"
                 "  %p = attn.or %r, %w, %s")),
      closed("fenwick", "%m = attn.fenwick level = 3"),
      closed("dilated-segments",
             causal("%p = attn.dilated_segments segments = [2048, 4096, 8192, "
                    "16384, 32768], rates = [1, 2, 4, 6, 12]"),
             4),
      closed("xor-segments",
             causal("%p = attn.xor_segments block = 256, segments = [8, 16, "
                    "32, 64], rates = [1, 2, 4, 8]")),
      closed("head-window",
             causal("%p = attn.head_window block = 64, alpha = [512, 1024], "
                    "beta = [0, 1], denominator = 8"),
             8),
      closed("per-head",
             "%w = attn.window left = 127, right = 0\n"
             "  %s = attn.sinks 4\n"
             "  %u = attn.or %w, %s\n"
             "  %c = attn.causal\n"
             "  %stream = attn.and %u, %c\n"
             "  %m = attn.per_head %w, %stream",
             8),
      open("block-map", mapOfBlocks()),
      open("bigbird",
           "%w = attn.block_window block = 64, left = 1, right = 1\n"
           "  %r = attn.random_blocks block = 64, blocks = 16384, count = 3\n"
           "  %g = attn.block_map query_offsets = [0, 64, 1048512, 1048576],"
           " key_offsets = [0, 64, 1048512, 1048576],"
           " map = dense<[[1, 1, 1], [1, 0, 1], [1, 1, 1]]> : tensor<3x3xi8>\n"
           "  %m = attn.or %w, %r, %g"),
      open("document", "%m = attn.document" + offsets, documents),
      open("document-causal", causal("%p = attn.document" + offsets),
           documents),
      open("shared-question",
           "%d = attn.document" + offsets +
               "\n  %c = attn.causal\n  %own = attn.and %d, %c\n"
               "  %question = attn.document_keys %offsets, index = 0 : "
               "tensor<65xi32>\n"
               "  %asking = attn.document_queries %offsets, index = 0 : "
               "tensor<65xi32>\n"
               "  %answering = attn.not %asking\n"
               "  %shared = attn.and %question, %answering\n"
               "  %m = attn.or %own, %shared",
           documents),
      open("row-bounds",
           "%m = attn.row_bounds %lower, %upper : tensor<1048576xi32>, "
           "tensor<1048576xi32>",
           {{"lower", drawLowerBounds}, {"upper", drawUpperBounds}}),
      open("tree", "%m = attn.tree %ends : tensor<1048576xi32>",
           {{"ends", drawTree}}),
      open("tokens", causal("%p = attn.tokens %flags : tensor<1048576xi32>"),
           {{"flags", drawFlags}}),
      closed(
          "predicate-window",
          causal(predicate("    %d = arith.subi %i, %j : index\n"
                           "    %keep = arith.cmpi slt, %d, %c64 : index\n"))),
      open("predicate-bits",
           causal(predicate("    %d = arith.andi %i, %j : index\n"
                            "    %keep = arith.cmpi eq, %d, %c0 : index\n"))),
  };
  return cases;
}

} // namespace attnbench
