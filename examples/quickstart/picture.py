#!/usr/bin/env python3
"""The picture of the quickstart, with Python's standard library only.

picture.py make FOLDER    draws a picture, adds noise, writes q.npy, k.npy, v.npy
picture.py show FOLDER    reads o.npy; writes clean.png, noisy.png, denoised.png
                          and says how close the last two are to the first
"""

import array
import math
import pathlib
import random
import struct
import sys
import zlib

SIZE = 128
NOISE = 0.1  # standard deviation, where colours go from 0 to 1
PATCH = 2  # pixels to each side
SHARP = 0.12  # how different two patches may be, a colour


def draw(x, y):
    """The colour at (x, y): a sky, a striped field and a few discs."""
    u, v = x / SIZE, y / SIZE
    if v < 0.45:
        colour = (0.35 + 0.4 * v, 0.55 + 0.5 * v, 0.95)
    else:
        stripe = 0.15 * (math.sin(60 * u / (v + 0.1)) > 0)
        colour = (0.25 + stripe, 0.5 + stripe, 0.2)
    for cu, cv, r, disc in ((0.75, 0.2, 0.1, (1.0, 0.9, 0.3)),
                            (0.3, 0.6, 0.2, (0.8, 0.2, 0.2)),
                            (0.38, 0.52, 0.06, (1.0, 0.7, 0.7)),
                            (0.72, 0.75, 0.15, (0.2, 0.2, 0.6))):
        if math.hypot(u - cu, v - cv) < r:
            colour = disc
    return colour


def clean_picture():
    return [c for y in range(SIZE) for x in range(SIZE) for c in draw(x, y)]


def noisy_picture():
    noise = random.Random(1)
    return [c + noise.gauss(0, NOISE) for c in clean_picture()]


def write_npy(path, width, values):
    header = repr({"descr": "<f4", "fortran_order": False,
                   "shape": (1, 1, SIZE * SIZE, width)})
    header += " " * (-(len(header) + 11) % 64) + "\n"
    with open(path, "wb") as file:
        file.write(b"\x93NUMPY\x01\x00" + struct.pack("<H", len(header)))
        file.write(header.encode() + array.array("f", values).tobytes())


def read_npy(path):
    raw = path.read_bytes()
    values = array.array("f")
    values.frombytes(raw[10 + struct.unpack_from("<H", raw, 8)[0]:])
    return values


def write_png(path, picture):
    def chunk(name, data):
        crc = zlib.crc32(name + data)
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", crc)

    pixels = bytes(round(255 * min(max(c, 0), 1)) for c in picture)
    rows = (b"\0" + pixels[3 * SIZE * y:3 * SIZE * (y + 1)] for y in range(SIZE))
    size = struct.pack(">IIBBBBB", SIZE, SIZE, 8, 2, 0, 0, 0)
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", size) +
                     chunk(b"IDAT", zlib.compress(b"".join(rows))) +
                     chunk(b"IEND", b""))


def make(folder):
    """With a = 1 / (patch values * SHARP^2), q = (2 a p, 1) and
    k = (p, -a |p|^2): the product of two pixels is -a |p - p'|^2 but for a
    term of the query alone, which the softmax does not see."""
    noisy = noisy_picture()
    pixels = [noisy[n:n + 3] for n in range(0, len(noisy), 3)]
    inside = range(-PATCH, PATCH + 1)
    near = [[min(max(x + d, 0), SIZE - 1) for d in inside] for x in range(SIZE)]
    queries, keys = array.array("f"), array.array("f")
    for y in range(SIZE):
        for x in range(SIZE):
            # Around zero, products are small and lose fewer digits.
            patch = [c - 0.5 for row in near[y] for column in near[x]
                     for c in pixels[SIZE * row + column]]
            a = 1 / (len(patch) * SHARP * SHARP)
            queries.extend([2 * a * c for c in patch] + [1])
            keys.extend(patch + [-a * sum(c * c for c in patch)])
    folder.mkdir(parents=True, exist_ok=True)
    write_npy(folder / "q.npy", len(queries) // SIZE**2, queries)
    write_npy(folder / "k.npy", len(keys) // SIZE**2, keys)
    write_npy(folder / "v.npy", 3, noisy)


def decibels(picture, clean):
    error = sum((a - b) ** 2 for a, b in zip(picture, clean)) / len(clean)
    return -10 * math.log10(error)


def show(folder):
    pictures = {"clean": clean_picture(), "noisy": noisy_picture(),
                "denoised": read_npy(folder / "o.npy")}
    for name, picture in pictures.items():
        write_png(folder / f"{name}.png", picture)
    before = decibels(pictures["noisy"], pictures["clean"])
    after = decibels(pictures["denoised"], pictures["clean"])
    print(f"signal to noise: {before:.1f} dB before, {after:.1f} dB after; "
          f"see {folder}/noisy.png and {folder}/denoised.png")
    return 0 if after > before + 3 else 1


if __name__ == "__main__":
    commands = {"make": make, "show": show}
    if len(sys.argv) != 3 or sys.argv[1] not in commands:
        sys.exit(__doc__)
    sys.exit(commands[sys.argv[1]](pathlib.Path(sys.argv[2])))
