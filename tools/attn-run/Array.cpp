//===- Array.cpp - an array in memory -------------------------------------===//

#include "tools/attn-run/Array.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/bit.h"
#include "llvm/Support/ErrorHandling.h"
#include "llvm/Support/MathExtras.h"

#include <cmath>
#include <cstdlib>
#include <cstring>

#include <sys/mman.h>

using namespace llvm;

namespace attnrun {

StringRef typeName(attn_type type) {
  switch (type) {
  case ATTN_F32:
    return "f32";
  case ATTN_BF16:
    return "bf16";
  case ATTN_F16:
    return "f16";
  case ATTN_I32:
    return "i32";
  }
  llvm_unreachable("no such type");
}

size_t elementSize(attn_type type) {
  return type == ATTN_F32 || type == ATTN_I32 ? 4 : 2;
}

std::string shapeText(ArrayRef<int64_t> shape) {
  if (shape.empty())
    return "scalar";
  return join(map_range(shape,
                        [](int64_t size) {
                          return size < 0 ? "?" : std::to_string(size);
                        }),
              "x");
}

std::optional<int64_t> arrayBytes(attn_type type, ArrayRef<int64_t> shape) {
  int64_t bytes = elementSize(type);
  bool overflow = false;
  for (int64_t size : shape)
    overflow |= size < 0 || MulOverflow(bytes, size, bytes);
  // A later zero must not hide an overflow, nor the other way round.
  if (is_contained(shape, 0) && all_of(shape, [](int64_t s) { return s >= 0; }))
    return 0;
  if (overflow)
    return std::nullopt;
  return bytes;
}

/// Memory in whole cache lines, and never none; large arrays in huge pages, as
/// NumPy has them: rows that lie far apart would each need a page of their own.
static char *allocate(size_t bytes) {
  constexpr size_t line = 64, hugePage = 2 << 20;
  bool isLarge = bytes >= 2 * hugePage;
  size_t alignment = isLarge ? hugePage : line;
  size_t room = alignTo(std::max<size_t>(bytes, 1), line);
  void *data = std::aligned_alloc(alignment, alignTo(room, alignment));
#ifdef MADV_HUGEPAGE
  // Advice: nothing is lost where it is not taken.
  if (data && isLarge)
    madvise(data, alignDown(room, hugePage), MADV_HUGEPAGE);
#endif
  return static_cast<char *>(data);
}

Expected<Array> Array::create(attn_type type, ArrayRef<int64_t> shape) {
  std::optional<int64_t> bytes = arrayBytes(type, shape);
  Array array;
  if (bytes && *bytes < std::numeric_limits<int64_t>::max() - 64)
    array.storage.reset(allocate(*bytes));
  if (!array.storage)
    return createStringError("out of memory for an array of " +
                             shapeText(shape) + " " + typeName(type));
  std::memset(array.storage.get(), 0xff, *bytes);
  array.elementType = type;
  array.sizes.assign(shape.begin(), shape.end());
  array.count = *bytes / elementSize(type);
  return array;
}

void Array::reshape(ArrayRef<int64_t> shape) {
  assert(arrayBytes(elementType, shape) == int64_t(numBytes()));
  sizes.assign(shape.begin(), shape.end());
}

attn_array Array::view() {
  attn_array view = {};
  view.data = storage.get();
  view.type = elementType;
  view.rank = sizes.size();
  int64_t stride = 1;
  for (size_t d = sizes.size(); d-- > 0; stride *= sizes[d]) {
    view.sizes[d] = sizes[d];
    view.strides[d] = stride;
  }
  return view;
}

static float fromBf16(uint16_t bits) {
  return bit_cast<float>(uint32_t(bits) << 16);
}

static float fromF16(uint16_t bits) {
  uint32_t sign = uint32_t(bits & 0x8000) << 16;
  uint32_t exponent = bits >> 10 & 31, fraction = bits & 1023;
  if (exponent == 0) {
    float magnitude = std::ldexp(float(fraction), -24);
    return sign ? -magnitude : magnitude;
  }
  uint32_t wide = exponent == 31 ? 255 : exponent + 112;
  return bit_cast<float>(sign | wide << 23 | fraction << 13);
}

/// Drops the low bits of the pattern of a number that is not NaN.
static uint32_t roundBits(uint32_t bits, unsigned low) {
  uint32_t odd = bits >> low & 1;
  return (bits + (1u << (low - 1)) - 1 + odd) >> low;
}

static uint16_t toBf16(float value) {
  if (std::isnan(value))
    return 0x7fc0;
  return roundBits(bit_cast<uint32_t>(value), 16);
}

static uint16_t toF16(float value) {
  uint32_t bits = bit_cast<uint32_t>(value);
  uint16_t sign = bits >> 16 & 0x8000;
  uint32_t magnitude = bits & 0x7fffffff;
  if (std::isnan(value))
    return sign | 0x7e00;
  if (magnitude < 0x38800000) // below 2^-14
    return sign | uint16_t(std::nearbyint(std::ldexp(std::fabs(value), 24)));
  if (magnitude >= 0x477ff000) // rounds to 2^16 or more
    return sign | 0x7c00;
  return sign | roundBits(magnitude - (112u << 23), 13);
}

template <typename T, typename Convert>
static void widen(const char *bytes, int64_t first,
                  MutableArrayRef<double> values, Convert convert) {
  const T *elements = reinterpret_cast<const T *>(bytes) + first;
  for (auto [i, value] : enumerate(values))
    value = convert(elements[i]);
}

void Array::load(int64_t first, MutableArrayRef<double> values) const {
  switch (elementType) {
  case ATTN_F32:
    return widen<float>(bytes(), first, values, [](float x) { return x; });
  case ATTN_BF16:
    return widen<uint16_t>(bytes(), first, values, fromBf16);
  case ATTN_F16:
    return widen<uint16_t>(bytes(), first, values, fromF16);
  case ATTN_I32:
    return widen<int32_t>(bytes(), first, values, [](int32_t x) { return x; });
  }
}

void Array::store(int64_t index, float value) {
  auto *narrow = reinterpret_cast<uint16_t *>(bytes());
  switch (elementType) {
  case ATTN_F32:
    reinterpret_cast<float *>(bytes())[index] = value;
    return;
  case ATTN_BF16:
    narrow[index] = toBf16(value);
    return;
  case ATTN_F16:
    narrow[index] = toF16(value);
    return;
  case ATTN_I32:
    reinterpret_cast<int32_t *>(bytes())[index] = int32_t(value);
    return;
  }
}

std::vector<int64_t> Array::integers() const {
  auto *elements = reinterpret_cast<const int32_t *>(bytes());
  return std::vector<int64_t>(elements, elements + count);
}

MutableArrayRef<int32_t> Array::integers32() {
  return {reinterpret_cast<int32_t *>(bytes()), size_t(count)};
}

} // namespace attnrun
