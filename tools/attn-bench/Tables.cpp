//===- Tables.cpp - contents of run-time tables ---------------------------===//

#include "tools/attn-bench/Tables.h"

#include "llvm/ADT/STLExtras.h"

#include <algorithm>
#include <random>

namespace attnbench {

std::vector<int32_t> drawDocuments(int64_t length) {
  constexpr int documents = 64;
  std::mt19937_64 random(1);
  std::vector<int32_t> offsets = {0, static_cast<int32_t>(length)};
  while (offsets.size() <= documents) {
    auto place = static_cast<int32_t>(random() % length);
    if (!llvm::is_contained(offsets, place))
      offsets.push_back(place);
  }
  llvm::sort(offsets);
  return offsets;
}

std::vector<int32_t> drawLowerBounds(int64_t length) {
  std::vector<int32_t> offsets = drawDocuments(length), lower(length);
  for (int64_t i = 0; i < length; ++i)
    lower[i] = *(llvm::upper_bound(offsets, i) - 1);
  return lower;
}

std::vector<int32_t> drawUpperBounds(int64_t length) {
  std::vector<int32_t> upper(length);
  for (int64_t i = 0; i < length; ++i)
    upper[i] = i + 1;
  return upper;
}

/// Subtrees of random sizes below 256, each within the one around it.
std::vector<int32_t> drawTree(int64_t length) {
  std::mt19937_64 random(1);
  std::vector<int32_t> ends(length);
  std::vector<int64_t> open = {length};
  for (int64_t token = 0; token < length; ++token) {
    while (open.back() <= token)
      open.pop_back();
    int64_t size = 1 + random() % 255;
    open.push_back(std::min(token + size, open.back()));
    ends[token] = open.back();
  }
  return ends;
}

std::vector<int32_t> drawFlags(int64_t length) {
  std::mt19937_64 random(1);
  std::vector<int32_t> flags(length);
  for (int32_t &flag : flags)
    flag = random() % 8 == 0;
  return flags;
}

} // namespace attnbench
