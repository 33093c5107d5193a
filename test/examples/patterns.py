"""How many pairs each example keeps, counted from its published formula.

Shares nothing with the compiler. A pattern of causal blocks is a set of key
blocks for each query block; others are a row of bits, one for each key, in a
Python integer; where every query has as many keys, a product is enough. Keys of
PATTERNS are names of examples; values are (queries, keys, heads, kept pairs),
and for blocks the share of the causal ones, which papers count. Some take a
smaller N, where the compiler takes long to count at the published one.
"""

import functools
import itertools

DOCUMENTS = [0, 1024, 3072, 4096, 7168, 8192]
PICTURE = [int(4 <= n // 63 < 60 and 4 <= n % 63 < 60) for n in range(63 * 63)]
TREE = [21, 21, 21] + [9] * 6 + [15] * 6 + [21] * 6
# What an example takes in tables.
TABLES = {
    "combiner-fixed": [[1024] * 1024, [1024 + i // 32 for i in range(1024)]],
    "longformer": [[1] + [0] * 4095],
    "swin-shifted": [PICTURE],
    "tree-attention": [TREE],
    **{f"longca-{name}": [DOCUMENTS] for name in (
        "full-document", "causal-document", "shared-question",
        "causal-blockwise", "prefix-lm-document", "block-causal-document")},
}
# Where the compiler counts.
SMALLER = {"longformer-dilated": 2048, "longnet": 2048, "s2-attention": 4096,
           "sparse-transformer-fixed": 2048}


def blocks(n, size, heads, keys):
    """keys(h, ib): the blocks that block ib sees. Causal within its own."""
    whole = halves = everything = 0
    for h, ib in itertools.product(range(heads), range(n // size)):
        seen = {jb for jb in keys(h, ib) if 0 <= jb <= ib}
        whole += len(seen - {ib})
        halves += ib in seen
        everything += ib + 1
    kept = whole * size * size + halves * size * (size + 1) // 2
    return n, n, heads, kept, (whole + halves) / everything


def rows(n, heads, row, nk=None):
    """row(h, i): the keys of query i as bits."""
    nk = nk or n
    within = span(0, nk)
    return n, nk, heads, sum((row(h, i) & within).bit_count()
                             for h in range(heads) for i in range(n))


def span(start, stop):
    return (1 << max(stop, 0)) - (1 << max(start, 0)) if stop > start else 0


def past(i):
    return span(0, i + 1)


@functools.lru_cache(maxsize=None)
def every(step, first, n):
    return sum(1 << j for j in range(first, n, step))


def powers(distance):
    return itertools.takewhile(lambda p: p <= distance,
                               (1 << k for k in itertools.count()))


def power_blocks(h, ib):
    return {*range(ib - 4, ib + 1), 0, *(ib - p for p in powers(ib))}


def longnet_baseline(h, ib):
    return {jb for jb in range(ib + 1) if any(
        ib ^ jb < 8 << n and (ib | jb) % (1 << n) == 0 for n in range(5))}


def strided(local, stride, offset, step):
    def keys(h, ib):
        return {*range(ib - local + 1, ib + 1),
                *range(-(h * step + offset) % stride, ib + 1, stride)}
    return keys


def moa(h, ib):
    width = (16, 64)[h]  # 1024 / 64 blocks; 4 / 8 of 8192 / 64 blocks
    return {0, *range(ib - width + 1, ib + 1)}


def longnet(h, i):
    seen = 0
    for rate, segment in ((1, 2048), (2, 4096), (4, 8192), (6, 16384),
                          (12, 32768)):
        first = i - i % segment
        if i % segment % rate == h % rate:
            seen |= every(rate, h % rate, segment) << first
    return seen & past(i)


def bigbird():
    kept = 2 * 64  # the first and the last row
    for ib in range(1, 63):
        kept += len({0, 63, ib - 1, ib, ib + 1}) + 3
    return 4096, 4096, 12, 12 * kept * 64 * 64


def global_rows(n, tokens, near):
    wide = span(0, n)
    some = sum(1 << t for t in tokens)
    return rows(n, 1, lambda h, i: wide if i in tokens else some | near(i))


def near(left, right):
    return lambda i: span(i - left, i + right + 1)


def causal_window(n, left, first=0, step=1, heads=1):
    """The keys up to `left` before i, every step-th, and the first ones."""
    kept = 0
    for i in range(n):
        start = max(i - left, 0)
        kept += (i - start) // step + 1 + min(first, start)
    return n, n, heads, heads * kept


def fixed(n=12288):
    kept = sum(i % 128 + 1 + i // 128 * 32 for i in range(n))
    return n, n, 8, 8 * kept


def log_sparse(h, i):
    return 1 << i | sum(1 << i - p for p in powers(i))


def combiner(h, i):
    return span(i - i % 32, i + 1) | span(1024, 1024 + i // 32)


def box(layout, window):
    tokens = kept = 1
    for length, width in zip(layout, window):
        tokens, kept = tokens * length, kept * length * width
    return tokens, tokens, 1, kept


def video():
    near_pairs = sum(min(x + 21, 1349) - max(x - 21, 0) + 1
                     for x in range(1350))
    n = 13 * 1350
    return n, n, 1, 13 * 13 * near_pairs


def shifted():
    cuts = [3] + [7] * 7 + [4]
    return 3136, 3136, 3, 3 * sum(c * c for c in cuts) ** 2


def tree():
    above = lambda i: sum(j <= i < end for j, end in enumerate(TREE))
    return 21, 21, 8, 8 * sum(map(above, range(21)))


def documents(row):
    """row(d, first, stop, i): document d has tokens [first, stop)."""
    kept = 0
    for d, (first, stop) in enumerate(zip(DOCUMENTS, DOCUMENTS[1:])):
        kept += sum(row(d, first, stop, i) for i in range(first, stop))
    return 8192, 8192, 8, 8 * kept


def wide(count):
    """The same row for each of 8 heads."""
    queries, keys, heads, kept = count
    return queries, keys, 8 * heads, 8 * kept


def head_mix(*counts):
    queries, keys = counts[0][:2]
    return queries, keys, sum(c[2] for c in counts), sum(c[3] for c in counts)


K = 1024
PATTERNS = {
    "bigbird": bigbird,
    "causal": lambda: wide(rows(4 * K, 1, lambda h, i: past(i))),
    "combiner-fenwick": lambda: (4 * K, 512, 2, 2 * sum(
        i >> 3 & 1 for i in range(4 * K))),
    "combiner-fixed": lambda: rows(K, 2, combiner, 1056),
    "dilated-3d": lambda: box((30, 48, 80), (18, 12, 12)),
    "gqa-dynamic": lambda: wide(rows(4 * K, 1, lambda h, i: past(i))),
    "gpt-oss": lambda: causal_window(8 * K, 127, heads=64),
    "hunyuan-video-18x24x24": lambda: box((30, 48, 80), (18, 24, 24)),
    "hunyuan-video-30x40x40": lambda: box((30, 48, 80), (30, 40, 40)),
    "hunyuan-video-3d": lambda: box((30, 48, 80), (18, 24, 24)),
    "log-sparse": lambda: rows(768, 2, log_sparse),
    "longca-block-causal-document": lambda: documents(
        lambda d, first, stop, i: (i // K + 1) * K - first),
    "longca-causal": lambda: wide(rows(16 * K, 1, lambda h, i: past(i))),
    "longca-causal-blockwise": lambda: documents(
        lambda d, first, stop, i: i + 1 if d == 4 else i + 1 - first),
    "longca-causal-document": lambda: documents(
        lambda d, first, stop, i: i + 1 - first),
    "longca-full": lambda: (16 * K, 16 * K, 8, 8 * (16 * K) ** 2),
    "longca-full-document": lambda: documents(
        lambda d, first, stop, i: stop - first),
    "longca-global-sliding-window": lambda: wide(global_rows(
        16 * K, range(2 * K), near(K, K))),
    "longca-prefix-lm-causal": lambda: wide(rows(
        16 * K, 1, lambda h, i: past(max(i, 4 * K - 1)))),
    "longca-prefix-lm-document": lambda: documents(
        lambda d, first, stop, i: max(i + 1, min(first + 512, stop)) - first),
    "longca-shared-question": lambda: documents(
        lambda d, first, stop, i: i + 1 - first + (d > 0) * DOCUMENTS[1]),
    "longca-sliding-window": lambda: wide(rows(
        16 * K, 1, lambda h, i: near(K, K)(i))),
    "longca-sliding-window-causal": lambda: causal_window(
        16 * K, K, heads=8),
    "longformer": lambda: head_mix(*2 * [global_rows(
        4 * K, [0], near(256, 256))]),
    "longformer-dilated": lambda n=23040: head_mix(
        causal_window(n, 256, heads=6),
        causal_window(n, 512, step=2, heads=2)),
    "longformer-global": lambda: head_mix(*4 * [global_rows(
        4 * K, [0, 2048], near(256, 256))]),
    "longnet": lambda n=32 * K: rows(n, 4, longnet),
    "minference-a-shape": lambda: causal_window(128 * K, 3967, first=128),
    "moa": lambda: blocks(8 * K, 64, 2, moa),
    "neighborhood-2d": lambda: box((128, 128), (13, 13)),
    "phi-3-small": lambda: blocks(8 * K, 64, 8, strided(16, 8, 1, 1)),
    "power-attention": lambda: blocks(32 * K, 256, 2, power_blocks),
    "power-attention-dilated": lambda: blocks(
        32 * K, 256, 2, lambda h, ib: {*range(ib - 18, ib + 1, 2)}),
    "power-attention-longnet": lambda: blocks(
        32 * K, 256, 2, longnet_baseline),
    "power-attention-slash": lambda: blocks(
        32 * K, 256, 2, lambda h, ib: {
            0, *range(ib - 5, ib + 1), *range(ib, -1, -32)}),
    "power-attention-sliding": lambda: blocks(
        32 * K, 256, 2, lambda h, ib: {0, *range(ib - 8, ib + 1)}),
    "re-ttention-image": lambda: rows(
        4 * K, 2, lambda h, i: near(64, 64)(i)),
    "re-ttention-video": video,
    "s2-attention": lambda n=64 * K: blocks(
        n, 64, 16, strided(8, 16, 0, 1)),
    "sliding-window-with-sinks": lambda: causal_window(16 * K, 1023, first=4),
    "sparse-transformer-fixed": fixed,
    "sparse-transformer-strided": lambda: head_mix(
        causal_window(12288, 127), (12288, 12288, 1, sum(
            i // 128 + 1 for i in range(12288)))),
    "streaming-llm": lambda: causal_window(
        64 * K, 1999, first=4, heads=2),
    "swin": lambda: (3136, 3136, 3, 3 * 3136 * 49),
    "swin-shifted": shifted,
    "tree-attention": tree,
}
