//===- Check.cpp - what a kernel expects of its arrays --------------------===//

#include "runtime/Check.h"

#include <algorithm>
#include <cinttypes>
#include <cstdarg>
#include <cstdio>
#include <vector>

namespace attn {

Message::Message(char *text, size_t size) : text(text), size(text ? size : 0) {
  if (this->size)
    text[0] = '\0';
}

attn_status Message::fail(attn_status status, const char *format, ...) const {
  if (size) {
    va_list values;
    va_start(values, format);
    vsnprintf(text, size, format, values);
    va_end(values);
  }
  return status;
}

bool isEmpty(const attn_array &array) {
  return std::count(array.sizes, array.sizes + array.rank, 0) != 0;
}

namespace {

constexpr int64_t kMaxSize = (int64_t(1) << 30) - 1;

const char *typeName(attn_type type) {
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
  return "an unknown type";
}

int64_t typeBytes(attn_type type) {
  return type == ATTN_F32 || type == ATTN_I32 ? 4 : 2;
}

/// Checks the arrays of one launch. Each function returns at the first problem.
class Checker {
public:
  Checker(const attn_kernel &kernel, const attn_array *arrays,
          const Message &message)
      : kernel(kernel), arrays(arrays), message(message),
        firstUses(kernel.num_sizes), ranges(kernel.num_parameters) {}

  attn_status check();

private:
  /// The first dimension that has a shared size.
  struct Use {
    int32_t parameter = -1;
    int32_t dimension = 0;
    int64_t value = -1;
  };

  /// The bytes from the first element of an array to its last.
  struct Range {
    uintptr_t begin = 0, end = 0;
    bool overlaps(const Range &other) const {
      return begin < other.end && other.begin < end;
    }
  };

  attn_status checkShape(int32_t k);
  attn_status checkSize(int32_t k, int32_t dimension);
  attn_status checkStrides(int32_t k);
  attn_status checkData(int32_t k);
  attn_status checkOutput(int32_t k);
  attn_status checkMultiples();
  attn_status checkOwnSizes(int32_t k);
  attn_status checkTable(int32_t k);
  attn_status checkOverlaps(int32_t output);

  [[gnu::format(printf, 3, 4)]] attn_status fail(int32_t k, const char *format,
                                                 ...) const;

