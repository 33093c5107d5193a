//===- CompiledText.h - MLIR text as callable functions ---------*- C++ -*-===//
//
// Compiles text with tile ops for one target in this process, and describes
// plain arrays as memrefs, so that a test can compare one op with plain loops.
//
//===----------------------------------------------------------------------===//

#ifndef ATTN_TEST_UNIT_COMPILEDTEXT_H
#define ATTN_TEST_UNIT_COMPILEDTEXT_H

#include "codegen/Jit.h"
#include "codegen/cpu/Pipeline.h"
#include "dialect/AttnDialect.h"

#include "mlir/IR/MLIRContext.h"
#include "mlir/Parser/Parser.h"
#include "gtest/gtest.h"

#include <array>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace attntest {

/// A strided memref descriptor.
template <size_t Rank> struct MemRef {
  const void *allocated, *aligned;
  int64_t offset = 0;
  std::array<int64_t, Rank> sizes, strides;

  /// Row-major and contiguous.
  MemRef(const void *data, std::array<int64_t, Rank> sizes)
      : allocated(data), aligned(data), sizes(sizes) {
    int64_t stride = 1;
    for (size_t i = Rank; i-- > 0; stride *= sizes[i])
      strides[i] = stride;
  }
};

template <size_t Rank, typename T>
MemRef<Rank> describe(const std::vector<T> &data,
                      std::array<int64_t, Rank> sizes) {
  return MemRef<Rank>(data.data(), sizes);
}

/// Replaces every `$NAME` in `text`; longer names first.
inline std::string
fill(std::string text,
     std::vector<std::pair<std::string, std::string>> values) {
  for (auto &[name, value] : values)
    for (size_t at; (at = text.find("$" + name)) != std::string::npos;)
      text.replace(at, name.size() + 1, value);
  return text;
}

/// One compiled module.
class CompiledText {
public:
  CompiledText(const std::string &text, const std::string &targetName) {
    mlir::DialectRegistry registry;
    mlir::attn::registerCpuDialects(registry);
    registry.insert<mlir::attn::AttnDialect>();
    mlir::MLIRContext context(registry, mlir::MLIRContext::Threading::DISABLED);
    auto module = mlir::parseSourceString<mlir::ModuleOp>(text, &context);
    EXPECT_TRUE(module) << text;
    mlir::PassManager passes(&context);
    mlir::attn::buildLowerToLLVMPipeline(passes, targetName);
    EXPECT_TRUE(module && mlir::succeeded(passes.run(*module))) << text;
    auto target = mlir::attn::lookupTarget(targetName);
    auto compiled =
        mlir::attn::Jit::create(*module, llvm::cantFail(std::move(target)));
    EXPECT_TRUE(bool(compiled));
    jit = llvm::cantFail(std::move(compiled));
  }

  /// Calls `name` with memrefs by address and everything else by value.
  template <typename... Args> void call(const std::string &name, Args... args) {
    auto *function = reinterpret_cast<void (*)(Args...)>(
        llvm::cantFail(jit->lookup("_mlir_ciface_" + name)));
    function(args...);
  }

private:
  std::unique_ptr<mlir::attn::Jit> jit;
};

/// Every target that this machine runs, with every number of lanes.
struct TargetAndLanes {
  std::string target;
  int64_t lanes;
};

inline std::vector<TargetAndLanes> targetsAndLanes() {
  std::vector<TargetAndLanes> result;
  for (llvm::StringRef name : mlir::attn::targetNames()) {
    if (!mlir::attn::runsOnHost(llvm::cantFail(mlir::attn::lookupTarget(name))))
      continue;
    for (int64_t lanes : {16, 32, 64})
      result.push_back({name.str(), lanes});
  }
  return result;
}

/// The targets alone.
inline std::vector<std::string> targets() {
  std::vector<std::string> names;
  for (const TargetAndLanes &some : targetsAndLanes())
    if (some.lanes == 16)
      names.push_back(some.target);
  return names;
}

class TileTest : public testing::TestWithParam<TargetAndLanes> {
protected:
  std::string target = GetParam().target;
  int64_t lanes = GetParam().lanes;
};

/// Makes the tests of `Suite` run for all of them.
#define ATTN_FOR_ALL_TARGETS(Suite)                                            \
  INSTANTIATE_TEST_SUITE_P(                                                    \
      All, Suite, testing::ValuesIn(attntest::targetsAndLanes()),              \
      [](const auto &info) {                                                   \
        return info.param.target + "_" + std::to_string(info.param.lanes);     \
      })

} // namespace attntest

#endif // ATTN_TEST_UNIT_COMPILEDTEXT_H
