"""Norms of segments from Parquet: pyarrow and numpy on two threads.

norms.py <segments leaf> <warm-up leaf> <crops> <dim>
"""

import concurrent.futures
import sys

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

import bench

THREADS = 2
CHUNK = 64


def rows_of(column, width):
    """The float32 rows of a binary column, without a copy."""
    for chunk in column.chunks:
        if len(chunk) == 0:
            continue
        _, offsets, data = chunk.buffers()
        offsets = np.frombuffer(offsets, np.int32)[chunk.offset:chunk.offset + len(chunk) + 1]
        values = np.frombuffer(data, np.uint8)[offsets[0]:offsets[-1]]
        yield values.view("<f4").reshape(len(chunk), width)


def in_single(x):
    return np.einsum("ij,ij->i", x, x)


def in_double(x):
    squares = np.empty(len(x))
    for at in range(0, len(x), CHUNK):
        part = x[at:at + CHUNK].astype(np.float64)
        squares[at:at + CHUNK] = np.einsum("ij,ij->i", part, part)
    return squares


def in_blas(x):
    return np.array([np.dot(row, row) for row in x])


def fastest(x):
    """The fastest way to sum squares that is right to 1e-6."""
    exact = in_double(x)
    best = None
    for way in (in_single, in_double, in_blas):
        if np.max(np.abs(np.sqrt(way(x) / exact) - 1)) > 1e-6:
            continue
        took = min(bench.seconds(lambda: way(x))[0] for _ in range(5))
        if best is None or took < best[0]:
            best = took, way
    return best[1]


def norms_of(file, group, crops, dim, way):
    with pq.ParquetFile(file, memory_map=True) as parquet:
        column = parquet.read_row_group(group, columns=["features"], use_threads=False).column(0)
    parts = []
    for rows in rows_of(column, crops * dim):
        norms = np.sqrt(way(rows.reshape(-1, dim)), dtype=np.float64)
        parts.append(norms.reshape(-1, crops).mean(axis=1))
    return np.concatenate(parts)


def norms(leaf, crops, dim, way):
    """The norms, an array a row group, in order."""
    groups = [
        (file, group)
        for file in bench.parquet_files(leaf)
        for group in range(pq.ParquetFile(file).num_row_groups)
    ]
    with concurrent.futures.ThreadPoolExecutor(THREADS) as threads:
        return list(threads.map(lambda at: norms_of(*at, crops, dim, way), groups))


def choose(leaf, crops, dim):
    file = bench.parquet_files(leaf)[0]
    column = pq.ParquetFile(file).read_row_group(0, columns=["features"]).column(0)
    return fastest(next(rows_of(column, crops * dim)).reshape(-1, dim))


def main():
    leaf, warm_up = sys.argv[1:3]
    crops, dim = int(sys.argv[3]), int(sys.argv[4])
    pa.set_cpu_count(THREADS)
    way = choose(warm_up, crops, dim)
    norms(warm_up, crops, dim, way)
    took, values = bench.seconds(lambda: norms(leaf, crops, dim, way))
    rows = sum(len(part) for part in values)
    size = rows * crops * dim * 4
    bench.figure("stats", seconds=took, rows=rows, bytes=size,
                 mb_per_second=size / 1e6 / took, way=way.__name__,
                 checksum=float(sum(part.sum() for part in values)))


if __name__ == "__main__":
    main()
