//===- MaskOps.td - ops that make and combine masks ---------*- tablegen -*-===//
//
// i is the query, j the key, nq and nk the numbers of both. Each description
// gives the predicate "i attends to j"; the same formula stands, as code, in
// MaskPredicates.cpp. The type of a mask is never written.
//
//===----------------------------------------------------------------------===//

#ifndef ATTN_MASK_OPS
#define ATTN_MASK_OPS

include "mlir/Interfaces/InferTypeOpInterface.td"
include "mlir/Interfaces/SideEffectInterfaces.td"
include "dialect/AttnAttrs.td"
include "dialect/MaskInterface.td"

class Attn_MaskOp<string mnemonic, list<Trait> traits = [],
                  list<string> hints = []>
    : Op<Attn_Dialect, mnemonic,
         [Pure, DeclareOpInterfaceMethods<Attn_MaskOpInterface, hints>]
         # traits> {
  let results = (outs Attn_Mask:$result);
}

//===----------------------------------------------------------------------===//
// Leaves
//===----------------------------------------------------------------------===//

// Both ends of the lattice; every fold to a constant becomes one of them.
class Attn_ConstantMaskOp<string mnemonic>
    : Attn_MaskOp<mnemonic, [ConstantLike]> {
  let assemblyFormat = "attr-dict";
  let hasFolder = 1;
}

def Attn_FullOp : Attn_ConstantMaskOp<"full"> {
  let summary = "every query attends to every key";
  let description = [{
    `true`. An attention op without a mask means the same.

    ```mlir
    %m = attn.full
    ```
  }];
}

def Attn_EmptyOp : Attn_ConstantMaskOp<"empty"> {
  let summary = "no query attends to any key";
  let description = [{
    `false`. Rows without keys have output 0 and LSE -inf.

    ```mlir
    %m = attn.empty
    ```
  }];
}

def Attn_CausalOp : Attn_MaskOp<"causal"> {
  let summary = "a query attends to the keys up to itself";
  let description = [{
    - top left: `j <= i`, query 0 sees key 0 only;
    - `bottom_right`: `j <= i + nk - nq`, the last query sees all keys.

    Both are the same where nq = nk.

    ```mlir
    %m = attn.causal
    %n = attn.causal bottom_right
    ```
  }];
  let arguments = (ins UnitAttr:$bottom_right);
  let assemblyFormat = "(`bottom_right` $bottom_right^)? attr-dict";
}

def Attn_WindowOp : Attn_MaskOp<"window"> {
  let summary = "a query attends to the keys near itself";
  let description = [{
    `i - left <= j <= i + right`. Both bounds are inclusive, as in
    FlashAttention: a query sees up to left + right + 1 keys. A bound that is
    left out is unbounded.

    ```mlir
    %m = attn.window left = 1023, right = 0
    ```
  }];
  let arguments = (ins OptionalAttr<I64Attr>:$left,
                       OptionalAttr<I64Attr>:$right);
  let assemblyFormat = "`` custom<WindowBounds>($left, $right) attr-dict";
  let hasFolder = 1;
  let hasCanonicalizeMethod = 1;
  let hasVerifier = 1;
}

