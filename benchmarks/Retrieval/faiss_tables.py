#!/usr/bin/env python3
"""An index of product codes beside faiss's IndexPQ over the same codes and codebooks: ids and times.

Makes embeddings up, builds the index by `jk index build`, hands its codes and codebooks to faiss, and compares what both find for the same
queries. Exits with 1 if an id differs where the distances do. Needs python3-faiss and numpy.

    benchmarks/Retrieval/faiss_tables.py "dotnet src/Cli/bin/Release/net10.0/jk.dll" --count 1000000
"""

import argparse
import json
import shlex
import struct
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import faiss
import numpy as np

DIMENSIONS, BYTES, QUERIES, K = 64, 8, 100, 100
CODES, QUANTIZER = 1, 11


def embeddings(count, seed):
    """Points of 24 dimensions around 2,000 centres, in 64 dimensions, in [-1, 1]."""
    random = np.random.default_rng(seed)
    centres = random.normal(size=(2000, DIMENSIONS)).astype("f4")
    spread = (random.normal(size=(24, DIMENSIONS)) / 24**0.5).astype("f4")
    near = random.normal(size=(count, 24)).astype("f4") @ spread
    noise = 0.05 * random.normal(size=(count, DIMENSIONS)).astype("f4")
    return np.tanh(0.7 * centres[random.integers(0, len(centres), count)] + 0.5 * near + noise).astype("f4")


def sections(path):
    """Offset and bytes of each section of an index file, by kind."""
    header = path.read_bytes()[:4096]
    entries = (struct.unpack_from("<IIqq", header, 64 + 24 * i) for i in range(struct.unpack_from("<I", header, 20)[0]))
    return {kind: (offset, size) for kind, _, offset, size in entries}


def product_quantizer(path):
    """faiss's index of the codes and the codebooks in an index file."""
    parts = sections(path)
    codes = np.fromfile(path, "u1", parts[CODES][1], offset=parts[CODES][0])
    blob = np.fromfile(path, "u1", parts[QUANTIZER][1], offset=parts[QUANTIZER][0]).tobytes()
    header = struct.unpack_from("<Q", blob)[0]
    entry = json.loads(blob[8 : 8 + header])["codebooks"]
    start, end = entry["data_offsets"]
    codebooks = np.frombuffer(blob[8 + header + start : 8 + header + end], "f4").reshape(entry["shape"])
    width = DIMENSIONS // BYTES
    centroids = np.stack([codebooks[m][:, m * width : (m + 1) * width] for m in range(BYTES)])
    index = faiss.IndexPQ(DIMENSIONS, BYTES, 8)
    faiss.copy_array_to_vector(np.ascontiguousarray(centroids).ravel(), index.pq.centroids)
    faiss.copy_array_to_vector(codes, index.codes)
    index.is_trained, index.ntotal = True, len(codes) // BYTES
    return index


def median_ms(search, repeats):
    times = []
    for i in range(repeats):
        start = time.perf_counter()
        search(i)
        times.append(time.perf_counter() - start)
    return 1e3 * float(np.median(times))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("jk", help="the command")
    parser.add_argument("--count", type=int, default=1_000_000)
    arguments = parser.parse_args()
    jk = shlex.split(arguments.jk)

    def run(*options):
        return json.loads(subprocess.run([*jk, *map(str, options), "--json"], check=True, capture_output=True).stdout)

    with tempfile.TemporaryDirectory() as folder:
        folder = Path(folder)
        x = embeddings(arguments.count + QUERIES, seed=1)
        np.save(folder / "e.npy", x[:-QUERIES])
        np.save(folder / "q.npy", x[-QUERIES:])
        queries, index = x[-QUERIES:], folder / "i.jkx"
        run("index", "build", "--embeddings", folder / "e.npy", "--structure", "tables", "--quantizer", f"product:{8 * BYTES}", "--out", index)
        run("search", "--index", index, "--embeddings", folder / "q.npy", "-k", K, "--out", folder / "ids.npy", "--distances", folder / "d.npy")
        theirs = product_quantizer(index)
        distances, ids = theirs.search(queries, K)
        own, own_distances = np.load(folder / "ids.npy"), np.load(folder / "d.npy")
        # Both sum in float, in another order: what lies as near as rounding may change places.
        off = np.abs(own_distances - distances) > 1e-4 * (1 + np.abs(distances))
        print(f"{arguments.count:,} codes, {QUERIES} queries, top {K}: {np.mean(own == ids):.4f} of all places have the same id, {int(off.sum())} distances differ")
        for threads in (1, 2):
            faiss.omp_set_num_threads(threads)
            for batch in (1, 32):
                faiss_ms = median_ms(lambda i: theirs.search(queries[i % 64 : i % 64 + batch], K), 30 if batch == 1 else 9)
                bench = run("index", "bench", index, "-k", K, "--threads", threads, "--batch", batch, "--queries", 200 if batch == 1 else 30)
                own_ms = 1e3 * bench["p50"]
                print(f"{threads} threads, {batch:2} queries: {own_ms:6.2f} ms, faiss {faiss.__version__} {faiss_ms:6.2f} ms, ratio {faiss_ms / own_ms:.1f}")
    return int(off.any())


if __name__ == "__main__":
    sys.exit(main())
