//===- NeighborhoodOracleTest.cpp - against the definition, transcribed ---===//
//
// The definition of Generalized Neighborhood Attention, written down once more
// as plain loops over keys, and compared with the predicate of the op: on one
// axis for every parameter of every extent up to 16, then on random layouts.
//
//===----------------------------------------------------------------------===//

#include "test/unit/MaskPicture.h"

#include "mlir/IR/Builders.h"

#include <random>

using namespace attntest;
using mlir::attn::Boundary;

namespace {

constexpr Boundary kBoundaries[] = {Boundary::Shift, Boundary::Clip,
                                    Boundary::Wrap};

struct Axis {
  int64_t extent, window, stride = 1, dilation = 1;
  bool causal = false;

  int64_t groupLength(int64_t group) const {
    return extent / dilation + (group < extent % dilation ? 1 : 0);
  }
  /// What the verifier asks for.
  bool isValid() const {
    return dilation <= extent && stride <= std::min(window, groupLength(0));
  }
};

/// attends[j] of query x on one axis.
std::vector<bool> attendedKeys(int64_t x, const Axis &axis, Boundary boundary) {
  std::vector<bool> attends(axis.extent, false);
  int64_t group = x % axis.dilation, i = x / axis.dilation;
  int64_t length = axis.groupLength(group);
  int64_t window = std::min(axis.window, length);
  int64_t first = i / axis.stride * axis.stride;
  int64_t start, end;
  if (axis.causal) {
    int64_t leader = std::min(first + axis.stride - 1, length - 1);
    start = std::max<int64_t>(0, leader - (window - 1));
    end = i + 1;
  } else {
    int64_t leader = std::min(first + axis.stride / 2, length - 1);
    start = leader - window / 2;
    if (boundary == Boundary::Shift)
      start = std::min(std::max<int64_t>(start, 0), length - window);
    end = start + window;
  }
  for (int64_t key = start; key < end; ++key) {
    bool inside = key >= 0 && key < length;
    if (inside)
      attends[group + axis.dilation * key] = true;
    else if (boundary == Boundary::Wrap)
      attends[group + axis.dilation * ((key + length) % length)] = true;
  }
  return attends;
}

Picture definition(llvm::ArrayRef<Axis> axes, Boundary boundary) {
  Picture picture{"#"};
  for (const Axis &axis : axes) {
    // Row-major: every token so far becomes a row of tokens along this axis.
    Picture finer;
    for (const std::string &row : picture)
      for (int64_t x = 0; x < axis.extent; ++x) {
        std::vector<bool> keys = attendedKeys(x, axis, boundary);
        std::string line;
        for (char outer : row)
          for (bool inner : keys)
            line += outer == '#' && inner ? '#' : '.';
        finer.push_back(line);
      }
    picture = finer;
  }
  return picture;
}

class NeighborhoodOracle : public testing::TestWithParam<Boundary> {
protected:
  NeighborhoodOracle() {
    context.loadDialect<mlir::attn::AttnDialect>();
    module = mlir::ModuleOp::create(mlir::UnknownLoc::get(&context));
  }

  Picture draw(llvm::ArrayRef<Axis> axes, Lengths lengths) {
    llvm::SmallVector<int64_t> layout, window, stride, dilation;
    llvm::SmallVector<bool> causal;
    int64_t tokens = 1;
    for (const Axis &axis : axes) {
      layout.push_back(axis.extent);
      window.push_back(axis.window);
      stride.push_back(axis.stride);
      dilation.push_back(axis.dilation);
      causal.push_back(axis.causal);
      tokens *= axis.extent;
    }
    auto integers = [&](llvm::ArrayRef<int64_t> values) {
      return mlir::DenseI64ArrayAttr::get(&context, values);
    };
    auto builder = mlir::OpBuilder::atBlockBegin(module->getBody());
    auto op = mlir::attn::NeighborhoodOp::create(
        builder, module->getLoc(), integers(layout), integers(window),
        integers(stride), integers(dilation),
        mlir::DenseBoolArrayAttr::get(&context, causal),
        mlir::attn::BoundaryAttr::get(&context, GetParam()));
    EXPECT_TRUE(mlir::succeeded(op.verifyInvariants()));
    Picture picture = attntest::draw(op.getResult(), tokens, tokens, lengths);
    op->erase();
    return picture;
  }

private:
  mlir::MLIRContext context{mlir::MLIRContext::Threading::DISABLED};
  mlir::OwningOpRef<mlir::ModuleOp> module;
};

TEST_P(NeighborhoodOracle, EveryAxisUpToSixteen) {
  // Windows beyond the extent are clamped.
  for (int64_t extent = 1; extent <= 16; ++extent)
    for (int64_t window = 1; window <= extent + 2; ++window)
      for (int64_t dilation = 1; dilation <= extent; ++dilation)
        for (int64_t stride = 1; stride <= window; ++stride)
          for (bool causal : {false, true}) {
            Axis axis{extent, window, stride, dilation, causal};
            if (!axis.isValid())
              continue;
            ASSERT_EQ(draw(axis, Lengths::Static), definition(axis, GetParam()))
                << "extent " << extent << ", window " << window << ", stride "
                << stride << ", dilation " << dilation
                << (causal ? ", causal" : "");
          }
}

TEST_P(NeighborhoodOracle, RandomLayouts) {
  std::mt19937 random(1);
  auto uniform = [&](int64_t lo, int64_t hi) {
    return std::uniform_int_distribution<int64_t>(lo, hi)(random);
  };
  constexpr int64_t longest[] = {0, 20, 7, 5, 3};
  for (int n = 0; n < 200; ++n) {
    int64_t rank = uniform(1, 4);
    std::vector<Axis> axes;
    while (static_cast<int64_t>(axes.size()) < rank) {
      Axis axis{uniform(1, longest[rank]), 0};
      axis.window = uniform(1, axis.extent);
      axis.stride = uniform(1, axis.window);
      axis.dilation = uniform(1, 3);
      axis.causal = uniform(0, 2) == 0;
      if (axis.isValid())
        axes.push_back(axis);
    }
    for (Lengths lengths : {Lengths::Static, Lengths::Dynamic})
      ASSERT_EQ(draw(axes, lengths), definition(axes, GetParam()))
          << "layout number " << n;
  }
}

INSTANTIATE_TEST_SUITE_P(
    Boundaries, NeighborhoodOracle, testing::ValuesIn(kBoundaries),
    [](const testing::TestParamInfo<Boundary> &info) {
      return mlir::attn::stringifyBoundary(info.param).str();
    });

} // namespace
