//===- AttentionOps.td - attention on tensors ---------------*- tablegen -*-===//

#ifndef ATTN_ATTENTION_OPS
#define ATTN_ATTENTION_OPS

include "mlir/IR/OpBase.td"
include "mlir/IR/SymbolInterfaces.td"
include "mlir/Interfaces/SideEffectInterfaces.td"
include "dialect/AttnAttrs.td"

def Attn_AttentionOp : Op<Attn_Dialect, "attention",
                          [Pure, AttrSizedOperandSegments]> {
  let summary = "softmax(scale * q k^T, where the mask keeps) v";
  let description = [{
    ```
    s[i, j] = f(scale * sum_d q[b, h, i, d] * k[b, h / g, j, d]) if mask(b, h, i, j)
            = -inf                                               otherwise
    lse[b, h, i] = log(sum_j exp(s[i, j]))
    o[b, h, i, :] = sum_j exp(s[i, j] - lse[b, h, i]) * v[b, h / g, j, :]
    ```
    with g = Hq / Hkv query heads to a kv head; f is the modifications in `score`
    one after the other, the identity without any. Computed in f32 whatever the
    element type. A row without keys has o = 0 and lse = -inf, as has
    one whose scores are all -inf.

    `layout` gives the order of the dimensions of q, k, v and o: bhsd, [batch,
    head, token, feature] (the default), or bshd. lse, if wanted, is always f32
    of [B, Hq, Nq]. The default scale is 1 / sqrt(D). No mask: all pairs. The
    constraints, with their labels, are in dialect/README.md. `plan` is what the
    compiler decided on (attn-plan-attention); `head_plans` instead has a plan
    for each mask of an attn.per_head, and `part_plans` two: pairs that the mask
    `first` keeps as well are visited first, with a plan of their own, then the
    rest, which begins with the running softmax of the first. `tokens` is the
    number of queries and keys that the mask's layouts ask for, which lengths
    known at run time only are checked against: attn-simplify-masks sets it, as
    the layouts may go.

    ```mlir
    %o = attn.attention %q, %k, %v mask(%m) {scale = 0.125 : f32}
        : (tensor<1x8x?x64xf32>, tensor<1x2x?x64xf32>, tensor<1x2x?x64xf32>)
        -> tensor<1x8x?x64xf32>
    %p, %lse = attn.attention %q, %k, %v score(%softcap, %alibi)
        : (tensor<1x8x?x64xf32>, tensor<1x2x?x64xf32>, tensor<1x2x?x64xf32>)
        -> (tensor<1x8x?x64xf32>, tensor<1x8x?xf32>)
    ```
  }];
  let arguments = (ins AnyRankedTensor:$q, AnyRankedTensor:$k,
                       AnyRankedTensor:$v, Optional<Attn_Mask>:$mask,
                       Optional<Attn_Mask>:$first, Variadic<Attn_Score>:$score,
                       OptionalAttr<F32Attr>:$scale,
                       DefaultValuedOptionalAttr<StrAttr, "\"bhsd\"">:$layout,
                       OptionalAttr<I64Attr>:$tokens,
                       OptionalAttr<Attn_Plan>:$plan,
                       OptionalAttr<TypedArrayAttrBase<Attn_Plan, "plans">>
                           :$head_plans,
                       OptionalAttr<TypedArrayAttrBase<Attn_Plan, "plans">>
                           :$part_plans);
  let results = (outs AnyRankedTensor:$o, Optional<AnyRankedTensor>:$lse);
  let assemblyFormat = [{
    $q `,` $k `,` $v (`mask` `(` $mask^ `)`)? (`first` `(` $first^ `)`)?
    (`score` `(` $score^ `)`)? attr-dict `:`
    custom<AttentionTypes>(type($q), type($k), type($v), type($o), type($lse))
  }];
  let hasCanonicalizeMethod = 1;
  let hasVerifier = 1;
  let extraClassDeclaration = [{
    bool isBshd() { return getLayout() == "bshd"; }
    /// Where heads and tokens stand in the shapes of q, k, v and o.
    unsigned getHeadDimension() { return isBshd() ? 2 : 1; }
    unsigned getTokenDimension() { return isBshd() ? 1 : 2; }

    // Sizes; ShapedType::kDynamic where known only at run time.
    int64_t getBatch() { return getQ().getType().getDimSize(0); }
    int64_t getQueryHeads() {
      return getQ().getType().getDimSize(getHeadDimension());
    }
    int64_t getKvHeads() {
      return getK().getType().getDimSize(getHeadDimension());
    }
    int64_t getNumQueries() {
      return getQ().getType().getDimSize(getTokenDimension());
    }
    int64_t getNumKeys() {
      return getK().getType().getDimSize(getTokenDimension());
    }
    /// D, and Dv: always static.
    int64_t getHeadSize() { return getQ().getType().getDimSize(3); }
    int64_t getValueSize() { return getV().getType().getDimSize(3); }

    /// Those that a mask is about.
    MaskSizes getMaskSizes();

    /// The mask, if there is one, and those of modifications.
    SmallVector<Value> getAllMasks();

    /// A divisor of the number of query heads: groups of them have masks or
    /// parameters of their own.
    int64_t getHeadGroups();

    Type getElementType() { return getQ().getType().getElementType(); }
    /// The scale, the default filled in.
    float getScaleValue();

    /// Whether a plan may multiply pairs of bf16: they are bf16, and the scale,
    /// which is left to the softmax, does not turn -inf into NaN as 0 does, or
    /// a subnormal number that is taken as 0.
    bool suitsPairs();

    /// What `tokens`, or a layout of a mask, says of the lengths.
    ::std::optional<int64_t> getLayoutTokens();
    /// Sets `tokens` to that, if a length is open.
    void keepTokens();

    bool hasPlan() { return getPlan() || getHeadPlans() || getPartPlans(); }
    /// Forgets it; `first` belongs to it.
    void dropPlan();
    /// Erases the ops that nothing but `first` used.
    void dropFirst();
    /// The parts of an op that has a plan: one, or one for each of head_plans
    /// or part_plans.
    SmallVector<PlanPart> getPlanParts();
    /// With part_plans: queries that all parts are computed for before the next
    /// ones, whole groups of each. And the same of some plans.
    int64_t getPartBlock();
    static int64_t getPartBlock(::llvm::ArrayRef<PlanAttr> plans);
    static constexpr int64_t mostPartBlock = 1 << 16;
  }];
}

