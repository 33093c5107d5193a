//===- TargetDescription.h - what code generation knows of a CPU *- C++ -*-===//
//
// The one description of a machine. Everything below the plan that depends on
// the machine (vector length, register block, instruction choice, features
// handed to LLVM) reads it from here, and nothing above code generation does.
//
//===----------------------------------------------------------------------===//

#ifndef ATTN_CODEGEN_TARGETDESCRIPTION_H
#define ATTN_CODEGEN_TARGETDESCRIPTION_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"

#include <cstdint>
#include <string>

namespace mlir::attn {

struct TargetDescription {
  /// amx, avx512bf16, avx512, avx2 or generic.
  std::string name;
  /// What LLVM generates code for, as `-mcpu` and `-mattr`.
  std::string cpu, features;

  int64_t vectorBits = 128;
  int64_t vectorRegisters = 16;
  int64_t l1Bytes = 32 << 10;
  int64_t l2Bytes = 512 << 10;

  /// Fused multiply-add instructions.
  bool hasFma = false;
  /// vreduceps and vscalefps: exp2 in seven instructions instead of ten.
  bool hasScale = false;
  /// What a register of keys costs in which each lane has a key of its own, in
  /// multiply-adds while others go on; 0: it has to be gathered. With AVX-512
  /// vpermi2ps picks lanes from two registers, for which AMD's Zen has a unit
  /// that does not multiply; with AVX2 it is a load that may span two lines.
  double permuteCost = 0;
  /// Stores of some lanes take longer than to load, blend and store all.
  bool hasSlowMaskedStore = false;
  /// Vector conversion between f16 and f32.
  bool hasHalf = false;
  /// A vector register can be the first use of a broadcast load for free, and
  /// doing so is faster than a multiply-add with an embedded broadcast.
  bool hasFastBroadcast = false;
  /// vdpbf16ps, faster than two multiply-adds of f32.
  bool hasBf16Dot = false;
  /// Lines of memory are asked for long before they are read: memory answers
  /// many requests at a time, but one thread of execution does not make them.
  bool asksAhead = false;
  /// AMX: products of tiles of bf16.
  bool hasTiles = false;

  /// f32 elements of a vector register.
  int64_t lanes() const { return vectorBits / 32; }

  /// Multiply-adds of bf16 in pairs, in the time of one of f32; 0: none.
  int64_t pairSpeed() const { return hasTiles ? 16 : hasBf16Dot ? 2 : 0; }

  /// Two by two tiles: with fewer lanes they load more, with more lanes less of
  /// the state stays in the first-level cache.
  int64_t pairLanes() const { return hasTiles ? 32 : 0; }

  /// Cycles for a line from beyond the second-level cache: 8 bytes a cycle, or
  /// more where it was asked for.
  int64_t farLineCycles() const { return asksAhead ? 3 : 8; }

  /// The largest register block: vectors of lanes beside each other, and
  /// accumulators in all. The rest of the registers hold operands.
  int64_t blockVectors() const { return vectorRegisters >= 32 ? 4 : 2; }
  int64_t accumulators() const {
    return vectorRegisters >= 32 ? 24 : hasFma ? 12 : 8;
  }
  /// Steps of a loop over such a block that are written out: beside 12
  /// multiply-adds or less the loop's own instructions count.
  int64_t stepsOfBlock() const { return vectorRegisters >= 32 ? 1 : 4; }
  /// Vectors beside each other where outputs are kept by query: 4 x 3 need a
  /// load less than 6 x 2, and queries come in multiples of four.
  int64_t queryBlockVectors() const {
    return accumulators() == 12 ? 3 : blockVectors();
  }
};

/// The machine this process runs on.
TargetDescription hostTarget();

/// The names that lookupTarget knows beside `host`.
llvm::ArrayRef<llvm::StringRef> targetNames();

/// The target of that name; its features are exactly those of the name, so that
/// the code is the same on every host.
llvm::Expected<TargetDescription> lookupTarget(llvm::StringRef name);

/// Whether code for `target` runs on this machine.
bool runsOnHost(const TargetDescription &target);

} // namespace mlir::attn

#endif // ATTN_CODEGEN_TARGETDESCRIPTION_H
