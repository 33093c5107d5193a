//===- OnlineOps.cpp - plans, and the verifier of online attention --------===//

#include "dialect/AttnOps.h"

using namespace mlir;
using namespace mlir::attn;

::attn::IndexSpace PlanAttr::getSpace() const {
  return getDiagonals()
             ? ::attn::IndexSpace::ofDiagonals()
             : ::attn::IndexSpace(getLayout(), getDilation(), getOrder());
}

int64_t PlanAttr::getTilesPerGroup() const {
  int64_t tiles = 1;
  for (int64_t size : getGroup())
    tiles *= size;
  return tiles;
}

PlanAttr PlanAttr::withGroup(int64_t tiles) const {
  return get(getContext(), getLayout(), getDilation(), getOrder(), getTile(),
             tiles, getLanes(), getSlab(), getProducts(), getDiagonals(),
             getHalves(), getSlides());
}

unsigned PlanAttr::halvedAxis(ArrayRef<int64_t> tile) {
  unsigned axis = 0;
  while (axis + 1 < tile.size() && tile[axis] == 1)
    ++axis;
  return axis;
}

bool PlanAttr::hasHalves(ArrayRef<int64_t> tile, int64_t lanes) {
  // A half is a tile for itself, and there are none of less than 16 lanes.
  if (lanes < 32)
    return false;
  int64_t queries = 1;
  for (int64_t size : tile)
    queries *= size;
  return queries == lanes && tile[halvedAxis(tile)] % 2 == 0;
}

bool PlanAttr::canSlide(ArrayRef<int64_t> tile, int64_t lanes) {
  int64_t queries = 1;
  for (int64_t size : tile)
    queries *= size;
  return queries == lanes && tile.back() == slidingLanes;
}

ParseResult mlir::attn::parseLayout(AsmParser &parser,
                                    SmallVector<int64_t> &layout) {
  return parser.parseCommaSeparatedList(
      AsmParser::Delimiter::Square, [&]() -> ParseResult {
        if (succeeded(parser.parseOptionalQuestion())) {
          layout.push_back(::attn::IndexSpace::open);
          return success();
        }
        SMLoc loc = parser.getCurrentLocation();
        int64_t extent = 0;
        if (parser.parseInteger(extent))
          return failure();
        if (extent < 0) // which stands for an open one
          return parser.emitError(loc)
                 << "expected an extent or '?' in 'layout', got " << extent;
        layout.push_back(extent);
        return success();
      });
}

void mlir::attn::printLayout(AsmPrinter &printer, ArrayRef<int64_t> layout) {
  printer << "[";
  llvm::interleaveComma(layout, printer, [&](int64_t extent) {
    if (extent == ::attn::IndexSpace::open)
      printer << "?";
    else
      printer << extent;
  });
  printer << "]";
}

