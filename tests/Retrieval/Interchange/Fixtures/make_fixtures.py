"""Writes .faiss files of this faiss's version beside it: with the python3-faiss of Debian 12 and of 13, 1.7.3 and 1.11.0."""

import pathlib

import faiss
import numpy

row, column = numpy.mgrid[0:5, 0:8]
codes = (37 * row + 11 * column + 5).astype(numpy.uint8)
ids = numpy.array([7, 0, 2**40, 2**63 - 1, 3], dtype=numpy.int64)
folder = pathlib.Path(__file__).parent

flat = faiss.IndexBinaryFlat(64)
flat.add(codes)
faiss.write_index_binary(flat, str(folder / f"flat-{faiss.__version__}.faiss"))
for name, kind in (("idmap", faiss.IndexBinaryIDMap), ("idmap2", faiss.IndexBinaryIDMap2)):
    empty = faiss.IndexBinaryFlat(64)
    index = kind(empty)
    index.add_with_ids(codes, ids)
    faiss.write_index_binary(index, str(folder / f"{name}-{faiss.__version__}.faiss"))
