//===- PatternOps.td - masks of published patterns ----------*- tablegen -*-===//
//
// One op for each pattern, or for each part that patterns share; what differs
// in causality, sinks or windows is composed with attn.and and attn.or. As in
// MaskOps.td each description gives the predicate, the same formula stands as
// code in PatternPredicates.cpp. ib = floor(i / block), jb = floor(j / block),
// h is the query head. Parameters come in any order.
//
//===----------------------------------------------------------------------===//

#ifndef ATTN_PATTERN_OPS
#define ATTN_PATTERN_OPS

include "dialect/MaskOps.td"

// `name = value` for integers and arrays, a bare `name` for flags; operands
// come first, with their types at the end.
class Attn_PatternOp<string mnemonic, list<Trait> traits = [],
                     list<string> hints = [], bit hasTables = 0>
    : Attn_MaskOp<mnemonic, traits, hints> {
  let hasCustomAssemblyFormat = 1;
  let hasVerifier = 1;
  let extraClassDefinition = [{
    ::mlir::ParseResult $cppClass::parse(::mlir::OpAsmParser &parser,
                                         ::mlir::OperationState &result) {
      return ::mlir::attn::parsePattern(parser, result, getAttributeNames(),
                                        }] # !if(hasTables, "true", "false") # [{);
    }
    void $cppClass::print(::mlir::OpAsmPrinter &p) {
      ::mlir::attn::printPattern(p, getOperation(), getAttributeNames());
    }
  }];
}

class Attn_Integer<string standard>
    : DefaultValuedOptionalAttr<I64Attr, standard>;

//===----------------------------------------------------------------------===//
// Blocks
//===----------------------------------------------------------------------===//

def Attn_BlockedOp : Attn_PatternOp<"blocked"> {
  let summary = "a query attends to the keys of its own block";
  let description = [{
    `floor(i / block) == floor(j / block)`: aligned segments, blocked windows
    without overlap (Swin, arXiv 2103.14030, in one dimension).

    ```mlir
    %m = attn.blocked block = 256
    ```
  }];
  let arguments = (ins I64Attr:$block);
}

def Attn_BlockCausalOp : Attn_PatternOp<"block_causal"> {
  let summary = "a query attends to the keys up to the end of its block";
  let description = [{
    `j < (floor(i / block) + 1) * block` (LongCA-bench, arXiv 2510.17896,
    block-causal document, without the document).

    ```mlir
    %m = attn.block_causal block = 1024
    ```
  }];
  let arguments = (ins I64Attr:$block);
}

def Attn_StridedOp : Attn_PatternOp<"strided"> {
  let summary = "local blocks and every stride-th block, sliding with the head";
  let description = [{
    S2-Attention (arXiv 2407.17678), Phi-3-small and vLLM's block-sparse
    attention. With d = ib - jb and s = `head_step`, by default
    max(1, floor(stride / heads)); 0 gives all heads one pattern:

    - causal: `j <= i and (d < local or (jb + h * s + offset) mod stride == 0)`
    - with `right`, both ways: `(d < local and -d < right) or
      (jb + h * s + offset) mod stride == 0`
    - `relative`, both ways, stripes at distances from the edges of the local
      window instead of absolute ones:
      `(max(0, d - local + 1) + max(0, -d - right + 1)) mod stride == 0`

    `local` counts the block of the query. `by_kv_head` takes the kv head for h.
    The last `dense_heads` heads (kv heads with `by_kv_head`) keep every block.
    dkernel has offset = 0, vLLM and Phi-3 have offset = 1.

    ```mlir
    %m = attn.strided block = 64, local = 16, stride = 8, offset = 1
    %n = attn.strided block = 64, local = 4, right = 4, stride = 8, relative
    ```
  }];
  let arguments = (ins I64Attr:$block, I64Attr:$local, I64Attr:$stride,
                       OptionalAttr<I64Attr>:$right,
                       Attn_Integer<"0">:$offset,
                       OptionalAttr<I64Attr>:$head_step,
                       Attn_Integer<"0">:$dense_heads, UnitAttr:$by_kv_head,
                       UnitAttr:$relative);
}

