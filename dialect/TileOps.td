//===- TileOps.td - steps of one query tile ----------------*- tablegen -*-===//
//
// The contract between passes/ and codegen/: one step of the online softmax for
// one query tile, on scratch memory. Lanes are queries: every tensor of scores
// or state has L lanes (16, 32 or 64) as its last, contiguous dimension.
//
// The index space has axes a = 0..r-1; the last one varies fastest and is the
// one along which the keys of a row are contiguous. A query tile is a box of
// queries: lane l has offset off_a(l), the row-major delinearisation of
// l mod prod(tile) by `tile`, coordinate
//     i_a = min(origin_a + off_a(l), extent_a - 1)      (origin_a < extent_a)
// and row sum_a i_a * strides_a. A lane beyond the tile or the extents thereby
// repeats another lane of the tile, and stores its own result at the same
// place.
//
// A tile may slide: the keys that a place on its last axis needs are a run of
// the keys of a row, and begin later from place to place. The ops of a visit then
// get `starts`: key x of row rr is, for the lanes at place p of the last axis, in
// slot rows[rr][0] + starts[p] + x, and has j_{r-1} = first + starts[p] + x.
// Starts are at most 16 apart, those of places 0 to 7, or 8 to 15, at most 7: a
// register of eight lanes holds them. The width is at least 1.
//
// Halves of a tile may be visited alone: the ops of a visit then get the lanes
// of one half, a part of each row of the scratch of the tile, and a tile whose
// first axis of several queries is half as long, and begins later.
//
//===----------------------------------------------------------------------===//

#ifndef ATTN_TILE_OPS
#define ATTN_TILE_OPS

include "mlir/IR/OpBase.td"
include "mlir/Interfaces/SideEffectInterfaces.td"
include "dialect/AttnDialect.td"

class Attn_TileOp<string mnemonic, list<Trait> traits = []>
    : Op<Attn_Dialect, "tile_" # mnemonic, [Attn_TileStep] # traits> {
  let hasVerifier = 1;
}

// Scratch: f32, static shape, row-major and contiguous; the offset may be
// dynamic. Rows of lanes may be further apart than they are long: those of one
// half of a tile. Rows of staged keys and values may be padded with more columns
// than the depth; TileScoresOp::keyColumns says how many suit the caches best.
class Attn_Scratch<int rank> : MemRefRankOf<[F32], [rank]>;
// Queries, keys and values as they are multiplied. As bf16 they come in pairs,
// two along the features for scores, two along the keys for outputs: with P the
// pairs of features, a multiple of 16, and E the columns of the values, a
// multiple of 16,
//   qt[P][2 L]: qt[d / 2][2 l + d mod 2], 0 from the last feature on;
//   ks[slots][2 P]: 0 from the last feature on;
//   vs[E][slots]: transposed, and finite in the 64 slots after those in use.
// Keys of a tile that slides are transposed, ks[d][slot], of f32.
class Attn_Staged<int rank> : MemRefRankOf<[F32, BF16], [rank]>;
// A number for each place on the last axis of a tile that slides.
def Attn_Starts : MemRefRankOf<[I32], [1]>;
def Attn_Runs : MemRefRankOf<[I32], [2]>;
def Attn_Rows : MemRefRankOf<[I32], [2]>;
// What ListAheadOp writes.
def Attn_Ahead : MemRefRankOf<[I64], [1]>;
def Attn_Operand : MemRefRankOf<[F32, BF16, F16], [4]>;
def Attn_Lse : MemRefRankOf<[F32], [3]>;

