//===- RuntimeCheckTest.cpp - arrays that do not fit a kernel -------------===//

#include "test/unit/FakeKernel.h"

#include <algorithm>
#include <functional>
#include <string>

using namespace attntest;

namespace {

using Change = std::function<void(Problem &)>;

void expectError(const char *expected, const Change &change) {
  Problem p;
  change(p);
  attn_kernel kernel = makeKernel();
  EXPECT_EQ(p.launch(kernel, {}), ATTN_INVALID_ARGUMENT);
  EXPECT_STREQ(p.message, expected);
  p.expectRows(0);
  int64_t units = -1;
  EXPECT_EQ(attn_check(&kernel, p.arrays, 5, &units, p.message, 10),
            ATTN_INVALID_ARGUMENT);
  EXPECT_EQ(p.message, std::string(expected).substr(0, 9));
  EXPECT_EQ(units, -1);
}

} // namespace

TEST(Check, Shapes) {
  expectError("argument 0 'q': expected rank 4, got 3",
              [](Problem &p) { p.arrays[0].rank = 3; });
  expectError("argument 1 'k': expected f32, got bf16",
              [](Problem &p) { p.arrays[1].type = ATTN_BF16; });
  expectError("argument 1 'k': expected 8 for the size of dimension 3, got 4",
              [](Problem &p) { p.arrays[1].sizes[3] = 4; });
  expectError("argument 2 'v': expected 6 for the size of dimension 2 (keys) "
              "as in 'k', got 5",
              [](Problem &p) { p.arrays[2].sizes[2] = 5; });
  expectError("argument 1 'k': expected 0 to 1073741823 for the size of "
              "dimension 2, got -1",
              [](Problem &p) { p.arrays[1].sizes[2] = -1; });
  expectError("argument 1 'k': expected 0 to 1073741823 for the size of "
              "dimension 2, got 1073741824",
              [](Problem &p) { p.arrays[1].sizes[2] = 1 << 30; });
  expectError("argument 0 'q': expected a multiple of 3 (kv_heads) for the "
              "size of dimension 1 (heads), got 4",
              [](Problem &p) { p = Problem(10, 6, 4, 3); });
  expectError("argument 0 'q': expected a multiple of 0 (kv_heads) for the "
              "size of dimension 1 (heads), got 4",
              [](Problem &p) { p = Problem(10, 6, 4, 0); });
  expectError("argument 0 'q': expected a multiple of 2 for the size of "
              "dimension 1 (heads), got 3",
              [](Problem &p) { p = Problem(10, 6, 3, 1); });
}

TEST(Check, Memory) {
  expectError("argument 2 'v': expected 1 for the stride of dimension 3, got 2",
              [](Problem &p) { p.arrays[2].strides[3] = 2; });
  expectError("argument 2 'v': expected at least 0 for the stride of "
              "dimension 2, got -8",
              [](Problem &p) { p.arrays[2].strides[2] = -8; });
  expectError("argument 2 'v': expected an array within the address space, "
              "got strides that leave it",
              [](Problem &p) { p.arrays[2].strides[1] = INT64_MAX / 4; });
  expectError("argument 0 'q': expected data, got null",
              [](Problem &p) { p.arrays[0].data = nullptr; });
  expectError("argument 0 'q': expected data aligned to 4 bytes, got an "
              "address 2 past that",
              [](Problem &p) {
                p.arrays[0].data = static_cast<char *>(p.arrays[0].data) + 2;
              });
  expectError("argument 3 'o': expected at least 8 for the stride of "
              "dimension 2, got 7",
              [](Problem &p) { p.arrays[3].strides[2] = 7; });
  expectError("argument 3 'o': expected at least 1 for the stride of "
              "dimension 1, got 0",
              [](Problem &p) { p.arrays[3].strides[1] = 0; });
  expectError("argument 3 'o': expected memory apart from argument 0 'q', got "
              "an overlap",
              [](Problem &p) { p.arrays[3].data = p.buffers[0].data(); });
  expectError("argument 4 'lse': expected memory apart from argument 3 'o', "
              "got an overlap",
              [](Problem &p) { p.arrays[4].data = p.buffers[3].data(); });
}

//===----------------------------------------------------------------------===//
// Tables
//===----------------------------------------------------------------------===//

namespace {

// Offsets of any number, bounds of the queries, and flags of the keys.
const attn_parameter tableParameters[] = {
    {"q", ATTN_F32, 4, 0, {0, 1, 3, 5}},
    {"k", ATTN_F32, 4, 0, {0, 2, 4, 5}},
    {"v", ATTN_F32, 4, 0, {0, 2, 4, 5}},
    {"o", ATTN_F32, 4, 1, {0, 1, 3, 5}},
    {"lse", ATTN_F32, 3, 1, {0, 1, 3}},
    {"offsets", ATTN_I32, 1, 0, {6}, 4, 1},
    {"upper", ATTN_I32, 1, 0, {3}, 4, 0},
    {"flags", ATTN_I32, 1, 0, {4}, -1, 0}};
const attn_size tableSizes[] = {
    {"batches", 1, -1, 0},  {"heads", -1, 2, 0}, {"kv_heads", -1, -1, 0},
    {"queries", 10, -1, 0}, {"keys", -1, -1, 0}, {"width", kWidth, -1, 0},
    {"offsets0", -1, -1, 0}};

struct TableProblem {
  std::vector<int32_t> offsets = {0, 2, 2, 6};
  std::vector<int32_t> upper = {0, 6, 3, 1, 2, 4, 5, 6, 0, 0};
  std::vector<int32_t> flags = {-7, 0, 1, 1 << 30, 0, INT32_MIN};

