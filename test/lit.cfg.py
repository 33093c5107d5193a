# Settings of the lit tests.
#
# A test's RUN lines call the tools of this build by name. Substitutions:
#   %examples  the examples/ folder of the source tree
#   %npy       test/npy.py, which makes, prints and compares small .npy files
#   %{python}  this Python
#   %verify    test/e2e/verify.py, which runs attn-run --verify on many problems
# Features, for REQUIRES: and UNSUPPORTED: avx2, avx512f, avx512_bf16,
# amx_bf16, asan.

import os
import sys

import lit.formats

config.name = "attn"
config.test_format = lit.formats.ShTest(execute_external=False)
config.suffixes = [".mlir", ".test"]
config.excludes = ["unit", "Inputs"]
config.test_source_root = os.path.join(config.attn_source_root, "test")
config.test_exec_root = os.path.join(config.attn_binary_root, "test")

config.environment["PATH"] = os.path.pathsep.join(
    [
        os.path.join(config.attn_binary_root, "bin"),
        config.llvm_tools_dir,
        config.environment.get("PATH", ""),
    ]
)
# A failure shows what FileCheck saw.
config.environment["FILECHECK_OPTS"] = "--dump-input=fail"
for name in ("ASAN_OPTIONS", "UBSAN_OPTIONS", "LSAN_OPTIONS"):
    if name in os.environ:
        config.environment[name] = os.environ[name]

npy = os.path.join(config.test_source_root, "npy.py")
verify = os.path.join(config.test_source_root, "e2e", "verify.py")
config.substitutions += [
    ("%examples", os.path.join(config.attn_source_root, "examples")),
    ("%npy", f"{sys.executable} {npy}"),
    ("%{python}", sys.executable),
    ("%verify", f"{sys.executable} {verify}"),
]


def cpu_flags():
    """The instruction sets that the kernel reports, {} where it does not."""
    try:
        with open("/proc/cpuinfo", encoding="ascii", errors="ignore") as file:
            for line in file:
                if line.startswith("flags"):
                    return set(line.split(":", 1)[1].split())
    except OSError:
        pass
    return set()


config.available_features |= cpu_flags() & {
    "avx2", "avx512f", "avx512_bf16", "amx_bf16"}
if config.attn_sanitize:
    config.available_features.add("asan")