def Attn_TileBeginOp : Attn_TileOp<"begin", [AttrSizedOperandSegments]> {
  let summary = "loads and scales the queries of a tile, clears its state";
  let description = [{
    ```
    qt[d][l] = f32(q[batch, head, row(l), d]) * scale
    ot = 0, max = -inf, sum = 0                          (max = sink, sum = 1)
    ```
    `scale` and `sink` already contain log2(e). Where qt is bf16, `scale` is 1 or
    -1, and the rest of it is left to the softmax. ot is as TileAccumulateOp has
    it. A `sink` is the score of a key without a value.
  }];
  let arguments = (ins
    Arg<Attn_Operand, "", [MemRead]>:$q, Index:$batch, Index:$head,
    Variadic<Index>:$origin, Variadic<Index>:$extent, Optional<F32>:$sink,
    Arg<Attn_Staged<2>, "", [MemWrite]>:$qt,
    Arg<Attn_Scratch<2>, "", [MemWrite]>:$ot,
    Arg<Attn_Scratch<1>, "", [MemWrite]>:$max,
    Arg<Attn_Scratch<1>, "", [MemWrite]>:$sum,
    DenseI64ArrayAttr:$tile, DenseI64ArrayAttr:$strides, F32Attr:$scale);
  let assemblyFormat = [{
    $q `[` $batch `,` $head `]` `origin` `(` $origin `)`
    `extent` `(` $extent `)` (`sink` $sink^)?
    `into` $qt `,` $ot `,` $max `,` $sum attr-dict
    `:` type($q) `into` type($qt) `,` type($ot) `,` type($max) `,` type($sum)
  }];
}

def Attn_TileSlideOp : Attn_TileOp<"slide"> {
  let summary = "where a tile that slides begins to read the keys of a row";
  let description = [{
    Place p on the last axis needs keys [runs[0][p], runs[1][p]) of the axis;
    those in [runs[2][p], runs[3][p]) are full. Of the keys [lo, hi) of a visit:
    ```
    a = max(runs[0][p], lo)      e = min(runs[1][p], hi)    (where a < e)
    f[p] = min(a, least a + 16)  (a = hi where nothing is needed)
    s[p] = min(f[p], g + 7)      (g: the least f of places 0 to 7, or 8 to 15)
    width = max(e - s[p])        starts[p] = min(s[p], hi - width) - lo
    is_full = runs[2][p] <= lo + starts[p], lo + starts[p] + width <= runs[3][p]
    ```
    for all p; width is 0 if no place needs a key.
  }];
  let arguments = (ins
    Arg<Attn_Runs, "", [MemRead]>:$runs, Index:$lo, Index:$hi,
    Arg<Attn_Starts, "", [MemWrite]>:$starts);
  let results = (outs Index:$width, I1:$is_full);
  let assemblyFormat = [{
    $runs `lo` `(` $lo `)` `hi` `(` $hi `)` `into` $starts attr-dict
    `:` type($runs) `into` type($starts)
  }];
  let extraClassDeclaration = [{
    /// How far apart starts are, at most; and those of places 0 to 7, or 8 to 15.
    static constexpr int64_t furthest = 16, furthestOfEight = 7, eight = 8;
  }];
}

def Attn_TileScoresOp : Attn_TileOp<"scores"> {
  let summary = "scores of the keys of one visit";
  let description = [{
    The keys of a visit are `nrows` rows of `width` contiguous slots. Row rr of
    `rows` holds: column 0 the slot of its first key in ks, 1 and 2 the begin
    and end of its core (offsets of keys relative to the first, begin <= end),
    then the coordinates j_0 .. j_{r-2} of the row.
    ```
    s[rr * width + x][l] = sum_d qt[d][l] * ks[rows[rr][0] + x][d]
    ```
    for rr < nrows and x < width. May read up to 32 slots past the end of the
    part of ks in use and write up to 32 rows past the end of the part of s in
    use. `chunk` is how many contiguous keys are computed together: a choice of
    speed only.

    With `starts` ks is transposed: ks[d][slot].
  }];
  let arguments = (ins
    Arg<Attn_Staged<2>, "", [MemRead]>:$qt,
    Arg<Attn_Staged<2>, "", [MemRead]>:$ks,
    Arg<Attn_Rows, "", [MemRead]>:$rows, Index:$nrows, Index:$width,
    Arg<Optional<Attn_Starts>, "", [MemRead]>:$starts,
    Arg<Attn_Scratch<2>, "", [MemWrite]>:$s,
    OptionalAttr<I64Attr>:$chunk);
  let assemblyFormat = [{
    $qt `,` $ks `,` $rows `[` $nrows `]` `width` $width (`starts` $starts^)?
    `into` $s attr-dict `:` type($qt) `,` type($ks) `,` type($rows)
    (`starts` type($starts)^)? `into` type($s)
  }];
  let extraClassDeclaration = [{
    /// Columns for the rows of ks. An odd number spreads the same column of
    /// successive keys over the banks of a cache line.
    static int64_t keyColumns(int64_t depth) { return depth | 1; }
  }];
}

