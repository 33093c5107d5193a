//===- TableOps.td - masks that look tables up --------------*- tablegen -*-===//
//
// Tables of attributes are known at compile time. Tables of operands are
// tensors of i32, read at run time: their contents are checked at launch, and
// other contents or another size need no recompilation.
//
//===----------------------------------------------------------------------===//

#ifndef ATTN_TABLE_OPS
#define ATTN_TABLE_OPS

include "dialect/PatternOps.td"

// A tensor in a spec, a memref in a kernel.
def Attn_Table : AnyTypeOf<[1DTensorOf<[I32]>, MemRefRankOf<[I32], [1]>],
                           "a tensor of i32 of rank 1">;

class Attn_TableMaskOp<string mnemonic>
    : Attn_PatternOp<mnemonic, [], ["getTables"], 1>;

//===----------------------------------------------------------------------===//
// Blocks and heads
//===----------------------------------------------------------------------===//

def Attn_BlockMapOp : Attn_PatternOp<"block_map", [], ["getHeadGroups"]> {
  let summary = "blocks by a map of zeros and ones";
  let description = [{
    `map[floor(h * n / H), ib, jb] != 0` for a map of [n, query blocks, key
    blocks], where n divides the number H of heads, such as that of kv heads; or
    of [query blocks, key blocks] for all heads. Blocks are `block` = [queries,
    keys] long, such as [128, 32]; or they begin at `query_offsets` and
    `key_offsets`, which increase from 0. Nothing is kept outside of the map.

    ```mlir
    %m = attn.block_map block = [64, 64], map = dense<[[1, 0], [1, 1]]>
                                                 : tensor<2x2xi8>
    ```
  }];
  let arguments = (ins OptionalAttr<DenseI64ArrayAttr>:$block,
                       OptionalAttr<DenseI64ArrayAttr>:$query_offsets,
                       OptionalAttr<DenseI64ArrayAttr>:$key_offsets,
                       ElementsAttr:$map);
}

def Attn_RandomBlocksOp : Attn_PatternOp<"random_blocks", [],
                                         ["getHeadGroups"]> {
  let summary = "some random key blocks for every query block and head";
  let description = [{
    `jb in {r_0(h, ib), ..., r_{count-1}(h, ib)}`: the random blocks of BigBird
    (arXiv 2007.14062), fixed by a seed for `blocks` key blocks and `heads`
    heads, or groups of heads that follow each other. They are drawn without repetition from the blocks that
    are neither first nor last nor next to ib, as BigBird does for the blocks
    that its window and global blocks leave; fewer where there are fewer.

    ```mlir
    %m = attn.random_blocks block = 64, blocks = 256, count = 3, heads = 12,
                            seed = 7
    ```
  }];
  let arguments = (ins I64Attr:$block, I64Attr:$blocks, I64Attr:$count,
                       Attn_Integer<"1">:$heads, Attn_Integer<"0">:$seed);
  let extraClassDeclaration = [{
    /// The table r: `count` sorted blocks for each block of each head, -1 where
    /// there are fewer.
    std::vector<int64_t> drawBlocks();
  }];
}

def Attn_PerHeadOp : Attn_MaskOp<"per_head", [], ["getHeadGroups"]> {
  let summary = "a mask for each head";
  let description = [{
    n masks serve H heads, n divides H: head h has mask floor(h * n / H).

    ```mlir
    %m = attn.per_head %local, %column
    ```
  }];
  let arguments = (ins Variadic<Attn_Mask>:$masks);
  let assemblyFormat = "$masks attr-dict";
  let hasVerifier = 1;
}

def Attn_HeadWindowOp : Attn_PatternOp<"head_window", [],
                                       ["getHeadGroups"]> {
  let summary = "a block window whose width is a linear function of the length";
  let description = [{
    MoA (arXiv 2406.14909): head h sees the blocks
    `ib - jb < max(1, floor(floor(alpha[h] / block) + beta[h] / denominator *
    ceil(nk / block)))`, of those up to its own. Arrays of n elements, n a
    divisor of the number of heads, serve groups of heads that follow each other.

    ```mlir
    %m = attn.head_window block = 64, alpha = [512, 1024], beta = [0, 1],
                          denominator = 8
    ```
  }];
  let arguments = (ins I64Attr:$block, DenseI64ArrayAttr:$alpha,
                       DenseI64ArrayAttr:$beta,
                       Attn_Integer<"1">:$denominator);
}

//===----------------------------------------------------------------------===//
// Documents and rows
//===----------------------------------------------------------------------===//

def Attn_DocumentOp : Attn_TableMaskOp<"document"> {
  let summary = "a query attends to the keys of its own document";
  let description = [{
    Documents are packed in one sequence; document d has the tokens
    [offsets[d], offsets[d + 1]), as in the `cu_seqlens` of FlashAttention:
    offsets do not decrease, begin with 0 and end with nq = nk.
    `doc(i) == doc(j)`; with `prefix` = p only the first p keys of the document,
    `j - offsets[doc(i)] < p`.

    ```mlir
    %m = attn.document %offsets : tensor<?xi32>
    ```
  }];
  let arguments = (ins Attn_Table:$offsets, OptionalAttr<I64Attr>:$prefix);
}

class Attn_OneDocumentOp<string mnemonic> : Attn_TableMaskOp<mnemonic> {
  let arguments = (ins Attn_Table:$offsets, I64Attr:$index);
}

def Attn_DocumentKeysOp : Attn_OneDocumentOp<"document_keys"> {
  let summary = "the keys of one document";
  let description = [{
    `doc(j) == index`; a negative index counts from the last document, -1. The
    question that all answers share (LongCA-bench) is document 0.

    ```mlir
    %m = attn.document_keys %offsets, index = 0 : tensor<?xi32>
    ```
  }];
}

def Attn_DocumentQueriesOp : Attn_OneDocumentOp<"document_queries"> {
  let summary = "the queries of one document";
  let description = [{
    `doc(i) == index`; a negative index counts from the last document, -1.

    ```mlir
    %m = attn.document_queries %offsets, index = -1 : tensor<?xi32>
    ```
  }];
}

def Attn_RowBoundsOp : Attn_TableMaskOp<"row_bounds"> {
  let summary = "every query has bounds of its own";
  let description = [{
    `lower[i] <= j < upper[i]`: one table for each, with nq elements in [0, nk].

    ```mlir
    %m = attn.row_bounds %lower, %upper : tensor<?xi32>, tensor<?xi32>
    ```
  }];
  let arguments = (ins Attn_Table:$lower, Attn_Table:$upper);
}

def Attn_TreeOp : Attn_TableMaskOp<"tree"> {
  let summary = "a query attends to its ancestors in a tree, and to itself";
  let description = [{
    Tokens are the nodes of trees in depth-first order; `ends[j]` is one beyond
    the last node below j. `j <= i < ends[j]` (the ancestor table of tree
    attention in speculative decoding, SpecInfer, arXiv 2305.09781). nk elements
    in [0, nq].

    ```mlir
    %m = attn.tree %ends : tensor<?xi32>
    ```
  }];
  let arguments = (ins Attn_Table:$ends);
}

def Attn_TokensOp : Attn_TableMaskOp<"tokens"> {
  let summary = "keys or queries with a flag";
  let description = [{
    `flags[j] != 0`, with `queries` `flags[i] != 0`: the global tokens of
    Longformer (arXiv 2004.05150) where only a run knows them.

    ```mlir
    %m = attn.tokens %flags : tensor<?xi32>
    ```
  }];
  let arguments = (ins Attn_Table:$flags, UnitAttr:$queries);
}

#endif // ATTN_TABLE_OPS