def Attn_LaunchOp : Op<Attn_Dialect, "launch",
    [DeclareOpInterfaceMethods<SymbolUserOpInterface>]> {
  let summary = "calls an outlined kernel on tensors";
  let description = [{
    Launches the kernel of that name: its arguments are these operands, then
    these results, as memrefs; a number is a memref of one element. The kernel
    is a `func.func` with the unit attribute `attn.kernel`.

    ```mlir
    %o = attn.launch @kernel(%q, %k, %v)
        : (tensor<1x8x?x64xf32>, tensor<1x8x?x64xf32>, tensor<1x8x?x64xf32>)
        -> tensor<1x8x?x64xf32>
    ```
  }];
  let arguments = (ins FlatSymbolRefAttr:$kernel,
                       Variadic<AnyTypeOf<
                           [AnyRankedTensor, Index, I32, F32]>>:$arguments);
  let results = (outs Variadic<AnyRankedTensor>:$results);
  let assemblyFormat = [{
    $kernel `(` $arguments `)` attr-dict `:` functional-type(operands, results)
  }];
}

def Attn_YieldOp : Op<Attn_Dialect, "yield",
    [Pure, Terminator, ParentOneOf<["TileMaskOp", "TileModifyOp", "DiagonalMaskOp",
                                  "DiagonalModifyOp", "PredicateOp",
                                  "ScoreModOp"]>]> {
  let summary = "ends a region that computes a truth or a score";
  let arguments = (ins AnyTypeOf<[I1, F32]>:$value);
  let assemblyFormat = "$value attr-dict `:` type($value)";
}

#endif // ATTN_ATTENTION_OPS