def Attn_TileMaskOp : Attn_TileOp<"mask", [AttrSizedOperandSegments]> {
  let summary = "sets the scores that the mask drops to -inf";
  let description = [{
    For each row and each x outside its core:
    ```
    s[rr * width + x][l] = keep(i(l), j) ? s[rr * width + x][l] : -inf
    ```
    where j_{r-1} = first + x. The arguments of the region are i_0..i_{r-1},
    j_0..j_{r-1}, all i32; it holds arith ops on i32 and i1 and reads of tables
    only (it may use i32 values from outside) and yields `keep`.
  }];
  let arguments = (ins
    Arg<Attn_Scratch<2>, "", [MemRead, MemWrite]>:$s,
    Arg<Attn_Rows, "", [MemRead]>:$rows, Index:$nrows, Index:$width,
    Index:$first, Arg<Optional<Attn_Starts>, "", [MemRead]>:$starts,
    Variadic<Index>:$origin, Variadic<Index>:$extent, DenseI64ArrayAttr:$tile);
  let regions = (region SizedRegion<1>:$keep);
  let assemblyFormat = [{
    $s `,` $rows `[` $nrows `]` `width` $width `first` $first
    (`starts` $starts^)? `origin` `(` $origin `)` `extent` `(` $extent `)`
    attr-dict-with-keyword $keep `:` type($s) `,` type($rows)
    (`starts` type($starts)^)?
  }];
  let hasRegionVerifier = 1;
}

def Attn_TileModifyOp : Attn_TileOp<"modify", [AttrSizedOperandSegments]> {
  let summary = "maps the scores of a visit";
  let description = [{
    For each row and each x in [0, width):
    ```
    s[rr * width + x][l] = f(s[rr * width + x][l], i(l), j) * log2(e)
    ```
    where j_{r-1} = first + x. The arguments of the region are the score, f32,
    then i_0..i_{r-1}, j_0..j_{r-1}, all i32; it holds arith and math ops and
    reads of tables and yields the new score. Scores become powers of two here,
    so `scale` of the tile has no log2(e).
  }];
  let arguments = (ins
    Arg<Attn_Scratch<2>, "", [MemRead, MemWrite]>:$s,
    Arg<Attn_Rows, "", [MemRead]>:$rows, Index:$nrows, Index:$width,
    Index:$first, Arg<Optional<Attn_Starts>, "", [MemRead]>:$starts,
    Variadic<Index>:$origin, Variadic<Index>:$extent, DenseI64ArrayAttr:$tile);
  let regions = (region SizedRegion<1>:$body);
  let assemblyFormat = [{
    $s `,` $rows `[` $nrows `]` `width` $width `first` $first
    (`starts` $starts^)? `origin` `(` $origin `)` `extent` `(` $extent `)`
    attr-dict-with-keyword $body `:` type($s) `,` type($rows)
    (`starts` type($starts)^)?
  }];
  let hasRegionVerifier = 1;
}

def Attn_TileSoftmaxOp : Attn_TileOp<"softmax", [AttrSizedOperandSegments]> {
  let summary = "one online softmax step over the scores of a visit";
  let description = [{
    ```
    m = max(max, max_n s[n])     alpha = exp2(max - m)
    s[n] = exp2(s[n] - m)        sum = sum * alpha + sum_n s[n]        max = m
    ```
    for n < count. A score of -inf gives exactly 0. While all scores are -inf,
    max stays -inf, sum 0 and alpha is 0. A NaN score makes sum NaN.

    With `pairs`, s[n] is multiplied by `scale` first, which is positive, m may
    be less than the maximum, by 8 at most, and weights go, rounded to bf16, to
    w, in pairs of keys of one row: with R = 16 ceil(width / 32) pairs for each
    row, 0 beyond the width,
    ```
    w[rr * R + x / 2][2 l + x mod 2] = exp2(scale * s[rr * width + x][l] - m)
    ```
  }];
  let arguments = (ins
    Arg<Attn_Scratch<2>, "", [MemRead, MemWrite]>:$s, Index:$count,
    Arg<Attn_Scratch<1>, "", [MemRead, MemWrite]>:$max,
    Arg<Attn_Scratch<1>, "", [MemRead, MemWrite]>:$sum,
    Arg<Attn_Scratch<1>, "", [MemWrite]>:$alpha,
    Arg<Optional<Attn_Staged<2>>, "", [MemWrite]>:$w, Optional<Index>:$width,
    OptionalAttr<F32Attr>:$scale);
  let assemblyFormat = [{
    $s `[` $count `]` `,` $max `,` $sum `,` $alpha
    (`pairs` `(` $w^ `,` $width `)`)? attr-dict
    `:` type($s) `,` type($max) `,` type($sum) `,` type($alpha) (`,` type($w)^)?
  }];
}

