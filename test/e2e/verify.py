#!/usr/bin/env python3
"""Runs attn-run --verify on a list of problems.

  verify.py --type=f32,bf16 --n=17,65x1000 --heads=4/2 'causal' \\
      'W = window left = 3, right = 0; S = sinks 4; or W, S'

A mask is a list of ops without "attn." and "%"; its values are single capital
letters, and its last op is the mask. Its run-time tables are $offsets, $queries,
$keys, named for what they have as many elements as, with a digit if there are
several: 'row_bounds $queries1, $queries2'. Every option takes a list. Case number c
takes the mask and the values at c modulo the length of their lists; there are
as many cases as the longest list has entries, or --count. Lists whose lengths
share no factor so meet in all combinations. A neighborhood brings its own
number of tokens in place of --n.

With --values=positive, v holds numbers from 1 to 2. Where it is narrow that is
needed: the allowed error is relative to the largest output of a row, and a sum of
signed values in one or a few columns can come out close to zero. Masks with tables
have normal values in any case.

Every case runs on each of --threads and must write the same bytes for all.
A failure shows the spec, the command and the message of attn-run; the other
cases run all the same.
"""

import argparse
import math
import pathlib
import random
import re
import shlex
import struct
import subprocess
import sys
import tempfile

LISTS = {  # name: values where it is left out, what it says
    "type": ("f32", "of q, k, v and o"),
    "n": ("65", "queries and keys, or NqxNk"),
    "d": ("64", "width of a head, or DxDv"),
    "heads": ("2", "of q and k, or Hq/Hkv"),
    "batch": ("1", "batch size"),
    "layout": ("bhsd", "order of the dimensions"),
    "sizes": ("static", "static, dynamic lengths, or all dynamic but the width"),
    "lse": ("no", "yes: the log-sum-exp is a second result"),
    "scale": ("default", "of the scores"),
    "offsets": ("9", "elements of $offsets, one more than documents"),
    "values": ("normal", "normal or positive"),
}


