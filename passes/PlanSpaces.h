//===- PlanSpaces.h - index spaces that plans are tried in ------*- C++ -*-===//
//
// Beside the one that a mask suggests (chooseIndexSpace).
//
//===----------------------------------------------------------------------===//

#ifndef ATTN_PASSES_PLANSPACES_H
#define ATTN_PASSES_PLANSPACES_H

#include "dialect/AttnOps.h"

#include <optional>

namespace mlir::attn {

/// Whether a part of the mask keeps keys at multiples of a distance.
bool keepsDistantTokens(Value mask);

/// Tokens by residue, where parts of the mask keep keys at multiples of a
/// distance: one that all of them divide, if it is not a large one. The layout
/// is open where a length is dynamic, or there are more of one than of the
/// other.
std::optional<::attn::IndexSpace>
spaceOfDistantTokens(Value mask, int64_t queries, int64_t keys);

/// Tokens by rows, where a part of the mask tells their rows and places in them
/// (getRowLengths), no part has axes of its own, and there are as many queries
/// as keys in whole rows.
std::optional<::attn::IndexSpace> spaceOfRows(Value mask, int64_t queries,
                                              int64_t keys);

/// Positions in another order, where tiles that slide along the last axis would
/// have many places without queries, and fewer along another one.
std::optional<::attn::IndexSpace>
spaceOfFullRows(const ::attn::IndexSpace &space);

} // namespace mlir::attn

#endif // ATTN_PASSES_PLANSPACES_H