def Attn_TileAccumulateOp
    : Attn_TileOp<"accumulate", [AttrSizedOperandSegments]> {
  let summary = "rescales the output of a tile, adds the values of a visit";
  let description = [{
    ```
    ot[e][l] = ot[e][l] * alpha[l]
             + sum_{rr, x} s[rr * width + x][l] * vs[rows[rr][0] + x][e]
    ```
    With `by_query` it is ot[l][e] in both places: a register then holds values
    of one query, which takes fewer loads where lanes fill one register only, and
    suits `starts`, which come with it: lanes at one place read the same values.
    The columns of ot are a multiple of 16 and vs has at least as many; those
    beyond the values may hold anything. With vs of bf16, s is the w that
    TileSoftmaxOp writes. Lines of `ahead` are asked for a few at a time, in
    their order; how many is up to the lowering.
  }];
  let arguments = (ins
    Arg<Attn_Staged<2>, "", [MemRead]>:$s,
    Arg<Attn_Staged<2>, "", [MemRead]>:$vs,
    Arg<Attn_Rows, "", [MemRead]>:$rows, Index:$nrows, Index:$width,
    Arg<Optional<Attn_Starts>, "", [MemRead]>:$starts,
    Arg<Attn_Scratch<1>, "", [MemRead]>:$alpha,
    Arg<Optional<Attn_Ahead>, "", [MemRead, MemWrite]>:$ahead,
    Arg<Attn_Scratch<2>, "", [MemRead, MemWrite]>:$ot, UnitAttr:$by_query);
  let assemblyFormat = [{
    $s `,` $vs `,` $rows `[` $nrows `]` `width` $width (`starts` $starts^)? `,`
    $alpha (`ahead` $ahead^)? `into` $ot attr-dict `:` type($s) `,` type($vs)
    `,` type($rows) (`starts` type($starts)^)? `,` type($alpha)
    (`,` type($ahead)^)? `into` type($ot)
  }];
}

def Attn_TileEndOp : Attn_TileOp<"end", [AttrSizedOperandSegments]> {
  let summary = "divides by the sum and stores the queries of a tile";
  let description = [{
    ```
    o[batch, head, row(l), :] = ot[:][l] / sum[l]            (0 if sum == 0)
    lse[batch, head, row(l)] = (max[l] + log2(sum[l])) * ln 2
                                                          (-inf if sum == 0)
    ```
    With `by_query` it is ot[l][:], as TileAccumulateOp has it.
    Rounds to nearest even where o is bf16 or f16. Nothing is stored for a tile
    that lies wholly outside the extents.
  }];
  let arguments = (ins
    Arg<Attn_Scratch<2>, "", [MemRead]>:$ot,
    Arg<Attn_Scratch<1>, "", [MemRead]>:$max,
    Arg<Attn_Scratch<1>, "", [MemRead]>:$sum,
    Variadic<Index>:$origin, Variadic<Index>:$extent,
    Arg<Attn_Operand, "", [MemWrite]>:$o, Index:$batch, Index:$head,
    Arg<Optional<Attn_Lse>, "", [MemWrite]>:$lse,
    DenseI64ArrayAttr:$tile, DenseI64ArrayAttr:$strides, UnitAttr:$by_query);
  let assemblyFormat = [{
    $ot `,` $max `,` $sum `origin` `(` $origin `)` `extent` `(` $extent `)`
    `into` $o (`,` $lse^)? `[` $batch `,` $head `]` attr-dict
    `:` type($ot) `,` type($max) `,` type($sum)
    `into` type($o) (`,` type($lse)^)?
  }];
}

#endif // ATTN_TILE_OPS
