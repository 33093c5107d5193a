//===- CompileTime.cpp - from a spec to a callable kernel -----------------===//

#include "tools/attn-bench/CompileTime.h"

#include "codegen/Compile.h"

#include "mlir/IR/MLIRContext.h"
#include "mlir/Parser/Parser.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Program.h"

#include <chrono>
#include <cstdio>

using namespace llvm;

namespace attnbench {

/// A clock that processes share.
static int64_t now() {
  return std::chrono::steady_clock::now().time_since_epoch().count();
}

Error compileOnce(const Case &c) {
  mlir::DialectRegistry registry;
  mlir::attn::registerCompileDialects(registry);
  mlir::MLIRContext context(registry);
  auto module =
      mlir::parseSourceString<mlir::ModuleOp>(c.problem.spec(), &context);
  auto compiled = mlir::attn::compileSpec(*module, "host");
  if (!compiled)
    return compiled.takeError();
  outs() << now() << "\n";
  return Error::success();
}

Error runCompileCase(StringRef program, const Case &c, unsigned rounds) {
  SmallString<128> path;
  if (std::error_code code =
          sys::fs::createTemporaryFile("attn-bench", "txt", path))
    return createStringError(code, "expected a temporary file");
  std::string once = ("--compile-once=" + c.name).str();
  std::optional<StringRef> redirects[] = {StringRef(), StringRef(path),
                                          std::nullopt};
  std::vector<double> times;
  for (unsigned round = 0; round <= rounds; ++round) {
    int64_t start = now(), end = 0;
    int code =
        sys::ExecuteAndWait(program, {program, once}, std::nullopt, redirects);
    auto said = MemoryBuffer::getFile(path);
    if (code || !said || (*said)->getBuffer().trim().getAsInteger(10, end))
      return createStringError("expected a process that compiles " + c.name +
                               ", got exit code " + Twine(code));
    // The first one brings code into the page cache.
    if (round)
      times.push_back((end - start) * 1e-6);
  }
  sys::fs::remove(path);
  llvm::sort(times);
  outs() << left_justify(c.name, 26)
         << format("%6.0f ms, %.0f to %.0f\n", times[times.size() / 2],
                   times.front(), times.back());
  outs().flush();
  return Error::success();
}

} // namespace attnbench
