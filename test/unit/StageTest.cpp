//===- StageTest.cpp - stage_keys
//------------------------------------------===//
//
// Keys by two residues of which the second lacks the last position: nothing
// beyond the array may be read, so its next row is NaN.
//
//===----------------------------------------------------------------------===//

#include "test/unit/CompiledText.h"

#include <cmath>
#include <cstring>
#include <limits>

using namespace attntest;

namespace {

const char *const kStage = R"(
func.func @f(%k: memref<1x1x?x$Dx$T>, %v: memref<1x1x?x$Ex$T>, %lo: index,
             %hi: index, %ks: memref<$KSx$S>, %vs: memref<$VSx$S>)
    attributes {llvm.emit_c_interface} {
  %c0 = arith.constant 0 : index
  %c2 = arith.constant 2 : index
  attn.stage_keys %k, %v[%c0, %c0] lo(%c0, %lo) hi(%c2, %hi) into %ks, %vs
    {strides = array<i64: 1, 2>}
    : memref<1x1x?x$Dx$T>, memref<1x1x?x$Ex$T>
    into memref<$KSx$S>, memref<$VSx$S>
  return
})";

std::string str(int64_t value) { return std::to_string(value); }

/// The upper half of an f32 whose lower half is 0.
uint16_t toBf16(float value) {
  uint32_t bits;
  std::memcpy(&bits, &value, sizeof(bits));
  return bits >> 16;
}

float toF32(uint16_t half) {
  uint32_t bits = uint32_t(half) << 16;
  float value;
  std::memcpy(&value, &bits, sizeof(bits));
  return value;
}
float toF32(float value) { return value; }

float element(int64_t row, int64_t column) {
  return float((row * 7 + column * 3) % 128) - 64;
}

template <typename T> T make(float value);
template <> float make<float>(float value) { return value; }
template <> uint16_t make<uint16_t>(float value) { return toBf16(value); }

/// `numKeys` rows, and one that is NaN.
template <typename T> std::vector<T> rows(int64_t numKeys, int64_t columns) {
  std::vector<T> data;
  for (int64_t row = 0; row <= numKeys; ++row)
    for (int64_t x = 0; x < columns; ++x)
      data.push_back(make<T>(row < numKeys
                                 ? element(row, x)
                                 : std::numeric_limits<float>::quiet_NaN()));
  return data;
}

class StageTest : public testing::TestWithParam<std::string> {
protected:
  static constexpr int64_t numKeys = 63, lo = 10, hi = 32, slots = 160;

  /// Arrays of `From`, staged as `To`, where values are transposed if so.
  template <typename From, typename To>
  void check(int64_t depth, int64_t width, int64_t columns,
             int64_t valueColumns, bool transposed) {
    auto nameOf = [](auto x) {
      return std::string(sizeof(x) == 4 ? "f32" : "bf16");
    };
    std::string vs = transposed ? str(valueColumns) + "x" + str(slots)
                                : str(slots) + "x" + str(valueColumns);
    CompiledText code(fill(kStage, {{"KS", str(slots) + "x" + str(columns)},
                                    {"VS", vs},
                                    {"D", str(depth)},
                                    {"E", str(width)},
                                    {"T", nameOf(From())},
                                    {"S", nameOf(To())}}),
                      GetParam());
    auto k = rows<From>(numKeys, depth), v = rows<From>(numKeys, width);
    float nan = std::numeric_limits<float>::quiet_NaN();
    std::vector<To> ks(slots * columns, make<To>(nan));
    std::vector<To> vt(slots * valueColumns, make<To>(nan));
    auto dk = describe<4>(k, {1, 1, numKeys, depth});
    auto dv = describe<4>(v, {1, 1, numKeys, width});
    auto dks = describe<2>(ks, {slots, columns});
    auto dvs = transposed ? describe<2>(vt, {valueColumns, slots})
                          : describe<2>(vt, {slots, valueColumns});
    code.call("f", &dk, &dv, lo, hi, &dks, &dvs);

    auto value = [&](int64_t slot, int64_t e) {
      return toF32(vt[transposed ? e * slots + slot : slot * valueColumns + e]);
    };
    int64_t slot = 0;
    for (int64_t residue : {0, 1})
      for (int64_t y = lo; y < hi; ++y, ++slot) {
        int64_t row = std::min(2 * y + residue, numKeys - 1);
        for (int64_t d = 0; d < depth; ++d)
          ASSERT_EQ(toF32(ks[slot * columns + d]), element(row, d))
              << "key " << row << " column " << d;
        for (int64_t e = 0; e < width; ++e)
          ASSERT_EQ(value(slot, e), element(row, e))
              << "value " << row << " column " << e;
      }
    if (!transposed)
      return;
    for (int64_t n = 0; n < slot; ++n)
      for (int64_t d = depth; d < columns; ++d)
        ASSERT_EQ(toF32(ks[n * columns + d]), 0) << "padding of key " << n;
    for (int64_t n = slot; n < slot + 64; ++n)
      for (int64_t e = 0; e < width; ++e)
        ASSERT_TRUE(std::isfinite(value(n, e))) << "slot " << n;
  }
};

TEST_P(StageTest, F32) {
  for (int64_t depth : {3, 16, 40})
    check<float, float>(depth, depth + 1, depth | 1, depth + 1, false);
}

TEST_P(StageTest, Bf16BecomesF32) {
  check<uint16_t, float>(40, 24, 41, 24, false);
}

TEST_P(StageTest, Pairs) {
  if (llvm::cantFail(mlir::attn::lookupTarget(GetParam())).pairSpeed() == 0)
    GTEST_SKIP() << "no products of pairs";
  check<uint16_t, uint16_t>(5, 1, 32, 16, true);
  check<uint16_t, uint16_t>(40, 24, 64, 32, true);
  check<uint16_t, uint16_t>(64, 64, 64, 64, true);
}

INSTANTIATE_TEST_SUITE_P(All, StageTest, testing::ValuesIn(targets()),
                         [](const auto &info) { return info.param; });

} // namespace
