"""The problems that are compared: B = H = 1, one pattern each."""

import dataclasses

import numpy as np

DOCUMENTS = 32


def offsets(length):
    """Where documents of random lengths begin, and the end of the last."""
    inner = np.random.default_rng(1).choice(
        np.arange(1, length), DOCUMENTS - 1, replace=False)
    return np.array([0, *sorted(inner), length], np.int32)


def in_slices(keep, length):
    """The pairs that a mask of numpy arrays keeps, some queries at a time."""
    j = np.arange(length)[None, :]
    return sum(int(keep(j.T[i:i + 256], j).sum())
               for i in range(0, length, 256))


def s2(i, j):
    """Blocks of 64: the last 16, and every 8th."""
    return (i >= j) & ((i // 64 - j // 64 < 16) | (j // 64 % 8 == 0))


def power(i, j):
    """Blocks of 256: the first, the last 5, and those 2^n before."""
    distance = i // 256 - j // 256
    return (i >= j) & ((j < 256) | (distance < 5)
                       | ((distance & (distance - 1)) == 0))


@dataclasses.dataclass(frozen=True)
class Case:
    name: str
    length: int
    width: int  # D = Dv
    pattern: str  # a key of the tables below
    dtype: str = "f32"
    # What attn is to reach: (against whom, how many times faster).
    kernel_target: tuple = ("", 0)
    first_target: tuple = ("", 0)

    @property
    def mask(self):
        """The mask's lines in a spec, without the indentation."""
        return {
            "dense": ["%m = attn.full"],
            "causal": ["%m = attn.causal"],
            "window": ["%m = attn.window left = 1023, right = 0"],
            "neighborhood": ["%m = attn.neighborhood layout = [128, 128], "
                             "window = [13, 13]"],
            "s2": ["%m = attn.strided block = 64, local = 16, stride = 8"],
            "power": ["%p = attn.power_of_two block = 256",
                      "%w = attn.block_window block = 256, left = 4, "
                      "right = 0",
                      "%s = attn.sinks 256",
                      "%u = attn.or %p, %w, %s",
                      "%c = attn.causal",
                      "%m = attn.and %u, %c"],
            "documents": ["%d = attn.document %offsets : "
                          f"tensor<{DOCUMENTS + 1}xi32>",
                          "%c = attn.causal",
                          "%m = attn.and %d, %c"],
            "alibi": ["%m = attn.causal", "%s = attn.softcap 30.0",
                      "%t = attn.alibi"],
        }[self.pattern]

    @property
    def tables(self):
        """Run-time tables, arguments of the spec after q, k and v."""
        return ({"offsets": offsets(self.length)}
                if self.pattern == "documents" else {})

    @property
    def spec(self):
        array = f"tensor<1x1x{self.length}x{self.width}x{self.dtype}>"
        lines = [
            f"func.func @main(%q: {array}, %k: {array}, %v: {array}"
            + "".join(f", %{name}: tensor<{len(table)}xi32>"
                      for name, table in self.tables.items()) + ")",
            f"    -> {array} {{",
            *("  " + line for line in self.mask),
            "  %o = attn.attention %q, %k, %v mask(%m)"
            + (" score(%s, %t)" if self.pattern == "alibi" else ""),
            f"    : ({array}, {array}, {array}) -> {array}",
            f"  return %o : {array}",
            "}",
        ]
        return "\n".join(lines) + "\n"

    @property
    def kept_pairs(self):
        n = self.length
        kept = {
            "dense": n * n,
            "causal": n * (n + 1) // 2,
            "window": 1024 * n - 1024 * 1023 // 2,
            "neighborhood": n * 169,
            "s2": lambda: in_slices(s2, n),
            "power": lambda: in_slices(power, n),
            "documents": lambda: sum(
                int(size) * (int(size) + 1) // 2
                for size in np.diff(offsets(n))),
            "alibi": n * (n + 1) // 2,
        }[self.pattern]
        return kept() if callable(kept) else kept

    @property
    def flops(self):
        return 4 * self.width * self.kept_pairs


CASES = [
    Case("dense-64", 4096, 64, "dense", kernel_target=("best", 1.05)),
    Case("dense-128", 4096, 128, "dense", kernel_target=("best", 1.05)),
    Case("dense-bf16-64", 4096, 64, "dense", "bf16", ("sdpa", 2)),
    Case("dense-bf16-128", 4096, 128, "dense", "bf16", ("sdpa", 2)),
    Case("causal", 8192, 64, "causal", "f32", ("best", 1.25)),
    Case("window", 16384, 64, "window", "f32", ("flex", 2), ("flex", 20)),
    Case("neighborhood", 16384, 64, "neighborhood", "f32", ("flex", 20),
         ("flex", 20)),
    Case("s2", 16384, 64, "s2", "f32", ("flex", 4)),
    Case("power", 16384, 64, "power", "f32", ("flex", 2)),
    Case("documents", 16384, 64, "documents", "f32", ("flex", 2.5)),
    Case("alibi", 16384, 64, "alibi", "f32", ("flex", 2)),
    Case("window-32k", 32768, 64, "window", "f32", ("flex", 2),
         ("flex", 100)),
    Case("s2-32k", 32768, 64, "s2", "f32", ("flex", 4), ("flex", 100)),
    Case("power-32k", 32768, 64, "power", "f32", ("flex", 2),
         ("flex", 100)),
    Case("documents-32k", 32768, 64, "documents", "f32", ("flex", 2.5),
         ("flex", 100)),
]
