"""Runs every case with attn and each peer in turn (A B A B ...) and prints one
table: the kernel's time, and the time to the first result, which includes what
has to be built and compiled first, with no cache of an earlier run. Loading
programs and libraries is left out.
"""

import argparse
import json
import os
import pathlib
import select
import statistics
import subprocess
import sys
import tempfile
import time

import numpy as np

from bench_peers.cases import CASES
from bench_peers.peers import PEERS, to_float

RUNS_A_TURN = 3


class Failure(Exception):
    """One line: why there is no time."""


class Attn:
    """attn-run, a new process for every turn."""

    title = "attn"

    def __init__(self, program, case, folder):
        spec = folder / "case.mlir"
        spec.write_text(case.spec)
        self.folder = folder
        self.command = [
            program, str(spec),
            *(f"--in={folder}/{x}.npy" for x in [*"qkv", *case.tables]),
            f"--out={folder}/attn.npy", "--threads=1", "--no-dense", "--json"]
        figures = self.figures(1)
        self.first = figures["compile_seconds"] + figures["seconds"]

    def figures(self, repeat):
        run = subprocess.run([*self.command, f"--repeat={repeat}"],
                             capture_output=True, text=True)
        if run.returncode:
            said = (run.stderr or run.stdout).strip().split("\n")[-1]
            raise Failure(said or f"exit code {run.returncode}")
        return json.loads(run.stdout[run.stdout.index("{"):])

    def turn(self):
        return self.figures(RUNS_A_TURN)["seconds"]

    def output(self, case):
        array = np.load(self.folder / "attn.npy")[0, 0]
        return to_float(array, case.dtype)

    def close(self):
        pass


class Peer:
    """A worker process that keeps what it compiled."""

    def __init__(self, name, case, folder, limit):
        self.name, self.folder, self.limit = name, folder, limit
        self.title = PEERS[name].title
        self.log = open(folder / f"{name}.log", "w+", encoding="utf-8")
        self.worker = subprocess.Popen(
            [sys.executable, "-m", "bench_peers.worker", name, case.name,
             str(folder)], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            stderr=self.log, text=True,
            # Or PyTorch would find what an earlier case or run compiled.
            env={**os.environ, "TORCHINDUCTOR_CACHE_DIR": f"{folder}/cache"})
        try:
            answer = self.answer()
            if "not_available" in answer:
                raise Failure(answer["not_available"])
        except Failure:
            self.close()
            raise
        self.first = answer["first"]

    def answer(self):
        if not select.select([self.worker.stdout], [], [], self.limit)[0]:
            raise Failure(f"no answer in {self.limit} s")
        line = self.worker.stdout.readline()
        if not line:
            self.log.seek(0)
            said = self.log.read().strip().split("\n")[-1]
            raise Failure(f"exit code {self.worker.wait()}: {said[:160]}")
        return json.loads(line)

    def turn(self):
        times = []
        for _ in range(RUNS_A_TURN):
            self.worker.stdin.write("run\n")
            self.worker.stdin.flush()
            times.append(self.answer())
        return statistics.median(times)

    def output(self, case):
        return np.load(self.folder / f"{self.name}.npy")

    def close(self):
        self.worker.kill()
        self.worker.wait()
        self.log.close()


def make_arrays(case, folder):
    random = np.random.default_rng(1)
    for name in "qkv":
        x = random.standard_normal((1, 1, case.length, case.width), np.float32)
        if case.dtype == "bf16":
            x = (x.view(np.uint32) >> 16).astype(np.uint16)
        np.save(folder / f"{name}.npy", x)
    for name, table in case.tables.items():
        np.save(folder / f"{name}.npy", table)


def start(make, failures, name):
    try:
        return make()
    except (Failure, OSError, ValueError, KeyError) as error:
        failures[name] = str(error) or type(error).__name__
        return None