def arguments():
    parser = argparse.ArgumentParser(
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter)
    for name, (default, text) in LISTS.items():
        parser.add_argument(f"--{name}", default=default, help=text)
    parser.add_argument("--plan", default="",
                        help="of all cases, for that of the compiler")
    parser.add_argument("--threads", default="2")
    parser.add_argument("--target-cpu", default="host")
    parser.add_argument("--count", type=int, default=0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("masks", nargs="+")
    return parser.parse_args()


def pair(text, separator):
    first, _, second = text.partition(separator)
    return int(first), int(second or first)


class Case:
    """One problem: the text of its spec and the shapes of its arguments."""

    def __init__(self, mask, values, plan):
        self.mask, self.values, self.plan = mask, values, plan
        nq, nk = pair(values["n"], "x")
        layout = re.search(r"layout = \[([\d, ]+)\]", mask)
        if layout:
            nq = nk = math.prod(map(int, layout[1].split(",")))
        d, dv = pair(values["d"], "x")
        heads, key_heads = pair(values["heads"], "/")
        batch = int(values["batch"])
        self.shapes = [self.ordered(batch, heads, nq, d),
                       self.ordered(batch, key_heads, nk, d),
                       self.ordered(batch, key_heads, nk, dv)]
        elements = {"offsets": int(values["offsets"]), "queries": nq,
                    "keys": nk}
        self.tables = list(dict.fromkeys(re.findall(r"\$(\w+)", mask)))
        self.shapes += [[elements[name.rstrip("0123456789")]]
                        for name in self.tables]
        self.result = self.ordered(batch, heads, nq, dv)
        self.lse = [batch, heads, nq]

    def ordered(self, batch, heads, tokens, width):
        if self.values["layout"] == "bshd":
            return [batch, tokens, heads, width]
        return [batch, heads, tokens, width]

    def type(self, shape, element, layout):
        """A tensor type: which sizes are "?" is a matter of their place."""
        token = 0 if len(shape) == 1 else 2 if layout == "bhsd" else 1
        dynamic = {"static": (), "dynamic": (token,),
                   "all": (0, 1, 2)}[self.values["sizes"]]
        sizes = ["?" if place in dynamic else str(size)
                 for place, size in enumerate(shape)]
        return f"tensor<{'x'.join(sizes)}x{element}>"

    def spec(self):
        element, layout = self.values["type"], self.values["layout"]
        types = [self.type(shape, element, layout)
                 for shape in self.shapes[:3]]
        tables = {name: self.type(shape, "i32", layout)
                  for name, shape in zip(self.tables, self.shapes[3:])}
        results = [self.type(self.result, element, layout)]
        names = ["%o"]
        if self.values["lse"] == "yes":
            results.append(self.type(self.lse, "f32", "bhsd"))
            names.append("%lse")
        lines = []
        statements = [text.strip() for text in self.mask.split(";")]
        for number, text in enumerate(statements):
            name, op = re.fullmatch(r"(?:([A-Z]) = )?(.*)", text).groups()
            if number == len(statements) - 1:
                name = "mask"
            of_tables = ", ".join(tables[table] for table
                                  in re.findall(r"\$(\w+)", op))
            op = re.sub(r"\b([A-Z])\b", r"%\1", op).replace("$", "%")
            op += " : " + of_tables if of_tables else ""
            lines.append(f"  %{name} = attn.{op}")
        attributes = []
        if layout != "bhsd":
            attributes.append(f'layout = "{layout}"')
        if self.values["scale"] != "default":
            attributes.append(f"scale = {self.values['scale']} : f32")
        if self.plan:
            attributes.append(f"plan = #attn.plan<{self.plan}>")
        braces = f" {{{', '.join(attributes)}}}" if attributes else ""
        return "\n".join([
            f"func.func @main(%q: {types[0]}, %k: {types[1]},",
            f"                %v: {types[2]}"
            + "".join(f", %{name}: {tensor}" for name, tensor in tables.items())
            + ")",
            f"    -> ({', '.join(results)}) {{",
            *lines,
            f"  {', '.join(names)} = attn.attention %q, %k, %v mask(%mask)"
            + braces,
            f"    : ({', '.join(types)}) -> ({', '.join(results)})",
            f"  return {', '.join(names)} : {', '.join(results)}",
            "}", ""])

    def write_arrays(self, folder, seed):
        """The arguments of --values=positive as files, and the options."""
        source = random.Random(seed)
        draws = [lambda: source.gauss(0, 1)] * 2 + [
            lambda: source.uniform(1, 2)]
        element = self.values["type"]
        options = []
        for name, shape, draw in zip("qkv", self.shapes, draws):
            numbers = [draw() for _ in range(math.prod(shape))]
            if element == "bf16":  # the upper half of an f32
                whole = struct.pack(f"<{len(numbers)}f", *numbers)
                data = b"".join(whole[at + 2:at + 4]
                                for at in range(0, len(whole), 4))
            else:
                code = {"f32": "f", "f16": "e"}[element]
                data = struct.pack(f"<{len(numbers)}{code}", *numbers)
            descr = {"f32": "<f4", "f16": "<f2", "bf16": "<u2"}[element]
            header = repr({"descr": descr, "fortran_order": False,
                           "shape": tuple(shape)})
            header += " " * (-(len(header) + 11) % 64) + "\n"
            path = folder / f"{name}.npy"
            path.write_bytes(b"\x93NUMPY\x01\x00"
                             + struct.pack("<H", len(header))
                             + header.encode() + data)
            options.append(f"--in={path}")
        return options

    def inputs(self, folder, seed):
        """The options that make the arguments and give dynamic sizes values."""
        if self.values["values"] == "positive" and not self.tables:
            return self.write_arrays(folder, seed)
        return [f"--random={seed}", *self.size_options()]

    def size_options(self):
        if self.values["sizes"] == "static":
            return []
        return [f"--shape={place}:{'x'.join(map(str, shape))}"
                for place, shape in enumerate(self.shapes)]

    def run(self, folder, threads, target, seed):
        """The message of the first failure, None where there is none."""
        spec = folder / "spec.mlir"
        spec.write_text(self.spec(), encoding="ascii")
        inputs = self.inputs(folder, seed)
        first = None
        for count in threads:
            command = ["attn-run", str(spec), "--verify", "--no-dense",
                       f"--threads={count}", f"--target-cpu={target}", *inputs]
            outputs = [folder / "o.npy"]
            if self.values["lse"] == "yes":
                outputs.append(folder / "lse.npy")
            command += [f"--out={path}" for path in outputs]
            done = subprocess.run(command, capture_output=True, text=True,
                                  check=False)
            shown = " ".join(map(shlex.quote, command))
            if done.returncode != 0:
                return (f"{shown}\nexit code {done.returncode}\n"
                        f"{done.stdout}{done.stderr}")
            written = [path.read_bytes() for path in outputs]
            if first is not None and written != first:
                return f"{shown}\nother bytes than with {threads[0]} threads"
            first = written
        return None


def main():
    options = arguments()
    lists = {name: getattr(options, name).split(",") for name in LISTS}
    count = options.count or max(len(options.masks),
                                 *map(len, lists.values()))
    failures = 0
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        for number in range(count):
            values = {key: entries[number % len(entries)]
                      for key, entries in lists.items()}
            case = Case(options.masks[number % len(options.masks)], values,
                        options.plan)
            message = case.run(folder, options.threads.split(","),
                               options.target_cpu, options.seed)
            if message is not None:
                failures += 1
                settings = " ".join(f"{key}={value}"
                                    for key, value in values.items())
                print(f"case {number}: {case.mask}: {settings}\n"
                      f"{case.spec()}{message}")
    print(f"{count - failures} of {count} cases hold")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
