//===- Passes.td - from attention to tile ops, in run order -*- tablegen -*-===//

#ifndef ATTN_PASSES
#define ATTN_PASSES

include "mlir/Pass/PassBase.td"

def ProveClaims : Pass<"attn-prove"> {
  let summary = "decides what the spec claims about its masks";
  let description = [{
    A claim (attn.prove) that is proved is a remark; a false one is an error
    with a counter-example: the first head, query and key, and lengths where the
    claim leaves them open; one that cannot be decided is a warning that says
    why. Claims are dropped, but for the false ones.

    Comparisons of sums, quotients and remainders are decided by Presburger
    arithmetic, for a million tokens or any number of them; tables, products and
    bits by cutting the index space in halves, up to a bound on the work.

    ```mlir
    %a = attn.causal
    %b = attn.window left = 1023
    attn.prove contains %a, %b for tokens = ?
    ```
    is
    ```
    error: the first mask does not contain the second, counter-example: tokens = 2, h = 0, i = 0, j = 1
    ```
  }];
}

def SimplifyMasks : Pass<"attn-simplify-masks", "func::FuncOp"> {
  let summary = "masks in their canonical form, equal masks once";
  let description = [{
    Folds and canonicalises mask ops and makes equal ones one value, so that
    later passes see each mask once and in one form. Constants and common
    subexpressions around them fold as well; two equal attention ops become one.
    An op with open lengths keeps the number of tokens of a layout in its mask,
    `tokens`, which holds even where the layout folds away.

    ```mlir
    %w = attn.window left = 7, right = 5
    %c = attn.causal
    %m = attn.and %w, %c
    ```
    becomes
    ```mlir
    %m = attn.window left = 7, right = 0
    ```
  }];
}

class Attn_MachineOptions {
  list<Option> options = [
    Option<"vectorLanes", "vector-lanes", "int64_t", "16",
           "f32 elements of a vector register">,
    Option<"l1Bytes", "l1-bytes", "int64_t", "49152",
           "bytes of first-level data cache of a core">,
    Option<"l2Bytes", "l2-bytes", "int64_t", "1048576",
           "bytes of second-level cache of a core">,
    Option<"pairSpeed", "pair-speed", "int64_t", "0",
           "multiply-adds of bf16 pairs in the time of one of f32, 0 for none">,
    Option<"pairLanes", "pair-lanes", "int64_t", "0",
           "lanes whose blocks of pairs load least, 0 for any">,
    Option<"farLineCycles", "far-line-cycles", "int64_t", "8",
           "cycles for a line of 64 bytes from beyond the second-level cache">,
    Option<"permuteCost", "permute-cost", "double", "0",
           "multiply-adds in the time of a register of keys, one for each lane, "
           "0 for none">
  ];
}

def PlanAttention : Pass<"attn-plan-attention", "func::FuncOp"> {
  let summary = "chooses query tile and query group by predicted cost";
  let description = [{
    Gives every attention op a `plan`: the index space along which its tokens
    are walked (that of the mask's layout, if it has one; rows that a predicate
    tells; tokens by residue or keys by diagonals, where the mask keeps distances
    between tokens), the query
    tile, the query group and the slab. Lengths that are dynamic are planned for
    4096 tokens, or 128 of each residue. For every candidate tile the key boxes of a sample
    of tiles are solved for and their cost is predicted; the cheapest wins, in
    pairs of bf16 only if those gain 15 %.
    Where the machine picks lanes from two registers at little cost, tiles that
    slide are candidates as well, along the axis that leaves fewest lanes without
    queries. Masks of an `attn.per_head` get plans of their own, `head_plans`, where
    those are cheaper by a tenth. So do the two parts of a mask of which some
    pairs keep a distance between tokens and some do not, `part_plans`: `first`
    says which pairs are visited first. An op that has a plan keeps it.

    ```mlir
    %o = attn.attention %q, %k, %v mask(%m) : ...
    ```
    becomes
    ```mlir
    %o = attn.attention %q, %k, %v mask(%m)
        {plan = #attn.plan<tile = [64], group = [16], lanes = 64, slab = 192>}
        : ...
    ```
  }];
  let options = Attn_MachineOptions<>.options;
}