def against(target, figures):
    """(peer, attn is so many times faster, asked for) of one target."""
    who, asked = target
    rivals = {name: x for name, x in figures.items() if name != "attn"}
    if not asked or "attn" not in figures or not rivals:
        return None
    if who == "best":
        who = min(rivals, key=rivals.get)
    if who not in rivals:
        return None
    return who, rivals[who] / figures["attn"], asked


def compare(case, options, folder):
    make_arrays(case, folder)
    failures, contenders = {}, {}
    for name in ["attn", *options.peers]:
        if name == "attn":
            made = start(lambda: Attn(options.attn_run, case, folder),
                         failures, name)
        else:
            made = start(lambda: Peer(name, case, folder, options.limit),
                         failures, name)
        if made:
            contenders[name] = made
    times = {name: [] for name in contenders}
    for _ in range(options.rounds):
        for name, contender in list(contenders.items()):
            try:
                times[name].append(contender.turn())
            except Failure as error:
                failures[name] = str(error)
                contenders.pop(name).close()

    kernel = {name: statistics.median(times[name]) for name in contenders}
    first = {name: contender.first for name, contender in contenders.items()}
    ours = contenders["attn"].output(case) if "attn" in contenders else None
    for name, contender in contenders.items():
        line = (f"  {contender.title:<35}{1e3 * kernel[name]:>10.1f} ms"
                f"{case.flops / kernel[name] / 1e9:>9.1f} GFLOP/s"
                f"{first[name]:>9.2f} s")
        if name != "attn" and ours is not None:
            apart = np.abs(contender.output(case) - ours).max()
            line += f"{kernel[name] / kernel['attn']:>9.2f}x{apart:>11.1e}"
        print(line)
        contender.close()
    for name, reason in failures.items():
        title = "attn" if name == "attn" else PEERS[name].title
        print(f"  {title:<35}not available: {reason}")
    for what, target, figures in (
            ("kernel", case.kernel_target, kernel),
            ("first result", case.first_target, first)):
        found = against(target, figures)
        if found:
            who, times_faster, asked = found
            print(f"  target: {what} {asked}x faster than {who}; got "
                  f"{times_faster:.2f}x, "
                  f"{'reached' if times_faster >= asked else 'NOT reached'}")
    print(flush=True)
    return "attn" in kernel


def main():
    parser = argparse.ArgumentParser(prog="bench-peers", description=__doc__)
    parser.add_argument("--attn-run", required=True, help=argparse.SUPPRESS)
    parser.add_argument("--cases", type=lambda text: text.split(","),
                        default=[case.name for case in CASES],
                        help="of " + ",".join(case.name for case in CASES))
    parser.add_argument("--peers", type=lambda text: text.split(","),
                        default=list(PEERS), help="of " + ",".join(PEERS))
    parser.add_argument("--rounds", type=int, default=7,
                        help="turns of each contender; the median counts (7)")
    parser.add_argument("--limit", type=int, default=600,
                        help="seconds that a peer may take to answer (600)")
    options = parser.parse_args()
    for asked, known in ((options.cases, [case.name for case in CASES]),
                         (options.peers, list(PEERS))):
        for name in asked:
            if name not in known:
                parser.error(f"expected one of {', '.join(known)}, got {name}")

    began = time.time()
    ok = True
    for case in CASES:
        if case.name in options.cases:
            print(f"{case.name}: N = {case.length}, D = {case.width}, "
                  f"{case.dtype}, kept {case.kept_pairs / case.length**2:.2%}")
            print(f"  {'':<35}{'kernel':>13}{'on kept pairs':>17}"
                  f"{'first':>11}{'attn is':>10}{'apart':>11}")
            with tempfile.TemporaryDirectory() as folder:
                ok &= compare(case, options, pathlib.Path(folder))
    print(f"one thread, medians of {options.rounds} alternating turns, "
          f"{time.time() - began:.0f} s in all")
    return 0 if ok else 1


if __name__ == "__main__":
    sys.exit(main())
