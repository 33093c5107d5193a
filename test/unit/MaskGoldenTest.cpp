//===- MaskGoldenTest.cpp - masks drawn by hand ---------------------------===//
//
// What each mask means, drawn from its definition by hand. Every other reading
// is compared with evaluation, so these pictures hold up all of them: change
// one only if the definition changes.
//
//===----------------------------------------------------------------------===//

#include "test/unit/MaskPicture.h"

using namespace attntest;

TEST(Constants, FullAndEmpty) {
  expectMask("%m = attn.full", {"###", //
                                "###"});
  expectMask("%m = attn.empty", {"...", //
                                 "..."});
}

//===----------------------------------------------------------------------===//
// Causal: the corners differ where the lengths do
//===----------------------------------------------------------------------===//

TEST(Causal, TopLeft) {
  expectMask("%m = attn.causal", {"#....", //
                                  "##...", //
                                  "###.."});
  expectMask("%m = attn.causal", {"#.", //
                                  "##", //
                                  "##"});
}

TEST(Causal, BottomRight) {
  expectMask("%m = attn.causal bottom_right", {"###..", //
                                               "####.", //
                                               "#####"});
  expectMask("%m = attn.causal bottom_right", {"...", //
                                               "...", //
                                               "#..", //
                                               "##.", //
                                               "###"});
}

TEST(Causal, OneToken) {
  expectMask("%m = attn.causal", {"#"});
  expectMask("%m = attn.causal bottom_right", {"#"});
}

//===----------------------------------------------------------------------===//
// Window: bounds are inclusive
//===----------------------------------------------------------------------===//

TEST(Window, FewerQueriesThanKeys) {
  expectMask("%m = attn.window left = 2, right = 1", {"##...", //
                                                      "###..", //
                                                      "####."});
}

TEST(Window, MoreQueriesThanKeys) {
  expectMask("%m = attn.window left = 1, right = 1", {"##.", //
                                                      "###", //
                                                      ".##", //
                                                      "..#", //
                                                      "..."});
}

TEST(Window, OneBound) {
  expectMask("%m = attn.window left = 1", {"####", //
                                           "####", //
                                           ".###", //
                                           "..##"});
  expectMask("%m = attn.window right = 1", {"##..", //
                                            "###.", //
                                            "####", //
                                            "####"});
}

TEST(Window, BoundsBeyondAnyLength) {
  expectMask("%m = attn.window left = 2147483647, right = 2147483647",
             {"###", //
              "###"});
  expectMask("%m = attn.sinks 2147483647", {"###", //
                                            "###"});
  expectMask("%m = attn.global [0, 2147483647]", {"###", //
                                                  "#.."});
}

TEST(Window, NoBound) {
  expectMask("%m = attn.window", {"##", //
                                  "##"});
}

TEST(Window, Diagonal) {
  expectMask("%m = attn.window left = 0, right = 0", {"#..", //
                                                      ".#.", //
                                                      "..#"});
}

//===----------------------------------------------------------------------===//
// Chosen tokens
//===----------------------------------------------------------------------===//

TEST(Sinks, FirstKeys) {
  expectMask("%m = attn.sinks 2", {"##..", //
                                   "##..", //
                                   "##.."});
  expectMask("%m = attn.sinks 0", {"..", //
                                   ".."});
  expectMask("%m = attn.sinks 9", {"##", //
                                   "##"});
}

TEST(Global, RowsAndColumns) {
  expectMask("%m = attn.global [1, 3]", {".#.#.", //
                                         "#####", //
                                         ".#.#.", //
                                         "#####", //
                                         ".#.#."});
}

// Neighbouring tokens, in any order and more than once; 9 is no token here.
TEST(Global, Run) {
  expectMask("%m = attn.global [2, 1, 2, 9]", {".##.", //
                                               "####", //
                                               "####", //
                                               ".##."});
}

//===----------------------------------------------------------------------===//
// Combinators
//===----------------------------------------------------------------------===//

TEST(Combinators, And) {
  expectMask("%a = attn.window left = 1\n"
             "%b = attn.sinks 2\n"
             "%c = attn.causal\n"
             "%m = attn.and %a, %b, %c",
             {"#...", //
              "##..", //
              ".#..", //
              "...."});
}

TEST(Combinators, Or) {
  expectMask("%a = attn.window left = 0, right = 0\n"
             "%b = attn.sinks 1\n"
             "%m = attn.or %a, %b",
             {"#...", //
              "##..", //
              "#.#.", //
              "#..#"});
}

TEST(Combinators, Not) {
  expectMask("%a = attn.causal\n"
             "%m = attn.not %a",
             {".###", //
              "..##", //
              "...#", //
              "...."});
}

TEST(Combinators, Part) {
  const std::string mask = "%w = attn.window left = 1, right = 0\n"
                           "%s = attn.sinks 1\n"
                           "%u = attn.or %w, %s\n";
  expectMask(mask + "%m = attn.part %u of %w",
             {"#...", //
              "##..", //
              ".##.", //
              "..##"});
  expectMask(mask + "%m = attn.part %u of %w {rest}",
             {"....", //
              "....", //
              "#...", //
              "#..."});
  // Another mask may keep pairs that this one drops.
  expectMask(mask + "%c = attn.causal\n%n = attn.not %c\n"
                    "%m = attn.part %n of %u {rest}",
             {".###", //
              "..##", //
              "...#", //
              "...."});
}

// A sliding window with an attention sink.
TEST(Combinators, WindowOrSinkAndCausal) {
  expectMask("%w = attn.window left = 1, right = 1\n"
             "%s = attn.sinks 1\n"
             "%u = attn.or %w, %s\n"
             "%c = attn.causal\n"
             "%m = attn.and %u, %c",
             {"#....", //
              "##...", //
              "###..", //
              "#.##.", //
              "#..##"});
}