def Attn_SlashOp : Attn_PatternOp<"slash", [], ["getTokenDistance"]> {
  let summary = "blocks at distances that are multiples of a stride";
  let description = [{
    `(ib - jb + offset) mod stride == 0`: diagonals. With block = 1 the column
    heads of the strided Sparse Transformer (arXiv 1904.10509) and the gaps of
    dilated windows (Longformer, arXiv 2004.05150); with blocks the "slash"
    baseline of PowerAttention (arXiv 2503.03588).

    ```mlir
    %m = attn.slash stride = 128
    ```
  }];
  let arguments = (ins I64Attr:$stride, Attn_Integer<"1">:$block,
                       Attn_Integer<"0">:$offset);
}

def Attn_SummaryOp : Attn_PatternOp<"summary"> {
  let summary = "the last keys of every segment";
  let description = [{
    The fixed pattern of the Sparse Transformer (arXiv 1904.10509), without its
    segments (attn.blocked): with `slices` = n > 1 the head h takes slice
    t = h mod n, counted from the end of a segment:
    `segment - (t + 1) * count <= j mod segment < segment - t * count`.

    ```mlir
    %m = attn.summary segment = 128, count = 8, slices = 4
    ```
  }];
  let arguments = (ins I64Attr:$segment, I64Attr:$count,
                       Attn_Integer<"1">:$slices);
}

def Attn_PowerOfTwoOp : Attn_PatternOp<"power_of_two"> {
  let summary = "blocks at distances that are powers of two";
  let description = [{
    `d == 0 or d is 1, 2, 4, ...` with d = ib - jb: PowerAttention (arXiv
    2503.03588) with block = 256, together with a window and a sink block; with
    block = 1 LogSparse (arXiv 1907.00235). With `restart` = n only within
    aligned segments of n keys, `floor(i / n) == floor(j / n)`.

    ```mlir
    %m = attn.power_of_two block = 256
    ```
  }];
  let arguments = (ins Attn_Integer<"1">:$block,
                       OptionalAttr<I64Attr>:$restart);
}

def Attn_BlockWindowOp : Attn_PatternOp<"block_window"> {
  let summary = "a window that is counted in blocks";
  let description = [{
    `ib - left <= jb <= ib + right`, a bound left out is unbounded: `left`
    counts the blocks before that of the query.

    ```mlir
    %m = attn.block_window block = 256, left = 4, right = 0
    ```
  }];
  let arguments = (ins I64Attr:$block, OptionalAttr<I64Attr>:$left,
                       OptionalAttr<I64Attr>:$right);
}

def Attn_FenwickOp : Attn_PatternOp<"fenwick"> {
  let summary = "the pooled keys that make up the keys before a query";
  let description = [{
    Combiner's logsparse partition (arXiv 2107.05768, `logn`): keys are pooled
    over 2^level tokens, key r stands for tokens [r * 2^level, (r + 1) *
    2^level). Query i attends to it if bit `level` of i is set and
    r == floor(i / 2^level) - 1. Over all levels the regions partition [0, i).

    ```mlir
    %m = attn.fenwick level = 3
    ```
  }];
  let arguments = (ins I64Attr:$level);
}

def Attn_DilatedSegmentsOp
    : Attn_PatternOp<"dilated_segments", [],
                     ["getTokenDistance", "makePartWithoutDistance"]> {
  let summary = "branches of segments with every rate-th token";
  let description = [{
    LongNet (arXiv 2307.02486): branch n keeps the pairs of one segment of
    segments[n] tokens of which both have position o_n(h) modulo rates[n] in it,
    where o_n(h) = h mod rates[n], or floor(h * rates[n] / heads) with
    `grouped_heads`. This is the union of the branches; LongNet counts a pair
    as often as branches keep it.

    ```mlir
    %m = attn.dilated_segments segments = [2048, 4096], rates = [1, 2]
    ```
  }];
  let arguments = (ins DenseI64ArrayAttr:$segments, DenseI64ArrayAttr:$rates,
                       UnitAttr:$grouped_heads);
}

def Attn_XorSegmentsOp : Attn_PatternOp<"xor_segments"> {
  let summary = "aligned segments of blocks by their bits";
  let description = [{
    The LongNet baseline of PowerAttention (arXiv 2503.03588): with
    x = ib xor jb and o = ib or jb, some n has `x < segments[n]` and
    `o and (rates[n] - 1) == 0`. Both are powers of two.

    ```mlir
    %m = attn.xor_segments block = 256, segments = [8, 16], rates = [1, 2]
    ```
  }];
  let arguments = (ins I64Attr:$block, DenseI64ArrayAttr:$segments,
                       DenseI64ArrayAttr:$rates);
}

#endif // ATTN_PATTERN_OPS
