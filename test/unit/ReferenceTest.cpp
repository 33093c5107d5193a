//===- ReferenceTest.cpp - the f64 reference on cases worked out by hand --===//

#include "tools/attn-run/Reference.h"
#include "ReferenceSpec.h"

#include <cmath>
#include <limits>

using namespace attnrun;
using namespace llvm;
using attntest::Spec;

namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

Array makeArray(ArrayRef<int64_t> shape, ArrayRef<float> values) {
  Array array = cantFail(Array::create(ATTN_F32, shape));
  EXPECT_EQ(array.numElements(), int64_t(values.size()));
  for (auto [i, value] : enumerate(values))
    array.store(i, value);
  return array;
}

//===----------------------------------------------------------------------===//
// Attention
//===----------------------------------------------------------------------===//

// Equal scores: the mean of the values, and the log of their number.
TEST(Reference, MeanOfTheKeys) {
  Spec spec("%m = attn.causal");
  Array q = makeArray({1, 1, 3, 1}, {7, 7, 7});
  Array k = makeArray({1, 1, 3, 1}, {0, 0, 0});
  Array v = makeArray({1, 1, 3, 1}, {3, 5, 10});
  Reference reference = cantFail(Reference::create(spec.op, q, k, v));
  ASSERT_EQ(reference.numRows(), 3);
  std::vector<double> means{3, 4, 6};
  for (int64_t i = 0; i < 3; ++i) {
    Reference::Row row = reference.compute(i);
    EXPECT_NEAR(row.o[0], means[i], 1e-14);
    EXPECT_NEAR(row.lse, std::log(i + 1), 1e-14);
  }
}

// Scores 0 and log 3: weights 1/4 and 3/4. D = 2, Dv = 3, scale given.
TEST(Reference, Weights) {
  Spec spec("", "1x1x1x2", "1x1x2x2", "1x1x2x3", " {scale = 0.5 : f32}");
  Array q = makeArray({1, 1, 1, 2}, {2, 1});
  Array k = makeArray({1, 1, 2, 2}, {0, 0, std::log(3.0f), 0});
  Array v = makeArray({1, 1, 2, 3}, {4, 0, 8, 0, 4, 8});
  Reference::Row row = cantFail(Reference::create(spec.op, q, k, v)).compute(0);
  EXPECT_NEAR(row.o[0], 1, 1e-6);
  EXPECT_NEAR(row.o[1], 3, 1e-6);
  EXPECT_NEAR(row.o[2], 8, 1e-14);
  EXPECT_NEAR(row.lse, std::log(4.0), 1e-6);
}

// Without a scale it is 1 / sqrt(D).
TEST(Reference, DefaultScale) {
  Spec spec("", "1x1x1x4", "1x1x1x4", "1x1x1x1");
  Array q = makeArray({1, 1, 1, 4}, {1, 1, 1, 1});
  Array k = makeArray({1, 1, 1, 4}, {1, 2, 3, 4});
  Array v = makeArray({1, 1, 1, 1}, {1});
  EXPECT_NEAR(cantFail(Reference::create(spec.op, q, k, v)).compute(0).lse, 5,
              1e-14);
}

// Query heads 0 and 1 read kv head 0, heads 2 and 3 read kv head 1; with one
// key the output is its value.
TEST(Reference, GroupedHeads) {
  Spec spec("", "2x4x1x1", "2x2x1x1", "2x2x1x1");
  Array q = makeArray({2, 4, 1, 1}, {1, 2, 3, 4, 5, 6, 7, 8});
  Array k = makeArray({2, 2, 1, 1}, {1, 1, 1, 1});
  Array v = makeArray({2, 2, 1, 1}, {10, 20, 30, 40});
  Reference reference = cantFail(Reference::create(spec.op, q, k, v));
  std::vector<double> expected{10, 10, 20, 20, 30, 30, 40, 40};
  for (int64_t row = 0; row < 8; ++row)
    EXPECT_EQ(reference.compute(row).o[0], expected[row]);
}

