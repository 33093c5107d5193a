//===- OraclePicture.h - a mask drawn by the reference ----------*- C++ -*-===//
//
// The mask as the oracle of attn-run --verify reads it, for comparison with
// pictures of the compiler's reading.
//
//===----------------------------------------------------------------------===//

#ifndef ATTN_TEST_UNIT_ORACLEPICTURE_H
#define ATTN_TEST_UNIT_ORACLEPICTURE_H

#include "test/unit/MaskPicture.h"
#include "tools/attn-run/ReferenceMask.h"

namespace attntest {

inline Picture drawOracle(const MaskText &mask, int64_t numQueries,
                          int64_t numKeys, Head head = {}) {
  llvm::Expected<attnrun::Keeps> keeps =
      attnrun::readMask(mask.getMask(), {numQueries, numKeys, head.queryHeads,
                                         head.kvHeads, mask.getArrays()});
  if (!keeps) {
    ADD_FAILURE() << llvm::toString(keeps.takeError());
    return {};
  }
  Picture picture(numQueries, std::string(numKeys, '.'));
  for (int64_t i = 0; i < numQueries; ++i)
    for (int64_t j = 0; j < numKeys; ++j)
      if ((*keeps)(head.head, i, j))
        picture[i][j] = '#';
  return picture;
}

/// Both readings of one head are this picture.
inline void expectPattern(const std::string &text, const Picture &expected,
                          Head head = {}, const Tables &tables = {}) {
  MaskText mask(text, tables);
  ASSERT_TRUE(mask.getMask()) << text;
  int64_t queries = expected.size(), keys = expected[0].size();
  for (Lengths lengths : {Lengths::Static, Lengths::Dynamic})
    EXPECT_EQ(mask.draw(queries, keys, lengths, head), expected)
        << text << "\nhead " << head.head;
  EXPECT_EQ(drawOracle(mask, queries, keys, head), expected)
      << text << "\nthe oracle, head " << head.head;
}

} // namespace attntest

#endif // ATTN_TEST_UNIT_ORACLEPICTURE_H
