//===- Cases.cpp - what is measured ---------------------------------------===//

#include "tools/attn-bench/Cases.h"
#include "tools/attn-bench/Tables.h"

#include "llvm/ADT/StringRef.h"
#include "llvm/ADT/Twine.h"

using namespace llvm;

namespace attnbench {

static Case f32Share(StringRef name, int64_t length, int64_t depth,
                     double target, double targetOneUnit) {
  return {name,
          {length, depth, "f32", ""},
          Yardstick::F32Peak,
          target,
          targetOneUnit};
}

static Case bf16Share(StringRef name, int64_t length, int64_t depth,
                      double target) {
  return {
      name, {length, depth, "bf16", ""}, Yardstick::Bf16Peak, target, target};
}

static Case idealShare(StringRef name, int64_t length, int64_t depth,
                       const std::string &mask, double target,
                       std::vector<Table> tables = {}, int64_t heads = 1) {
  return {name,
          {length, depth, "f32", mask, std::move(tables), heads},
          Yardstick::Ideal,
          target,
          target};
}

/// Whether the key is in the query's window of 13 of 128 places along an axis:
/// the rows that `op` tells, or the places in them.
static std::string inWindow(StringRef op, char axis) {
  std::string lines = "    %iA = OP %i, %c128 : index\n"
                      "    %jA = OP %j, %c128 : index\n"
                      "    %beforeA = arith.subi %iA, %c6 : index\n"
                      "    %leastA = arith.maxsi %beforeA, %c0 : index\n"
                      "    %startA = arith.minsi %leastA, %c115 : index\n"
                      "    %placeA = arith.subi %jA, %startA : index\n"
                      "    %fromA = arith.cmpi sge, %placeA, %c0 : index\n"
                      "    %toA = arith.cmpi sle, %placeA, %c12 : index\n"
                      "    %inA = arith.andi %fromA, %toA : i1\n";
  std::string text;
  for (char c : lines)
    text += c == 'A' ? axis : c;
  for (size_t at; (at = text.find("OP")) != std::string::npos;)
    text.replace(at, 2, op.str());
  return text;
}

ArrayRef<Case> allCases() {
  static const Case cases[] = {
      f32Share("dense-64", 4096, 64, 0.85, 0.92),
      f32Share("dense-128", 4096, 128, 0.85, 0.92),
      bf16Share("dense-bf16-64", 4096, 64, 0.75),
      bf16Share("dense-bf16-128", 4096, 128, 0.75),
      // Speedup 1.85 of 2.
      idealShare("causal", 8192, 64, "%m = attn.causal", 0.925),
      idealShare("window", 16384, 64, "%m = attn.window left = 1023, right = 0",
                 0.85),
      idealShare(
          "neighborhood-2d", 16384, 64,
          "%m = attn.neighborhood layout = [128, 128], window = [13, 13]",
          0.60),
      idealShare(
          "neighborhood-3d", 115200, 128,
          "%m = attn.neighborhood layout = [30, 48, 80], window = [18, 24, 24]",
          0.78),
      idealShare("neighborhood-3d-stride", 115200, 128,
                 "%m = attn.neighborhood layout = [30, 48, 80], window = [18, "
                 "24, 24], "
                 "stride = [16, 8, 8]",
                 0.95),
      idealShare("neighborhood-3d-dilation", 115200, 128,
                 "%m = attn.neighborhood layout = [30, 48, 80], window = [18, "
                 "12, 12], "
                 "dilation = [1, 2, 2]",
                 0.65),
      idealShare("s2", 16384, 64,
                 "%m = attn.strided block = 64, local = 16, stride = 8", 0.90),
      idealShare("power-attention", 32768, 64,
                 "%p = attn.power_of_two block = 256\n"
                 "  %w = attn.block_window block = 256, left = 4, right = 0\n"
                 "  %s = attn.sinks 256\n"
                 "  %u = attn.or %p, %w, %s\n"
                 "  %c = attn.causal\n"
                 "  %m = attn.and %u, %c",
                 0.92),
      idealShare("log-sparse", 16384, 64,
                 "%p = attn.power_of_two\n"
                 "  %c = attn.causal\n"
                 "  %m = attn.and %p, %c",
                 0.35),
      idealShare(
          "longnet", 32768, 64,
          "%d = attn.dilated_segments segments = [2048, 4096, 8192, 16384, "
          "32768],"
          " rates = [1, 2, 4, 6, 12]\n"
          "  %c = attn.causal\n"
          "  %m = attn.and %d, %c",
          0.85),
      idealShare("sparse-transformer-column", 16384, 64,
                 "%d = attn.slash stride = 128\n"
                 "  %c = attn.causal\n"
                 "  %m = attn.and %d, %c",
                 0.85),
      idealShare("sparse-transformer", 16384, 64,
                 "%w = attn.window left = 127, right = 0\n"
                 "  %d = attn.slash stride = 128\n"
                 "  %c = attn.causal\n"
                 "  %column = attn.and %d, %c\n"
                 "  %m = attn.per_head %w, %column",
                 0.85, {}, 2),
      idealShare("prefix-lm", 16384, 64,
                 "%c = attn.causal\n"
                 "  %s = attn.sinks 4096\n"
                 "  %m = attn.or %c, %s",
                 0.90),
      idealShare(
          "bigbird", 16384, 64,
          "%w = attn.block_window block = 64, left = 1, right = 1\n"
          "  %r = attn.random_blocks block = 64, blocks = 256, count = 3\n"
          "  %g = attn.block_map query_offsets = [0, 64, 16320, 16384],"
          " key_offsets = [0, 64, 16320, 16384],"
          " map = dense<[[1, 1, 1], [1, 0, 1], [1, 1, 1]]> : tensor<3x3xi8>\n"
          "  %m = attn.or %w, %r, %g",
          0.90),
      idealShare("documents", 32768, 64,
                 "%d = attn.document %offsets : tensor<65xi32>\n"
                 "  %c = attn.causal\n"
                 "  %m = attn.and %d, %c",
                 0.85, {{"offsets", drawDocuments}}),
      idealShare("predicate-window", 16384, 64,
                 "%c1024 = arith.constant 1024 : index\n"
                 "  %m = attn.predicate (%b, %h, %i, %j) {\n"
                 "    %d = arith.subi %i, %j : index\n"
                 "    %near = arith.cmpi slt, %d, %c1024 : index\n"
                 "    %past = arith.cmpi sle, %j, %i : index\n"
                 "    %keep = arith.andi %near, %past : i1\n"
                 "    attn.yield %keep : i1\n"
                 "  }",
                 0.85),
      idealShare("predicate-2d", 16384, 64,
                 std::string("%c0 = arith.constant 0 : index\n"
                             "  %c6 = arith.constant 6 : index\n"
                             "  %c12 = arith.constant 12 : index\n"
                             "  %c115 = arith.constant 115 : index\n"
                             "  %c128 = arith.constant 128 : index\n"
                             "  %m = attn.predicate (%b, %h, %i, %j) {\n") +
                     inWindow("arith.divui", 'y') +
                     inWindow("arith.remui", 'x') +
                     "    %keep = arith.andi %iny, %inx : i1\n"
                     "    attn.yield %keep : i1\n"
                     "  }",
                 0.60),
  };
  return cases;
}

static std::string makeSpec(const Problem &p, StringRef mask,
                            ArrayRef<Table> tables) {
  std::string array = ("tensor<1x" + Twine(p.heads) + "x" + Twine(p.length) +
                       "x" + Twine(p.depth) + "x" + p.type + ">")
                          .str();
  std::string text =
      "func.func @main(%q: " + array + ", %k: " + array + ", %v: " + array;
  for (const Table &table : tables)
    text += (", %" + table.name + ": tensor<" +
             Twine(table.make(p.length).size()) + "xi32>")
                .str();
  text += ") -> " + array + " {\n";
  if (!mask.empty())
    text += "  " + mask.str() + "\n";
  text += std::string("  %o = attn.attention %q, %k, %v ") +
          (mask.empty() ? "" : "mask(%m) ") + ": (" + array + ", " + array +
          ", " + array + ") -> " + array + "\n  return %o : " + array + "\n}\n";
  return text;
}

::attn::MaskVars::TableContents tableContents(mlir::attn::AttentionOp op,
                                              const Problem &problem) {
  constexpr unsigned before = 3; // arguments: q, k and v
  ::attn::MaskVars::TableContents contents;
  for (const mlir::attn::MaskTable &table :
       mlir::attn::collectTables(op.getMask())) {
    unsigned argument = cast<mlir::BlockArgument>(table.values).getArgNumber();
    std::vector<int32_t> values =
        problem.tables[argument - before].make(problem.length);
    contents[table.values.getAsOpaquePointer()].assign(values.begin(),
                                                       values.end());
  }
  return contents;
}

std::string Problem::spec() const { return makeSpec(*this, mask, tables); }
std::string Problem::denseSpec() const { return makeSpec(*this, "", {}); }

} // namespace attnbench