// The same numbers in [batch, token, head, feature].
TEST(Reference, Bshd) {
  Spec spec("%m = attn.window left = 0, right = 0", "1x2x2x1", "1x2x2x1",
            "1x2x2x1", " {layout = \"bshd\"}");
  Array q = makeArray({1, 2, 2, 1}, {1, 10, 2, 20});
  Array k = makeArray({1, 2, 2, 1}, {1, 1, 1, 1});
  Array v = makeArray({1, 2, 2, 1}, {1, 2, 3, 4});
  Reference reference = cantFail(Reference::create(spec.op, q, k, v));
  // Rows: head 0 with queries 0 and 1, then head 1.
  std::vector<double> o{1, 3, 2, 4}, lse{1, 2, 10, 20};
  for (int64_t row = 0; row < 4; ++row) {
    EXPECT_EQ(reference.compute(row).o[0], o[row]);
    EXPECT_EQ(reference.compute(row).lse, lse[row]);
    std::vector<double> same(1);
    v.load(reference.outputOffset(row), same);
    EXPECT_EQ(same[0], o[row]);
  }
}

TEST(Reference, RowsWithoutKeys) {
  Spec spec("%m = attn.causal bottom_right");
  Array q = makeArray({1, 1, 2, 1}, {1, 1});
  Array k = makeArray({1, 1, 1, 1}, {2});
  Array v = makeArray({1, 1, 1, 1}, {3});
  Reference reference = cantFail(Reference::create(spec.op, q, k, v));
  EXPECT_EQ(reference.compute(0).o[0], 0);
  EXPECT_EQ(reference.compute(0).lse, -kInfinity);
  EXPECT_EQ(reference.compute(1).o[0], 3);
  EXPECT_EQ(reference.compute(1).lse, 2);
}

// A masked pair has no influence; a NaN or infinite score that is kept has.
TEST(Reference, NaNAndInfinity) {
  Spec spec("%m = attn.window left = 0, right = 0");
  float inf = kInfinity;
  Array q = makeArray({1, 1, 5, 1}, {1, 1, 1, 1, 1});
  Array k = makeArray({1, 1, 5, 1}, {2, NAN, inf, -inf, 0});
  Array v = makeArray({1, 1, 5, 1}, {3, 3, 3, 3, inf});
  Reference reference = cantFail(Reference::create(spec.op, q, k, v));
  EXPECT_EQ(reference.compute(0).o[0], 3);
  EXPECT_TRUE(std::isnan(reference.compute(1).o[0]));
  EXPECT_TRUE(std::isnan(reference.compute(1).lse));
  EXPECT_TRUE(std::isnan(reference.compute(2).o[0]));
  EXPECT_EQ(reference.compute(3).o[0], 0);
  EXPECT_EQ(reference.compute(3).lse, -kInfinity);
  EXPECT_EQ(reference.compute(4).o[0], kInfinity);
}

//===----------------------------------------------------------------------===//
// Comparison
//===----------------------------------------------------------------------===//

void ignore(double) {}

/// Two queries, one key with values (4, 8): every row of O is (4, 8), LSE 0.
class ComparisonTest : public testing::Test {
protected:
  Comparison check(ArrayRef<float> o, ArrayRef<float> lse) {
    Reference reference = cantFail(Reference::create(spec.op, q, k, v));
    Array gotO = makeArray({1, 1, 2, 2}, o), gotLse = makeArray({1, 1, 2}, lse);
    return compare(reference, gotO, &gotLse, 1e9, ignore);
  }

  Spec spec{"", "1x1x2x1", "1x1x1x1", "1x1x1x2"};
  Array q = makeArray({1, 1, 2, 1}, {0, 0}), k = makeArray({1, 1, 1, 1}, {0});
  Array v = makeArray({1, 1, 1, 2}, {4, 8});
};

