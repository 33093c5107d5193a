//===- Array.h - an array in memory -----------------------------*- C++ -*-===//
//
// What .npy files, random numbers and kernels have in common: row-major,
// contiguous elements of f32, bf16, f16 or i32.
//
//===----------------------------------------------------------------------===//

#ifndef ATTN_TOOLS_ATTNRUN_ARRAY_H
#define ATTN_TOOLS_ATTNRUN_ARRAY_H

#include "runtime/attn.h"

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"

#include <cstdlib>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace attnrun {

/// f32, bf16, f16 or i32.
llvm::StringRef typeName(attn_type type);
size_t elementSize(attn_type type);

/// The spelling 1x8x4096x64; a negative size is written as `?`.
std::string shapeText(llvm::ArrayRef<int64_t> shape);

/// Bytes that an array takes; none if that is more than an int64_t can say.
std::optional<int64_t> arrayBytes(attn_type type,
                                  llvm::ArrayRef<int64_t> shape);

class Array {
public:
  /// All bits set: every element is a NaN, so that one that nobody computes
  /// does not pass for a number.
  static llvm::Expected<Array> create(attn_type type,
                                      llvm::ArrayRef<int64_t> shape);

  attn_type type() const { return elementType; }
  llvm::ArrayRef<int64_t> shape() const { return sizes; }
  int64_t numElements() const { return count; }
  size_t numBytes() const { return count * elementSize(elementType); }
  char *bytes() { return storage.get(); }
  const char *bytes() const { return storage.get(); }

  /// The same elements in as many places.
  void reshape(llvm::ArrayRef<int64_t> shape);

  /// What the runtime sees. The rank is at most ATTN_MAX_RANK.
  attn_array view();

  /// Elements from `first` on, widened without loss.
  void load(int64_t first, llvm::MutableArrayRef<double> values) const;

  /// Of an array of i32.
  std::vector<int64_t> integers() const;
  llvm::MutableArrayRef<int32_t> integers32();

  /// Rounds to nearest even; integers towards zero.
  void store(int64_t index, float value);

private:
  struct Free {
    void operator()(char *data) const { std::free(data); }
  };
  Array() = default;

  attn_type elementType = ATTN_F32;
  llvm::SmallVector<int64_t, 4> sizes;
  int64_t count = 0;
  std::unique_ptr<char, Free> storage;
};

} // namespace attnrun

#endif // ATTN_TOOLS_ATTNRUN_ARRAY_H
