//===- KernelParameters.cpp - what the runtime checks of a kernel ---------===//

#include "passes/KernelParameters.h"

using namespace mlir;
using namespace mlir::attn;

void mlir::attn::describeParameters(AttentionOp op, func::FuncOp run) {
  Builder b(op.getContext());
  SmallVector<MaskTable> tables = collectTables(op.getMask());
  SmallVector<ScoreTable> scoreTables = collectScoreTables(op);
  // Documents have as many queries as keys.
  bool isSelf = llvm::any_of(tables, [](auto &t) { return t.isOffsets; });
  auto shared = [&](StringRef size) -> StringRef {
    return isSelf && (size == "queries" || size == "keys") ? "tokens" : size;
  };
  SmallVector<Attribute> described;
  SmallVector<NamedAttribute> extraSizes; // of dimensions that nobody shares
  auto add = [&](StringRef name, ArrayRef<StringRef> sizes,
                 SmallVector<NamedAttribute> more = {}) {
    more.push_back(b.getNamedAttr("name", b.getStringAttr(name)));
    more.push_back(b.getNamedAttr(
        "sizes", b.getStrArrayAttr(llvm::map_to_vector(sizes, shared))));
    described.push_back(b.getDictionaryAttr(more));
  };
  auto addOperand = [&](StringRef name, StringRef heads, StringRef tokens,
                        StringRef depth) {
    if (op.isBshd())
      add(name, {"batch", tokens, heads, depth});
    else
      add(name, {"batch", heads, tokens, depth});
  };
  addOperand("q", "query_heads", "queries", "head_size");
  addOperand("k", "kv_heads", "keys", "head_size");
  addOperand("v", "kv_heads", "keys", "value_size");
  for (auto [n, table] : llvm::enumerate(tables)) {
    // Tables of any size share it with nobody.
    std::string own = (table.name + Twine(n)).str();
    ShapedType type = getTableType(table.values);
    if (table.size.empty() && !type.isDynamicDim(0))
      extraSizes.push_back(
          b.getNamedAttr(own, b.getI64IntegerAttr(type.getDimSize(0))));
    SmallVector<NamedAttribute> more;
    if (!table.limit.empty())
      more.push_back(
          b.getNamedAttr("limit", b.getStringAttr(shared(table.limit))));
    if (table.isNumbers)
      more.push_back(b.getNamedAttr("numbers", b.getUnitAttr()));
    if (table.isOffsets)
      more.push_back(b.getNamedAttr("offsets", b.getUnitAttr()));
    add(table.name, {table.size.empty() ? StringRef(own) : table.size}, more);
  }
  for (auto [n, table] : llvm::enumerate(scoreTables)) {
    SmallVector<std::string> own;
    for (auto [d, size] : llvm::enumerate(table.sizes))
      own.push_back(size.empty()
                        ? (table.name + Twine(n) + "_" + Twine(d)).str()
                        : size.str());
    add(table.name, llvm::to_vector<4>(llvm::map_range(
                        own, [](auto &x) { return StringRef(x); })));
    ShapedType type = getTableType(table.values);
    for (auto [d, size] : llvm::enumerate(own))
      if (table.sizes[d].empty() && !type.isDynamicDim(d))
        extraSizes.push_back(
            b.getNamedAttr(size, b.getI64IntegerAttr(type.getDimSize(d))));
  }
  addOperand("o", "query_heads", "queries", "value_size");
  if (op.getLse())
    add("lse", {"batch", "query_heads", "queries"});
  run->setAttr("attn.parameters", b.getArrayAttr(described));
  if (int64_t groups = op.getHeadGroups(); groups > 1)
    run->setAttr("attn.head_groups", b.getI64IntegerAttr(groups));
  int64_t numQueries = op.getNumQueries(), numKeys = op.getNumKeys();
  if (std::optional<int64_t> tokens = op.getLayoutTokens())
    numQueries = numKeys = *tokens;
  for (const PlanPart &part : op.getPlanParts())
    if (auto tokens = part.plan.getSpace().numTokens())
      numQueries = numKeys = *tokens;
  std::pair<StringRef, int64_t> known[] = {{"batch", op.getBatch()},
                                           {"query_heads", op.getQueryHeads()},
                                           {"kv_heads", op.getKvHeads()},
                                           {"queries", numQueries},
                                           {"keys", numKeys},
                                           {"head_size", op.getHeadSize()},
                                           {"value_size", op.getValueSize()}};
  NamedAttrList values(extraSizes);
  for (auto [size, value] : known)
    if (!ShapedType::isDynamic(value))
      values.set(shared(size), b.getI64IntegerAttr(value));
  run->setAttr("attn.sizes", values.getDictionary(b.getContext()));
}