TEST_F(ComparisonTest, Equal) {
  Comparison result = check({4, 8, 4, 8}, {0, 0});
  EXPECT_EQ(result.maxError, 0);
  EXPECT_EQ(result.rowsChecked, 2);
  EXPECT_EQ(result.rows, 2);
}

// The unit is the largest output of the row, not the element's own.
TEST_F(ComparisonTest, RelativeToTheRow) {
  EXPECT_DOUBLE_EQ(check({4, 8, 5, 8}, {0, 0}).maxError, 1.0 / 8);
  EXPECT_DOUBLE_EQ(check({4, 8, 4, 8}, {0, 0.25}).maxError, 0.25);
}

TEST_F(ComparisonTest, NaNIsAnError) {
  EXPECT_EQ(check({4, 8, NAN, 8}, {0, 0}).maxError, kInfinity);
  EXPECT_EQ(check({4, 8, 4, 8}, {float(-kInfinity), 0}).maxError, kInfinity);
}

// 0 * inf is NaN: what a masked value may do to its column.
TEST_F(ComparisonTest, MaskedInfinity) {
  Spec masked("%m = attn.causal", "1x1x2x1", "1x1x2x1", "1x1x2x2");
  Array k = makeArray({1, 1, 2, 1}, {0, 0});
  Array v = makeArray({1, 1, 2, 2}, {4, 8, float(kInfinity), 8});
  Reference reference = cantFail(Reference::create(masked.op, q, k, v));
  auto errorOf = [&](ArrayRef<float> o) {
    return compare(reference, makeArray({1, 1, 2, 2}, o), nullptr, 1e9, ignore)
        .maxError;
  };
  EXPECT_EQ(errorOf({4, 8, float(kInfinity), 8}), 0);
  EXPECT_EQ(errorOf({NAN, 8, float(kInfinity), 8}), 0);
  EXPECT_EQ(errorOf({4, NAN, float(kInfinity), 8}), kInfinity);
  EXPECT_EQ(errorOf({float(kInfinity), 8, float(kInfinity), 8}), kInfinity);
}

TEST_F(ComparisonTest, ExpectedNaNIsNone) {
  k.store(0, NAN);
  EXPECT_EQ(check({NAN, NAN, NAN, NAN}, {NAN, NAN}).maxError, 0);
  EXPECT_EQ(check({NAN, NAN, 0, NAN}, {NAN, NAN}).maxError, kInfinity);
}

// 3 batches x 5 heads x 100 queries, when a tenth can be afforded.
TEST(ChooseRows, Sample) {
  Spec spec("", "3x5x?x1", "3x5x?x1", "3x5x?x1");
  Array q = cantFail(Array::create(ATTN_F32, {3, 5, 100, 1}));
  Reference reference = cantFail(Reference::create(spec.op, q, q, q));
  EXPECT_EQ(chooseRows(reference, 1e12).size(), 1500u);
  std::vector<int64_t> rows = chooseRows(reference, 150 * reference.costOf(0));
  EXPECT_GE(rows.size(), 150u);
  EXPECT_LE(rows.size(), 158u);
  EXPECT_TRUE(llvm::is_sorted(rows));
  for (int64_t row : {0, 49, 50, 99, 1400, 1449, 1450, 1499})
    EXPECT_TRUE(llvm::is_contained(rows, row)) << row;
  for (int64_t head = 0; head < 15; ++head)
    EXPECT_GE(llvm::count_if(rows, [&](int64_t r) { return r / 100 == head; }),
              9);
  EXPECT_EQ(rows, chooseRows(reference, 150 * reference.costOf(0)));
}

TEST(ChooseRows, NoRows) {
  Spec spec("", "1x1x?x1", "1x1x?x1", "1x1x?x1");
  Array q = cantFail(Array::create(ATTN_F32, {1, 1, 0, 1}));
  Reference reference = cantFail(Reference::create(spec.op, q, q, q));
  EXPECT_TRUE(chooseRows(reference, 1e9).empty());
}

} // namespace
