#!/usr/bin/env python3
"""Compares the density in the header of each example with two counts.

density.py FOLDER NAME...   (without a name, all of the folder)

One count is patterns.py, which follows the published formulas; the other is
that of the compiler: attn-opt --attn-print-plan, or attn-run where a pattern
has tables or fewer keys than queries. Both have to agree to the pair, and with
the header to its last digit; README.md has what the headers have. Lines are
printed for all, problems at the end.
"""

import json
import math
import pathlib
import re
import struct
import subprocess
import sys
import tempfile

import patterns

FIGURES = re.compile(
    r"Density at N = (\d+)[^:]*: ([\d.]+) % of all pairs"
    r"(?:, ([\d.]+) % of the causal ones)?; ideal speedup ([\d.]+)\."
    r"(?: In blocks ([\d.]+) % of the causal ones)?")


def output(*command):
    run = subprocess.run(command, capture_output=True, text=True)
    if run.returncode:
        sys.exit(f"{' '.join(command)}\n{run.stderr}")
    return run.stdout + run.stderr


def planned(spec, length):
    text = output("attn-opt", f"--attn-print-plan=tiles=0 length={length}",
                  str(spec), "-o", "/dev/null")
    return int(re.search(r"kept pairs: (\d+)", text).group(1))


def write_array(path, descr, shape, content=None):
    """Zeros where there is no content: a hole in the file."""
    header = repr({"descr": descr, "fortran_order": False,
                   "shape": tuple(shape)})
    header += " " * (-(len(header) + 11) % 64) + "\n"
    with open(path, "wb") as file:
        file.write(b"\x93NUMPY\x01\x00" + struct.pack("<H", len(header)))
        file.write(header.encode("latin1"))
        if content:
            file.write(struct.pack(f"<{len(content)}i", *content))
        else:
            file.truncate(file.tell() + 4 * math.prod(shape))


def run(spec, queries, keys, tables):
    text = spec.read_text()
    types = re.findall(r"^!(?:t|q|kv) = tensor<(\w+?)x(\w+?)x[\d?]+x(\w+?)xf32>",
                       text, re.M)
    shapes = [types[0], types[-1], types[-1]]
    with tempfile.TemporaryDirectory() as folder:
        files = []
        for n, (b, h, d) in enumerate(shapes):
            files.append(f"{folder}/{n}.npy")
            write_array(files[-1], "<f4",
                        (int(b), int(h), keys if n else queries, int(d)))
        for n, table in enumerate(tables):
            files.append(f"{folder}/table{n}.npy")
            write_array(files[-1], "<i4", (len(table),), table)
        return json.loads(output(
            "attn-run", str(spec), "--json", "--no-dense",
            *(f"--in={file}" for file in files)))["kept_pairs"]


def check(spec):
    """A line of the table, and what is wrong."""
    name = spec.stem
    header = " ".join(line[3:].strip() for line in
                      spec.read_text().split("\n") if line.startswith("//"))
    said = FIGURES.search(header)
    if not said or name not in patterns.PATTERNS:
        return name, ["no density in its header, or none in patterns.py"]
    length, share, causal_share, speedup, block_share = said.groups()
    queries, keys, heads, kept, *in_blocks = patterns.PATTERNS[name]()
    pairs = queries * keys * heads
    causal = queries * (queries + 1) // 2 * heads
    wrong = []

    def expect(what, text, value):
        digits = len(text.partition(".")[2])
        if f"{value:.{digits}f}" != text:
            wrong.append(f"{what}: expected {value:.{digits + 2}f}, the header "
                         f"has {text}")

    if int(length) != queries:
        wrong.append(f"N: expected {queries}, the header has {length}")
    expect("share of all pairs", share, 100 * kept / pairs)
    if causal_share:
        expect("share of the causal ones", causal_share, 100 * kept / causal)
    expect("ideal speedup", speedup, pairs / kept)
    if bool(block_share) != bool(in_blocks):
        wrong.append("share in blocks: in the header or in patterns.py only")
    elif block_share:
        expect("share in blocks", block_share, 100 * in_blocks[0])
    line = f"{name:30} N = {queries:<7} {100 * kept / pairs:9.5f} %"
    if causal_share:
        line += f" {100 * kept / causal:9.5f} % of causal"
    if in_blocks:
        line += f" {100 * in_blocks[0]:9.5f} % in blocks"
    row = (f"| {length} | {share} % | {causal_share or ''}"
           f"{' %' if causal_share else ''} | {speedup} |")
    index = (spec.parent / "README.md").read_text().split("\n")
    if not any(f"({spec.name})" in text and text.endswith(row)
               for text in index):
        wrong.append(f"README.md: expected a row that ends with '{row}'")
    tables = patterns.TABLES.get(name, [])
    if tables or queries != keys:
        padded = len(tables[0]) if name == "swin-shifted" else 0
        found = run(spec, padded or queries, padded or keys, tables)
    else:
        if name in patterns.SMALLER:
            length = patterns.SMALLER[name]
            kept = patterns.PATTERNS[name](length)[3]
        found = planned(spec, length)
    if found != kept:
        wrong.append(f"kept pairs: expected {kept}, the compiler has {found}")
    return line, wrong


def main():
    folder, *names = sys.argv[1:]
    specs = sorted(pathlib.Path(folder).glob("*.mlir"))
    problems = []
    for spec in specs:
        if names and spec.stem not in names:
            continue
        line, wrong = check(spec)
        print(line, flush=True)
        problems += [f"{spec.name}: {text}" for text in wrong]
    for problem in problems:
        print(problem)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
