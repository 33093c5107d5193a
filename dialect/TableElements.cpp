//===- TableElements.cpp - what elements a table may have -----------------===//

#include "dialect/TableElements.h"

using namespace mlir;
using namespace mlir::attn;

std::string mlir::attn::faultOfElements(const MaskTable &table,
                                        ArrayRef<int64_t> elements,
                                        const MaskSizes &sizes) {
  auto lengthOf = [&](StringRef name) {
    return name == "queries" ? sizes.queries : sizes.keys;
  };
  auto fault = [&](const Twine &expected, const Twine &got) {
    return ("expected " + expected + " in table '" + table.name + "', got " +
            got)
        .str();
  };
  int64_t size = elements.size();
  if (table.size.empty() && size == 0)
    return fault("at least 1 element", "0");
  if (int64_t expected = lengthOf(table.size);
      !table.size.empty() && !ShapedType::isDynamic(expected) &&
      size != expected)
    return fault(Twine(expected) + " elements", Twine(size));
  constexpr int64_t beyond = ::attn::MaskVars::lengthLimit;
  if (table.isNumbers)
    for (int64_t element : elements)
      if (element <= -beyond || element >= beyond)
        return fault("elements above -2^30 and below 2^30", Twine(element));
  if (table.limit.empty())
    return "";
  int64_t limit = lengthOf(table.limit);
  bool isOpen = ShapedType::isDynamic(limit);
  std::string range =
      isOpen ? "from 0 on" : "from 0 to " + std::to_string(limit);
  for (int64_t element : elements)
    if (element < 0 || (!isOpen && element > limit))
      return fault("elements " + range, Twine(element));
  if (table.isOffsets && (elements.front() != 0 || !llvm::is_sorted(elements) ||
                          (!isOpen && elements.back() != limit)))
    return fault("offsets " + range + " that do not decrease", "others");
  return "";
}
