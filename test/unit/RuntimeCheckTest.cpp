//===- RuntimeCheckTest.cpp - arrays that do not fit a kernel -------------===//

#include "test/unit/FakeKernel.h"

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