LogicalResult PlanAttr::verify(function_ref<InFlightDiagnostic()> emitError,
                               ArrayRef<int64_t> layout,
                               ArrayRef<int64_t> dilation,
                               ArrayRef<int64_t> order, ArrayRef<int64_t> tile,
                               ArrayRef<int64_t> group, int64_t lanes,
                               int64_t slab, Type products, bool diagonals,
                               bool halves, bool slides) {
  if (products && !products.isBF16())
    return emitError() << "expected 'products' of bf16, got " << products;
  if (diagonals && !layout.empty())
    return emitError() << "expected no 'layout' with 'diagonals', got one";
  if (diagonals && products)
    return emitError() << "expected no 'products' with 'diagonals', got "
                       << products;
  size_t rank = std::max<size_t>(layout.size(), 1);
  for (auto [name, sizes] :
       {std::pair("dilation", dilation), std::pair("tile", tile),
        std::pair("group", group)}) {
    size_t expected = name == StringRef("dilation") ? layout.size() : rank;
    if (sizes.size() != expected)
      return emitError() << "expected " << expected << " values for '" << name
                         << "', got " << sizes.size();
    for (int64_t size : sizes)
      if (size < 1)
        return emitError() << "expected '" << name << "' of at least 1, got "
                           << size;
  }
  constexpr int64_t open = ::attn::IndexSpace::open;
  if (layout.size() > 1 && llvm::is_contained(layout, open))
    return emitError() << "expected an open axis alone in 'layout', got "
                       << layout.size() << " axes";
  for (auto [extent, d] : llvm::zip_equal(layout, dilation)) {
    int64_t most = extent == open ? ::attn::MaskVars::lengthLimit : extent;
    if (most < 1 || d > most)
      return emitError() << "expected 'dilation' of at most the extent " << most
                         << ", got " << d;
  }
  // As many as a tile op may have, residues among them.
  constexpr size_t mostAxes = 8;
  size_t axes =
      rank + llvm::count_if(dilation, [](int64_t d) { return d != 1; });
  if (axes > mostAxes)
    return emitError() << "expected a plan with at most " << mostAxes
                       << " axes, got " << axes;
  SmallVector<int64_t> sorted(order);
  llvm::sort(sorted);
  if (!order.empty() &&
      !llvm::equal(sorted, llvm::seq<int64_t>(0, layout.size())))
    return emitError() << "expected every axis of the layout once in 'order', "
                          "got ["
                       << order << "]";
  int64_t queries = 1;
  for (int64_t size : tile) // more than there may be is enough to know
    queries = std::min<int64_t>(queries, 64) * std::min<int64_t>(size, 65);
  if (lanes != 16 && lanes != 32 && lanes != 64)
    return emitError() << "expected 16, 32 or 64 'lanes', got " << lanes;
  if (queries > lanes)
    return emitError() << "expected a tile of at most " << lanes
                       << " queries, got " << queries;
  constexpr int64_t mostKeys = 1 << 20;
  if (slab < 1 || slab > mostKeys)
    return emitError() << "expected a 'slab' of 1 to " << mostKeys
                       << " keys, got " << slab;
  int64_t tiles = 1;
  for (int64_t size : group)
    if (__builtin_mul_overflow(tiles, size, &tiles) ||
        tiles > mostTilesPerGroup)
      return emitError() << "expected a group of at most " << mostTilesPerGroup
                         << " tiles, got [" << group << "]";
  for (auto [name, isSet] :
       {std::pair("halves", halves), std::pair("slides", slides)})
    if (isSet && (diagonals || products))
      return emitError() << "expected no '"
                         << (diagonals ? "diagonals" : "products") << "' with '"
                         << name << "', got some";
  if (halves && slides)
    return emitError() << "expected 'halves' or 'slides', got both";
  if (slides && !canSlide(tile, lanes))
    return emitError() << "expected a tile with a query for each lane, and "
                       << slidingLanes
                       << " on its last axis, for 'slides', got [" << tile
                       << "] and " << lanes << " lanes";
  if (halves && !hasHalves(tile, lanes))
    return emitError() << "expected a tile of 32 or 64 queries, one for each "
                          "lane, and an even number of them on its first axis, "
                          "for 'halves', got ["
                       << tile << "] and " << lanes << " lanes";
  return success();
}

LogicalResult OnlineAttentionOp::verify() {
  unsigned axes = getPlan().getSpace().size();
  if (getOrigin().size() != axes)
    return emitOpError() << "expected an 'origin' of " << axes
                         << " coordinates, got " << getOrigin().size();
  Type element = getQ().getType().getElementType();
  if (getPlan().multipliesPairs() && !element.isBF16())
    return emitOpError() << "expected operands of bf16 for 'products' of bf16, "
                            "got "
                         << element;
  if (bool(getKept()) != (getResumes() || getKeeps()))
    return emitOpError() << "expected a block for a part that resumes or keeps "
                            "the state of queries, got one "
                         << (getKept() ? "for another" : "without");
  return success();
}