  /// The message; empty if there is nothing to complain about.
  std::string check(std::function<void(attn_array *)> change = {}) {
    Problem p(10, 6, 4, 2);
    attn_array arrays[8];
    std::copy(p.arrays, p.arrays + 5, arrays);
    std::vector<int32_t> *tables[] = {&offsets, &upper, &flags};
    for (int n = 0; n < 3; ++n)
      arrays[5 + n] = {
          tables[n]->data(), ATTN_I32, 1, {int64_t(tables[n]->size())}, {1}};
    if (change)
      change(arrays);
    attn_kernel kernel = {"rows", tableSizes, 7,          tableParameters,
                          8,      countRows,  rowScratch, runRow};
    attn_status status =
        attn_check(&kernel, arrays, 8, nullptr, p.message, sizeof p.message);
    EXPECT_EQ(status == ATTN_OK, p.message[0] == '\0');
    return p.message;
  }
};

} // namespace

TEST(CheckTables, Hold) {
  TableProblem p;
  EXPECT_EQ(p.check(), "");
  p.offsets = {0, 0, 6, 6};
  EXPECT_EQ(p.check(), "");
}

TEST(CheckTables, Offsets) {
  auto expect = [](std::vector<int32_t> offsets, const char *message) {
    TableProblem p;
    p.offsets = offsets;
    EXPECT_EQ(p.check(),
              std::string("argument 5 'offsets': expected ") + message);
  };
  expect({}, "at least one offset, got none");
  expect({6}, "0 as the first offset, got 6");
  expect({0}, "6 (keys) as the last offset, got 0");
  expect({1, 6}, "0 as the first offset, got 1");
  expect({0, 4}, "6 (keys) as the last offset, got 4");
  expect({0, 4, 3, 6},
         "offsets that do not decrease, got 3 after 4 in place 2");
  expect({0, 7, 6}, "elements in [0, 6] (keys), got 7 in place 1");
  expect({-1, 6}, "elements in [0, 6] (keys), got -1 in place 0");
  expect({0, INT32_MAX},
         "elements in [0, 6] (keys), got 2147483647 in place 1");
}

TEST(CheckTables, Elements) {
  TableProblem p;
  p.upper[9] = 7;
  EXPECT_EQ(p.check(),
            "argument 6 'upper': expected elements in [0, 6] (keys), "
            "got 7 in place 9");
  p.upper[9] = INT32_MIN;
  EXPECT_EQ(p.check(),
            "argument 6 'upper': expected elements in [0, 6] (keys), "
            "got -2147483648 in place 9");
}

TEST(CheckTables, Arrays) {
  TableProblem p;
  p.flags.pop_back();
  EXPECT_EQ(p.check(), "argument 7 'flags': expected 6 for the size of "
                       "dimension 0 (keys) as in 'k', got 5");
  p = {};
  p.upper.push_back(0);
  EXPECT_EQ(p.check(), "argument 6 'upper': expected 10 for the size of "
                       "dimension 0, got 11");
  p = {};
  EXPECT_EQ(p.check([](attn_array *arrays) { arrays[5].type = ATTN_F32; }),
            "argument 5 'offsets': expected i32, got f32");
  EXPECT_EQ(p.check([](attn_array *arrays) { arrays[6].rank = 2; }),
            "argument 6 'upper': expected rank 1, got 2");
  EXPECT_EQ(p.check([](attn_array *arrays) { arrays[5].data = nullptr; }),
            "argument 5 'offsets': expected data, got null");
  EXPECT_EQ(p.check([](attn_array *arrays) { arrays[7].strides[0] = 2; }),
            "argument 7 'flags': expected 1 for the stride of dimension 0, got "
            "2");
  EXPECT_EQ(p.check([](attn_array *arrays) {
    arrays[5].data = static_cast<char *>(arrays[5].data) + 2;
  }),
            "argument 5 'offsets': expected data aligned to 4 bytes, got an "
            "address 2 past that");
  EXPECT_EQ(
      p.check([](attn_array *arrays) { arrays[6].data = arrays[3].data; }),
      "argument 3 'o': expected memory apart from argument 6 'upper', "
      "got an overlap");
}

TEST(Check, CallItself) {
  Problem p;
  attn_kernel kernel = makeKernel();
  auto expect = [&](const attn_kernel *kernel, const attn_array *arrays,
                    int32_t count, const char *message) {
    EXPECT_EQ(
        attn_check(kernel, arrays, count, nullptr, p.message, sizeof p.message),
        ATTN_INVALID_ARGUMENT);
    EXPECT_STREQ(p.message, message);
  };
  expect(nullptr, p.arrays, 5, "expected a kernel, got null");
  expect(&kernel, p.arrays, 4, "expected 5 arrays, got 4");
  expect(&kernel, nullptr, 5, "expected 5 arrays, got null");

  attn_launch_options options{};
  options.threads = -1;
  EXPECT_EQ(p.launch(kernel, options), ATTN_INVALID_ARGUMENT);
  EXPECT_STREQ(p.message, "expected 0 to 1024 threads, got -1");
  options = {0, -2, nullptr, nullptr};
  EXPECT_EQ(p.launch(kernel, options), ATTN_INVALID_ARGUMENT);
  EXPECT_STREQ(p.message, "expected at least 0 for max_units, got -2");
  EXPECT_EQ(attn_launch(&kernel, p.arrays, 4, nullptr, nullptr, 0),
            ATTN_INVALID_ARGUMENT);

  int64_t units = -1;
  EXPECT_EQ(attn_check(&kernel, p.arrays, 5, &units, p.message, 10), ATTN_OK);
  EXPECT_EQ(units, 40);
  EXPECT_STREQ(p.message, "");
}
