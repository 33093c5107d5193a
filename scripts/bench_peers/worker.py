"""A process of its own for one peer: worker.py PEER CASE FOLDER

Reads q.npy, k.npy and v.npy from FOLDER, prepares, computes once, writes
PEER.npy and one line of JSON. Then answers every line on its standard input with
the time of one more run.
"""

import json
import os
import pathlib
import sys
import time

import numpy as np

from bench_peers.cases import CASES
from bench_peers.peers import PEERS, NotAvailable


def main(peer_name, case_name, folder):
    # What libraries print must not mix with the answers.
    answers = os.fdopen(os.dup(1), "w", buffering=1)
    os.dup2(2, 1)

    case = next(case for case in CASES if case.name == case_name)
    qkv = [np.load(folder / f"{name}.npy") for name in "qkv"]
    peer = PEERS[peer_name]()
    try:
        peer.load_libraries()
        start = time.perf_counter()
        peer.prepare(case, *qkv)
        prepared = time.perf_counter()
        output = peer.run()
        first = time.perf_counter()
    except NotAvailable as reason:
        answers.write(json.dumps({"not_available": str(reason)}) + "\n")
        return
    except Exception as error:  # whatever a peer may throw is a result here
        text = f"{type(error).__name__}: {error}".split("\n")[0]
        answers.write(json.dumps({"not_available": text[:200]}) + "\n")
        return
    np.save(folder / f"{peer_name}.npy", peer.result(output))
    answers.write(json.dumps({"prepare": prepared - start,
                              "first": first - start}) + "\n")
    for _ in sys.stdin:
        start = time.perf_counter()
        peer.run()
        answers.write(json.dumps(time.perf_counter() - start) + "\n")


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], pathlib.Path(sys.argv[3]))
