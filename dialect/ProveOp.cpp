//===- ProveOp.cpp - claims about masks: syntax and verifier --------------===//
//
// The labels are those of dialect/README.md.
//
//===----------------------------------------------------------------------===//

#include "dialect/AttnOps.h"

#include "mlir/IR/Builders.h"
#include "llvm/ADT/StringExtras.h"

using namespace mlir;
using namespace mlir::attn;

//===----------------------------------------------------------------------===//
// Sizes: `for` and a list of `name = value`, in any order
//===----------------------------------------------------------------------===//

ParseResult mlir::attn::parseProveSizes(OpAsmParser &parser,
                                        IntegerAttr &queries, IntegerAttr &keys,
                                        IntegerAttr &heads,
                                        IntegerAttr &kvHeads,
                                        UnitAttr &equalLengths) {
  if (failed(parser.parseOptionalKeyword("for")))
    return success();
  SmallVector<StringRef> seen;
  auto parseSize = [&]() -> ParseResult {
    SMLoc loc = parser.getCurrentLocation();
    StringRef name;
    if (parser.parseKeyword(&name))
      return failure();
    SmallVector<IntegerAttr *, 2> sizes =
        llvm::StringSwitch<SmallVector<IntegerAttr *, 2>>(name)
            .Case("queries", {&queries})
            .Case("keys", {&keys})
            .Case("tokens", {&queries, &keys})
            .Case("heads", {&heads})
            .Case("kv_heads", {&kvHeads})
            .Default({});
    if (sizes.empty())
      return parser.emitError(loc)
             << "expected one of queries, keys, tokens, heads, kv_heads, got '"
             << name << "'";
    bool isAgain = llvm::any_of(sizes, [](IntegerAttr *size) { return *size; });
    if (isAgain || llvm::is_contained(seen, name))
      return parser.emitError(loc)
             << "expected '" << name << "' once, got it again";
    seen.push_back(name);
    if (name == "tokens")
      equalLengths = parser.getBuilder().getUnitAttr();
    if (parser.parseEqual())
      return failure();
    if (succeeded(parser.parseOptionalQuestion()))
      return success();
    int64_t value = 0;
    if (parser.parseInteger(value))
      return failure();
    for (IntegerAttr *size : sizes)
      *size = parser.getBuilder().getI64IntegerAttr(value);
    return success();
  };
  return parser.parseCommaSeparatedList(parseSize);
}

void mlir::attn::printProveSizes(OpAsmPrinter &p, Operation *,
                                 IntegerAttr queries, IntegerAttr keys,
                                 IntegerAttr heads, IntegerAttr kvHeads,
                                 UnitAttr equalLengths) {
  SmallVector<std::string> sizes;
  auto add = [&](StringRef name, IntegerAttr value) {
    if (value)
      sizes.push_back((name + " = " + Twine(value.getInt())).str());
  };
  if (equalLengths && queries == keys) {
    add("tokens", queries);
    if (!queries)
      sizes.push_back("tokens = ?");
  } else {
    add("queries", queries);
    add("keys", keys);
  }
  add("heads", heads);
  add("kv_heads", kvHeads);
  if (!sizes.empty())
    p << " for " << llvm::join(sizes, ", ");
}

//===----------------------------------------------------------------------===//
// What the claim is about
//===----------------------------------------------------------------------===//

bool ProveOp::hasEqualLengths() {
  return getEqualLengths() || llvm::any_of(getMasks(), [](Value mask) {
           return llvm::any_of(collectTables(mask), [](const MaskTable &table) {
             return table.isOffsets;
           });
         });
}

MaskSizes ProveOp::getSizes() {
  auto given = [](std::optional<uint64_t> size) {
    return size ? int64_t(*size) : ShapedType::kDynamic;
  };
  MaskSizes sizes = {given(getQueries()), given(getKeys()), given(getHeads()),
                     given(getKvHeads() ? getKvHeads() : getHeads())};
  auto ask = [](int64_t &size, int64_t wanted) {
    if (ShapedType::isDynamic(size))
      size = wanted;
  };
  for (Value mask : getMasks()) {
    for (MaskOpInterface op : collectMaskOps(mask))
      if (auto space = op.getIndexSpace())
        if (auto tokens = space->numTokens()) {
          ask(sizes.queries, *tokens);
          ask(sizes.keys, *tokens);
        }
    for (const MaskTable &table : collectTables(mask)) {
      int64_t size = getTableType(table.values).getDimSize(0);
      if (table.size == "queries")
        ask(sizes.queries, size);
      else if (table.size == "keys")
        ask(sizes.keys, size);
      auto elements = constantElements(table.values);
      if (table.isOffsets && elements && !elements->empty())
        ask(sizes.keys, elements->back());
    }
  }
  if (hasEqualLengths()) {
    ask(sizes.queries, sizes.keys);
    ask(sizes.keys, sizes.queries);
  }
  return sizes;
}

LogicalResult ProveOp::verify() {
  size_t expected = getClaim() == Claim::EveryRowHasAKey ? 1 : 2;
  if (getMasks().size() != expected) // prove_c1
    return emitOpError() << "expected " << expected
                         << (expected == 1 ? " mask" : " masks") << " for '"
                         << stringifyClaim(getClaim()) << "', got "
                         << getMasks().size();
  std::tuple<StringRef, IntegerAttr, int64_t> given[] = {
      {"queries", getQueriesAttr(), 0},
      {"keys", getKeysAttr(), 0},
      {"heads", getHeadsAttr(), 1},
      {"kv_heads", getKvHeadsAttr(), 1}};
  for (auto [name, size, least] : given) { // prove_c2
    constexpr int64_t limit = ::attn::MaskVars::lengthLimit;
    if (size && (size.getInt() < least || size.getInt() >= limit))
      return emitOpError() << "expected '" << name << "' in [" << least << ", "
                           << limit << "), got " << size.getInt();
  }
  MaskSizes sizes = getSizes();
  if (getEqualLengths() && sizes.queries != sizes.keys) // prove_c3
    return emitOpError() << "expected as many queries as keys, got "
                         << sizes.queries << " and " << sizes.keys;
  if (getKvHeads() && !getHeads()) // prove_c4
    return emitOpError("expected 'heads' with 'kv_heads', got none");
  if (getKvHeads() && sizes.heads % sizes.kvHeads != 0)
    return emitOpError() << "expected 'heads' in a multiple of the "
                         << sizes.kvHeads << " kv heads, got " << sizes.heads;
  for (Value mask : getMasks()) {
    if (failed(verifyMaskFits(*this, mask, sizes))) // prove_c5
      return failure();
    bool hasHeadGroups =
        llvm::any_of(collectMaskOps(mask), [](MaskOpInterface part) {
          return llvm::any_of(part.getHeadGroups(),
                              [](int64_t groups) { return groups > 1; });
        });
    if (hasHeadGroups && !getHeads()) // prove_c6
      return emitOpError("expected 'heads' for a mask with groups of heads, "
                         "got none");
  }
  return success();
}