def Attn_NeighborhoodOp : Attn_MaskOp<"neighborhood", [], ["getIndexSpace"]> {
  let summary = "a query attends to a window around it in a layout of tokens";
  let description = [{
    Generalized Neighborhood Attention (arXiv 2504.16922, as in NATTEN). Queries
    and keys are the same tokens, laid out row-major in `layout` (the last axis
    varies fastest); nq and nk are its product. i attends to j if it does so on
    every axis. On an axis of extent N with window w, stride s, dilation d:

    1. Dilation splits the axis into d groups of tokens, `x mod d`. Query and
       key must be in the same group g. From here on i and j are coordinates
       within the group, `floor(x / d)`, whose length is `L = ceil((N - g) / d)`.
       A window that is larger than L is taken as L.
    2. Stride gives the s queries of `G = floor(i / s)` a common leader:
       `min(G * s + floor(s / 2), L - 1)`; on a causal axis the last of them,
       `min(G * s + s - 1, L - 1)`.
    3. The window of the leader, with wl = floor(w / 2) keys on its left:
        - `shift`: `start = clamp(leader - wl, 0, L - w)`,
          `start <= j < start + w`; always w keys;
        - `clip`: `leader - wl <= j < leader - wl + w`; fewer at a border;
        - `wrap`: the same modulo L; always w keys;
        - causal, with any boundary: `max(0, leader - (w - 1)) <= j <= i`. What
          `wrap` would bring in from the other end lies in the future.

    Causality is per axis: [true, false] is causal along the first axis and
    looks both ways along the second.

    `stride` and `dilation` are 1, `causal` is false and `boundary` is shift
    where they are left out.

    ```mlir
    %m = attn.neighborhood layout = [30, 48, 80], window = [18, 24, 24],
                           stride = [16, 8, 8], dilation = [1, 1, 1],
                           causal = [true, false, false], boundary = shift
    ```
  }];
  let arguments = (ins DenseI64ArrayAttr:$layout, DenseI64ArrayAttr:$window,
                       OptionalAttr<DenseI64ArrayAttr>:$stride,
                       OptionalAttr<DenseI64ArrayAttr>:$dilation,
                       OptionalAttr<DenseBoolArrayAttr>:$causal,
                       OptionalAttr<Attn_BoundaryAttr>:$boundary);
  let assemblyFormat = [{
    custom<Neighborhood>($layout, $window, $stride, $dilation, $causal,
                         $boundary) attr-dict
  }];
  let hasFolder = 1;
  let hasCanonicalizeMethod = 1;
  let hasVerifier = 1;
  let extraClassDeclaration = [{
    /// The parameters of one axis, defaults filled in.
    struct Axis {
      int64_t extent, window, stride, dilation;
      bool causal;

      /// Length of the shortest and of the longest dilation group.
      int64_t shortestGroup() const { return extent / dilation; }
      int64_t longestGroup() const {
        return shortestGroup() + (extent % dilation != 0);
      }
      /// True if the window is as long as every group.
      bool isCovered() const { return window >= longestGroup(); }
    };
    unsigned getRank() { return getLayout().size(); }
    Axis getAxis(unsigned axis);
    Boundary getBoundaryMode() {
      return getBoundary().value_or(Boundary::Shift);
    }
  }];
}

def Attn_SinksOp : Attn_MaskOp<"sinks"> {
  let summary = "every query attends to the first keys";
  let description = [{
    `j < count`.

    ```mlir
    %m = attn.sinks 4
    ```
  }];
  let arguments = (ins I64Attr:$count);
  let assemblyFormat = "$count attr-dict";
  let hasFolder = 1;
  let hasVerifier = 1;
}

def Attn_GlobalOp : Attn_MaskOp<"global"> {
  let summary = "some tokens attend to all and are attended to by all";
  let description = [{
    `i in tokens or j in tokens`.

    ```mlir
    %m = attn.global [0, 17]
    ```
  }];
  let arguments = (ins DenseI64ArrayAttr:$tokens);
  let assemblyFormat = "$tokens attr-dict";
  let hasFolder = 1;
  let hasVerifier = 1;
}

//===----------------------------------------------------------------------===//
// Combinators
//===----------------------------------------------------------------------===//

class Attn_JunctionOp<string mnemonic> : Attn_MaskOp<mnemonic> {
  let arguments = (ins Variadic<Attn_Mask>:$masks);
  let assemblyFormat = "$masks attr-dict";
  let hasFolder = 1;
  let hasCanonicalizeMethod = 1;
  let hasVerifier = 1;
}

def Attn_AndOp : Attn_JunctionOp<"and"> {
  let summary = "pairs that all of the masks keep";
  let description = [{
    Takes two or more masks.

    ```mlir
    %m = attn.and %a, %b, %c
    ```
  }];
}

def Attn_OrOp : Attn_JunctionOp<"or"> {
  let summary = "pairs that any of the masks keeps";
  let description = [{
    Takes two or more masks.

    ```mlir
    %m = attn.or %a, %b, %c
    ```
  }];
}

def Attn_NotOp : Attn_MaskOp<"not"> {
  let summary = "pairs that the mask drops";
  let description = [{
    ```mlir
    %m = attn.not %a
    ```
  }];
  let arguments = (ins Attn_Mask:$mask);
  let assemblyFormat = "$mask attr-dict";
  let hasFolder = 1;
}

def Attn_PartOp : Attn_MaskOp<"part"> {
  let summary = "pairs of a mask that another one keeps too, or the rest";
  let description = [{
    The same as `attn.and`, with `rest` that of the mask and `attn.not`; but the
    predicate lacks alternatives of either mask that the other one decides. So a
    part of a union is solved for as if the others were not there.

    ```mlir
    %n = attn.part %m of %w
    %r = attn.part %m of %w {rest}
    ```
  }];
  let arguments = (ins Attn_Mask:$mask, Attn_Mask:$first, UnitAttr:$rest);
  let assemblyFormat = "$mask `of` $first attr-dict";
}

#endif // ATTN_MASK_OPS
