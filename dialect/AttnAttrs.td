//===- AttnAttrs.td - attributes of the attn dialect --------*- tablegen -*-===//

#ifndef ATTN_ATTRS
#define ATTN_ATTRS

include "mlir/IR/EnumAttr.td"
include "dialect/AttnDialect.td"

def Attn_Boundary : I32Enum<"Boundary", "boundary", [
    I32EnumCase<"Shift", 0, "shift">,
    I32EnumCase<"Clip", 1, "clip">,
    I32EnumCase<"Wrap", 2, "wrap">]> {
  let cppNamespace = "::mlir::attn";
}

def Attn_BoundaryAttr : EnumAttr<Attn_Dialect, Attn_Boundary, "boundary"> {
  let description = [{
    `shift` moves a window inside, so it never loses keys; `clip` drops the part
    outside; `wrap` lets it come in again at the other end.
  }];
}

def Attn_Claim : I32Enum<"Claim", "claim", [
    I32EnumCase<"Equal", 0, "equal">,
    I32EnumCase<"Contains", 1, "contains">,
    I32EnumCase<"EveryRowHasAKey", 2, "every_row_has_a_key">]> {
  let cppNamespace = "::mlir::attn";
}

def Attn_ClaimAttr : EnumAttr<Attn_Dialect, Attn_Claim, "claim"> {
  let description = [{
    What attn.prove claims about masks.
  }];
}

class Attn_Sizes<string what> : ArrayRefParameter<"int64_t", what>;

def Attn_Plan : AttrDef<Attn_Dialect, "Plan"> {
  let mnemonic = "plan";
  let summary = "how the tokens of an attention op are walked";
  let description = [{
    Tokens are walked along the axes of an index space (dialect/expr/
    IndexSpace.h): one axis without a layout, otherwise those of `layout`, split
    into residue and position where `dilation` is not 1. `layout = [?]` is open:
    as many tokens as there are queries, or keys. Positions follow each other as
    in the layout, or as `order` lists its axes; lanes and keys run along the last
    one. Query tiles and query groups are boxes along the position axes.
     - `tile`: queries of a query tile on each position axis;
     - `group`: query tiles of a query group on each position axis;
     - `lanes`: 16, 32 or 64, at least the queries of a tile;
     - `slab`: how many keys a query group reads at a time;
     - `diagonals`: whether keys are numbered by diagonals, as many as `slab`
       visited at a time, and rows are read in place;
     - `halves`: whether keys that one half of a tile needs alone are visited by
       its lanes alone. The tile fills its lanes, 32 or 64, and its first axis
       of more than one query, which is cut, has an even number of them;
     - `slides`: whether the keys of a row are numbered for each place of the
       tile along the last axis from the first one that its queries need, so
       that those at other places need not be visited. The tile fills its lanes
       and has 16 queries on its last axis;
     - `products`: bf16 where multiplications take pairs of bf16 as they are,
       and scores are rounded to bf16 after the softmax; f32 otherwise.
    The key boxes of a tile follow from the mask: they are computed by the
    planner inside the kernel and stored nowhere.

    ```mlir
    #attn.plan<layout = [30, 48, 80], dilation = [1, 1, 1], tile = [2, 2, 4],
               group = [4, 6, 5], lanes = 16, slab = 256>
    ```
  }];
  let parameters = (ins
    OptionalArrayRefParameter<"int64_t">:$layout,
    OptionalArrayRefParameter<"int64_t">:$dilation,
    OptionalArrayRefParameter<"int64_t">:$order,
    Attn_Sizes<"">:$tile, Attn_Sizes<"">:$group,
    "int64_t":$lanes, "int64_t":$slab,
    OptionalParameter<"::mlir::Type">:$products,
    DefaultValuedParameter<"bool", "false">:$diagonals,
    DefaultValuedParameter<"bool", "false">:$halves,
    DefaultValuedParameter<"bool", "false">:$slides);
  let assemblyFormat = [{
    `<` (`diagonals` `=` $diagonals^ `,` ` `)?
    (`halves` `=` $halves^ `,` ` `)?
    (`slides` `=` $slides^ `,` ` `)?
    (`layout` `=` custom<Layout>($layout)^ `,` `dilation` `=` `[` $dilation `]`
    `,` ` `)? (`order` `=` `[` $order^ `]` `,` ` `)?
    `tile` `=` `[` $tile `]` `,` `group` `=` `[` $group `]` `,`
    `lanes` `=` $lanes `,` `slab` `=` $slab
    (`,` `products` `=` $products^)? `>`
  }];
  let genVerifyDecl = 1;
  let extraClassDeclaration = [{
    ::attn::IndexSpace getSpace() const;
    /// Queries that a group extends over on position axis `axis`.
    int64_t getGroupExtent(unsigned axis) const {
      return getTile()[axis] * getGroup()[axis];
    }
    /// Of one position axis: tokens that a group of each residue extends over.
    int64_t getGroupTokens() const {
      return getGroupExtent(0) * (getDilation().empty() ? 1 : getDilation()[0]);
    }
    /// The same plan with groups of so many tiles along its one axis.
    PlanAttr withGroup(int64_t tiles) const;
    /// Whether multiplications take pairs of bf16.
    bool multipliesPairs() const { return static_cast<bool>(getProducts()); }
    /// Query tiles of a group.
    int64_t getTilesPerGroup() const;
    static constexpr int64_t mostTilesPerGroup = 1 << 12;
    /// The position axis that halves of a tile lie along: the first one on which
    /// it has several queries.
    static unsigned halvedAxis(::llvm::ArrayRef<int64_t> tile);
    /// Whether a tile has halves.
    static bool hasHalves(::llvm::ArrayRef<int64_t> tile, int64_t lanes);
    /// Queries on the last axis of a tile that slides, and whether one can.
    static constexpr int64_t slidingLanes = 16;
    static bool canSlide(::llvm::ArrayRef<int64_t> tile, int64_t lanes);
  }];
}

#endif // ATTN_ATTRS