  const attn_kernel &kernel;
  const attn_array *arrays;
  const Message &message;
  std::vector<Use> firstUses;
  std::vector<Range> ranges;
};

} // namespace

attn_status Checker::fail(int32_t k, const char *format, ...) const {
  char problem[256];
  va_list values;
  va_start(values, format);
  vsnprintf(problem, sizeof(problem), format, values);
  va_end(values);
  return message.fail(ATTN_INVALID_ARGUMENT, "argument %d '%s': %s", k,
                      kernel.parameters[k].name, problem);
}

attn_status Checker::checkShape(int32_t k) {
  const attn_parameter &parameter = kernel.parameters[k];
  const attn_array &array = arrays[k];
  if (array.rank != parameter.rank)
    return fail(k, "expected rank %d, got %d", parameter.rank, array.rank);
  if (array.type != parameter.type)
    return fail(k, "expected %s, got %s", typeName(parameter.type),
                typeName(array.type));
  for (int32_t d = 0; d < array.rank; ++d)
    if (attn_status status = checkSize(k, d))
      return status;
  return ATTN_OK;
}

attn_status Checker::checkSize(int32_t k, int32_t dimension) {
  int32_t index = kernel.parameters[k].sizes[dimension];
  const attn_size &expected = kernel.sizes[index];
  int64_t got = arrays[k].sizes[dimension];
  if (got < 0 || got > kMaxSize)
    return fail(k,
                "expected 0 to %" PRId64 " for the size of dimension %d, "
                "got %" PRId64,
                kMaxSize, dimension, got);
  if (expected.value >= 0 && got != expected.value)
    return fail(k,
                "expected %" PRId64 " for the size of dimension %d, "
                "got %" PRId64,
                expected.value, dimension, got);
  Use &first = firstUses[index];
  if (first.parameter < 0)
    first = {k, dimension, got};
  if (got != first.value)
    return fail(k,
                "expected %" PRId64 " for the size of dimension %d (%s) as in "
                "'%s', got %" PRId64,
                first.value, dimension, expected.name,
                kernel.parameters[first.parameter].name, got);
  return ATTN_OK;
}

attn_status Checker::checkStrides(int32_t k) {
  const attn_array &array = arrays[k];
  for (int32_t d = 0; d < array.rank; ++d) {
    if (array.sizes[d] <= 1)
      continue;
    int64_t stride = array.strides[d];
    if (d == array.rank - 1 && stride != 1)
      return fail(k, "expected 1 for the stride of dimension %d, got %" PRId64,
                  d, stride);
    // Kernels compute addresses without sign.
    if (stride < 0)
      return fail(k,
                  "expected at least 0 for the stride of dimension %d, "
                  "got %" PRId64,
                  d, stride);
  }
  return ATTN_OK;
}

attn_status Checker::checkData(int32_t k) {
  const attn_array &array = arrays[k];
  if (isEmpty(array))
    return ATTN_OK;
  if (!array.data)
    return fail(k, "expected data, got null");

  int64_t bytes = typeBytes(array.type);
  auto begin = reinterpret_cast<uintptr_t>(array.data);
  if (begin % bytes)
    return fail(k,
                "expected data aligned to %" PRId64 " bytes, got an address "
                "%d past that",
                bytes, int(begin % bytes));

  int64_t count = 1, length, end;
  bool overflow = false;
  for (int32_t d = 0; d < array.rank; ++d) {
    int64_t step = 0;
    if (array.sizes[d] > 1)
      overflow |=
          __builtin_mul_overflow(array.sizes[d] - 1, array.strides[d], &step);
    overflow |= __builtin_add_overflow(count, step, &count);
  }
  overflow |= __builtin_mul_overflow(count, bytes, &length);
  overflow |= __builtin_add_overflow(int64_t(begin), length, &end);
  if (overflow)
    return fail(k, "expected an array within the address space, got strides "
                   "that leave it");
  ranges[k] = {begin, uintptr_t(end)};
  return ATTN_OK;
}

/// Units write at the same time, so no two elements may share memory.
attn_status Checker::checkOutput(int32_t k) {
  const attn_array &array = arrays[k];
  if (!kernel.parameters[k].is_output || isEmpty(array))
    return ATTN_OK;
  std::vector<int32_t> dimensions;
  for (int32_t d = array.rank - 1; d >= 0; --d)
    if (array.sizes[d] > 1)
      dimensions.push_back(d);
  std::stable_sort(dimensions.begin(), dimensions.end(),
                   [&](int32_t a, int32_t b) {
                     return array.strides[a] < array.strides[b];
                   });
  int64_t extent = 1;
  for (int32_t d : dimensions) {
    int64_t stride = array.strides[d];
    if (stride < extent)
      return fail(k,
                  "expected at least %" PRId64 " for the stride of dimension "
                  "%d, got %" PRId64,
                  extent, d, stride);
    extent += (array.sizes[d] - 1) * stride;
  }
  return ATTN_OK;
}

attn_status Checker::checkMultiples() {
  for (int32_t s = 0; s < kernel.num_sizes; ++s) {
    const Use &whole = firstUses[s];
    int64_t groups = kernel.sizes[s].groups;
    if (groups > 0 && whole.parameter >= 0 && whole.value % groups)
      return fail(whole.parameter,
                  "expected a multiple of %" PRId64 " for the size of "
                  "dimension %d (%s), got %" PRId64,
                  groups, whole.dimension, kernel.sizes[s].name, whole.value);
    int32_t multiple = kernel.sizes[s].multiple;
    if (multiple < 0)
      continue;
    const Use &part = firstUses[multiple];
    if (whole.parameter < 0 || part.parameter < 0)
      continue;
    if (part.value ? whole.value % part.value : whole.value)
      return fail(whole.parameter,
                  "expected a multiple of %" PRId64 " (%s) for the size of "
                  "dimension %d (%s), got %" PRId64,
                  part.value, kernel.sizes[multiple].name, whole.dimension,
                  kernel.sizes[s].name, whole.value);
  }
  return ATTN_OK;
}

/// A table is read whatever its length, if nothing else has that length.
attn_status Checker::checkOwnSizes(int32_t k) {
  const attn_parameter &parameter = kernel.parameters[k];
  if (parameter.is_output || parameter.limit >= 0)
    return ATTN_OK;
  for (int32_t d = 0; d < parameter.rank; ++d) {
    int64_t uses = 0;
    for (int32_t n = 0; n < kernel.num_parameters; ++n)
      uses += std::count(kernel.parameters[n].sizes,
                         kernel.parameters[n].sizes + kernel.parameters[n].rank,
                         parameter.sizes[d]);
    if (uses == 1 && arrays[k].sizes[d] == 0)
      return fail(k, "expected at least 1 for the size of dimension %d, got 0",
                  d);
  }
  return ATTN_OK;
}

/// Kernels trust tables, so their elements are read once here.
attn_status Checker::checkTable(int32_t k) {
  const attn_parameter &parameter = kernel.parameters[k];
  if (parameter.type != ATTN_I32 || parameter.limit == ATTN_ANYTHING)
    return ATTN_OK;
  int64_t count = arrays[k].sizes[0];
  auto *elements = static_cast<const int32_t *>(arrays[k].data);
  auto element = [&](int64_t n) -> int64_t { return elements[n]; };
  if (parameter.limit == ATTN_NUMBERS) {
    constexpr int64_t beyond = int64_t(1) << 30;
    for (int64_t n = 0; n < count; ++n)
      if (element(n) <= -beyond || element(n) >= beyond)
        return fail(k,
                    "expected elements above -2^30 and below 2^30, got %" PRId64
                    " in place %" PRId64,
                    element(n), n);
    return ATTN_OK;
  }
  const attn_size &size = kernel.sizes[parameter.limit];
  int64_t limit = firstUses[parameter.limit].value;
  for (int64_t n = 0; n < count; ++n)
    if (element(n) < 0 || element(n) > limit)
      return fail(k,
                  "expected elements in [0, %" PRId64 "] (%s), got %" PRId64
                  " in place %" PRId64,
                  limit, size.name, element(n), n);
  if (!parameter.is_offsets)
    return ATTN_OK;
  if (count == 0)
    return fail(k, "expected at least one offset, got none");
  for (int64_t n = 1; n < count; ++n)
    if (element(n) < element(n - 1))
      return fail(k,
                  "expected offsets that do not decrease, got %" PRId64
                  " after %" PRId64 " in place %" PRId64,
                  element(n), element(n - 1), n);
  if (element(0) != 0)
    return fail(k, "expected 0 as the first offset, got %" PRId64, element(0));
  if (element(count - 1) != limit)
    return fail(k, "expected %" PRId64 " (%s) as the last offset, got %" PRId64,
                limit, size.name, element(count - 1));
  return ATTN_OK;
}

attn_status Checker::checkOverlaps(int32_t output) {
  for (int32_t k = 0; k < kernel.num_parameters; ++k) {
    bool isEarlier = k < output || !kernel.parameters[k].is_output;
    if (k != output && isEarlier && ranges[output].overlaps(ranges[k]))
      return fail(output,
                  "expected memory apart from argument %d '%s', got an overlap",
                  k, kernel.parameters[k].name);
  }
  return ATTN_OK;
}

attn_status Checker::check() {
  for (int32_t k = 0; k < kernel.num_parameters; ++k)
    for (auto step : {&Checker::checkShape, &Checker::checkStrides,
                      &Checker::checkData, &Checker::checkOutput})
      if (attn_status status = (this->*step)(k))
        return status;
  if (attn_status status = checkMultiples())
    return status;
  for (int32_t k = 0; k < kernel.num_parameters; ++k)
    for (auto step : {&Checker::checkOwnSizes, &Checker::checkTable})
      if (attn_status status = (this->*step)(k))
        return status;
  for (int32_t k = 0; k < kernel.num_parameters; ++k)
    if (kernel.parameters[k].is_output)
      if (attn_status status = checkOverlaps(k))
        return status;
  return ATTN_OK;
}

attn_status checkArguments(const attn_kernel *kernel, const attn_array *arrays,
                           int32_t numArrays, const Message &message) {
  if (!kernel)
    return message.fail(ATTN_INVALID_ARGUMENT, "expected a kernel, got null");
  if (numArrays != kernel->num_parameters)
    return message.fail(ATTN_INVALID_ARGUMENT, "expected %d arrays, got %d",
                        kernel->num_parameters, numArrays);
  if (!arrays && numArrays)
    return message.fail(ATTN_INVALID_ARGUMENT, "expected %d arrays, got null",
                        numArrays);
  return Checker(*kernel, arrays, message).check();
}

} // namespace attn
