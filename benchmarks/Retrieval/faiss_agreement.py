#!/usr/bin/env python3
"""Compares jk's indexes with faiss, id for id.

    faiss_agreement.py JK [--count N] [--queries Q]

JK is the command that runs jk. For codes of 32 to 512 bits, at random and in clusters, with ids at random, it builds a flat index and one of multi-index
hashing by jk, removes one item in 50 from both, adds some, and searches for k = 1 to 1000, with and without a filter. What faiss finds within the distance of
the k-th, in order of (distance, id), is what jk must find. Needs numpy and faiss (Debian: python3-faiss). Ends with exit code 1 if anything differs.
"""
import argparse
import shlex
import subprocess
import sys
import tempfile
from pathlib import Path

import faiss
import numpy as np


def codes_of(rng, kind, count, bits):
    if kind == "random":
        return rng.integers(0, 256, (count, bits // 8), dtype=np.uint8)
    centres = rng.integers(0, 256, (max(1, count // 1000), bits // 8), dtype=np.uint8)
    turned = np.packbits(rng.random((count, bits), dtype=np.float32) < 1 / 16, axis=1)
    return centres[rng.integers(0, len(centres), count)] ^ turned


def expected(index, ids, queries, k):
    """The k nearest by (distance, id), by asking for all within the distance of the k-th."""
    k = min(k, index.ntotal)
    distances, _ = index.search(queries, k)
    found = []
    for query, row in zip(queries, distances):
        limits, near, rows = index.range_search(query[None], int(row[-1]) + 1)
        order = np.lexsort((ids[rows], near))[:k]
        found.append((near[order].astype(np.int32), ids[rows[order]]))
    return found


def main():
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("jk")
    arguments.add_argument("--count", type=int, default=1_000_000)
    arguments.add_argument("--queries", type=int, default=10)
    options = arguments.parse_args()
    compared = wrong = 0
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)

        def jk(*words):
            subprocess.run([*shlex.split(options.jk), *map(str, words), "--json"], check=True, stdout=subprocess.DEVNULL)

        def save(file, array):
            np.save(folder / file, array)
            return folder / file

        for kind in ("random", "clustered"):
            for bits in (32, 64, 128, 256, 512):
                rng = np.random.default_rng(bits)
                count = options.count
                codes = codes_of(rng, kind, count + 1000 + options.queries, bits)
                ids = rng.permutation(4 * (count + 1000))[: count + 1000].astype(np.int64)
                queries, codes = codes[-options.queries:], codes[:-options.queries]
                gone = np.concatenate((ids[:count:50], ids[count:count + 20]))
                kept = ~np.isin(ids, gone)
                only = ids[kept][rng.random(int(kept.sum())) < 0.1]
                save("codes.npy", codes[:count]), save("ids.npy", ids[:count])
                save("more.npy", codes[count:]), save("more-ids.npy", ids[count:])
                save("queries.npy", queries), save("gone.npy", gone), save("only.npy", only)
                for structure in ("flat", "mih"):
                    index = folder / f"{structure}.jkx"
                    jk("index", "build", "--codes", folder / "codes.npy", "--ids", folder / "ids.npy", "--structure", structure, "--out", index)
                    jk("index", "add", index, "--codes", folder / "more.npy", "--ids", folder / "more-ids.npy")
                    jk("index", "remove", index, "--ids-file", folder / "gone.npy")
                for what, mask in (("all", kept), ("filtered", np.isin(ids, only))):
                    flat = faiss.IndexBinaryFlat(bits)
                    flat.add(np.ascontiguousarray(codes[mask]))
                    for k in (1, 10, 100, 1000):
                        right = expected(flat, ids[mask], queries, k)
                        for structure in ("flat", "mih"):
                            jk("search", "--index", folder / f"{structure}.jkx", "--codes", folder / "queries.npy", "-k", k, "--device", "host",
                               "--out", folder / "found.npy", "--distances", folder / "distances.npy", *(("--only", folder / "only.npy") if what == "filtered" else ()))
                            found, distances = np.load(folder / "found.npy"), np.load(folder / "distances.npy")
                            for query, (d, i) in enumerate(right):
                                compared += 1
                                if not (np.array_equal(found[query, :len(i)], i) and np.array_equal(distances[query, :len(d)], d) and (found[query, len(i):] == -1).all()):
                                    wrong += 1
                                    print(f"{kind}, {bits} bits, {structure}, {what}, k {k}, query {query}: differs", file=sys.stderr)
                print(f"{kind}, {bits} bits: {compared} lists compared so far, {wrong} differ", flush=True)
    print(f"faiss {faiss.__version__}, {options.count} codes: {compared} lists of neighbours compared, {wrong} differ")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
