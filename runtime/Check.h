//===- Check.h - what a kernel expects of its arrays ------------*- C++ -*-===//
//
// Kernels trust their descriptors, so everything that could make one read or
// write outside an array is refused here, before it runs.
//
//===----------------------------------------------------------------------===//

#ifndef ATTN_RUNTIME_CHECK_H
#define ATTN_RUNTIME_CHECK_H

#include "runtime/attn.h"

namespace attn {

/// Where the caller wants one line of text. Cut where its buffer ends.
class Message {
public:
  Message(char *text, size_t size);

  /// Writes the line and returns `status`.
  [[gnu::format(printf, 3, 4)]] attn_status fail(attn_status status,
                                                 const char *format, ...) const;

private:
  char *text;
  size_t size;
};

/// Whether `array` has no element. Its sizes must not be negative.
bool isEmpty(const attn_array &array);

attn_status checkArguments(const attn_kernel *kernel, const attn_array *arrays,
                           int32_t numArrays, const Message &message);

} // namespace attn

#endif // ATTN_RUNTIME_CHECK_H
