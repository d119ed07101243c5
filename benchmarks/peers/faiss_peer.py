#!/usr/bin/env python3
"""The peer of the searches by Hamming distance: faiss's exact index of binary codes, IndexBinaryFlat.

Says {"facts": "faiss VERSION"} or {"missing": "why"}, then answers JSON lines on stdin:
{"command": "prepare", "folder": DIR, "bits": B, "k": K, "threads": T} reads the files database and queries of DIR, codes of B/8 bytes: {};
{"command": "run"} searches once: {"seconds": S};
{"command": "results", "folder": DIR} writes the distances of the last run, int32 [queries,K], to the file distances of DIR: {}.
"""
import json
import os
import sys
import time


def say(line):
    print(json.dumps(line), flush=True)


def main():
    try:
        import faiss
        import numpy
    except ImportError:
        say({"missing": f"{sys.executable} has no faiss; Debian's package is python3-faiss, for its own /usr/bin/python3"})
        return
    say({"facts": f"faiss {faiss.__version__}"})
    index = queries = distances = None
    k = 0
    for line in sys.stdin:
        request = json.loads(line)
        if request["command"] == "prepare":
            codes = lambda name: numpy.fromfile(os.path.join(request["folder"], name), dtype=numpy.uint8).reshape(-1, request["bits"] // 8)
            faiss.omp_set_num_threads(request["threads"])
            index, queries, k = faiss.IndexBinaryFlat(request["bits"]), codes("queries"), request["k"]
            index.add(codes("database"))
            say({})
        elif request["command"] == "run":
            start = time.perf_counter()
            distances, _ = index.search(queries, k)
            say({"seconds": time.perf_counter() - start})
        else:
            distances.astype(numpy.int32).tofile(os.path.join(request["folder"], "distances"))
            say({})


if __name__ == "__main__":
    main()
