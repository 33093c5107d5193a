"""The problems that are compared: B = H = 1, one pattern each."""

import dataclasses


@dataclasses.dataclass(frozen=True)
class Case:
    name: str
    length: int
    width: int  # D = Dv
    pattern: str  # dense, causal, window or neighborhood
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
        }[self.pattern]

    @property
    def spec(self):
        array = f"tensor<1x1x{self.length}x{self.width}x{self.dtype}>"
        lines = [
            f"func.func @main(%q: {array}, %k: {array}, %v: {array})",
            f"    -> {array} {{",
            *("  " + line for line in self.mask),
            "  %o = attn.attention %q, %k, %v mask(%m)",
            f"    : ({array}, {array}, {array}) -> {array}",
            f"  return %o : {array}",
            "}",
        ]
        return "\n".join(lines) + "\n"

    @property
    def kept_pairs(self):
        n = self.length
        return {
            "dense": n * n,
            "causal": n * (n + 1) // 2,
            "window": 1024 * n - 1024 * 1023 // 2,
            "neighborhood": n * 169,
        }[self.pattern]

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
]
