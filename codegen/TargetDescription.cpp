//===- TargetDescription.cpp - what code generation knows of a CPU --------===//

#include "codegen/TargetDescription.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/TargetParser/Host.h"

#include <unistd.h>
#if defined(__linux__)
#include <sys/syscall.h>
#endif

using namespace llvm;

namespace mlir::attn {

static constexpr StringRef kNames[] = {"avx512", "avx512bf16", "amx", "avx2",
                                       "generic"};

ArrayRef<StringRef> targetNames() { return kNames; }

/// What the instructions of a name need, as LLVM's feature names.
static SmallVector<StringRef> requiredFeatures(StringRef name) {
  if (name == "avx2")
    return {"avx2", "fma", "f16c", "bmi2"};
  if (name == "generic")
    return {};
  SmallVector<StringRef> features = {"avx512f",  "avx512bw", "avx512dq",
                                     "avx512vl", "avx512cd", "fma",
                                     "f16c",     "bmi2"};
  if (name != "avx512")
    features.push_back("avx512bf16");
  if (name == "amx")
    features.append({"amx-tile", "amx-bf16"});
  return features;
}

static bool hostIsX86() {
  return StringRef(sys::getProcessTriple()).starts_with("x86_64");
}

static const StringMap<bool> &hostFeatures() {
  static const StringMap<bool> features = sys::getHostCPUFeatures();
  return features;
}

/// Linux gives a process the state of tiles on request only.
static bool mayUseTiles() {
#if defined(__linux__) && defined(__x86_64__)
  constexpr long requestPermission = 0x1023, tileData = 18;
  return syscall(SYS_arch_prctl, requestPermission, tileData) == 0;
#else
  return false;
#endif
}

static bool hostHas(StringRef name) {
  if (name == "generic")
    return true;
  if (name == "amx" && !mayUseTiles())
    return false;
  return hostIsX86() && all_of(requiredFeatures(name), [](StringRef f) {
           return hostFeatures().lookup(f);
         });
}

static constexpr double kPermuteOfZen = 0.3, kPermute = 1, kLoadOfKeys = 0.3;

/// The properties that follow from the name alone.
static TargetDescription describe(StringRef name) {
  TargetDescription target;
  target.name = name.str();
  if (name.starts_with("avx512") || name == "amx") {
    target.vectorBits = 512;
    target.vectorRegisters = 32;
    target.l1Bytes = 48 << 10;
    target.l2Bytes = 1 << 20;
    target.hasFma = target.hasScale = target.hasHalf = true;
    target.hasFastBroadcast = true;
    target.hasBf16Dot = name == "avx512bf16" || name == "amx";
    target.hasTiles = name == "amx";
    bool isZen = name == "avx512bf16";
    target.asksAhead = isZen;
    target.permuteCost = isZen ? kPermuteOfZen : kPermute;
  } else if (name == "avx2") {
    target.vectorBits = 256;
    target.hasFma = target.hasHalf = true;
    target.hasSlowMaskedStore = true;
    target.permuteCost = kLoadOfKeys;
  } else if (!hostIsX86()) {
    // 64-bit Arm and RISC-V: as many registers, and multiply-add, as AVX-512.
    target.vectorRegisters = 32;
    target.hasFma = true;
  }
  return target;
}

TargetDescription hostTarget() {
  StringRef best = "generic";
  for (StringRef name : {"amx", "avx512bf16", "avx512", "avx2"}) {
    if (hostHas(name)) {
      best = name;
      break;
    }
  }
  TargetDescription target = describe(best);
  target.cpu = sys::getHostCPUName().str();
  bool isZen = StringRef(target.cpu).starts_with("znver");
  // Elsewhere it takes as long as the four multiply-adds that it stands for.
  target.hasBf16Dot &= isZen;
  target.hasFastBroadcast &= !isZen;
  target.asksAhead = isZen;
  if (target.permuteCost > 0 && target.vectorBits == 512)
    target.permuteCost = isZen ? kPermuteOfZen : kPermute;
#ifdef _SC_LEVEL2_CACHE_SIZE
  if (long bytes = sysconf(_SC_LEVEL2_CACHE_SIZE); bytes > 0)
    target.l2Bytes = bytes;
#endif
  SmallVector<std::string> features;
  for (const auto &feature : hostFeatures())
    features.push_back((feature.second ? "+" : "-") + feature.first().str());
  llvm::sort(features);
  target.features = join(features, ",");
  return target;
}

Expected<TargetDescription> lookupTarget(StringRef name) {
  if (name == "host")
    return hostTarget();
  if (!is_contained(kNames, name))
    return createStringError("unknown target '" + name + "', expected host, " +
                             join(targetNames(), ", "));
  TargetDescription target = describe(name);
  if (name == "generic") {
    target.cpu = hostIsX86() ? "x86-64" : "generic";
    return target;
  }
  target.cpu = name == "avx2" ? "x86-64-v3" : "x86-64-v4";
  if (target.hasBf16Dot)
    target.features = "+avx512bf16";
  if (target.hasTiles)
    target.features += ",+amx-tile,+amx-bf16";
  return target;
}

bool runsOnHost(const TargetDescription &target) {
  return hostHas(target.name);
}

} // namespace mlir::attn