def OutlineKernels : Pass<"attn-outline-kernels", "ModuleOp"> {
  let summary = "every attention op becomes a kernel and its launch";
  let description = [{
    A kernel NAME is three functions on memrefs. NAME_units says how many units
    of work there are: a query group in one batch and query head each, part by
    part where heads have plans of their own. With `part_plans` a unit is a block
    of queries, whole groups of both plans, one part after the other.
    NAME_scratch_bytes says how much memory a thread needs. NAME computes the
    units [begin, end), each by one `attn.online_attention`, or those of a block:
    the online form of attention. What the runtime has to check about sizes
    stands in attributes.
    Attention ops need a plan.

    ```mlir
    %o = attn.attention %q, %k, %v mask(%m) {plan = ...} : ...
    ```
    becomes
    ```mlir
    %o = attn.launch @main_0(%q, %k, %v) : ...
    ```
  }];
  let dependentDialects = ["arith::ArithDialect", "func::FuncDialect",
                           "memref::MemRefDialect", "scf::SCFDialect"];
}

def ExtractKernels : Pass<"attn-extract-kernels", "ModuleOp"> {
  let summary = "keeps kernels, drops the functions that launch them";
  let description = [{
    What calls kernels stays on tensors and is interpreted, or written by
    somebody else; code is generated for the kernels alone.

    ```mlir
    func.func @main(...) { attn.launch @main_attention_0(...) ... }
    func.func @main_attention_0(...) attributes {attn.kernel} { ... }
    ```
    becomes
    ```mlir
    func.func @main_attention_0(...) attributes {attn.kernel} { ... }
    ```
  }];
}

def ExpandOnline : Pass<"attn-expand-online", "ModuleOp"> {
  let summary = "online attention becomes loops of tile ops";
  let description = [{
    Emits the planner: loops over the disjoint key boxes of the query group, cut
    into slabs; for each slab, over the tiles of the group; for each tile, over
    its own key boxes within the slab, visited by tile ops. Where keys have one
    axis, every tile keeps its next box instead, and slabs begin where the first
    of them does. Full boxes get no mask code. The kernel knows nothing else of
    the mask. With a plan by diagonals those of a tile are listed, and visited
    by diagonal ops. With a plan by halves, keys of a partial box that one half
    of a tile needs alone are visited by the lanes of that half. With a plan
    that slides each place of a tile on the last axis has its own run of the
    keys of a row: which, is found out once for a tile. With `asks-ahead`, what
    is read after a slab, and the queries of the next group, are listed for the
    visits of the slab to ask for: keys of boxes that are known already, and at
    the end of a group those that lie in the next as the first ones did in this.

    ```mlir
    attn.online_attention %q, %k, %v mask(%m) [%b, %h, %g] origin(%i) into %o
        scratch %s {plan = ..., scale = ...} : ...
    ```
    becomes
    ```mlir
    scf.for ... { attn.tile_begin ... }
    scf.for ... {
      attn.stage_keys ...
      scf.for ... {
        attn.tile_scores ...
        attn.tile_mask ...
        attn.tile_softmax ...
        attn.tile_accumulate ...
      }
    }
    scf.for ... { attn.tile_end ... }
    ```
  }];
  let options = [
    Option<"asksAhead", "asks-ahead", "bool", "false",
           "visits ask for what is read after them">
  ];
  let dependentDialects = ["arith::ArithDialect", "math::MathDialect",
                           "memref::MemRefDialect", "scf::SCFDialect"];
}

def PrintMask : Pass<"attn-print-mask", "ModuleOp"> {
  let summary = "draws the mask of every attention op in characters";
  let description = [{
    A row for each query, a column for each key, `#` where the query attends to
    the key, in one head. For small lengths only: it says so where they are not,
    and what it assumes of run-time tables. Prints to standard error.
  }];
  let options = [
    Option<"limit", "limit", "int64_t", "256",
           "the largest number of queries or keys that is drawn">,
    Option<"head", "head", "int64_t", "0", "the query head that is drawn">,
    Option<"length", "length", "int64_t", "32",
           "what to take for a length that is not static">
  ];
}

def PrintPlan : Pass<"attn-print-plan", "ModuleOp"> {
  let summary = "prints tiles, key boxes, density and predicted speedup";
  let description = [{
    For every attention op: its plan (made as attn-plan-attention does where the
    op has none), the key boxes of some query tiles, density, visited and kept
    pairs, the shares of full and partial boxes and the speedup that the cost
    model predicts. Prints to standard error. Unknown lengths are taken as
    `length`; what is assumed of run-time tables is said.
  }];
  let options = Attn_MachineOptions<>.options # [
    Option<"tiles", "tiles", "int64_t", "8",
           "how many query tiles to print, evenly spread">,
    Option<"length", "length", "int64_t", "4096",
           "what to take for a length that is not static">
  ];
}

#endif // ATTN_PASSES
