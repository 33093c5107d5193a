#!/usr/bin/env python3
"""Small .npy files for tests, with the standard library only.

npy.py make FILE TYPE SHAPE VALUE...   the values repeat as often as needed
npy.py show FILE                       TYPE SHAPE, then one row a line
npy.py compare FILE FILE [TOLERANCE]   exit code 0 if equal (NaN equals NaN)

TYPE is a NumPy type string such as <f4, <f8, <u2 or <i4; SHAPE is 1x8x17x64,
or 'scalar'.
"""

import ast
import math
import struct
import sys

CODES = {"f4": "f", "f8": "d", "f2": "e", "u2": "H", "i4": "i", "i8": "q"}


def code(descr):
    return "<" + CODES[descr.lstrip("<|=")]


def make(path, descr, shape, *values):
    dims = [] if shape == "scalar" else [int(d) for d in shape.split("x")]
    count = math.prod(dims)
    numbers = [float(v) if "f" in descr else int(v) for v in values or ("0",)]
    data = [numbers[n % len(numbers)] for n in range(count)]
    header = repr({"descr": descr, "fortran_order": False,
                   "shape": tuple(dims)})
    header += " " * (-(len(header) + 11) % 64) + "\n"
    with open(path, "wb") as file:
        file.write(b"\x93NUMPY\x01\x00" + struct.pack("<H", len(header)))
        file.write(header.encode("latin1"))
        file.write(b"".join(struct.pack(code(descr), v) for v in data))


def load(path):
    with open(path, "rb") as file:
        raw = file.read()
    wide = raw[6] > 1
    start = 12 if wide else 10
    length = struct.unpack_from("<I" if wide else "<H", raw, 8)[0]
    header = ast.literal_eval(raw[start:start + length].decode("latin1"))
    item = code(header["descr"])
    data = [v[0] for v in struct.iter_unpack(item, raw[start + length:])]
    if len(data) != math.prod(header["shape"]):
        sys.exit(f"{path}: {len(data)} values for shape {header['shape']}")
    return header["descr"], header["shape"], data


def show(path):
    descr, shape, data = load(path)
    print(descr, "x".join(map(str, shape)) or "scalar")
    width = shape[-1] if shape else 1
    for begin in range(0, len(data), max(width, 1)):
        print(" ".join(f"{v:g}" for v in data[begin:begin + width]))


def compare(left, right, tolerance="0"):
    a, b = load(left), load(right)
    if a[:2] != b[:2]:
        sys.exit(f"{a[0]} {a[1]} against {b[0]} {b[1]}")
    for n, (x, y) in enumerate(zip(a[2], b[2])):
        same = x == y or (x != x and y != y)
        if not same and not abs(x - y) <= float(tolerance):
            sys.exit(f"element {n}: {x!r} against {y!r}")


if __name__ == "__main__":
    commands = {"make": make, "show": show, "compare": compare}
    if len(sys.argv) < 3 or sys.argv[1] not in commands:
        sys.exit(__doc__)
    commands[sys.argv[1]](*sys.argv[2:])
