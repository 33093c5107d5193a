//===- InputsTest.cpp - random numbers that are the same everywhere -------===//

#include "tools/attn-run/Inputs.h"

#include "gtest/gtest.h"

#include <cmath>

using namespace attnrun;
using namespace llvm;

namespace {

std::vector<Array> makeArrays(attn_type type, int64_t size, uint64_t seed) {
  std::vector<Array> arrays;
  for (int n = 0; n < 2; ++n)
    arrays.push_back(cantFail(Array::create(type, {size})));
  fillRandom(arrays, seed);
  return arrays;
}

std::vector<double> valuesOf(const Array &array) {
  std::vector<double> values(array.numElements());
  array.load(0, values);
  return values;
}

// The generator is fixed by the C++ standard, and the rest is integers. The
// numbers are from another implementation of both.
TEST(Random, SameNumbersOnEveryMachine) {
  std::vector<Array> arrays = makeArrays(ATTN_F32, 2, 1);
  EXPECT_EQ(valuesOf(arrays[0]),
            (std::vector<double>{-7420 / 65536.0, 67749 / 65536.0}));
  EXPECT_EQ(valuesOf(arrays[1]),
            (std::vector<double>{-71339 / 65536.0, -45187 / 65536.0}));
}

TEST(Random, EachTypeRoundsTheSameNumbers) {
  std::vector<double> exact = valuesOf(makeArrays(ATTN_F32, 100, 7)[1]);
  std::vector<double> half = valuesOf(makeArrays(ATTN_F16, 100, 7)[1]);
  std::vector<double> brain = valuesOf(makeArrays(ATTN_BF16, 100, 7)[1]);
  for (size_t i = 0; i < exact.size(); ++i) {
    EXPECT_NEAR(half[i], exact[i], std::fabs(exact[i]) / 2048);
    EXPECT_NEAR(brain[i], exact[i], std::fabs(exact[i]) / 256);
  }
}

TEST(Random, SeedsAndArraysDiffer) {
  std::vector<Array> one = makeArrays(ATTN_F32, 8, 1);
  std::vector<Array> two = makeArrays(ATTN_F32, 8, 2);
  EXPECT_NE(valuesOf(one[0]), valuesOf(two[0]));
  EXPECT_NE(valuesOf(one[0]), valuesOf(one[1]));
}

// Mean 0, variance 1, no skew, and the tails of a sum of twelve: 2.9.
TEST(Random, UnitNormal) {
  constexpr int64_t count = 1000000;
  double moments[4] = {};
  for (double x : valuesOf(makeArrays(ATTN_F32, count, 3)[0]))
    for (int n = 0; n < 4; ++n)
      moments[n] += std::pow(x, n + 1) / count;
  EXPECT_NEAR(moments[0], 0, 0.005);
  EXPECT_NEAR(moments[1], 1, 0.01);
  EXPECT_NEAR(moments[2], 0, 0.02);
  EXPECT_NEAR(moments[3], 2.9, 0.05);
}

} // namespace
