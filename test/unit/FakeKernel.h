//===- FakeKernel.h - a kernel made by hand ---------------------*- C++ -*-===//
//
// Arrays and a kernel in the form that the compiler makes them, for tests of
// the runtime alone.
//
//===----------------------------------------------------------------------===//

#ifndef ATTN_TEST_UNIT_FAKEKERNEL_H
#define ATTN_TEST_UNIT_FAKEKERNEL_H

#include "runtime/attn.h"

#include <gtest/gtest.h>

#include <numeric>
#include <vector>

namespace attntest {

constexpr int64_t kWidth = 8;

struct Descriptor {
  float *allocated, *aligned;
  int64_t offset, sizes[4], strides[4];

  float *row(int64_t head, int64_t token) const {
    return aligned + offset + head * strides[1] + token * strides[2];
  }
};

inline const Descriptor &descriptor(void **descriptors, int k) {
  return *static_cast<Descriptor *>(descriptors[k]);
}

// A unit is a row (head, query); it doubles q and adds the unit to o.
inline int64_t countRows(void **descriptors) {
  const Descriptor &q = descriptor(descriptors, 0);
  return q.sizes[1] * q.sizes[2];
}

inline int64_t rowScratch(void **) { return 100; }

inline void runRow(void **descriptors, int64_t begin, int64_t end, void *) {
  const Descriptor &q = descriptor(descriptors, 0);
  const Descriptor &o = descriptor(descriptors, 3);
  int64_t head = begin / q.sizes[2], token = begin % q.sizes[2];
  EXPECT_EQ(end, begin + 1);
  for (int64_t d = 0; d < kWidth; ++d)
    o.row(head, token)[d] += 2 * q.row(head, token)[d] + float(begin);
}

const attn_size sizes[] = {{"batches", 1, -1, 0},   {"heads", -1, 2, 2},
                           {"kv_heads", -1, -1, 0}, {"queries", -1, -1, 0},
                           {"keys", -1, -1, 0},     {"width", kWidth, -1, 0}};
const attn_parameter parameters[] = {{"q", ATTN_F32, 4, 0, {0, 1, 3, 5}},
                                     {"k", ATTN_F32, 4, 0, {0, 2, 4, 5}},
                                     {"v", ATTN_F32, 4, 0, {0, 2, 4, 5}},
                                     {"o", ATTN_F32, 4, 1, {0, 1, 3, 5}},
                                     {"lse", ATTN_F32, 3, 1, {0, 1, 3}}};

inline attn_kernel makeKernel(decltype(attn_kernel::run) run = runRow) {
  return {"rows", sizes, 6, parameters, 5, countRows, rowScratch, run};
}

/// Arrays that fit the kernel, each dense and in a buffer of its own.
struct Problem {
  explicit Problem(int64_t queries = 10, int64_t keys = 6, int64_t heads = 4,
                   int64_t kvHeads = 2) {
    int64_t shapes[5][4] = {{1, heads, queries, kWidth},
                            {1, kvHeads, keys, kWidth},
                            {1, kvHeads, keys, kWidth},
                            {1, heads, queries, kWidth},
                            {1, heads, queries, 1}};
    for (int k = 0; k < 5; ++k) {
      attn_array &array = arrays[k];
      array = {nullptr, ATTN_F32, parameters[k].rank, {}, {}};
      int64_t stride = 1;
      for (int d = array.rank - 1; d >= 0; --d) {
        array.sizes[d] = shapes[k][d];
        array.strides[d] = stride;
        stride *= shapes[k][d];
      }
      buffers[k].resize(stride);
      array.data = buffers[k].data();
    }
    std::iota(buffers[0].begin(), buffers[0].end(), 0.f);
  }

  Problem(Problem &&) = default;
  Problem &operator=(Problem &&) = default;

  attn_status launch(const attn_kernel &kernel, attn_launch_options options) {
    return attn_launch(&kernel, arrays, 5, &options, message, sizeof(message));
  }

  /// Expects that the first `units` rows of o were computed, once.
  void expectRows(int64_t units) const {
    for (size_t e = 0; e < buffers[3].size(); ++e) {
      int64_t unit = e / kWidth;
      ASSERT_EQ(buffers[3][e], unit < units ? 2 * buffers[0][e] + unit : 0)
          << "element " << e;
    }
  }

  attn_array arrays[5];
  std::vector<float> buffers[5];
  char message[200] = "?";
};

} // namespace attntest

#endif // ATTN_TEST_UNIT_FAKEKERNEL_H
