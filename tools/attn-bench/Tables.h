//===- Tables.h - contents of run-time tables -------------------*- C++ -*-===//

#ifndef ATTN_TOOLS_ATTNBENCH_TABLES_H
#define ATTN_TOOLS_ATTNBENCH_TABLES_H

#include <cstdint>
#include <vector>

namespace attnbench {

/// Offsets of 64 documents of random lengths, the same in every run.
std::vector<int32_t> drawDocuments(int64_t length);

/// Bounds of rows: documents of random lengths, from the first token of a
/// query's own to the query itself.
std::vector<int32_t> drawLowerBounds(int64_t length);
std::vector<int32_t> drawUpperBounds(int64_t length);

/// A tree of tokens in depth-first order: the end of each one's subtree.
std::vector<int32_t> drawTree(int64_t length);

/// Flags of which one token in eight has one.
std::vector<int32_t> drawFlags(int64_t length);

} // namespace attnbench

#endif // ATTN_TOOLS_ATTNBENCH_TABLES_H
